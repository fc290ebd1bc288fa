"""Any text model of `fastembed`, on onnxruntime; an extra of newsdesk."""

import logging
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.errors import EmbeddingError

_log = logging.getLogger(__name__)


class FastEmbedEmbedder:
    """A model by its name at fastembed, with the prefixes that fastembed gives it.

    Raises EmbeddingError where the extra is missing or the model cannot be loaded.
    """

    def __init__(self, model: str) -> None:
        self.fingerprint = f"fastembed/{model}"
        try:
            from fastembed import TextEmbedding
        except ImportError as error:
            raise EmbeddingError(
                f"NEWSDESK_EMBEDDER is {self.fingerprint}, which needs an extra; "
                "install it with: pip install 'newsdesk[fastembed]'."
            ) from error
        # neither its own errors nor those of its downloads have a common base
        try:
            self._model = TextEmbedding(model, local_files_only=True)
        except Exception:  # noqa: BLE001
            _log.warning("%s is not on this machine yet: it is fetched now", model)
            try:
                self._model = TextEmbedding(model)
            except Exception as error:
                raise EmbeddingError(
                    f"fastembed cannot load {model} ({error}); name another of its "
                    "models in NEWSDESK_EMBEDDER, or connect to the internet once."
                ) from error

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed as passages."""
        return _unit(np.array(list(self._model.passage_embed(texts)), np.float32))

    def embed_question(self, question: str) -> NDArray[np.float32]:
        """Embed as a query."""
        rows = list(self._model.query_embed(question))
        vector: NDArray[np.float32] = _unit(np.array(rows, np.float32))[0]
        return vector


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit
