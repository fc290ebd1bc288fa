"""The articles, their versions and the change log."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from rag.errors import ArticleNotFound
from rag.index.history import Change
from rag.index.ledger.database import SLICE, Database
from rag.index.ledger.log import record
from rag.index.ledger.stories import Stories
from rag.index.ledger.tables import (
    LIVE,
    OF_VERSION,
    articles,
    changes,
    chunks,
    live_at,
    versions,
)
from rag.schema import Article, ArticleSummary, Chunk

# A line of the list of articles, without its order.
_SUMMARY = sa.select(
    versions.c.article_id,
    versions.c.title,
    versions.c.author,
    versions.c.publisher,
    versions.c.published,
    articles.c.source,
    versions.c.language,
    versions.c.version,
    sa.select(sa.func.count()).where(OF_VERSION).scalar_subquery().label("chunks"),
    sa.case((LIVE, "live"), else_="removed").label("state"),
    versions.c.flags,
).join(articles, articles.c.article_id == versions.c.article_id)
# Made once: these are asked for every article that comes.
_OF_ARTICLE = versions.c.article_id == sa.bindparam("article_id")
_OF_IT = (
    sa.select(versions, articles.c.source)
    .join(articles, articles.c.article_id == versions.c.article_id)
    .where(_OF_ARTICLE)
)
_NEWEST = _OF_IT.order_by(versions.c.version.desc()).limit(1)
_VERSION = _OF_IT.where(versions.c.version == sa.bindparam("version"))
_CURRENT = (
    sa.select(
        versions.c.article_id,
        versions.c.version,
        versions.c.raw_hash,
        LIVE.label("live"),
    )
    .join(articles, articles.c.article_id == versions.c.article_id)
    .where(articles.c.source == sa.bindparam("source"))
    .order_by(versions.c.version.desc())
    .limit(1)
)
_READ = sa.select(versions.c.version).where(
    versions.c.raw_hash == sa.bindparam("raw_hash"), LIVE
)
_KNOWN = sa.select(articles.c.source).where(
    articles.c.article_id == sa.bindparam("article_id")
)
_LIVE_COUNT = sa.select(sa.func.count()).where(_OF_ARTICLE, LIVE)


@dataclass(frozen=True, slots=True)
class Stored:
    """What an ingest must know of the newest version of an article.

    `raw_hash` is that of the file it was read from, front matter included.
    """

    article_id: str
    version: int
    raw_hash: str
    live: bool


class Articles:
    """What is live, what was, and in which order it came and went."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.stories = Stories(database)
        # safe to keep: the text of a version never changes
        self.text = lru_cache(maxsize=256)(self._text)

    def last_change(self) -> int:
        """Return the number of the last change, 0 for an empty index."""
        rows = self._database.rows(sa.select(sa.func.max(changes.c.seq)))
        return int(rows[0][0] or 0)

    def change_at(self, moment: dt.datetime) -> int:
        """Return the number of the last change up to a moment; UTC unless it says."""
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=dt.UTC)
        until = moment.astimezone(dt.UTC).isoformat(timespec="milliseconds")
        latest = sa.select(sa.func.max(changes.c.seq)).where(changes.c.at <= until)
        return int(self._database.rows(latest)[0][0] or 0)

    def changes_since(self, seq: int) -> list[Change]:
        """Return the changes after number `seq`, oldest first."""
        statement = (
            sa.select(changes).where(changes.c.seq > seq).order_by(changes.c.seq)
        )
        return [Change(**row) for row in self._database.mappings(statement)]

    def summaries(self) -> list[ArticleSummary]:
        """Return a line for every article, removed ones too, in order of arrival."""
        latest = (
            sa.select(versions.c.article_id, sa.func.max(versions.c.version).label("v"))
            .group_by(versions.c.article_id)
            .subquery()
        )
        v = versions.c
        newest = sa.and_(latest.c.article_id == v.article_id, latest.c.v == v.version)
        return self._summaries(_SUMMARY.join(latest, newest))

    def standing(
        self, article_ids: Sequence[str] | None = None, seq: int | None = None
    ) -> list[ArticleSummary]:
        """Return a line for every live article, or for those of some articles.

        With `seq`, those that were live after that change, in the version of then.
        """
        statement = _SUMMARY.where(LIVE if seq is None else live_at(seq))
        if article_ids is None:
            return self._summaries(statement)
        return [
            one
            for at in range(0, len(article_ids), SLICE)
            for one in self._summaries(
                statement.where(versions.c.article_id.in_(article_ids[at : at + SLICE]))
            )
        ]

    def _summaries(self, statement: sa.Select[Any]) -> list[ArticleSummary]:
        ordered = statement.order_by(versions.c.since)
        return [ArticleSummary(**row) for row in self._database.mappings(ordered)]

    def article(self, article_id: str, version: int | None = None) -> Article:
        """Return a version of an article, the newest by default.

        Old versions and those of removed articles stay readable. Raises
        ArticleNotFound.
        """
        if version is None:
            rows = self._database.rows(_NEWEST, article_id=article_id)
        else:
            key = {"article_id": article_id, "version": version}
            rows = self._database.rows(_VERSION, **key)
        if not rows:
            what = "" if version is None else f"version {version} of "
            raise ArticleNotFound(
                f"There is no {what}article {article_id} in the index; newsdesk "
                "articles lists them."
            )
        return Article(**{name: getattr(rows[0], name) for name in Article.__slots__})

    def _text(self, article_id: str, version: int) -> str:
        return self.article(article_id, version).text

    def resolve(self, name: str, *, removed: bool = False) -> str:
        """Return the article id meant by an id, a source, or a source's last part.

        Only live articles are looked at, or `removed` ones too. Raises ArticleNotFound
        where none or more than one fits.
        """
        known = [one for one in self.summaries() if removed or one.state == "live"]
        for fits in (
            [a for a in known if name in (a.article_id, a.source)],
            [a for a in known if Path(a.source).name == Path(name).name],
        ):
            if len(fits) == 1:
                return fits[0].article_id
            if fits:
                ids = ", ".join(a.article_id for a in fits)
                raise ArticleNotFound(
                    f"{name} names several articles; give one of the ids {ids}."
                )
        raise ArticleNotFound(
            f"There is no article {name} in the index; newsdesk articles lists them."
        )

    def current(self, source: str) -> Stored | None:
        """Return what is stored of the newest version from `source`, if anything."""
        for row in self._database.mappings(_CURRENT, source=source):
            return Stored(**row)
        return None

    def same_file(self, raw_hash: str) -> list[ArticleSummary]:
        """Return the live articles that were read from a file with this hash."""
        if not self._database.rows(_READ, raw_hash=raw_hash):  # nearly always
            return []
        return self._summaries(_SUMMARY.where(versions.c.raw_hash == raw_hash, LIVE))

    def move(self, article_id: str, source: str) -> Change:
        """Say that an article now comes from `source`; nothing else of it changes.

        Call inside `writing()`.
        """
        version = self.article(article_id).version
        with self._database.transaction() as connection:
            connection.execute(
                articles.update()
                .where(articles.c.article_id == article_id)
                .values(source=source)
            )
            return record(connection, "moved", article_id, version)

    def new_id(self, source: str) -> str:
        """Return an id for an article that comes from `source` for the first time.

        It depends on `source` alone, unless an article that was there has moved away.
        """
        sources = (f"{source}{'+' * n}" for n in itertools.count())
        ids = (hashlib.sha256(one.encode()).hexdigest()[:12] for one in sources)
        known = partial(self._database.rows, _KNOWN)
        return next(one for one in ids if not known(article_id=one))

    def commit(self, article: Article, parts: Sequence[Chunk], raw_hash: str) -> Change:
        """Make `article` the live version, in one transaction.

        The version before it, if any, is superseded by the same transaction and stays
        addressable. Every chunk must have a vector. Call inside `writing()`.
        """
        with self._database.transaction() as connection:
            first = article.version == 1
            replaced = not first and _live_count(connection, article.article_id)
            kind = "changed" if replaced else "added"
            change = record(connection, kind, article.article_id, article.version)
            if first:
                row = {"article_id": article.article_id, "source": article.source}
                connection.execute(articles.insert(), row)
            if replaced:
                _end_live(connection, article.article_id, change.seq)
            kept = set(Article.__slots__) - {"source"}
            fields = {name: getattr(article, name) for name in kept}
            fields |= {"raw_hash": raw_hash, "since": change.seq}
            connection.execute(versions.insert(), fields)
            if parts:
                connection.execute(chunks.insert(), _chunk_rows(article, parts))
            self.stories.compare(connection, change.seq, article.text)
        return change

    def remove(self, article_id: str) -> Change:
        """Withdraw an article: nobody finds it any more. Its versions stay readable.

        Raises ArticleNotFound where no live article has that id. Call inside
        `writing()`.
        """
        version = self.article(article_id).version
        with self._database.transaction() as connection:
            change = record(connection, "removed", article_id, version)
            if not _end_live(connection, article_id, change.seq):
                raise ArticleNotFound(f"The article {article_id} was already removed.")
        return change


def _chunk_rows(article: Article, parts: Sequence[Chunk]) -> list[Mapping[str, object]]:
    owner = {"article_id": article.article_id, "version": article.version}
    return [
        owner | {name: getattr(part, name) for name in Chunk.__slots__}
        for part in parts
    ]


def _live_count(connection: sa.Connection, article_id: str) -> int:
    counted = connection.execute(_LIVE_COUNT, {"article_id": article_id})
    return int(counted.scalar_one())


def _end_live(connection: sa.Connection, article_id: str, seq: int) -> int:
    ended = connection.execute(
        versions.update()
        .where(versions.c.article_id == article_id, LIVE)
        .values(until=seq)
    )
    return ended.rowcount
