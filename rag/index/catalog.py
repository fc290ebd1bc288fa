"""The live chunks in columns: what every search looks up, without asking SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.index.ledger import Ledger
from rag.schema import ArticleSummary

Rows = NDArray[np.int64]  # numbers of rows of a catalog
Keys = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Catalog:
    """One row for each live chunk, by its article's id, as of one state of the ledger.

    The same articles make the same rows, in whatever order they came: rankings break
    their ties by row. `chunk_keys`, `vector_keys` and `owners` have one entry per row;
    the owner is the place of the chunk's article in `articles`. `by_chunk` and
    `by_vector` order the rows by these, as `chunks_ordered` and `vectors_ordered` have
    them: chunks with one text share one vector. `stories` has one entry per article,
    the same for those that are copies of one another; `copied` is whether there are
    such. `languages` are those of the articles.
    """

    chunk_keys: Keys
    vector_keys: Keys
    owners: Rows
    articles: tuple[ArticleSummary, ...]
    by_chunk: Rows
    chunks_ordered: Keys
    by_vector: Rows
    vectors_ordered: Keys
    stories: Rows
    copied: bool
    languages: frozenset[str]

    @classmethod
    def of(cls, ledger: Ledger, seq: int | None = None) -> Catalog:
        """Read the catalog of what is live now, or was after change `seq`."""
        articles = _by_id(ledger.articles.standing(seq=seq))
        columns = _columns(ledger.chunks.rows(seq=seq), articles)
        pairs = ledger.articles.stories.pairs(seq)
        return cls._ordered(columns, articles, pairs)

    @classmethod
    def _ordered(
        cls,
        columns: NDArray[np.int64],
        articles: tuple[ArticleSummary, ...],
        pairs: Sequence[tuple[str, str]],
    ) -> Catalog:
        order = np.lexsort((columns[:, 0], columns[:, 2]))
        chunk_keys, vector_keys, owners = np.ascontiguousarray(columns[order].T)
        by_chunk = np.argsort(chunk_keys)
        by_vector = np.argsort(vector_keys, kind="stable")
        return cls(
            chunk_keys,
            vector_keys,
            owners,
            articles,
            by_chunk,
            chunk_keys[by_chunk],
            by_vector,
            vector_keys[by_vector],
            _stories(articles, pairs),
            copied=bool(pairs),
            languages=frozenset(one.language for one in articles),
        )

    def after(self, ledger: Ledger, since: int) -> Catalog:
        """Return the catalog as it is now, this one being of change `since`."""
        changes = ledger.articles.changes_since(since)
        ids = list(dict.fromkeys(change.article_id for change in changes))
        if len(ids) > len(self.articles) // 2:
            return Catalog.of(ledger)
        came, gone = ledger.articles.standing(ids), set(ids)
        stay = [one for one in self.articles if one.article_id not in gone]
        articles = _by_id([*stay, *came])
        places = {one.article_id: n for n, one in enumerate(articles)}
        moved = np.array(
            [
                -1 if one.article_id in gone else places[one.article_id]
                for one in self.articles
            ],
            dtype=np.int64,
        )
        owners = moved[self.owners]
        old = np.stack([self.chunk_keys, self.vector_keys, owners], axis=1)
        new = _columns(ledger.chunks.rows(article_ids=ids), articles)
        columns = np.concatenate([old[owners >= 0], new])
        return Catalog._ordered(columns, articles, ledger.articles.stories.pairs())

    def __len__(self) -> int:
        return len(self.chunk_keys)

    def also_in(self, owner: int) -> tuple[ArticleSummary, ...]:
        """Return the other articles that tell the story of one, oldest first."""
        if not self.copied:
            return ()
        same = np.flatnonzero(self.stories == self.stories[owner]).tolist()
        others = [self.articles[n] for n in same if n != owner]
        return tuple(sorted(others, key=lambda one: (one.published, one.source)))

    def of_chunks(self, keys: Keys) -> tuple[Rows, NDArray[np.bool_]]:
        """Return the rows of the live ones among these chunks, and which were live."""
        at = np.searchsorted(self.chunks_ordered, keys)
        at[at == len(self)] = 0
        live = (
            self.chunks_ordered[at] == keys if len(self) else np.zeros(len(keys), bool)
        )
        return self.by_chunk[at[live]], live

    def of_vectors(self, keys: Keys) -> Rows:
        """Return the rows of all live chunks that have one of these vectors."""
        first = np.searchsorted(self.vectors_ordered, keys, "left")
        last = np.searchsorted(self.vectors_ordered, keys, "right")
        spans = [self.by_vector[a:b] for a, b in zip(first, last, strict=True)]
        return np.concatenate([*spans, np.empty(0, dtype=np.int64)])


def distinct(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each value once, in order.

    As np.unique, which brings masked arrays when it is first called: 10 ms of a new
    process's first question.
    """
    ordered = np.sort(values)
    return ordered[np.diff(ordered, prepend=-1) > 0]


def _columns(
    rows: Sequence[tuple[int, int, str]], articles: Sequence[ArticleSummary]
) -> NDArray[np.int64]:
    """Return chunk keys, vector keys and owners, a line for each chunk."""
    places = {one.article_id: n for n, one in enumerate(articles)}
    # what came between the two queries is read with the next change
    known = [(a, b, places[owner]) for a, b, owner in rows if owner in places]
    return np.array(known, dtype=np.int64).reshape(-1, 3)


def _by_id(articles: Iterable[ArticleSummary]) -> tuple[ArticleSummary, ...]:
    return tuple(sorted(articles, key=lambda one: one.article_id))


def _stories(
    articles: Sequence[ArticleSummary], pairs: Sequence[tuple[str, str]]
) -> Rows:
    """Return a number for each article: that of the first one of its story."""
    first = list(range(len(articles)))
    places = {one.article_id: n for n, one in enumerate(articles)} if pairs else {}

    def root(n: int) -> int:
        while first[n] != n:
            first[n] = n = first[first[n]]
        return n

    for pair in pairs:
        if places.keys() >= set(pair):
            a, b = sorted(root(places[one]) for one in pair)
            first[b] = a
    return np.array([root(n) for n in range(len(first))] if pairs else first, np.int64)
