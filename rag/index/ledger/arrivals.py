"""Followed feeds, fetched pages, and what could not be ingested."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from rag.index.ledger.database import SLICE, Database
from rag.index.ledger.tables import articles, failures, feeds, pages


@dataclass(frozen=True, slots=True)
class Followed:
    """A feed that is followed and how it does.

    It is asked every `every` seconds, next at `next_at` (UTC, ISO 8601; so is
    `last_at`, of the last time that it answered, or ""). `failed` counts how often it
    failed since, `reason` says why, "" where it is well. `etag` and `modified` are what
    its server said of its state. While it is `paused` it is not asked.
    """

    url: str
    title: str
    every: int
    next_at: str
    last_at: str = ""
    failed: int = 0
    reason: str = ""
    etag: str = ""
    modified: str = ""
    paused: bool = False


@dataclass(frozen=True, slots=True)
class PageMemory:
    """What is remembered of an address that was fetched.

    `source` is that of its article, "" where there is none (any more). `entry` is the
    hash of the feed's entry that led to it, `tries` how often it failed since.
    """

    source: str = ""
    etag: str = ""
    modified: str = ""
    entry: str = ""
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be ingested (a path or an address), why, and when (UTC)."""

    name: str
    reason: str
    at: str


class Arrivals:
    """Feeds, fetched pages and failures; each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- feeds ------------------------------------------------------------------------

    def followed(self) -> list[Followed]:
        """Return the feeds that are followed, by address."""
        rows = self._database.mappings(sa.select(feeds).order_by(feeds.c.url))
        return [Followed(**row) for row in rows]

    def follow(self, feed: Followed) -> None:
        """Keep a feed in the place of what was known of it."""
        self._put(feeds, asdict(feed))

    def polled(self, feed: Followed) -> None:
        """Keep what became of a feed that somebody may have unfollowed or paused."""
        known = asdict(feed)
        del known["paused"]
        self._write(feeds.update().where(feeds.c.url == feed.url).values(**known))

    def pause(self, url: str) -> None:
        """Let nobody ask a feed until `resume`; what is known of it stays."""
        self._write(feeds.update().where(feeds.c.url == url).values(paused=True))

    def resume(self, url: str) -> None:
        """Let a feed be asked again, when it would have been anyway."""
        self._write(feeds.update().where(feeds.c.url == url).values(paused=False))

    def unfollow(self, url: str) -> bool:
        """Forget a feed; return whether there was one."""
        return bool(self._write(feeds.delete().where(feeds.c.url == url)))

    # -- pages ------------------------------------------------------------------------

    def page(self, url: str) -> PageMemory | None:
        """Return what is remembered of an address that was fetched before."""
        wanted = sa.select(*(pages.c[name] for name in PageMemory.__slots__))
        rows = self._database.mappings(wanted.where(pages.c.key == _key(url)))
        return PageMemory(**rows[0]) if rows else None

    def remember(self, url: str, page: PageMemory) -> None:
        """Keep what is known of an address."""
        self._put(pages, {"key": _key(url), **asdict(page)})

    # -- failures ---------------------------------------------------------------------

    def failures(self) -> list[Failure]:
        """Return what could not be ingested so far, oldest first."""
        ordered = sa.select(failures).order_by(failures.c.at, failures.c.name)
        return [Failure(**row) for row in self._database.mappings(ordered)]

    def note(self, failed: Mapping[str, str], done: Iterable[str]) -> None:
        """Keep what `failed`, by name with its reason; forget what is `done`."""
        now = _now()
        rows = [{"name": n, "reason": why, "at": now} for n, why in failed.items()]
        for at in range(0, len(rows), SLICE):
            insert = failures.insert().prefix_with("OR REPLACE")
            self._write(insert.values(rows[at : at + SLICE]))
        over = sorted(set(done) - failed.keys())
        for at in range(0, len(over), SLICE):
            some = over[at : at + SLICE]
            self._write(failures.delete().where(failures.c.name.in_(some)))

    # -- writing ----------------------------------------------------------------------

    def _put(self, table: sa.Table, row: Mapping[str, object]) -> None:
        self._write(table.insert().prefix_with("OR REPLACE").values(**row))

    def _write(self, statement: sa.Insert | sa.Update | sa.Delete) -> int:
        with self._database.transaction() as connection:
            return connection.execute(statement).rowcount


def forget_article(connection: sa.Connection, article_id: str) -> None:
    """Forget where an article came from, as part of a purge.

    The hash of its address stays, so that a feed does not bring it back.
    """
    of = sa.select(articles.c.source).where(articles.c.article_id == article_id)
    source = connection.execute(of).scalar()
    blank = {"source": "", "etag": "", "modified": ""}
    connection.execute(pages.update().where(pages.c.source == source).values(**blank))
    connection.execute(failures.delete().where(failures.c.name == source))


def _key(url: str) -> str:
    return hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
