"""The ledger's tables. Only `rag/index/ledger` reads and writes them."""

from typing import Any

import numpy as np
from sqlalchemy import (
    BindParameter,
    Boolean,
    Column,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    and_,
    or_,
)

SCHEMA_VERSION = 2

metadata = MetaData()


class _Numbers(TypeDecorator[tuple[int, ...]]):
    """Numbers as uint32, little-endian, one behind the other."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: object) -> bytes:
        return np.array(value, dtype="<u4").tobytes()

    def process_result_value(self, value: Any, _dialect: object) -> tuple[int, ...]:
        return tuple(np.frombuffer(value, dtype="<u4").tolist()) if value else ()


class _Names(TypeDecorator[tuple[str, ...]]):
    """Names without commas, with commas between them."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: object) -> str:
        return ",".join(value)

    def process_result_value(self, value: Any, _dialect: object) -> tuple[str, ...]:
        return tuple(value.split(",")) if value else ()


# How the index was made: schema version, embedder, dimension.
settings = Table(
    "settings",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# The ordered log of what happened. A projection remembers the last `seq` it applied.
changes = Table(
    "changes",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", Text, nullable=False),  # UTC, ISO 8601
    Column("kind", Text, nullable=False),  # see rag.index.history.Change
    Column("article_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    sqlite_autoincrement=True,
)

# What stays the same from version to version: who an article is, where it comes from.
articles = Table(
    "articles",
    metadata,
    Column("article_id", Text, primary_key=True),
    Column("source", Text, nullable=False, unique=True),
)

# A version is live from change `since` until change `until`; NULL means it still is.
versions = Table(
    "versions",
    metadata,
    Column("article_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("since", Integer, nullable=False),
    Column("until", Integer),
    Column("title", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("published", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("raw_hash", Text, nullable=False),  # of the file's bytes: unchanged files
    Column("pages", _Numbers, nullable=False),  # where they begin
    Column("flags", _Names, nullable=False),
    Column("text", Text, nullable=False),
    ForeignKeyConstraint(["article_id"], ["articles.article_id"]),
    Index("versions_since", "since"),
    Index("versions_raw_hash", "raw_hash"),
)

chunks = Table(
    "chunks",
    metadata,
    Column("chunk_key", Integer, primary_key=True),
    Column("article_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("heading", Text, nullable=False),
    Column("text_hash", Text, nullable=False),
    UniqueConstraint("article_id", "version", "ordinal"),
    ForeignKeyConstraint(
        ["article_id", "version"], ["versions.article_id", "versions.version"]
    ),
    Index("chunks_text_hash", "text_hash"),
    sqlite_autoincrement=True,  # a key is never used again, not even after a purge
)

# Keyed by embedder and text, so that nothing is ever embedded twice.
vectors = Table(
    "vectors",
    metadata,
    Column("vector_key", Integer, primary_key=True),
    Column("embedder", Text, nullable=False),
    Column("text_hash", Text, nullable=False),
    Column("vector", LargeBinary, nullable=False),  # float32, little-endian
    UniqueConstraint("embedder", "text_hash"),
    sqlite_autoincrement=True,
)

# What is compared of a version, and which versions are copies; see `stories`.
# A version is named by the change that brought it.
marks = Table(
    "marks",
    metadata,
    Column("since", Integer, primary_key=True),
    Column("marks", LargeBinary, nullable=False),  # uint32, little-endian
)
copies = Table(
    "copies",
    metadata,
    Column("later", Integer, primary_key=True),
    Column("earlier", Integer, primary_key=True),
)

# The feeds that are followed; see rag.index.ledger.arrivals for these three.
feeds = Table(
    "feeds",
    metadata,
    Column("url", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("every", Integer, nullable=False),  # seconds
    Column("next_at", Text, nullable=False),  # UTC, ISO 8601
    Column("last_at", Text, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("etag", Text, nullable=False),
    Column("modified", Text, nullable=False),
    Column("paused", Boolean, nullable=False),
)

# What was fetched, by the SHA-256 of its address, which outlives a purge.
pages = Table(
    "pages",
    metadata,
    Column("key", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("etag", Text, nullable=False),
    Column("modified", Text, nullable=False),
    Column("entry", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Index("pages_source", "source"),
)

# What could not be ingested.
failures = Table(
    "failures",
    metadata,
    Column("name", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("at", Text, nullable=False),  # UTC, ISO 8601
)


def live_at(seq: int | BindParameter[int]) -> ColumnElement[bool]:
    """Return the condition that a version was live after change `seq`."""
    v = versions.c
    return and_(v.since <= seq, or_(v.until.is_(None), v.until > seq))


# Conditions that more than one query needs.
LIVE = versions.c.until.is_(None)
OF_VERSION = and_(
    chunks.c.article_id == versions.c.article_id, chunks.c.version == versions.c.version
)
