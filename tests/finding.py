"""What an index finds, chunk by chunk, for tests of the index."""

from rag.embedding import Vectors
from rag.index import Index
from rag.schema import IndexedChunk

Found = list[tuple[IndexedChunk, float]]


def nearest(index: Index, vector: Vectors, limit: int) -> Found:
    """Return the chunks nearest to a vector with their cosines."""
    searcher = index.searcher()
    rows, cosines = searcher.nearest(vector, limit)
    return list(zip(searcher.chunks(rows), cosines.tolist(), strict=True))


def matching(index: Index, words: str, limit: int) -> Found:
    """Return the chunks that share words with a text, with their scores."""
    searcher = index.searcher()
    rows, scores = searcher.matching(words, limit)
    return list(zip(searcher.chunks(rows), scores.tolist(), strict=True))
