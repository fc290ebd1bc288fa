"""Copies of a ledger: backups, and what is restored from them."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from rag.errors import IndexUnusable, UsageError
from rag.index.ledger.database import LEDGER, Database, configure, set_setting
from rag.index.ledger.lock import writer_lock
from rag.index.ledger.tables import SCHEMA_VERSION, articles, settings

_BACKUP = "backup:"  # settings with this prefix name the backups that were made
_BACKUPS = sa.select(settings.c.name).where(settings.c.name.startswith(_BACKUP))


def back_up(database: Database, file: Path) -> None:
    """Copy the ledger to `file`, complete as of one moment, while others may write.

    A backup that was there before is replaced at the end, in one step. Raises
    UsageError where `file` is something else, IndexUnusable where it cannot be written.
    """
    if file.is_relative_to(database.folder.resolve()):
        raise UsageError(f"{file} lies inside the index; keep a backup elsewhere.")
    if file.exists() and _format(file) is None:
        raise UsageError(
            f"{file} exists and is not a newsdesk backup; choose another name."
        )
    draft = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    try:
        with _failures(f"The backup {file} could not be written"):
            _copy(database.folder / LEDGER, draft)
            if trouble := damage(draft):
                raise IndexUnusable(
                    f"The ledger in {database.folder} is damaged ({trouble}), so {file}"
                    " was not written; restore an earlier backup."
                )
            _replace_durably(draft, file)
    finally:
        draft.unlink(missing_ok=True)
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    with database.transaction() as connection:
        set_setting(connection, f"{_BACKUP}{file}", now)


@contextmanager
def restored(
    folder: Path, file: Path, timeout: float, on_wait: Callable[[str], None] | None
) -> Iterator[None]:
    """Make the ledger in `folder` what `file` holds, at the end of the block.

    The block begins when the backup is found to be sound; it and the restoring are the
    index's only writer. Raises UsageError where `file` is not a backup, IndexUnusable
    where it is damaged or the disk refuses; the ledger is then as it was.
    """
    if not file.is_file():
        raise UsageError(f"There is no file {file}; name one made by newsdesk backup.")
    with _failures(f"{file} cannot be restored to {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / LEDGER).exists() and not all(map(_ours, folder.iterdir())):
            raise UsageError(
                f"The folder {folder} holds something other than an index; choose an "
                "empty or a new one with --index."
            )
    with writer_lock(folder, timeout, on_wait):
        draft = folder / f"{LEDGER}.restoring"
        try:
            with _failures(f"{file} cannot be copied to {folder}"):
                draft.unlink(missing_ok=True)
                _prepare(folder, file, draft)
            yield
            with _failures(f"{file} cannot be restored to {folder}"):
                _install(folder / LEDGER, draft)
        finally:
            draft.unlink(missing_ok=True)


def _ours(path: Path) -> bool:
    """Whether a file or folder may be left of an index that lost its ledger."""
    known = "words vectors uploads write.lock watch.lock epoch spent.json spent.lock"
    return path.name in known.split() or path.name.startswith(LEDGER)


def _prepare(folder: Path, file: Path, draft: Path) -> None:
    """Copy a backup to `draft` if it is sound.

    The copy gets a new epoch and remembers every backup that the ledger now knows of.
    """
    found = _format(file)
    if found is None:
        raise UsageError(
            f"{file} is not a newsdesk backup, or is damaged; name one made by "
            "newsdesk backup."
        )
    if found != str(SCHEMA_VERSION):
        raise UsageError(
            f"{file} has format {found}, this newsdesk reads format {SCHEMA_VERSION}; "
            "restore it with the newsdesk that wrote it."
        )
    _copy(file, draft)
    if trouble := damage(draft):
        raise IndexUnusable(
            f"The backup {file} is damaged ({trouble}); restore another."
        )
    known = [file, *_known_backups(folder / LEDGER)]
    _set_settings(
        draft, {"epoch": uuid.uuid4().hex} | {f"{_BACKUP}{one}": "" for one in known}
    )


def _install(ledger: Path, draft: Path) -> None:
    """Make the copy the ledger, in one transaction that open readers see.

    A ledger that cannot even be written to is kept beside it, as `*.damaged`.
    """
    try:
        _copy(draft, ledger)
    except (sa.exc.DatabaseError, _CopyFailed):
        if not damage(ledger):  # a full disk, say
            raise
        ledger.replace(f"{ledger}.damaged")
        for left in ("-wal", "-shm"):
            Path(f"{ledger}{left}").unlink(missing_ok=True)
        _copy(draft, ledger)


def damage(file: Path) -> str:
    """Say what SQLite finds wrong with a ledger, "" if nothing."""
    try:
        with _opened(file) as connection:
            found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
    except sa.exc.DatabaseError as error:
        return str(error.orig)
    return "" if found == "ok" else str(found).splitlines()[0]


def backups_holding(database: Database, article_id: str) -> tuple[str, ...]:
    """Return the known backups that hold an article, and those that cannot be read.

    One that was deleted from a folder that is there is forgotten.
    """
    holding = []
    for file in _backups(database.rows(_BACKUPS)):
        if file.exists():
            held = _holds(file, article_id)
        else:
            held = not file.parent.is_dir()  # its disk may not be mounted
            if not held:
                with database.transaction() as connection:
                    set_setting(connection, f"{_BACKUP}{file}", None)
        if held:
            holding.append(str(file))
    return tuple(holding)


def _holds(file: Path, article_id: str) -> bool:
    wanted = sa.select(articles).where(articles.c.article_id == article_id)
    try:
        with _opened(file) as connection:
            return connection.execute(wanted).first() is not None
    except sa.exc.DatabaseError:
        return True  # for all that can be known


def _known_backups(ledger: Path) -> list[Path]:
    """Return the backups that a ledger knows of, none where it cannot be read."""
    try:
        with _opened(ledger) as connection:
            return _backups(connection.execute(_BACKUPS).all())
    except sa.exc.DatabaseError:
        return []


def _backups(rows: Sequence[sa.Row[Any]]) -> list[Path]:
    return [Path(row.name.removeprefix(_BACKUP)) for row in rows]


def _format(file: Path) -> str | None:
    """Return the format of the ledger in a file, None where it is not one."""
    schema = sa.select(settings.c.value).where(settings.c.name == "schema")
    try:
        with _opened(file) as connection:
            found = connection.execute(schema).scalar()
    except sa.exc.DatabaseError:
        return None
    return str(found) if found else None


@contextmanager
def _opened(file: Path) -> Iterator[sa.Connection]:
    """Open a ledger's file only to read it."""
    engine = sa.create_engine(f"sqlite:///file:{quote(str(file))}?mode=ro&uri=true")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _set_settings(file: Path, values: dict[str, str]) -> None:
    engine = sa.create_engine(f"sqlite:///{file}")
    try:
        with engine.begin() as connection:
            for name, value in values.items():
                set_setting(connection, name, value)
    finally:
        engine.dispose()


class _CopyFailed(Exception):
    """SQLite could not copy a database; its message says why."""


def _copy(source: Path, target: Path) -> None:
    """Copy a database through SQLite: as of one moment, as one transaction."""
    live = target.name == LEDGER
    engine = sa.create_engine(f"sqlite:///{target}", isolation_level="AUTOCOMMIT")
    if live:
        sa.event.listen(engine, "connect", configure)
    try:
        with _opened(source) as reading, engine.connect() as writing:
            driver: Any = reading.connection.driver_connection
            try:
                driver.backup(writing.connection.driver_connection)
            except driver.Error as error:
                raise _CopyFailed(str(error)) from error
            if not live:  # one file, without a write-ahead log beside it
                writing.exec_driver_sql("PRAGMA journal_mode=DELETE")
    finally:
        engine.dispose()


def _replace_durably(draft: Path, file: Path) -> None:
    """Rename `draft` to `file` so that not even a loss of power undoes it."""
    _flush(draft)
    draft.replace(file)
    _flush(file.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _failures(what: str) -> Iterator[None]:
    try:
        yield
    except (sa.exc.DatabaseError, _CopyFailed, OSError) as error:
        reason = getattr(error, "orig", None) or getattr(error, "strerror", "") or error
        raise IndexUnusable(f"{what} ({reason}); check the disk and rights.") from error
