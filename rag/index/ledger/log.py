"""The change log: what came, changed, moved and left, in order."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from rag.errors import ArticleNotFound
from rag.index.history import Change, LogEntry, VersionState
from rag.index.ledger.database import Database
from rag.index.ledger.tables import changes, versions

_LATEST = sa.select(changes.c.at).order_by(changes.c.seq.desc()).limit(1)
_INSERT = changes.insert()


def record(
    connection: sa.Connection, kind: str, article_id: str, version: int
) -> Change:
    """Write the next line of the log, as part of the caller's transaction.

    Time never goes backwards in it, even where the clock of the machine did.
    """
    now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    at = max(now, connection.execute(_LATEST).scalar() or now)
    values = {"at": at, "kind": kind, "article_id": article_id, "version": version}
    result = connection.execute(_INSERT, values)
    return Change(int(result.lastrowid), at, kind, article_id, version)


def entries(database: Database) -> list[LogEntry]:
    """Return every line of the log with the title the version had, oldest first."""
    c = changes.c
    title = sa.func.coalesce(versions.c.title, "")
    statement = (
        sa.select(c.at, c.kind, c.article_id, title.label("title"), c.version)
        .outerjoin(
            versions,
            sa.and_(
                versions.c.article_id == c.article_id, versions.c.version == c.version
            ),
        )
        .order_by(c.seq)
    )
    return [LogEntry(**row) for row in database.mappings(statement)]


def version_state(database: Database, article_id: str, version: int) -> VersionState:
    """Return how a version stands; raises ArticleNotFound where there is no article."""
    v = versions.c
    came, left = changes.alias(), changes.alias()
    statement = (
        sa.select(
            v.version.label("newest"),
            came.c.at.label("newest_at"),
            sa.func.coalesce(left.c.at, "").label("removed_at"),
        )
        .join(came, came.c.seq == v.since)
        .outerjoin(left, left.c.seq == v.until)
        .where(v.article_id == article_id)
        .order_by(v.version.desc())
        .limit(1)
    )
    for row in database.mappings(statement):
        return VersionState(article_id, version, **row)
    raise ArticleNotFound(
        f"There is no article {article_id} in the index; newsdesk articles lists them."
    )
