"""One SQLite database: opening, the writer's lock, transactions."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from filelock import FileLock, Timeout

from rag.errors import IndexBusy, IndexUnusable
from rag.ledger.tables import SCHEMA_VERSION, metadata, settings

# SQLite takes at most 32 766 parameters in a statement
SLICE = 5000


class Database:
    """The ledger's file, its writer's lock and its settings."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the ledger in `folder`; raises IndexUnusable where there is none."""
        self.folder = folder
        path = folder / "ledger.sqlite3"
        if not create and not path.exists():
            raise IndexUnusable(
                f"There is no index in {folder}; make one with: newsdesk ingest PATH."
            )
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # the projections delete what they find in their folders
            if not path.exists() and not all(map(_ours, folder.iterdir())):
                raise IndexUnusable(
                    f"The folder {folder} holds something other than an index; choose "
                    "an empty or a new one with --index."
                )
        except OSError as error:
            raise IndexUnusable(
                f"The index folder {folder} cannot be made ({error.strerror}); choose "
                "another with --index."
            ) from error
        self._engine = sa.create_engine(
            f"sqlite:///{path}", isolation_level="AUTOCOMMIT"
        )
        sa.event.listen(self._engine, "connect", _configure)
        self._check_schema(create)

    def _check_schema(self, create: bool) -> None:
        found = self._schema()
        if found is None and create:
            with self.writing(), self._connection() as connection:
                metadata.create_all(connection)
                self.remember("schema", str(SCHEMA_VERSION))
            found = self._schema()
        if found is None:
            raise IndexUnusable(
                f"There is no index in {self.folder}; make one with: newsdesk ingest "
                "PATH."
            )
        if found != str(SCHEMA_VERSION):
            raise IndexUnusable(
                f"The index in {self.folder} has format {found}, this newsdesk reads "
                f"format {SCHEMA_VERSION}; use the newsdesk that wrote it, or ingest "
                "into a new folder."
            )

    def _schema(self) -> str | None:
        with self._connection() as connection:
            if not sa.inspect(connection).has_table(settings.name):
                return None
        return self.recall("schema")

    def size(self) -> int:
        """Return how much of the disk the ledger takes, in bytes."""
        return sum(part.stat().st_size for part in self.folder.glob("ledger.sqlite3*"))

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    # -- transactions -----------------------------------------------------------------

    @contextmanager
    def writing(
        self, timeout: float = 60.0, on_wait: Callable[[str], None] | None = None
    ) -> Iterator[None]:
        """Be the only writer of this index, across processes and threads.

        Calls `on_wait` once with a sentence if another writer is at work. Raises
        IndexBusy after `timeout` seconds. The lock dies with its process.
        """
        lock = FileLock(self.folder / "write.lock", is_singleton=False)
        try:
            try:
                lock.acquire(timeout=0)
            except Timeout:
                if on_wait is not None:
                    on_wait(
                        "Another process is writing to the index; waiting up to "
                        f"{timeout:.0f} seconds."
                    )
                lock.acquire(timeout=timeout)
        except Timeout as error:
            raise IndexBusy(
                f"Another process has been writing to {self.folder} for more than "
                f"{timeout:.0f} seconds; try again when it is done."
            ) from error
        except OSError as error:
            raise IndexUnusable(
                f"The index folder {self.folder} cannot be written to "
                f"({error.strerror}); make it writable or choose another with --index."
            ) from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """All or nothing; raises IndexUnusable where the disk refuses."""
        with self._connection() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.exec_driver_sql("COMMIT")
            except BaseException:
                connection.exec_driver_sql("ROLLBACK")
                raise

    @contextmanager
    def _connection(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except sa.exc.DatabaseError as error:
            raise IndexUnusable(
                f"The ledger in {self.folder} cannot be used ({self._why(error)}); "
                "check the disk and the rights to the folder, or restore a backup."
            ) from error

    def _why(self, error: sa.exc.DatabaseError) -> str:
        # SQLite writes beside a ledger even to read it
        writable = os.access(self.folder, os.W_OK)
        return str(error.orig) if writable else "the folder cannot be written to"

    def rows(self, statement: sa.Executable) -> Sequence[sa.Row[Any]]:
        """Return the rows of a query; it sees one committed state."""
        with self._connection() as connection:
            return connection.execute(statement).all()

    def mappings(self, statement: sa.Executable) -> list[dict[str, Any]]:
        """Return the rows of a query as dictionaries by column."""
        return [dict(row._mapping) for row in self.rows(statement)]  # noqa: SLF001  # public in SQLAlchemy, underscored against column names

    # -- how the index was made -------------------------------------------------------

    def recall(self, name: str) -> str | None:
        """Return a setting of the index, or None."""
        rows = self.rows(sa.select(settings.c.value).where(settings.c.name == name))
        return str(rows[0].value) if rows else None

    def remember(self, name: str, value: str) -> None:
        """Keep a setting of the index; the first value given to a name stays."""
        with self._connection() as connection:
            connection.execute(
                settings.insert()
                .prefix_with("OR IGNORE")
                .values(name=name, value=value)
            )


def vacuum(path: Path) -> None:
    """Give the free pages of an SQLite file that nobody has open back to the disk."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM")


def _ours(path: Path) -> bool:
    """Whether a file is left of the making of a ledger."""
    return path.name.startswith(("ledger.sqlite3", "write.lock"))


def _configure(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    # vectors are 1.5 KB: only two of them fit into one of the usual pages of 4 KB
    cursor.execute("PRAGMA page_size=16384")
    # a commit survives a loss of power, and readers never wait for a writer
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
