"""Vectors for the chunks that have none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.embedding import Embedder
from rag.index.ledger.vectors import VectorStore
from rag.schema import Chunk

# How many chunks are embedded between two signs of life; memory follows it too.
STEP = 16


def embed_missing(
    vectors: VectorStore,
    embedder: Embedder,
    text: str,
    chunks: Sequence[Chunk],
    tell: Callable[[float], None],
) -> int:
    """Give every chunk of `text` a vector; return how many had none yet.

    Vectors are kept as they come, so that an ingest that is cut off resumes here.
    `tell` is told the share that is done.
    """
    missing = vectors.missing(
        [chunk.text_hash for chunk in chunks], embedder.fingerprint
    )
    texts = {
        chunk.text_hash: text[chunk.start : chunk.end]
        for chunk in chunks
        if chunk.text_hash in missing
    }
    # texts of one length share a batch without padding
    hashes = sorted(texts, key=lambda one: len(texts[one]))
    for at in range(0, len(hashes), STEP):
        some = hashes[at : at + STEP]
        matrix = embedder.embed_passages([texts[one] for one in some])
        vectors.put(some, matrix, embedder.fingerprint)
        tell((at + len(some)) / len(hashes))
    return len(hashes)
