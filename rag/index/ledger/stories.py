"""Stories: which articles are copies of each other, found as they come."""

from __future__ import annotations

from collections import Counter

import numpy as np
import sqlalchemy as sa

from rag.index.ledger.database import SLICE, Database
from rag.index.ledger.state import read_state
from rag.index.ledger.tables import LIVE, copies, live_at, marks, versions
from rag.index.sameness import LEAST, Marks, is_copy, marks_of

# Enough that a story holds together when some of its copies are removed.
_MOST = 50  # pairs that one version brings
_LIVE_SINCE = sa.select(versions.c.since).where(LIVE)
_NEW = (
    sa.select(marks.c.since, marks.c.marks)
    .where(
        marks.c.since > sa.bindparam("seen"),
        sa.exists(_LIVE_SINCE.where(versions.c.since == marks.c.since)),
    )
    .order_by(marks.c.since)
)
_HALF, _VERSION = np.uint64(32), np.uint64(2**32 - 1)
_LATE = 5000  # marks that are looked through one by one before they are put in order


class Stories:
    """Pairs of versions that are copies, kept with the versions themselves.

    A pair counts while both versions are live, so nothing has to be mended when one of
    them is removed or corrected. Versions are named by the change that brought them. A
    process that adds articles has the marks of all in memory (1.2 KB for 600 words),
    each before the number of its version: in order, but for the `_late` ones.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._forget(None)

    def _forget(self, epoch: str | None) -> None:
        self._epoch, self._seen = epoch, 0
        self._ordered = self._late = np.empty(0, dtype=np.uint64)
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
        epoch = read_state(self._database).epoch
        if epoch != self._epoch:  # the numbers of changes may have come again
            self._forget(epoch)
        self._catch_up(connection)
        own = marks_of(text)
        row = {"since": since, "marks": own.astype("<u4").tobytes()}
        connection.execute(marks.insert(), row)
        found, size = self._common(own), len(own)
        same = [
            version
            for version, common in found.items()
            if common >= LEAST and is_copy(common, size, self._sizes[version])
        ]
        if not same:  # nearly always
            return
        same.sort(key=lambda version: (-found[version], version))
        live = _LIVE_SINCE.where(versions.c.since.in_(same[:SLICE]))
        still = {row.since for row in connection.execute(live)}
        for earlier in [n for n in same if n in still][:_MOST]:
            pair = {"later": since, "earlier": earlier}
            connection.execute(copies.insert().values(pair))

    def _common(self, own: Marks) -> Counter[int]:
        """Count how many of these marks each version has, of those that have any."""
        wanted = own.astype(np.uint64)
        first = np.searchsorted(self._ordered, wanted << _HALF)
        last = np.searchsorted(self._ordered, (wanted + np.uint64(1)) << _HALF)
        held = first < last
        ends = zip(first[held].tolist(), last[held].tolist(), strict=True)
        spans = [self._ordered[a:b] for a, b in ends]
        # half of a mark tells nearly all that are not in common
        known = np.zeros(2**16, dtype=bool)
        known[own & 0xFFFF] = True
        late = self._late[known[(self._late >> _HALF) & np.uint64(0xFFFF)]]
        spans.append(late[np.isin(late >> _HALF, wanted)])
        return Counter((np.concatenate(spans) & _VERSION).tolist())

    def _catch_up(self, connection: sa.Connection) -> None:
        """Read what was added since, by this process and by others.

        What a transaction brings is read by the next one, when it is sure to stay.
        """
        added = [self._late]
        for since, kept in connection.execute(_NEW, {"seen": self._seen}).all():
            own = np.frombuffer(kept, dtype="<u4").astype(np.uint64)
            added.append((own << _HALF) | np.uint64(since))
            self._sizes[since], self._seen = len(own), since
        self._late = np.concatenate(added)
        if len(self._late) > _LATE + len(self._ordered) // 64:
            self._ordered = np.sort(np.concatenate([self._ordered, self._late]))
            self._late = self._late[:0]
