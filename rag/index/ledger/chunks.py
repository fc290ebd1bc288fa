"""The live chunks: what a projection's keys stand for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from rag.index.ledger.database import SLICE, Database
from rag.index.ledger.tables import LIVE, OF_VERSION, chunks, live_at, vectors, versions
from rag.schema import Chunk, IndexedChunk

_VALUES: sa.BindParameter[Any] = sa.bindparam("values", expanding=True)
_TEXT = sa.func.substr(
    versions.c.text, chunks.c.start + 1, chunks.c.end - chunks.c.start
)
_CHUNKS = sa.select(chunks, _TEXT, versions.c.pages).join(versions, OF_VERSION)
_BY_KEY = _CHUNKS.where(chunks.c.chunk_key.in_(_VALUES))
_OF_ARTICLE = _CHUNKS.where(chunks.c.article_id.in_(_VALUES))


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
        return self._indexed(_BY_KEY, chunk_keys, seq)

    def of_article(self, article_id: str, seq: int | None = None) -> list[IndexedChunk]:
        """Return the live chunks of an article; none where it was removed."""
        return self._indexed(_OF_ARTICLE, [article_id], seq)

    def rows(
        self, article_ids: Sequence[str] | None = None, seq: int | None = None
    ) -> list[tuple[int, int, str]]:
        """Return (chunk key, vector key, article id) of the live chunks.

        Those of some articles, by default of all; live after change `seq`, by default
        now. A chunk that lost its vector is left out; the doctor tells it.
        """
        # a subquery, not a join: SQLite would begin with all vectors of the embedder
        vector_key = (
            sa.select(vectors.c.vector_key)
            .where(
                vectors.c.embedder == self._database.recall("embedder"),
                vectors.c.text_hash == chunks.c.text_hash,
            )
            .scalar_subquery()
        )
        columns = sa.select(chunks.c.chunk_key, vector_key, chunks.c.article_id)
        statement = columns.join(versions, OF_VERSION)
        if article_ids is None:
            live = statement.where(_live(seq))
            found = list(self._database.rows(live))
        else:
            among = statement.where(chunks.c.article_id.in_(_VALUES), _live(seq))
            found = self._among(among, article_ids)
        return [
            (key, vector_key, article_id)
            for key, vector_key, article_id in map(tuple, found)
            if vector_key is not None
        ]

    def _indexed(
        self, statement: sa.Select[Any], values: Sequence[object], seq: int | None
    ) -> list[IndexedChunk]:
        live = _live_among(statement, past=seq is not None)
        return list(map(_indexed, self._among(live, values, seq)))

    def _among(
        self,
        statement: sa.Select[Any],
        values: Sequence[object],
        seq: int | None = None,
    ) -> list[sa.Row[Any]]:
        return [
            row
            for at in range(0, len(values), SLICE)
            for row in self._database.rows(
                statement, values=values[at : at + SLICE], seq=seq
            )
        ]


@cache  # of two queries that are asked at every search
def _live_among(statement: sa.Select[Any], *, past: bool) -> sa.Select[Any]:
    return statement.where(live_at(sa.bindparam("seq")) if past else LIVE)


def _live(seq: int | None) -> sa.ColumnElement[bool]:
    return LIVE if seq is None else live_at(seq)


def _indexed(row: sa.Row[Any]) -> IndexedChunk:
    # by position, in the order of the table: this runs at every search
    key, article_id, version, *part, text, pages = tuple(row)
    return IndexedChunk(key, article_id, version, Chunk(*part), text, pages)
