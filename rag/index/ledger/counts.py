"""Counts of what is in the ledger."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from rag.index.ledger.database import Database
from rag.index.ledger.tables import LIVE, OF_VERSION, changes, chunks, vectors, versions


@dataclass(frozen=True, slots=True)
class Counts:
    """Live articles and their chunks, and all versions and vectors that are kept.

    `last_change` is the number of the last change and `last_at` its time; 0 and "" in
    an empty index.
    """

    articles: int
    versions: int
    chunks: int
    vectors: int
    last_change: int
    last_at: str


def count(database: Database) -> Counts:
    """Count everything, as of one moment."""
    number = sa.func.count()
    live_chunks = (
        sa.select(number).select_from(chunks).join(versions, OF_VERSION).where(LIVE)
    )
    last_at = sa.select(changes.c.at).order_by(changes.c.seq.desc()).limit(1)
    parts = {
        "articles": sa.select(number).select_from(versions).where(LIVE),
        "versions": sa.select(number).select_from(versions),
        "chunks": live_chunks,
        "vectors": sa.select(number).select_from(vectors),
        "last_change": sa.select(sa.func.coalesce(sa.func.max(changes.c.seq), 0)),
        "last_at": sa.select(sa.func.coalesce(last_at.scalar_subquery(), "")),
    }
    columns = (part.scalar_subquery().label(name) for name, part in parts.items())
    return Counts(**database.mappings(sa.select(*columns))[0])


def count_since(database: Database, seq: int) -> int:
    """Count the changes after number `seq`."""
    later = sa.select(sa.func.count()).where(changes.c.seq > seq)
    return int(database.rows(later)[0][0])
