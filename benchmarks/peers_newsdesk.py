"""newsdesk, as its README tells a folder to be followed: `ingest --prune`."""

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

import numpy as np
from peers_child import EMBEDDING, LIMIT, STORE, VARIANT, Found, serve

from rag import QueryEngine
from rag.config import load_settings
from rag.embedding import Vectors

_SETTINGS = load_settings(index=STORE)
if not STORE.exists():  # nobody's imports are counted where a store is filled
    import_module("ingest.pipeline")


class _Loopback:
    fingerprint = VARIANT  # of the embedder behind it

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return np.array(EMBEDDING.passages(texts), dtype=np.float32)

    def embed_question(self, question: str) -> Vectors:
        return np.array(EMBEDDING.question(question), dtype=np.float32)


def _ingest(articles: Path) -> None:
    # who asks does not import it
    from ingest import ingest

    ingest([articles], settings=_SETTINGS, embedder=_Loopback(), prune=True)


@cache
def _engine() -> QueryEngine:
    return QueryEngine.open(settings=_SETTINGS, embedder=_Loopback())


def _ask(question: str) -> Found:
    found = _engine().retrieve(question, limit=LIMIT)
    return [(one.source, one.start, one.text) for one in found]


serve(_ingest, _ask)
