"""Purging: an article leaves with every byte of it."""

from __future__ import annotations

import time
import uuid

import sqlalchemy as sa

from rag.errors import IndexBusy
from rag.index.history import Change
from rag.index.ledger.arrivals import forget_article
from rag.index.ledger.database import LEDGER, Database, set_setting
from rag.index.ledger.log import record
from rag.index.ledger.tables import (
    articles,
    changes,
    chunks,
    marks,
    vectors,
    versions,
)

_UNFINISHED = "purging"  # a setting that is there until the last byte is gone


def delete_article(database: Database, article_id: str) -> Change:
    """Delete all versions of an article and all vectors that no other article uses.

    Its lines in the change log go too; one that says "purged" stays. Deleted rows are
    overwritten, but copies of them remain until `scrub`. Call inside `writing()`.
    """
    with database.transaction() as connection:
        forget_article(connection, article_id)
        own = sa.select(versions.c.since).where(versions.c.article_id == article_id)
        connection.execute(marks.delete().where(marks.c.since.in_(own)))
        for table in (chunks, versions, changes, articles):
            connection.execute(table.delete().where(table.c.article_id == article_id))
        used = sa.select(chunks.c.text_hash)
        connection.execute(vectors.delete().where(vectors.c.text_hash.not_in(used)))
        set_setting(connection, _UNFINISHED, article_id)
        # a version number may now come again with another text
        set_setting(connection, "epoch", uuid.uuid4().hex)
        return record(connection, "purged", article_id, 0)


def scrub(database: Database, timeout: float) -> None:
    """Rewrite the ledger without its free pages and empty its write-ahead log.

    Raises IndexBusy where readers hold on to the log for more than `timeout` seconds.
    Call inside `writing()`.
    """
    for aside in database.folder.glob(f"{LEDGER}.*"):  # left by a restore
        aside.unlink()
    database.execute("VACUUM")
    gives_up = time.monotonic() + timeout
    while not database.empty_log():
        if time.monotonic() > gives_up:
            raise IndexBusy(
                f"The article is purged, but another process still reads the old state "
                f"of {database.folder}, which holds its text; end that process, then "
                "run: newsdesk doctor."
            )
        time.sleep(0.05)
    with database.transaction() as connection:
        set_setting(connection, _UNFINISHED, None)


def unfinished(database: Database) -> str | None:
    """Return the id of the article whose purge was cut off, if one was."""
    return database.recall(_UNFINISHED)
