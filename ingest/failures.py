"""What could not be ingested is kept with its reason, and tried again when asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ingest.report import Outcome, Status
from ingest.sources import file_of, gone
from rag.index.ledger import Ledger


def keep_failures(ledger: Ledger, outcomes: Sequence[Outcome]) -> None:
    """Keep what failed; forget the failures of what did not.

    A name that stands for nothing is a slip of the pen, and not kept.
    """
    # all failures of a file that was looked at are old: a line of it may have moved
    looked_at = {file_of(_name(one)) for one in outcomes}
    known = ledger.arrivals.failures()
    done = {one.name for one in known if file_of(one.name) in looked_at}
    failed = {
        _name(one): one.reason
        for one in outcomes
        if one.status is Status.FAILED and not gone(one.source)
    }
    ledger.arrivals.note(failed, done)


def to_retry(ledger: Ledger) -> list[str]:
    """Return the names of what failed; what is no longer there is forgotten."""
    names = [one.name for one in ledger.arrivals.failures()]
    left = {name for name in names if gone(name)}
    ledger.arrivals.note({}, left)
    return list(dict.fromkeys(file_of(name) for name in names if name not in left))


def _name(outcome: Outcome) -> str:
    if outcome.source.startswith(("http://", "https://")):
        return outcome.source
    return str(Path(outcome.source).expanduser().absolute())
