"""What an ingest did, article by article."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """What happened to one article."""

    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    REMOVED = "removed"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    PASSED = "passed over"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the report.

    `reason` says why the article failed or left, or remarks on how it was read. What
    was found in a folder and is no article, such as settings, is passed over.
    `chunks` and `embedded` count the article's chunks and how many of them had to be
    embedded.
    """

    status: Status
    source: str
    article_id: str = ""
    title: str = ""
    chunks: int = 0
    embedded: int = 0
    reason: str = ""

    def line(self) -> str:
        """Say it in a line."""
        if self.status is Status.FAILED:
            return f"failed     {self.reason}"
        if self.status is Status.PASSED:
            return f"no article {self.reason}"
        if self.status is Status.REMOVED:
            return f"removed    {self.source} ({self.reason})"
        if self.status is Status.UNCHANGED:  # its chunks were not counted
            return f"{self.status:<10} {self.source}"
        remark = f"; {self.reason}" if self.reason else ""
        return f"{self.status:<10} {self.source} ({self.chunks} chunks{remark})"


@dataclass(frozen=True, slots=True)
class Report:
    """All outcomes of one run, in the order in which they came."""

    outcomes: tuple[Outcome, ...]

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The outcomes of what could not be ingested."""
        return tuple(one for one in self.outcomes if one.status is Status.FAILED)

    @property
    def embedded(self) -> int:
        """How many texts were embedded."""
        return sum(one.embedded for one in self.outcomes)

    def summary(self) -> str:
        """Count the outcomes in one line."""
        counts = Counter(one.status for one in self.outcomes)
        always = [status for status in Status if status is not Status.PASSED]
        said = always + [Status.PASSED] * (Status.PASSED in counts)
        parts = [f"{counts[status]} {status}" for status in said]
        return ", ".join(parts) + f"; {self.embedded} texts embedded."
