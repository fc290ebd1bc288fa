"""txtai: a hybrid index of chunks; see docs/peers.md."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from peers_child import EMBEDDING, LIMIT, STORE, Found, serve
from txtai import Embeddings
from txtai.pipeline import Segmentation

_QUESTION, _PASSAGE = "question: ", "passage: "


def embed(texts: list[str]) -> Any:
    """Embed; txtai's instructions tell whether it is a question."""
    if texts[0].startswith(_QUESTION):
        vectors = [EMBEDDING.question(one.removeprefix(_QUESTION)) for one in texts]
    else:
        vectors = EMBEDDING.passages([one.removeprefix(_PASSAGE) for one in texts])
    return np.array(vectors, dtype=np.float32)


@cache
def _embeddings() -> Embeddings:
    embeddings = Embeddings(
        method="external",
        transform="peers_txtai.embed",
        instructions={"query": _QUESTION, "data": _PASSAGE},
        content=True,
        hybrid=True,
    )
    if STORE.exists():
        embeddings.load(str(STORE))
    return embeddings


def _ingest(articles: Path) -> None:
    segments = Segmentation(chunker="recursive")
    _embeddings().upsert(
        (str(path), chunk)
        for path in sorted(articles.iterdir())
        for chunk in segments(path.read_text(encoding="utf-8"))
    )
    _embeddings().save(str(STORE))


def _ask(question: str) -> Found:
    found = _embeddings().search(question, LIMIT)
    return [(one["id"], -1, one["text"]) for one in found]


if __name__ == "__main__":
    serve(_ingest, _ask)
