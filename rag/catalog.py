"""The live chunks in columns: what every search looks up, without asking SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.ledger import Ledger
from rag.schema import ArticleSummary

Rows = NDArray[np.int64]  # numbers of rows of a catalog
Keys = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Catalog:
    """One row for each live chunk, ordered by its key, as of one state of the ledger.

    `chunk_keys`, `vector_keys` and `owners` have one entry per row; the owner is the
    place of the chunk's article in `articles`. `by_vector` orders the rows by vector,
    as `ordered` has these: chunks with one text share one.
    """

    chunk_keys: Keys
    vector_keys: Keys
    owners: Rows
    articles: tuple[ArticleSummary, ...]
    by_vector: Rows
    ordered: Keys

    @classmethod
    def of(cls, ledger: Ledger, seq: int | None = None) -> Catalog:
        """Read the catalog of what is live now, or was after change `seq`."""
        return cls._of(ledger.chunks.rows(seq=seq), ledger.articles.standing(seq=seq))

    @classmethod
    def _of(
        cls, rows: Sequence[tuple[int, int, str]], articles: Sequence[ArticleSummary]
    ) -> Catalog:
        places = {one.article_id: n for n, one in enumerate(articles)}
        # what came between the two queries is read with the next change
        known = sorted(row for row in rows if row[2] in places)
        columns = np.array(
            [(chunk, vector, places[owner]) for chunk, vector, owner in known],
            dtype=np.int64,
        ).reshape(-1, 3)
        return cls._ordered(columns, tuple(articles))

    @classmethod
    def _ordered(
        cls, columns: NDArray[np.int64], articles: tuple[ArticleSummary, ...]
    ) -> Catalog:
        chunk_keys, vector_keys, owners = np.ascontiguousarray(columns.T)
        by_vector = np.argsort(vector_keys, kind="stable")
        ordered = vector_keys[by_vector]
        return cls(chunk_keys, vector_keys, owners, articles, by_vector, ordered)

    def after(self, ledger: Ledger, since: int) -> Catalog:
        """Return the catalog as it is now, this one being of change `since`."""
        changes = ledger.articles.changes_since(since)
        ids = list(dict.fromkeys(change.article_id for change in changes))
        if len(ids) > len(self.articles) // 2:
            return Catalog.of(ledger)
        new = Catalog._of(
            ledger.chunks.rows(article_ids=ids), ledger.articles.standing(ids)
        )
        gone = set(ids)
        stays = np.array([one.article_id not in gone for one in self.articles], bool)
        kept = stays[self.owners]
        place = np.cumsum(stays) - 1
        articles = tuple(one for one in self.articles if one.article_id not in gone)
        old = np.stack(
            [self.chunk_keys[kept], self.vector_keys[kept], place[self.owners[kept]]]
        )
        added = np.stack([new.chunk_keys, new.vector_keys, new.owners + len(articles)])
        columns = np.concatenate([old, added], axis=1).T
        order = np.argsort(columns[:, 0], kind="stable")
        return Catalog._ordered(columns[order], articles + new.articles)

    def __len__(self) -> int:
        return len(self.chunk_keys)

    def of_chunks(self, keys: Keys) -> tuple[Rows, NDArray[np.bool_]]:
        """Return the rows of the live ones among these chunks, and which were live."""
        rows = np.searchsorted(self.chunk_keys, keys)
        rows[rows == len(self)] = 0
        live = self.chunk_keys[rows] == keys if len(self) else np.zeros(len(keys), bool)
        return rows[live], live

    def of_vectors(self, keys: Keys) -> Rows:
        """Return the rows of all live chunks that have one of these vectors."""
        first = np.searchsorted(self.ordered, keys, "left")
        last = np.searchsorted(self.ordered, keys, "right")
        spans = [self.by_vector[a:b] for a, b in zip(first, last, strict=True)]
        return np.concatenate([*spans, np.empty(0, dtype=np.int64)])
