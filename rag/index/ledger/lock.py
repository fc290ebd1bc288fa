"""The locks: one writer and one watcher of an index at a time, across processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import IndexBusy, IndexUnusable


@contextmanager
def writer_lock(
    folder: Path,
    timeout: float,
    on_wait: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Be the only writer of the index in `folder`, across processes and threads.

    Calls `on_wait` once with a sentence if another writer is at work. Raises
    IndexBusy after `timeout` seconds. The lock dies with its process.
    """
    from filelock import FileLock, Timeout  # who only asks does not wait for it

    lock = FileLock(folder / "write.lock", is_singleton=False)
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
            f"Another process has been writing to {folder} for more than "
            f"{timeout:.0f} seconds; try again when it is done."
        ) from error
    except OSError as error:
        raise IndexUnusable(
            f"The index folder {folder} cannot be written to "
            f"({error.strerror}); make it writable or choose another with --index."
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def only_watcher(folder: Path, timeout: float) -> Iterator[None]:
    """Be the only one who watches for articles.

    Raises IndexBusy where another still does after `timeout` seconds.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / "watch.lock", is_singleton=False)
    try:
        lock.acquire(timeout=timeout)
    except Timeout as error:
        raise IndexBusy(
            f"Another newsdesk already watches for {folder}; end it first, or let it "
            "watch all your folders."
        ) from error
    try:
        yield
    finally:
        lock.release()
