"""The live chunks: what a projection's keys stand for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from rag.ledger.database import SLICE, Database
from rag.ledger.tables import LIVE, OF_VERSION, chunks, live_at, vectors, versions
from rag.schema import Chunk, IndexedChunk


class Chunks:
    """Chunks of live articles, by their own keys or by those of their vectors."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by_key(self, chunk_keys: Sequence[int]) -> list[IndexedChunk]:
        """Return the live ones among these chunks, in no particular order."""
        return self._live(chunk_keys, chunks.c.chunk_key.in_)

    def by_vector(self, vector_keys: Sequence[int]) -> list[IndexedChunk]:
        """Return all live chunks that have one of these vectors."""
        return self._live(vector_keys, _with_vector)

    def of_article(self, article_id: str) -> list[IndexedChunk]:
        """Return the live chunks of an article; none where it was removed."""
        return self._live([article_id], chunks.c.article_id.in_)

    def at(self, seq: int) -> list[IndexedChunk]:
        """Return the chunks that were live after change `seq`, in order."""
        statement = self._statement(live_at(seq)).order_by(chunks.c.chunk_key)
        return [_indexed(row) for row in self._database.rows(statement)]

    def _live(
        self,
        values: Sequence[object],
        condition: Callable[[Sequence[object]], sa.ColumnElement[bool]],
    ) -> list[IndexedChunk]:
        statement = self._statement(LIVE)
        found: list[IndexedChunk] = []
        for at in range(0, len(values), SLICE):
            some = statement.where(condition(values[at : at + SLICE]))
            found += [_indexed(row) for row in self._database.rows(some)]
        return found

    def _statement(self, live: sa.ColumnElement[bool]) -> sa.Select[Any]:
        # a subquery, not a join: SQLite would begin with all vectors of the embedder
        vector_key = (
            sa.select(vectors.c.vector_key)
            .where(
                vectors.c.embedder == self._database.recall("embedder"),
                vectors.c.text_hash == chunks.c.text_hash,
            )
            .scalar_subquery()
        )
        return sa.select(chunks, vector_key).join(versions, OF_VERSION).where(live)


def _indexed(row: sa.Row[Any]) -> IndexedChunk:
    # by position, in the order of the table: this runs at every search
    key, article_id, version, *part, vector_key = tuple(row)
    return IndexedChunk(key, vector_key, article_id, version, Chunk(*part))


def _with_vector(vector_keys: Sequence[object]) -> sa.ColumnElement[bool]:
    hashes = sa.select(vectors.c.text_hash).where(vectors.c.vector_key.in_(vector_keys))
    return chunks.c.text_hash.in_(hashes)
