"""Giving an index the vectors of another embedder, while it answers from the old."""

from __future__ import annotations

from contextlib import closing

from ingest.embedding import STEP
from ingest.listener import Listener, Progress
from rag.config import Settings
from rag.embedding import Embedder
from rag.index.index import Index


def reembed(
    embedder: Embedder, *, settings: Settings, listener: Listener | None = None
) -> int:
    """Embed every chunk of the index with `embedder`, then swap; return how many.

    The index answers from its old vectors until the swap, which is one step. What was
    embedded before a crash is not embedded again: it waits, and the doctor tells of it,
    until a reembed is complete; one with the index's own embedder drops it. Raises
    IndexUnusable, IndexBusy or EmbeddingError; the index is then as it was.
    """
    listener = listener or Listener()
    with closing(Index(settings.index)) as index:
        done = _embed(index, embedder, listener)
        with index.writing(settings.lock_timeout, listener.waiting):
            # what arrived meanwhile, with the old embedder
            done += _embed(index, embedder, listener)
            index.ledger.vectors.swap(embedder.fingerprint)
            index.catch_up()
        return done


def _embed(index: Index, embedder: Embedder, listener: Listener) -> int:
    vectors = index.ledger.vectors
    missing = vectors.unembedded(embedder.fingerprint)
    missing.sort(key=lambda item: len(item[1]))
    total = sum(len(text) for _, text in missing)
    done = 0
    for at in range(0, len(missing), STEP):
        hashes, texts = zip(*missing[at : at + STEP], strict=True)
        vectors.put(hashes, embedder.embed_passages(texts), embedder.fingerprint)
        done += sum(map(len, texts))
        listener.progress(Progress(done, total, embedder.fingerprint))
    return len(missing)
