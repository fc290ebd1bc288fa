"""The ledger: the only truth about an index, in SQL (SQLite through SQLAlchemy Core).

An article is live if and only if the ledger says so. Each change is one transaction
and one line of the change log; the projections (vectors, words) follow the log. This
package is the one door to SQL: nothing outside it knows that the ledger is a file.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from rag.errors import IndexBusy
from rag.index.history import Change, LogEntry, VersionState
from rag.index.ledger.arrivals import Arrivals, Failure, Followed, PageMemory
from rag.index.ledger.articles import Articles
from rag.index.ledger.checks import Checks
from rag.index.ledger.chunks import Chunks
from rag.index.ledger.copies import back_up, backups_holding, restored
from rag.index.ledger.counts import Counts, count, count_since
from rag.index.ledger.database import Database, vacuum
from rag.index.ledger.lock import only_watcher
from rag.index.ledger.log import entries, version_state
from rag.index.ledger.purge import delete_article, scrub, unfinished
from rag.index.ledger.state import State, read_state
from rag.index.ledger.vectors import VectorStore

__all__ = [
    "Arrivals",
    "Failure",
    "Followed",
    "Ledger",
    "PageMemory",
    "State",
    "restored",
    "vacuum",
]

_LOOKED_AT = 0.5  # seconds: `watched` of another process may hold the lock just now


class Ledger:
    """Articles, chunks and vectors of one index.

    Reads see the last committed state. What changes `articles` runs inside `writing()`.
    """

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the ledger in `folder`; raises IndexUnusable where there is none."""
        self._database = Database(folder, create=create)
        self.articles = Articles(self._database)
        self.chunks = Chunks(self._database)
        self.vectors = VectorStore(self._database)
        self.checks = Checks(self._database)
        self.arrivals = Arrivals(self._database)
        self.held = self._database.held
        self._epoch = ""

    def state(self) -> State:
        """Return what changes with every change: one query, microseconds.

        Whoever keeps anything of the ledger compares it. A new epoch means that what
        is kept may be wrong: versions and keys may come again with other contents.
        """
        state = read_state(self._database)
        if state.epoch != self._epoch:
            self.articles.text.cache_clear()
            self._epoch = state.epoch
        return state

    def history(self) -> list[LogEntry]:
        """Return what came, changed, moved and left, oldest first."""
        return entries(self._database)

    def version_state(self, article_id: str, version: int) -> VersionState:
        """Return whether a version is what its article says now."""
        return version_state(self._database, article_id, version)

    def counts(self) -> Counts:
        """Count what is in the ledger."""
        return count(self._database)

    def changes_after(self, seq: int) -> int:
        """Count the changes after number `seq`."""
        return count_since(self._database, seq)

    def size(self) -> int:
        """Return how much of the disk the ledger takes, in bytes."""
        return self._database.size()

    def purge(self, article_id: str) -> Change:
        """Delete an article and all its versions; `scrub` completes it.

        Call inside `writing()`.
        """
        return delete_article(self._database, article_id)

    def unfinished_purge(self) -> str | None:
        """Return the id of the article whose purge was cut off, if one was."""
        return unfinished(self._database)

    def scrub(self, timeout: float) -> None:
        """Let nothing that was purged remain in the ledger's files; see `scrub`."""
        scrub(self._database, timeout)

    def back_up(self, file: Path) -> None:
        """Copy the ledger to `file` while others may write; see `back_up`."""
        back_up(self._database, file)

    def backups_holding(self, article_id: str) -> tuple[str, ...]:
        """Return the known backups that hold an article."""
        return backups_holding(self._database, article_id)

    def writing(
        self, timeout: float = 60.0, on_wait: Callable[[str], None] | None = None
    ) -> AbstractContextManager[None]:
        """Be the only writer of this index, across processes and threads.

        Calls `on_wait` once with a sentence if another writer is at work. Raises
        IndexBusy after `timeout` seconds. The lock dies with its process.
        """
        return self._database.writing(timeout, on_wait)

    def watching(self) -> AbstractContextManager[None]:
        """Be the only watcher of this index; raises IndexBusy where there is one."""
        return only_watcher(self._database.folder, _LOOKED_AT)

    def watched(self) -> bool:
        """Whether some process watches for articles."""
        try:
            with only_watcher(self._database.folder, timeout=0):
                return False
        except IndexBusy:
            return True
        except OSError:  # of a folder that cannot be written to
            return False

    def close(self) -> None:
        """Close all connections."""
        self._database.close()
