"""Articles that arrive by themselves: files as they are saved, feeds by their interval.

Files and feeds are looked after in a thread each, so that a slow feed keeps no file
waiting. Both end soon after `stop` is set; what was stored until then stays.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event, Thread

from watchfiles import watch as notifications

from ingest.fetch import Fetcher, Stopped
from ingest.following import due, poll
from ingest.listener import Listener
from ingest.pipeline import Run, running
from ingest.readers import SUFFIXES
from ingest.report import Outcome
from ingest.sources import HIDDEN, FoundFile, find_files
from rag.config import Settings
from rag.embedding import Embedder
from rag.errors import NewsdeskError, UsageError

# A file that nobody has written to for so long is taken to be finished (seconds).
_QUIET = 0.4
# While some are still being written to, those that are finished wait so long for them,
# so that a burst is one batch.
_PATIENCE = 0.8
_DEBOUNCE = 400  # milliseconds that notifications are gathered at most
_TICK = 200  # milliseconds between two looks at what is pending
_FEED_TICK = 2.0  # seconds between two looks whether a feed is due
_AFTER_TROUBLE = 30.0  # seconds before the index is tried again


@dataclass(slots=True)
class _Pending:
    """Files that changed: when each was last heard of, and when the first was."""

    heard: dict[Path, float] = field(default_factory=dict)
    since: float = 0.0

    def add(self, paths: set[Path], now: float) -> None:
        if paths and not self.heard:
            self.since = now
        self.heard.update(dict.fromkeys(paths, now))

    def finished(self, now: float) -> list[Path]:
        """Take out what is finished, if it is time to."""
        quiet = [path for path, at in self.heard.items() if now - at >= _QUIET]
        if len(quiet) < len(self.heard) and now - self.since < _PATIENCE:
            return []
        for path in quiet:
            del self.heard[path]
        self.since = now
        return sorted(quiet)


def watch(  # noqa: PLR0913  # each is named at the call
    folders: Sequence[str | Path],
    settings: Settings,
    stop: Event,
    *,
    embedder: Embedder | None = None,
    listener: Listener | None = None,
    fetcher: Fetcher | None = None,
    prune: bool = False,
) -> None:
    """Keep the index up to date with `folders` and the followed feeds until `stop`.

    It begins with what changed while nobody watched, but for articles that somebody
    removed. With `prune`, articles whose file
    vanishes from the folders are withdrawn. Raises UsageError where a folder is none,
    IndexBusy where another process already watches, IndexUnusable.
    """
    roots = [Path(one).expanduser().resolve() for one in folders]
    for root in roots:
        if not root.is_dir():
            raise UsageError(f"{root} is not a folder; name folders to watch.")
    listener = _stopping(listener or Listener(), stop)
    fetcher = fetcher or Fetcher(settings.max_file_bytes)
    where = _Folders(roots, settings.index.resolve())
    with (
        suppress(Stopped),
        running(settings, embedder, listener) as run,
        run.ledger.watching(),
        _feeds_beside(settings, run.embedder, listener, fetcher, stop),
    ):
        _files(where, run, listener, stop, prune=prune)


@contextmanager
def _feeds_beside(
    settings: Settings,
    embedder: Embedder,
    listener: Listener,
    fetcher: Fetcher,
    stop: Event,
) -> Iterator[None]:
    """Look after the feeds in another thread while the block lasts."""
    thread = Thread(target=_feeds, args=(settings, embedder, listener, fetcher, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        fetcher.stop()
        thread.join()


def _stopping(listener: Listener, stop: Event) -> Listener:
    """Break a run off between two articles, and their embedding, once `stop` is set."""

    def tell(outcome: Outcome) -> None:
        listener.outcome(outcome)
        if stop.is_set():
            raise Stopped

    return replace(listener, outcome=tell)


@dataclass(frozen=True, slots=True)
class _Folders:
    """What is watched: the files of `roots`, but nothing hidden and not the index."""

    roots: Sequence[Path]
    index: Path

    def have(self, path: Path) -> bool:
        """Whether a change of `path` matters."""
        root = next((one for one in self.roots if path.is_relative_to(one)), None)
        if root is None or path.is_relative_to(self.index):
            return False
        hidden = any(part.startswith(HIDDEN) for part in path.relative_to(root).parts)
        return not hidden and (path.suffix.lower() in SUFFIXES or path.is_dir())

    def files(self, paths: Sequence[Path]) -> list[Path]:
        """Return the files among `paths` and in the folders among them."""
        found = find_files([path for path in paths if path.exists()])
        files = [one.path for one in found if isinstance(one, FoundFile)]
        return [path for path in files if not path.is_relative_to(self.index)]


def _files(
    folders: _Folders, run: Run, listener: Listener, stop: Event, *, prune: bool
) -> None:
    if not folders.roots:
        stop.wait()
        return
    changes = notifications(
        *folders.roots,
        watch_filter=lambda _, path: folders.have(Path(path)),
        debounce=_DEBOUNCE,
        rust_timeout=_TICK,
        yield_on_timeout=True,
        stop_event=stop,
        raise_interrupt=False,
        ignore_permission_denied=True,
    )
    next(changes, None)  # from here on nothing is missed
    pending = _Pending(dict.fromkeys(folders.roots, 0.0))
    for some in changes:
        now = time.monotonic()
        pending.add({Path(path) for _, path in some}, now)
        if not (finished := pending.finished(now)):
            continue
        first = finished == sorted(folders.roots)
        try:
            run.over(
                folders.files(finished),
                prune=prune,
                removed=prune or not first,
                named=False,
            )
            vanished = [path for path in finished if not path.exists()]
            if prune and (vanished or set(folders.roots) & set(finished)):
                run.over([one for one in folders.roots if one.is_dir()], prune=True)
        except NewsdeskError as error:  # of the index, not of a file
            listener.waiting(str(error))
            pending.add(set(finished), now + _AFTER_TROUBLE)


def _feeds(
    settings: Settings,
    embedder: Embedder,
    listener: Listener,
    fetcher: Fetcher,
    stop: Event,
) -> None:
    while not stop.is_set():
        try:
            with running(settings, embedder, listener, fetcher) as run:
                while not stop.wait(_FEED_TICK):
                    for feed in due(run):
                        poll(run, feed)
        except Stopped:
            return
        except Exception as error:  # noqa: BLE001  # whatever it is, the rest goes on
            listener.waiting(f"Feeds rest for {_AFTER_TROUBLE:g} seconds: {error}")
            stop.wait(_AFTER_TROUBLE)
