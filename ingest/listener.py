"""Callbacks of an ingest: its progress, its outcomes, and why it waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ingest.report import Outcome


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an ingest is: `done` of `total` bytes of articles, now at `source`."""

    done: int
    total: int
    source: str


@dataclass(frozen=True, slots=True)
class Listener:
    """Whom an ingest tells what it does, while it does it."""

    progress: Callable[[Progress], None] = lambda _: None
    outcome: Callable[[Outcome], None] = lambda _: None
    waiting: Callable[[str], None] = lambda _: None
