"""A watcher beside the page, whose folders can rest for a while."""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Lock, Thread

from ingest import Listener
from ingest.watch import watch
from rag.config import Settings


class Watcher:
    """Watches folders and the followed feeds, in a thread, between `begin` and `end`.

    `trouble` is told in a sentence why nothing is watched.
    """

    def __init__(
        self,
        settings: Settings,
        folders: Sequence[str],
        listener: Listener,
        trouble: Callable[[str], None],
    ) -> None:
        self._settings = settings
        self._folders = folders
        self._listener = listener
        self._trouble = trouble
        self._resting: set[int] = set()
        self._stop = Event()
        self._thread: Thread | None = None
        self._turn = Lock()  # two visitors may switch at once

    def folders(self) -> list[tuple[str, bool]]:
        """Return the name of each folder, and whether it is watched now."""
        runs = self._thread is not None and self._thread.is_alive()
        return [
            (Path(folder).resolve().name, runs and number not in self._resting)
            for number, folder in enumerate(self._folders)
        ]

    def switch(self, number: int, *, on: bool) -> None:
        """Watch one of the folders, or let it rest; what is at hand is finished first.

        A folder that is watched again begins with what changed meanwhile.
        """
        with self._turn:
            self.end()
            (self._resting.discard if on else self._resting.add)(number)
            self.begin()

    def begin(self) -> None:
        """Watch what does not rest."""
        folders = [
            folder
            for number, folder in enumerate(self._folders)
            if number not in self._resting
        ]
        self._stop = Event()
        self._thread = Thread(target=self._watch, args=(folders, self._stop))
        self._thread.start()

    def end(self) -> None:
        """Watch no more; returns when what is at hand is finished."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self, folders: Sequence[str], stop: Event) -> None:
        try:
            watch(folders, self._settings, stop, listener=self._listener)
        except Exception as error:  # noqa: BLE001  # the page goes on without
            self._trouble(f"Nothing is watched: {error}")
