"""The collection as it stood after one change: all of it is searched exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from rag.embedding import Vectors
from rag.ledger import Ledger
from rag.schema import IndexedChunk
from rag.words import WordProjection, Words, words_of


class Snapshot:
    """Finds the chunks that were live after change `seq`, as `Index` finds live ones.

    The words are indexed anew, in memory: 1 000 articles take about a second.
    """

    def __init__(self, ledger: Ledger, seq: int) -> None:
        self.ledger = ledger
        chunks = ledger.chunks.at(seq)
        self._by_key = {chunk.chunk_key: chunk for chunk in chunks}
        keys, self._matrix = ledger.vectors.by_key(
            sorted({chunk.vector_key for chunk in chunks})
        )
        self._row_of = {key: row for row, key in enumerate(keys)}
        self.words = WordProjection.in_memory(self._words(chunks))

    def _words(
        self, chunks: Sequence[IndexedChunk]
    ) -> Iterator[tuple[str, Iterator[Words]]]:
        for article_id, own in groupby(chunks, key=lambda chunk: chunk.article_id):
            members = list(own)
            article = self.ledger.articles.article(article_id, members[0].version)
            yield article_id, words_of(article, members)

    def refresh(self) -> None:
        """Do nothing: the past does not change."""

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[IndexedChunk, float]]:
        """Return up to `limit` chunks with their exact cosines, nearest first."""
        chunks = list(self._by_key.values())
        found = list(zip(chunks, self.cosines(chunks, vector), strict=True))
        found.sort(key=lambda item: (-item[1], item[0].chunk_key))
        return found[:limit]

    def matching(self, question: str, limit: int) -> list[tuple[IndexedChunk, float]]:
        """Return up to `limit` chunks with their BM25 scores, best first."""
        found = self.words.search(question, limit)
        return [(self._by_key[key], score) for key, score in found]

    def cosines(self, chunks: Sequence[IndexedChunk], vector: Vectors) -> list[float]:
        """Return the exact cosine of each chunk."""
        if not chunks:
            return []
        rows = [self._row_of[chunk.vector_key] for chunk in chunks]
        return [float(cosine) for cosine in np.take(self._matrix @ vector, rows)]

    def of_article(self, article_id: str) -> list[IndexedChunk]:
        """Return the chunks that an article had."""
        return [one for one in self._by_key.values() if one.article_id == article_id]
