"""The live chunks: what a projection's keys stand for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from rag.ledger.database import SLICE, Database
from rag.ledger.tables import LIVE, OF_VERSION, chunks, live_at, vectors, versions
from rag.schema import Chunk, IndexedChunk


class Chunks:
    """Chunks of live articles, by their own keys or by those of their vectors."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by_key(
        self, chunk_keys: Sequence[int], seq: int | None = None
    ) -> list[IndexedChunk]:
        """Return the live ones among these chunks, in no particular order.

        With `seq`, those that were live after that change.
        """
        return self._where(chunks.c.chunk_key, chunk_keys, seq)

    def of_article(self, article_id: str, seq: int | None = None) -> list[IndexedChunk]:
        """Return the live chunks of an article; none where it was removed."""
        return self._where(chunks.c.article_id, [article_id], seq)

    def rows(
        self, article_ids: Sequence[str] | None = None, seq: int | None = None
    ) -> list[tuple[int, int, str]]:
        """Return (chunk key, vector key, article id) of the live chunks.

        Those of some articles, by default of all; live after change `seq`, by default
        now. A chunk that lost its vector is left out; the doctor tells it.
        """
        live = LIVE if seq is None else live_at(seq)
        statement = (
            sa.select(chunks.c.chunk_key, self._vector_key(), chunks.c.article_id)
            .join(versions, OF_VERSION)
            .where(live)
        )
        if article_ids is None:
            found = list(self._database.rows(statement))
        else:
            found = [
                row
                for at in range(0, len(article_ids), SLICE)
                for row in self._database.rows(
                    statement.where(
                        chunks.c.article_id.in_(article_ids[at : at + SLICE])
                    )
                )
            ]
        return [
            (key, vector_key, article_id)
            for key, vector_key, article_id in map(tuple, found)
            if vector_key is not None
        ]

    def _where(
        self, column: sa.Column[Any], values: Sequence[object], seq: int | None
    ) -> list[IndexedChunk]:
        statement = (
            sa.select(chunks, self._vector_key())
            .join(versions, OF_VERSION)
            .where(LIVE if seq is None else live_at(seq))
        )
        return [
            _indexed(row)
            for at in range(0, len(values), SLICE)
            for row in self._database.rows(
                statement.where(column.in_(values[at : at + SLICE]))
            )
        ]

    def _vector_key(self) -> sa.ScalarSelect[Any]:
        # a subquery, not a join: SQLite would begin with all vectors of the embedder
        return (
            sa.select(vectors.c.vector_key)
            .where(
                vectors.c.embedder == self._database.recall("embedder"),
                vectors.c.text_hash == chunks.c.text_hash,
            )
            .scalar_subquery()
        )


def _indexed(row: sa.Row[Any]) -> IndexedChunk:
    # by position, in the order of the table: this runs at every search
    key, article_id, version, *part, vector_key = tuple(row)
    return IndexedChunk(key, vector_key, article_id, version, Chunk(*part))
