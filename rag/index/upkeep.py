"""Restores backups, and finishes purges that were cut off."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from rag.index.index import Index
from rag.index.ledger import restored
from rag.index.vectors import VectorProjection
from rag.index.words import WordProjection


def restore(
    folder: Path,
    file: Path,
    timeout: float,
    on_wait: Callable[[str], None] | None = None,
) -> None:
    """Make the index in `folder` what it was when the backup `file` was made.

    Processes that have it open see it at their next question. The projections are made
    anew, and nothing is embedded. Raises UsageError where `file` is not a backup that
    this newsdesk reads, IndexUnusable where it is damaged or the disk refuses.
    """
    with restored(folder, file, timeout, on_wait):
        # before the ledger goes back: one that was ahead of it would be believed
        WordProjection(folder / "words").clear()
        VectorProjection(folder / "vectors").clear()
    with closing(Index(folder)) as index, index.writing(timeout, on_wait):
        index.catch_up()


def finish_purge(
    index: Index, timeout: float, on_wait: Callable[[str], None] | None = None
) -> None:
    """Delete every byte of what was purged, if anything was. Call inside `writing()`.

    `on_wait` is told, once, where readers keep the old state. Raises IndexBusy if they
    do so for more than `timeout` seconds.
    """
    if index.ledger.unfinished_purge():
        index.catch_up()
    if index.ledger.unfinished_purge():
        if on_wait is not None:
            on_wait(
                "Another process still reads the state before the purge; waiting up to "
                f"{timeout:.0f} seconds."
            )
        index.ledger.scrub(timeout)
