"""The live chunks: what a projection's keys stand for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from rag.ledger.database import SLICE, Database
from rag.ledger.tables import LIVE, OF_VERSION, chunks, vectors, versions
from rag.schema import Chunk, IndexedChunk


class Chunks:
    """Chunks of live articles, by their own keys or by those of their vectors."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by_key(self, chunk_keys: Sequence[int]) -> list[IndexedChunk]:
        """Return the live ones among these chunks, in no particular order."""
        return self._live(chunks.c.chunk_key, chunk_keys)

    def by_vector(self, vector_keys: Sequence[int]) -> list[IndexedChunk]:
        """Return all live chunks that have one of these vectors."""
        return self._live(vectors.c.vector_key, vector_keys)

    def of_article(self, article_id: str) -> list[IndexedChunk]:
        """Return the live chunks of an article; none where it was removed."""
        return self._live(chunks.c.article_id, [article_id])

    def _live(
        self, column: sa.Column[Any], values: Sequence[object]
    ) -> list[IndexedChunk]:
        c = chunks.c
        statement = (
            sa.select(
                c.chunk_key,
                vectors.c.vector_key,
                c.article_id,
                c.version,
                c.ordinal,
                c.start,
                c.end,
                c.heading,
                c.text_hash,
            )
            .join(versions, OF_VERSION)
            .join(vectors, vectors.c.text_hash == c.text_hash)
            .where(LIVE, vectors.c.embedder == self._database.recall("embedder"))
        )
        found: list[IndexedChunk] = []
        for at in range(0, len(values), SLICE):
            some = statement.where(column.in_(values[at : at + SLICE]))
            for row in self._database.rows(some):
                part = Chunk(**{name: getattr(row, name) for name in Chunk.__slots__})
                found.append(
                    IndexedChunk(
                        row.chunk_key,
                        row.vector_key,
                        row.article_id,
                        row.version,
                        part,
                    )
                )
        return found
