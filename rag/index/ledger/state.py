"""The ledger's state (epoch and last change), compared before each search."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from rag.index.ledger.database import Database
from rag.index.ledger.tables import changes, settings


class State(NamedTuple):
    """The number of the last change (0 in an empty index), within an epoch.

    An epoch is a random name that a restore or a purge gives; "" before the first.
    """

    epoch: str
    last_change: int


_EPOCH = sa.select(settings.c.value).where(settings.c.name == "epoch")
_LAST_CHANGE = sa.select(sa.func.max(changes.c.seq))
_STATE = sa.select(
    sa.func.coalesce(_EPOCH.scalar_subquery(), "").label("epoch"),
    sa.func.coalesce(_LAST_CHANGE.scalar_subquery(), 0).label("last_change"),
)


def read_state(database: Database) -> State:
    """Read epoch and last change in one query."""
    return State._make(database.rows(_STATE)[0])
