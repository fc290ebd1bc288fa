"""The ledger: the only truth about an index, in SQL (SQLite through SQLAlchemy Core).

An article is live if and only if the ledger says so. Each change is one transaction
and one line of the change log; the projections (vectors, words) follow the log. This
package is the one door to SQL: nothing outside it knows that the ledger is a file.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from rag.ledger.articles import Articles
from rag.ledger.chunks import Chunks
from rag.ledger.counts import Counts, count, count_since
from rag.ledger.database import Database, vacuum
from rag.ledger.log import entries
from rag.ledger.vectors import VectorStore
from rag.schema import LogEntry

__all__ = ["Ledger", "vacuum"]


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

    def history(self) -> list[LogEntry]:
        """Return what came, changed, moved and left, oldest first."""
        return entries(self._database)

    def counts(self) -> Counts:
        """Count what is in the ledger."""
        return count(self._database)

    def changes_after(self, seq: int) -> int:
        """Count the changes after number `seq`."""
        return count_since(self._database, seq)

    def size(self) -> int:
        """Return how much of the disk the ledger takes, in bytes."""
        return self._database.size()

    def writing(
        self, timeout: float = 60.0, on_wait: Callable[[str], None] | None = None
    ) -> AbstractContextManager[None]:
        """Be the only writer of this index, across processes and threads.

        Calls `on_wait` once with a sentence if another writer is at work. Raises
        IndexBusy after `timeout` seconds. The lock dies with its process.
        """
        return self._database.writing(timeout, on_wait)

    def close(self) -> None:
        """Close all connections."""
        self._database.close()
