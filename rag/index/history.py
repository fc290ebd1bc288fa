"""What became of articles: the change log and the state of a version."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the change log.

    `kind` is "added", "changed", "moved" (another source, nothing else), "removed" or
    "purged" (its `version` is 0). `seq` orders all changes of an index, counting from
    1; `at` is UTC in ISO 8601 and never goes backwards.
    """

    seq: int
    at: str
    kind: str
    article_id: str
    version: int


@dataclass(frozen=True, slots=True)
class VersionState:
    """Whether a version is what the article says now.

    `newest` is the number of the article's newest version and `newest_at` when it came;
    `removed_at` is when the article was removed, "" where it is live (UTC, ISO 8601).
    """

    article_id: str
    version: int
    newest: int
    newest_at: str
    removed_at: str

    @property
    def superseded(self) -> bool:
        """Whether there is a newer version."""
        return self.version < self.newest

    @property
    def note(self) -> str:
        """What a reader is to know, in a few words; "" of the version that is live."""
        notes = []
        if self.superseded:
            date = self.newest_at[:10]
            notes.append(f"superseded by version {self.newest} on {date}")
        if self.removed_at:
            notes.append(f"removed on {self.removed_at[:10]}")
        return ", ".join(notes)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A change as a person reads it; `title` is empty where the article was purged."""

    at: str
    kind: str
    article_id: str
    title: str
    version: int
