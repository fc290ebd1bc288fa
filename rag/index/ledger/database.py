"""One SQLite database: opening, the writer's lock, transactions."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from threading import local
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from rag.errors import IndexBusy, IndexUnusable
from rag.index.ledger.lock import writer_lock
from rag.index.ledger.tables import SCHEMA_VERSION, metadata, settings

# SQLite takes at most 32 766 parameters in a statement
SLICE = 5000
_SHM_BYTES = 32_768  # SQLite makes a file of this size beside a ledger that it opens
LEDGER = "ledger.sqlite3"  # its name in the index folder
# vectors are 1.5 KB: only two of them fit into one of the usual pages of 4 KB
PAGE_SIZE = 16384  # bytes
# vectors are kept without the writer's lock, and a purge rewrites the whole file
_PATIENCE = 60_000  # milliseconds
# how SQLite says that it cannot make or enlarge the files that it needs to share one
_UNSHARED = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
    }
)


_TABLE_NAMED = sa.text("SELECT 1 FROM sqlite_master WHERE type='table' AND name=:name")
# A statement that is made once costs a fifth of one that is made when it is needed.
_SETTING = sa.select(settings.c.value).where(settings.c.name == sa.bindparam("name"))
_KEEP_SETTING = settings.insert().prefix_with("OR IGNORE")


class _Alone(sqlite3.Connection):
    """A connection to the ledger's file alone, which sees nobody who writes to it."""

    stamp = (0, 0)  # the file's size and time of change, before anything was read


class _Held(local):
    """The connection that a thread holds."""

    connection: sa.Connection | None = None


class Database:
    """The ledger's file, its writer's lock and its settings."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the ledger in `folder`; raises IndexUnusable where there is none."""
        self.folder = folder
        path = folder / LEDGER
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
        self._path = path
        self._only_read = ""  # why nothing can be written, if so
        self._held = _Held()
        self._engine = sa.create_engine(
            f"sqlite:///{path}", isolation_level="AUTOCOMMIT", creator=self._connect
        )
        self._check_schema(create)

    def _connect(self) -> sqlite3.Connection:
        """Connect to the ledger; where that takes files that cannot be made, alone."""
        connection = sqlite3.connect(self._path, check_same_thread=False)
        try:
            configure(connection, None)
        except sqlite3.OperationalError as error:
            connection.close()
            log = Path(f"{self._path}-wal")
            if error.sqlite_errorcode & 0xFF not in _UNSHARED or (
                log.exists() and log.stat().st_size  # truth that the file lacks
            ):
                raise
            self._only_read = self._why(error)
            return self._connect_alone()
        self._only_read = ""
        return connection

    def _connect_alone(self) -> _Alone:
        address = f"file:{quote(str(self._path))}?mode=ro&immutable=1"
        stamp = _stamp(self._path)
        alone = sqlite3.connect(
            address, uri=True, check_same_thread=False, factory=_Alone
        )
        alone.stamp = stamp
        return alone

    def _check_schema(self, create: bool) -> None:
        found = self._schema()
        if found is None and create:
            with self.writing(), self.transaction() as connection:
                metadata.create_all(connection)
                keep_setting(connection, "schema", str(SCHEMA_VERSION))
            found = self._schema()
        if found is None:
            raise IndexUnusable(
                f"There is no index in {self.folder}; make one with: newsdesk ingest "
                "PATH."
            )
        if found != str(SCHEMA_VERSION):
            raise IndexUnusable(
                f"The index in {self.folder} has format {found}, this newsdesk reads "
                f"format {SCHEMA_VERSION}; use the newsdesk that wrote it, or delete "
                "the folder and ingest again."
            )

    def _schema(self) -> str | None:
        made = self.rows(_TABLE_NAMED, name=settings.name)
        return self.recall("schema") if made else None

    def size(self) -> int:
        """Return how much of the disk the ledger takes, in bytes."""
        return sum(part.stat().st_size for part in self.folder.glob(f"{LEDGER}*"))

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    # -- transactions -----------------------------------------------------------------

    def writing(
        self, timeout: float = 60.0, on_wait: Callable[[str], None] | None = None
    ) -> AbstractContextManager[None]:
        """Be the only writer of this index; see `writer_lock`."""
        if self._only_read:
            raise IndexUnusable(
                f"The index in {self.folder} can only be read ({self._only_read}); "
                "mend that, then repeat the command."
            )
        return writer_lock(self.folder, timeout, on_wait)

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[sa.Connection]:
        """All or nothing; raises IndexUnusable where the disk refuses.

        What is not `durable` survives a loss of power from the next durable transaction
        on, and costs no waiting for the disk.
        """
        with self._connection() as connection:
            driver: Any = connection.connection.driver_connection
            synchronous = "FULL" if durable else "NORMAL"
            driver.execute(f"PRAGMA synchronous={synchronous}")
            driver.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                driver.execute("COMMIT")
            except BaseException:
                driver.execute("ROLLBACK")
                raise

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let this thread use one connection for all that it asks within the block.

        Each statement still sees the newest state.
        """
        with self._connection() as connection:
            before, self._held.connection = self._held.connection, connection
            try:
                yield
            finally:
                self._held.connection = before

    @contextmanager
    def _connection(self) -> Iterator[sa.Connection]:
        try:
            if self._held.connection is not None:
                yield self._held.connection
                return
            with self._engine.connect() as connection:
                driver = connection.connection.driver_connection
                try:
                    yield connection
                finally:
                    if isinstance(driver, _Alone):
                        connection.invalidate()  # the next one may see who writes
                if isinstance(driver, _Alone) and driver.stamp != _stamp(self._path):
                    raise IndexBusy(
                        f"The index in {self.folder} was written to while it was "
                        "read; repeat the command."
                    )
        except (sa.exc.DatabaseError, sqlite3.Error) as error:
            said = getattr(error, "orig", error)
            raise IndexUnusable(
                f"The ledger in {self.folder} cannot be used ({self._why(said)}); "
                "check the disk and the rights to the folder, or restore a backup."
            ) from error

    def _why(self, error: object) -> str:
        if not os.access(self.folder, os.W_OK):
            return "the folder cannot be written to"
        full = shutil.disk_usage(self.folder).free < _SHM_BYTES
        return "the disk is full" if full else str(error)

    def rows(self, statement: sa.Executable, **values: object) -> Sequence[sa.Row[Any]]:
        """Return the rows of a query; it sees one committed state."""
        with self._connection() as connection:
            return connection.execute(statement, values).all()

    def mappings(
        self, statement: sa.Executable, **values: object
    ) -> list[dict[str, Any]]:
        """Return the rows of a query as dictionaries by column."""
        with self._connection() as connection:
            found = connection.execute(statement, values).mappings()
            return [dict(row) for row in found]

    def execute(self, statement: str) -> Sequence[sa.Row[Any]]:
        """Run what SQLite does not do inside a transaction; return its rows, if any."""
        with self._connection() as connection:
            done = connection.exec_driver_sql(statement)
            return done.all() if done.returns_rows else []

    def empty_log(self) -> bool:
        """Empty the write-ahead log; return False while somebody reads from it."""
        with self._connection() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=0")
            try:
                done = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                return not done.one()[0]
            finally:
                connection.exec_driver_sql(f"PRAGMA busy_timeout={_PATIENCE}")

    # -- how the index was made -------------------------------------------------------

    def recall(self, name: str) -> str | None:
        """Return a setting of the index, or None."""
        rows = self.rows(_SETTING, name=name)
        return str(rows[0].value) if rows else None


def vacuum(path: Path) -> None:
    """Give the free pages of an SQLite file that nobody has open back to the disk."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM")


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _ours(path: Path) -> bool:
    """Whether a file is left of the making of a ledger."""
    return path.name.startswith(("ledger.sqlite3", "write.lock"))


def keep_setting(connection: sa.Connection, name: str, value: str) -> None:
    """Keep a setting; the first value given to a name stays."""
    connection.execute(_KEEP_SETTING, {"name": name, "value": value})


def set_setting(connection: sa.Connection, name: str, value: str | None) -> None:
    """Give a setting a new value, or take it out, inside the caller's transaction."""
    connection.execute(settings.delete().where(settings.c.name == name))
    if value is not None:
        connection.execute(settings.insert().values(name=name, value=value))


def configure(connection: Any, _record: object) -> None:
    """Set up a connection of the driver to a ledger."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA page_size={PAGE_SIZE}")
    # a commit survives a loss of power, and readers never wait for a writer
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute(f"PRAGMA busy_timeout={_PATIENCE}")
    # what a purge deletes is overwritten at once
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA schema_version")  # reads, which takes what sharing takes
    cursor.close()
