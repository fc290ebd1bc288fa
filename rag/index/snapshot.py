"""The collection as it stood after one change: all of it is searched exactly."""

from __future__ import annotations

from collections.abc import Iterator

from rag.index.catalog import Catalog
from rag.index.ledger import Ledger
from rag.index.searcher import Searcher, VectorTable
from rag.index.vectors import NOTHING
from rag.index.words import WordProjection, Words, words_of


def snapshot(ledger: Ledger, seq: int) -> Searcher:
    """Return what was live after change `seq`, ready to be searched.

    The words are indexed anew, in memory: 1 000 articles take about a second.
    """
    catalog = Catalog.of(ledger, seq)

    def words() -> Iterator[tuple[str, Iterator[Words]]]:
        for one in catalog.articles:
            chunks = ledger.chunks.of_article(one.article_id, seq)
            yield one.article_id, words_of(one, chunks)

    return Searcher(
        ledger,
        catalog,
        VectorTable.of(catalog, NOTHING, ledger, before=None),
        WordProjection.in_memory(words()),
        approximate=None,
        seq=seq,
    )
