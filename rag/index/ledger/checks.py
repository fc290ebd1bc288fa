"""What the doctor reads of the ledger: everything, slice by slice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa

from rag.index.ledger.database import SLICE, Database
from rag.index.ledger.tables import LIVE, OF_VERSION, chunks, vectors, versions
from rag.schema import Chunk

_TOLERANCE = 1e-3  # of a vector's length: float32, and embedders in half precision


@dataclass(frozen=True, slots=True)
class VersionSpan:
    """A version with the changes that it came and went with; `until` None: live."""

    article_id: str
    version: int
    title: str
    since: int
    until: int | None


class Checks:
    """Everything that is stored, to be compared with everything else."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def integrity(self) -> list[str]:
        """Return what SQLite itself finds wrong, in its own words."""
        found = [
            str(row[0])
            for row in self._database.execute("PRAGMA integrity_check(5)")
            if row[0] != "ok"
        ]
        return found + [
            f"a row of {row[0]} belongs to nothing"
            for row in self._database.execute("PRAGMA foreign_key_check")
        ]

    def versions(self) -> list[VersionSpan]:
        """Return all versions, by article and number."""
        v = versions.c
        statement = sa.select(
            v.article_id, v.version, v.title, v.since, v.until
        ).order_by(v.article_id, v.version)
        return [VersionSpan(**row) for row in self._database.mappings(statement)]

    def chunks(self, article_id: str, version: int) -> list[Chunk]:
        """Return the chunks of a version, in order."""
        columns = [chunks.c[name] for name in Chunk.__slots__]
        statement = (
            sa.select(*columns)
            .where(chunks.c.article_id == article_id, chunks.c.version == version)
            .order_by(chunks.c.ordinal)
        )
        return [Chunk(**row) for row in self._database.mappings(statement)]

    def live_keys(self) -> list[int]:
        """Return the keys of all live chunks, in order."""
        statement = (
            sa.select(chunks.c.chunk_key)
            .join(versions, OF_VERSION)
            .where(LIVE)
            .order_by(chunks.c.chunk_key)
        )
        return [row.chunk_key for row in self._database.rows(statement)]

    def without_vector(self) -> list[tuple[str, int]]:
        """Return each (article id, chunks without a vector) of the live articles."""
        known = sa.select(vectors.c.text_hash).where(
            vectors.c.embedder == self._database.recall("embedder")
        )
        statement = (
            sa.select(chunks.c.article_id, sa.func.count())
            .join(versions, OF_VERSION)
            .where(LIVE, chunks.c.text_hash.not_in(known))
            .group_by(chunks.c.article_id)
        )
        return [tuple(row) for row in self._database.rows(statement)]

    def faulty_vectors(self) -> list[int]:
        """Return the keys of vectors of the wrong dimension, or not of length 1.

        Only those of the index's embedder, not of one that it is being changed to.
        """
        length = sa.func.length(vectors.c.vector).label("size")
        usual = self._of_embedder(length).group_by(length)
        usual = usual.order_by(sa.func.count().desc()).limit(1)
        sizes = [row.size for row in self._database.rows(usual)]
        in_order = self._of_embedder(vectors.c.vector_key, vectors.c.vector)
        in_order = in_order.order_by(vectors.c.vector_key).limit(SLICE)
        faulty, last = [], 0
        while rows := self._database.rows(in_order.where(vectors.c.vector_key > last)):
            last = rows[-1].vector_key
            faulty += [row.vector_key for row in rows if not _fine(row.vector, sizes)]
        return faulty

    def waiting_vectors(self) -> list[tuple[str, int]]:
        """Return each (embedder, vectors) but that of the index."""
        statement = (
            sa.select(vectors.c.embedder, sa.func.count())
            .where(vectors.c.embedder != self._database.recall("embedder"))
            .group_by(vectors.c.embedder)
        )
        return [tuple(row) for row in self._database.rows(statement)]

    def _of_embedder(self, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
        embedder = self._database.recall("embedder")
        return sa.select(*columns).where(vectors.c.embedder == embedder)


def _fine(vector: bytes, sizes: Sequence[int]) -> bool:
    if len(vector) not in sizes or len(vector) % 4:
        return False
    # not "is it far from 1": what is not a number is not near either
    length = np.linalg.norm(np.frombuffer(vector, dtype="<f4"))
    return bool(abs(length - 1) < _TOLERANCE)
