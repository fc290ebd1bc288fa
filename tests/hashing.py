"""An embedder for tests of the index: no meaning, no model, always the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from rag.embedding import Vectors, unit_rows


class HashingEmbedder:
    """Unit vectors made of the text's SHA-512: only an identical text is near.

    `embedded` lists the texts that were embedded as passages, so that a test can tell
    what was embedded again.
    """

    fingerprint = "hashing"

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row per text."""
        self.embedded.extend(texts)
        return np.stack([hashed(text) for text in texts])

    def embed_question(self, question: str) -> Vectors:
        """Return the vector that the same text has as a passage."""
        return hashed(question)


def hashed(text: str) -> Vectors:
    """Return the vector of a text."""
    digest = hashlib.sha512(text.encode()).digest()  # 64 bytes, 64 dimensions
    row = np.frombuffer(digest, dtype=np.uint8).astype(np.float32) - 127.5
    vector: Vectors = unit_rows(row[np.newaxis])[0]
    return vector
