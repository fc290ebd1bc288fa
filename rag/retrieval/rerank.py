"""A second look at the best chunks, by their sentences."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Protocol, TypeVar

import numpy as np

from rag.config import BUILT_IN_RERANKER, Settings
from rag.embedding import Embedder, Vectors
from rag.errors import RerankingError
from rag.index.word_query import sentence_stems, stems
from rag.questions.question import topic

_KEPT = 5000  # sentences; 8 MB at 384 dimensions
# Embedding all of them instead finds the same: hit@1 .927 on SQuAD, with two .926.
_SENTENCES = 2

_log = logging.getLogger(__name__)
_Found = TypeVar("_Found")


class Reranker(Protocol):
    """Whatever tells how well a passage answers a question.

    `depth` is how many of the best chunks it is worth asking about.
    """

    depth: int

    def scores(
        self, question: str, vector: Vectors, passages: Sequence[Sequence[str]]
    ) -> Sequence[float]:
        """Return a score for each passage, given as its sentences: more is better.

        `vector` is the question's embedding. Raises RerankingError.
        """
        ...


class SentenceVectors:
    """The vectors of sentences, embedded when they are first asked for."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._turn = Lock()

    def cosines(self, vector: Vectors, sentences: Sequence[str]) -> Vectors:
        """Return the cosine of each sentence to `vector`; raises EmbeddingError."""
        if not sentences:
            return np.empty(0, dtype=np.float32)
        cosines: Vectors = self._vectors(sentences) @ vector
        return cosines

    def closeness(self, one: str, other: str) -> float:
        """Return the cosine of two texts; raises EmbeddingError."""
        first, second = self._vectors([one, other])
        return float(first @ second)

    def _vectors(self, sentences: Sequence[str]) -> Vectors:
        with self._turn:
            found = {one: self._kept[one] for one in sentences if one in self._kept}
        new = [one for one in dict.fromkeys(sentences) if one not in found]
        if new:
            found |= zip(new, self._embedder.embed_passages(new), strict=True)
        with self._turn:
            for one, its_vector in found.items():
                self._kept[one] = its_vector
                self._kept.move_to_end(one)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return np.stack([found[one] for one in sentences])


class SentenceReranker:
    """Scores a passage by that of its sentences which is nearest to the question.

    Looked at are those that share most words with the question: a sentence takes some
    milliseconds to embed, once.
    """

    depth = 6  # figures in docs/retrieval.md

    def __init__(self, sentences: SentenceVectors) -> None:
        self._sentences = sentences

    def scores(
        self, question: str, vector: Vectors, passages: Sequence[Sequence[str]]
    ) -> Sequence[float]:
        """Return the best cosine of each passage's sentences."""
        asked = set(stems(topic(question)))
        chosen = [
            sorted(own, key=lambda one: -len(sentence_stems(one).intersection(asked)))
            for own in passages
        ]
        texts = [one for own in chosen for one in own[:_SENTENCES]]
        cosines = iter(self._sentences.cosines(vector, texts))
        return [max(float(next(cosines)) for _ in own[:_SENTENCES]) for own in chosen]


@dataclass(frozen=True, slots=True)
class SecondLook:
    """The reranker of the settings, and the built-in one for where it fails."""

    chosen: Reranker
    built_in: SentenceReranker

    @classmethod
    def of(cls, settings: Settings, sentences: SentenceVectors) -> SecondLook:
        """Open what the settings name; raises SettingsError where it is not there."""
        built_in = SentenceReranker(sentences)
        name = settings.reranker
        if name == BUILT_IN_RERANKER:
            return cls(built_in, built_in)
        if name.startswith(("http://", "https://")):
            from rag.retrieval.rerank_endpoint import EndpointReranker

            return cls(EndpointReranker(settings), built_in)
        from rag.retrieval.cross_encoder import CrossEncoder

        return cls(CrossEncoder(Path(name)), built_in)

    def noted(
        self, search: Callable[[Reranker], _Found]
    ) -> tuple[_Found, tuple[str, ...]]:
        """Return what a search finds, and a note if the chosen reranker failed."""
        try:
            return search(self.chosen), ()
        except RerankingError as error:
            note = f"{error} The built-in ranking was used instead."
            return search(self.built_in), (note,)

    def logged(self, search: Callable[[Reranker], _Found]) -> _Found:
        """Return what a search finds; log a warning if the chosen reranker failed."""
        found, notes = self.noted(search)
        for note in notes:
            _log.warning(note)
        return found
