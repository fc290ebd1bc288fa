"""What was noted of a version beside its text: its pages, and what is suspect."""

from __future__ import annotations

from typing import Any

import numpy as np
import sqlalchemy as sa

from rag.index.ledger.database import Database
from rag.index.ledger.tables import metadata, readings, versions
from rag.schema import Article

_BETWEEN = ","
_NOTED = (
    sa.select(readings.c.pages, readings.c.flags)
    .join(versions, versions.c.since == readings.c.since)
    .where(
        versions.c.article_id == sa.bindparam("article_id"),
        versions.c.version == sa.bindparam("version"),
    )
)


def note(connection: sa.Connection, since: int, article: Article) -> None:
    """Keep what was noted of the version that change `since` brings, if anything.

    An index from before such was kept has no table for it: it is made when needed.
    """
    if not article.pages and not article.flags:
        return
    metadata.create_all(connection, tables=[readings])
    pages = np.array(article.pages, dtype="<u4").tobytes()
    flags = _BETWEEN.join(article.flags)
    connection.execute(readings.insert().values(since=since, pages=pages, flags=flags))


def noted(database: Database, article_id: str, version: int) -> dict[str, Any]:
    """Return the `pages` and `flags` of a version."""
    key = {"article_id": article_id, "version": version}
    rows = database.rows(_NOTED, **key) if database.has(readings) else []
    if not rows:
        return {"pages": (), "flags": ()}
    return {
        "pages": split_pages(rows[0].pages),
        "flags": split_flags(rows[0].flags),
    }


def with_noted(
    statement: sa.Select[Any], name: str, nothing: str | bytes, *, there: bool
) -> sa.Select[Any]:
    """Return a query of versions with what was noted as another, last column.

    `name` is "pages" or "flags"; `nothing` stands where neither was noted. `there` is
    whether the ledger has `readings`.
    """
    if not there:
        return statement.add_columns(sa.literal(nothing).label(name))
    column = sa.func.coalesce(readings.c[name], nothing).label(name)
    noted_of = readings.c.since == versions.c.since
    return statement.add_columns(column).outerjoin(readings, noted_of)


def split_pages(pages: bytes) -> tuple[int, ...]:
    """Return where the pages of a version begin, as they are kept."""
    return tuple(np.frombuffer(pages, dtype="<u4").tolist()) if pages else ()


def split_flags(flags: str) -> tuple[str, ...]:
    """Return the flags of a version as they are kept, one by one."""
    return tuple(flags.split(_BETWEEN)) if flags else ()
