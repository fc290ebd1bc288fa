"""The vectors: kept by embedder and text, so that nothing is embedded twice."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa

from rag.embedding import Vectors
from rag.errors import EmbedderMismatch, IndexUnusable
from rag.index.ledger.database import SLICE, Database, keep_setting, set_setting
from rag.index.ledger.tables import (
    LIVE,
    OF_VERSION,
    chunks,
    settings,
    vectors,
    versions,
)

_FIRST = vectors.alias()
_EMBEDDER = sa.select(settings.c.value).where(settings.c.name == "embedder")
_WITH_SIZE = sa.select(
    vectors.c.vector_key,
    vectors.c.vector,
    sa.select(sa.func.length(_FIRST.c.vector))
    .where(_FIRST.c.embedder == _EMBEDDER.scalar_subquery())
    .limit(1)
    .scalar_subquery()
    .label("size"),  # of the index's first vector, in bytes
)
_KNOWN = sa.select(vectors.c.text_hash).where(
    vectors.c.embedder == sa.bindparam("embedder"),
    vectors.c.text_hash.in_(sa.bindparam("hashes", expanding=True)),
)
_INSERT = vectors.insert().prefix_with("OR IGNORE")


class VectorStore:
    """The truth about vectors; Chroma is a projection of the live ones."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def check_embedder(self, fingerprint: str) -> None:
        """Raise EmbedderMismatch unless the index's vectors are this embedder's.

        An index without vectors accepts any embedder; its first vectors settle it.
        """
        made_by = self.embedder()
        if made_by is not None and made_by != fingerprint:
            raise EmbedderMismatch(
                f"The index in {self._database.folder} was made with the embedder "
                f"{made_by}, not {fingerprint}; set NEWSDESK_EMBEDDER to the one it "
                "was made with, or ingest into a new folder."
            )

    def embedder(self) -> str | None:
        """Return the fingerprint of the embedder of this index, once it has vectors."""
        return self._database.recall("embedder")

    def dimension(self) -> int | None:
        """Return the length of the vectors of this index, once it has any."""
        length = sa.func.length(vectors.c.vector)
        of_index = vectors.c.embedder == self.embedder()
        rows = self._database.rows(sa.select(length).where(of_index).limit(1))
        return int(rows[0][0]) // 4 if rows else None

    def missing(self, text_hashes: Sequence[str], embedder: str) -> set[str]:
        """Return those of the text hashes that have no vector yet."""
        wanted = set(text_hashes)
        known: set[str] = set()
        hashes = sorted(wanted)
        for at in range(0, len(hashes), SLICE):
            some = hashes[at : at + SLICE]
            found = self._database.rows(_KNOWN, embedder=embedder, hashes=some)
            known.update(row.text_hash for row in found)
        return wanted - known

    def put(self, text_hashes: Sequence[str], matrix: Vectors, embedder: str) -> None:
        """Keep one vector per text hash. Nothing is found by it until it is committed.

        Needs no lock: vectors are content-addressed, and what is there is left alone.
        The first vectors of an index settle its embedder; those of another wait for
        `swap`.
        """
        rows = [
            {
                "embedder": embedder,
                "text_hash": text_hash,
                "vector": np.asarray(row, dtype="<f4").tobytes(),
            }
            for text_hash, row in zip(text_hashes, matrix, strict=True)
        ]
        with self._database.transaction(durable=False) as connection:
            keep_setting(connection, "embedder", embedder)
            connection.execute(_INSERT, rows)

    def unembedded(self, embedder: str) -> list[tuple[str, str]]:
        """Return (text hash, text) of all chunks, old ones too, without a vector."""
        v, c = vectors.c, chunks.c
        known = sa.exists().where(v.embedder == embedder, v.text_hash == c.text_hash)
        text = sa.func.substr(versions.c.text, c.start + 1, c.end - c.start)
        statement = (
            sa.select(c.text_hash, sa.func.min(text).label("text"))
            .join(versions, OF_VERSION)
            .where(~known)
            .group_by(c.text_hash)
        )
        return [(row.text_hash, row.text) for row in self._database.rows(statement)]

    def swap(self, embedder: str) -> None:
        """Make the vectors of this embedder those of the index; drop the others.

        In one transaction, which readers see as a new epoch. Every chunk must have a
        vector of it. Call inside `writing()`.
        """
        with self._database.transaction() as connection:
            set_setting(connection, "embedder", embedder)
            set_setting(connection, "epoch", uuid.uuid4().hex)
            connection.execute(vectors.delete().where(vectors.c.embedder != embedder))

    def by_key(self, vector_keys: Sequence[int]) -> tuple[list[int], Vectors]:
        """Return the vectors with these keys as (keys, matrix), one row per key.

        Raises IndexUnusable where one of them is damaged.
        """
        rows: list[sa.Row[Any]] = []
        for at in range(0, len(vector_keys), SLICE):
            some = vectors.c.vector_key.in_(vector_keys[at : at + SLICE])
            rows += self._database.rows(_WITH_SIZE.where(some))
        return self._matrix(rows)

    def live(self) -> tuple[list[int], Vectors]:
        """Return the distinct vectors of what is live.

        The result is (keys, matrix of shape (keys, dimension)).
        Raises IndexUnusable where one of them is damaged.
        """
        live = sa.select(chunks.c.text_hash).join(versions, OF_VERSION).where(LIVE)
        return self._matrix(
            self._database.rows(
                _WITH_SIZE.where(
                    vectors.c.embedder == self.embedder(), vectors.c.text_hash.in_(live)
                ).order_by(vectors.c.vector_key)
            )
        )

    def churn(self, since: int) -> int:
        """Return how many chunks came or went with the changes after `since`."""
        came_or_went = sa.or_(
            sa.and_(versions.c.since > since, LIVE), versions.c.until > since
        )
        counted = (
            sa.select(sa.func.count())
            .select_from(chunks)
            .join(versions, OF_VERSION)
            .where(came_or_went)
        )
        return int(self._database.rows(counted)[0][0])

    def _matrix(self, rows: Sequence[sa.Row[Any]]) -> tuple[list[int], Vectors]:
        if not rows:
            return [], np.empty((0, 0), dtype=np.float32)
        keys, blobs, (size, *_) = zip(*map(tuple, rows), strict=True)
        if set(map(len, blobs)) != {size} or size % 4:
            raise IndexUnusable(
                f"A vector in the ledger in {self._database.folder} is damaged (it has "
                "another length than the rest); restore a backup (newsdesk restore "
                "FILE)."
            )
        matrix = np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(rows), -1)
        return list(keys), matrix
