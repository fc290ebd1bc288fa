"""One state of a collection, ready to be searched by meaning and by words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Vectors
from rag.index.catalog import Catalog, Keys, Rows, distinct
from rag.index.ledger import Ledger
from rag.index.vectors import Stored
from rag.index.words import WordProjection
from rag.schema import ArticleSummary, IndexedChunk

Scores = NDArray[np.float64]
# Which articles may be found: one entry for each article of the catalog.
Allowed = NDArray[np.bool_]

# With so few articles allowed the words are searched in them alone; with more, the best
# of all are fetched until enough of them are allowed.
_FEW_ARTICLES = 500
# Up to this share of the rows is searched exactly; of more, Chroma proposes.
_FEW_ROWS = 0.1
# To compute all cosines takes less than to choose more than this share of them.
_MOST_ROWS = 0.2
_KNOWN = 1000  # chunks that are kept, for the stages of one question above all


@dataclass(frozen=True, slots=True, eq=False)
class VectorTable:
    """The vectors of a catalog's rows, in two parts.

    `places` has one entry per row: below `len(stored)` a row of `stored`, from there on
    one of `recent`, whose keys are `recent_keys`; `recent_rows` are the rows of these.
    """

    stored: Vectors
    recent: Vectors
    recent_keys: Keys
    places: Rows
    recent_rows: Rows

    @classmethod
    def of(
        cls,
        catalog: Catalog,
        stored: Stored,
        ledger: Ledger,
        before: VectorTable | None,
    ) -> VectorTable:
        """Find each row's vector; load those that are neither stored nor in `before`.

        Raises KeyError if one has left the ledger since the catalog was read.
        """
        own = distinct(catalog.vector_keys)
        wanted = np.setdiff1d(own, stored.keys, assume_unique=True)
        recent_keys = np.empty(0, dtype=np.int64)
        recent = np.empty((0, 0), dtype=np.float32)
        if before is not None:
            kept = np.isin(before.recent_keys, wanted, assume_unique=True)
            recent_keys, recent = before.recent_keys[kept], before.recent[kept]
        missing = np.setdiff1d(wanted, recent_keys, assume_unique=True)
        if len(missing):
            keys, matrix = ledger.vectors.by_key(missing.tolist())
            if len(keys) < len(missing):
                raise KeyError("a vector has left the ledger")
            recent_keys = np.concatenate([recent_keys, np.asarray(keys)])
            recent = np.concatenate([recent.reshape(-1, matrix.shape[1]), matrix])
            order = np.argsort(recent_keys)
            recent_keys, recent = recent_keys[order], recent[order]
        places = len(stored.matrix) + np.searchsorted(recent_keys, catalog.vector_keys)
        early = ~np.isin(catalog.vector_keys, recent_keys)
        at = np.searchsorted(stored.keys, catalog.vector_keys[early])
        places[early] = stored.rows[at]
        late = np.flatnonzero(~early)
        return cls(stored.matrix, recent, recent_keys, places, late)

    def matrix(self, rows: Rows) -> Vectors:
        """Return the vectors of these rows, one a row."""
        split = len(self.stored)
        places = self.places[rows].tolist()
        return np.stack(
            [self.stored[n] if n < split else self.recent[n - split] for n in places]
        )

    def cosines(self, rows: Rows, vector: Vectors) -> Scores:
        """Return the exact cosine of each row."""
        if len(rows) > _MOST_ROWS * len(self.places):
            # not `part @ vector`, whose threads wait for one another: on a machine that
            # is busy 20 000 vectors took 12 ms with them, and 1 ms without
            parts = [
                np.einsum("ij,j->i", part, vector)
                for part in (self.stored, self.recent)
                if len(part)
            ]
            found: Scores = np.concatenate(parts)[self.places[rows]].astype(np.float64)
            return found
        places = self.places[rows]
        cosines = np.empty(len(rows))
        early = places < len(self.stored)
        for part, mask in ((self.stored, early), (self.recent, ~early)):
            if mask.any():
                offset = 0 if part is self.stored else len(self.stored)
                own = part[places[mask] - offset]
                cosines[mask] = np.einsum("ij,j->i", own, vector)
        return cosines


@dataclass(frozen=True, slots=True, eq=False)
class Searcher:
    """Finds chunks, given as rows of `catalog`.

    `approximate` returns the keys of about so many of the stored vectors, nearest
    first; where it is None, or finds nothing, everything is searched exactly.
    """

    ledger: Ledger
    catalog: Catalog
    vectors: VectorTable
    words: WordProjection
    approximate: Callable[[Vectors, int], Sequence[int]] | None
    seq: int | None = None  # of a past state
    _known: dict[int, IndexedChunk] = field(default_factory=dict)
    _owners: dict[int, int] = field(default_factory=dict)  # of chunks that were known

    def nearest(
        self, vector: Vectors, limit: int, allowed: Allowed | None = None
    ) -> tuple[Rows, Scores]:
        """Return up to `limit` rows with their exact cosines, nearest first."""
        share = 1.0
        if allowed is not None:
            found = np.count_nonzero(allowed[self.catalog.owners])
            share = found / max(len(self.catalog), 1)
        if self.approximate is None or share <= _FEW_ROWS:
            return self._scan(self._fitting(allowed), vector, limit)
        stored = len(self.vectors.stored)
        wanted = _asked_for(limit, share)
        while True:
            keys = np.asarray(self.approximate(vector, wanted), dtype=np.int64)
            if not len(keys):
                return self._scan(self._fitting(allowed), vector, limit)
            near = self.catalog.of_vectors(keys)
            rows = np.concatenate([near, self.vectors.recent_rows])
            if allowed is not None:
                rows = rows[allowed[self.catalog.owners[rows]]]
            # removed articles stay in Chroma, and take up places, till it is built
            if len(rows) >= limit or len(keys) >= stored:
                return self._scan(rows, vector, limit)
            wanted = min(4 * wanted, stored)

    def _fitting(self, allowed: Allowed | None) -> Rows:
        if allowed is None:
            return np.arange(len(self.catalog))
        return np.flatnonzero(allowed[self.catalog.owners])

    def _scan(self, rows: Rows, vector: Vectors, limit: int) -> tuple[Rows, Scores]:
        if not len(rows):
            return rows, np.empty(0)
        cosines = self.vectors.cosines(rows, vector)
        if len(rows) > limit:
            last = -np.partition(-cosines, limit - 1)[limit - 1]
            best = np.flatnonzero(cosines >= last)  # ties are broken by row
            rows, cosines = rows[best], cosines[best]
        order = np.lexsort((rows, -cosines))[:limit]
        return rows[order], cosines[order]

    def matching(
        self, question: str, limit: int, allowed: Allowed | None = None
    ) -> tuple[Rows, Scores]:
        """Return up to `limit` rows with their scores by words, best first."""
        ids, share = None, 1.0
        if allowed is not None:
            count = int(allowed.sum())
            share = max(count, 1) / max(len(allowed), 1)
            if count <= _FEW_ARTICLES:
                places = np.flatnonzero(allowed)
                ids, share = [self.catalog.articles[n].article_id for n in places], 1.0
        wanted = _asked_for(limit, share)
        while True:
            found = self.words.search(question, wanted, ids, self.catalog.languages)
            keys = np.array([key for key, _ in found], dtype=np.int64)
            rows, live = self.catalog.of_chunks(keys)
            scores = np.array([score for _, score in found])[live]
            if allowed is not None:
                fit = allowed[self.catalog.owners[rows]]
                rows, scores = rows[fit], scores[fit]
            if len(rows) >= limit or len(found) < wanted:
                return rows[:limit], scores[:limit]
            wanted *= 4

    def cosines(self, rows: Rows, vector: Vectors) -> Scores:
        """Return the exact cosine of each row."""
        return self.vectors.cosines(rows, vector)

    def chunks(self, rows: Rows) -> list[IndexedChunk]:
        """Return the chunks of these rows, in this order.

        Raises KeyError if one is not live any more.
        """
        keys = self.catalog.chunk_keys[rows].tolist()
        if len(self._known) > _KNOWN:
            self._known.clear()
            self._owners.clear()
        self._owners.update(zip(keys, self.catalog.owners[rows].tolist(), strict=True))
        new = [key for key in keys if key not in self._known]
        if new:
            found = self.ledger.chunks.by_key(new, self.seq)
            self._known.update((one.chunk_key, one) for one in found)
        return [self._known[key] for key in keys]

    def of_article(self, article_id: str) -> list[IndexedChunk]:
        """Return the chunks of an article; none where it was removed."""
        return self.ledger.chunks.of_article(article_id, self.seq)

    def article_of(self, chunk: IndexedChunk) -> ArticleSummary:
        """Return the line of a chunk's article; raises KeyError if it has changed."""
        return self.catalog.articles[self._owner(chunk)]

    def also_in(self, chunk: IndexedChunk) -> tuple[ArticleSummary, ...]:
        """Return the other articles that tell the story of a chunk's article."""
        return self.catalog.also_in(self._owner(chunk))

    def _owner(self, chunk: IndexedChunk) -> int:
        if (known := self._owners.get(chunk.chunk_key)) is not None:
            return known
        rows, live = self.catalog.of_chunks(np.array([chunk.chunk_key]))
        if not live.all():
            raise KeyError(chunk.chunk_key)
        return int(self.catalog.owners[rows[0]])


def _asked_for(limit: int, share: float) -> int:
    """Return how many to fetch so that `limit` of them are likely in that share."""
    return limit if share == 1 else round(1.3 * limit / share)
