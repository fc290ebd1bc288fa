"""What an index finds, chunk by chunk, for tests of the index."""

from collections.abc import Callable

from rag.embedding import Vectors
from rag.index.catalog import Rows
from rag.index.index import Index
from rag.index.searcher import Scores, Searcher
from rag.schema import IndexedChunk

Found = list[tuple[IndexedChunk, float]]


def nearest(index: Index, vector: Vectors, limit: int) -> Found:
    """Return the chunks nearest to a vector with their cosines."""
    return _found(index, lambda searcher: searcher.nearest(vector, limit))


def matching(index: Index, words: str, limit: int) -> Found:
    """Return the chunks that share words with a text, with their scores."""
    return _found(index, lambda searcher: searcher.matching(words, limit))


def _found(index: Index, search: Callable[[Searcher], tuple[Rows, Scores]]) -> Found:
    """Search, again if something was removed meanwhile, as a question does."""
    for last_try in (False, True):
        searcher = index.searcher()
        rows, scores = search(searcher)
        try:
            return list(zip(searcher.chunks(rows), scores.tolist(), strict=True))
        except KeyError:
            if last_try:
                raise
    return []
