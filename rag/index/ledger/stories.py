"""Stories: which articles are copies of each other, found as they come."""

from __future__ import annotations

from collections import Counter

import numpy as np
import sqlalchemy as sa

from rag.index.ledger.database import SLICE, Database
from rag.index.ledger.tables import LIVE, copies, live_at, marks, versions
from rag.index.sameness import Marks, is_copy, marks_of

# Enough that a story holds together when some of its copies are removed.
_MOST = 50  # pairs that one version brings
_LIVE_SINCE = sa.select(versions.c.since).where(LIVE)


class Stories:
    """Pairs of versions that are copies, kept with the versions themselves.

    A pair counts while both versions are live, so nothing has to be mended when one of
    them is removed or corrected. Versions are named by the change that brought them. A
    process that adds articles has the marks of all in memory (0.6 KB for 600 words):
    `_marks`, with their versions in `_owners`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._forget(None)

    def _forget(self, epoch: str | None) -> None:
        self._epoch, self._seen = epoch, 0
        self._marks: Marks = np.empty(0, dtype=np.uint32)
        self._owners = np.empty(0, dtype=np.int64)
        self._sizes: dict[int, int] = {}

    def pairs(self, seq: int | None = None) -> list[tuple[str, str]]:
        """Return the pairs of articles that are copies, live now or after `seq`."""
        live = LIVE if seq is None else live_at(seq)
        one, other = (
            sa.select(versions.c.since, versions.c.article_id).where(live).subquery()
            for _ in range(2)
        )
        statement = (
            sa.select(one.c.article_id, other.c.article_id)
            .select_from(copies)
            .join(one, one.c.since == copies.c.later)
            .join(other, other.c.since == copies.c.earlier)
        )
        return [(a, b) for a, b in map(tuple, self._database.rows(statement))]

    def compare(self, connection: sa.Connection, since: int, text: str) -> None:
        """Compare the version that change `since` brings with all that are live.

        Call inside the transaction of that change, when the version is in it.
        """
        epoch = self._database.recall("epoch")
        if epoch != self._epoch:  # the numbers of changes may have come again
            self._forget(epoch)
        self._catch_up(connection)
        own = marks_of(text)
        row = {"since": since, "marks": own.astype("<u4").tobytes()}
        connection.execute(marks.insert().values(row))
        # half of a mark tells nearly all that are not in common
        known = np.zeros(2**16, dtype=bool)
        known[own & 0xFFFF] = True
        maybe = np.flatnonzero(known[self._marks & 0xFFFF])
        owners = self._owners[maybe[np.isin(self._marks[maybe], own)]]
        found = Counter(owners.tolist()).most_common()
        same = [n for n, common in found if is_copy(common, len(own), self._sizes[n])]
        live = _LIVE_SINCE.where(versions.c.since.in_(same[:SLICE]))
        still = {row.since for row in connection.execute(live)}
        for earlier in [n for n in same if n in still][:_MOST]:
            pair = {"later": since, "earlier": earlier}
            connection.execute(copies.insert().values(pair))

    def _catch_up(self, connection: sa.Connection) -> None:
        """Read what was added since, by this process and by others.

        What a transaction brings is read by the next one, when it is sure to stay.
        """
        new = sa.select(marks).where(
            marks.c.since > self._seen,
            sa.exists(_LIVE_SINCE.where(versions.c.since == marks.c.since)),
        )
        rows = connection.execute(new.order_by(marks.c.since)).all()
        if not rows:
            return
        added = [np.frombuffer(row.marks, dtype="<u4") for row in rows]
        owners = [
            np.full(len(own), row.since) for row, own in zip(rows, added, strict=True)
        ]
        self._sizes |= {
            row.since: len(own) for row, own in zip(rows, added, strict=True)
        }
        self._seen = rows[-1].since
        self._marks = np.concatenate([self._marks, *added])
        self._owners = np.concatenate([self._owners, *owners])
