"""The processes of `crowd`: writers and askers, and the two stores that they use.

What was committed, and when, goes from writers to askers through files of lines.
"""

# ruff: noqa: S311  # chance, no secrets

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

import rag.index.index
from ingest import ingest, remove
from rag.index.index import Index
from rag.index.ledger.articles import Articles
from tests.hashing import HashingEmbedder, hashed
from tests.marked import by_meaning, by_words, marked, parts

rag.index.index.SEARCHED_EXACTLY = 50  # vectors: Chroma is built for so few, too
_PROMISE = 1.0  # seconds from the commit until everybody finds it
_LOOK_AGAIN = 1.0  # seconds after which what is gone is looked for once more
_PAUSE = 0.2  # seconds at most that a writer rests: articles come, they do not pour
_LAST_WORD = 2.0  # seconds that askers go on after the writers


class Store(Protocol):
    """What is compared."""

    def put(self, name: str, number: int, committed: Callable[[], None]) -> None:
        """Store text `number` under a name, in the place of what was there."""

    def drop(self, name: str, committed: Callable[[], None]) -> None:
        """Take a text out."""

    def find(self, number: int, how: str) -> bool:
        """Whether all of a text is found, by "meaning" or by "words"."""


class Newsdesk:
    """The index, opened once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._articles = folder / "articles"
        self._articles.mkdir(parents=True, exist_ok=True)
        self._index = Index(folder / "index", create=True)
        self._committed: Callable[[], None] = lambda: None
        for method in ("commit", "remove"):
            self._announce(method)

    def _announce(self, method: str) -> None:
        """Say so at the moment of the commit, not when the ingest is over."""
        real: Callable[..., Any] = getattr(Articles, method)

        def announced(*args: Any, **named: Any) -> Any:
            result = real(*args, **named)
            self._committed()
            return result

        setattr(Articles, method, announced)

    def put(self, name: str, number: int, committed: Callable[[], None]) -> None:
        """Ingest a file."""
        self._committed = committed
        file = self._articles / name
        file.write_text(marked(number, sentences=2)[1], encoding="utf-8")
        ingest([file], self._index.folder, embedder=HashingEmbedder())

    def drop(self, name: str, committed: Callable[[], None]) -> None:
        """Remove an article."""
        self._committed = committed
        remove(str((self._articles / name).resolve()), self._index.folder)

    def find(self, number: int, how: str) -> bool:
        """Search as a question does, without the answering."""
        mark, text = marked(number, sentences=2)
        if how == "words":
            return by_words(self._index, mark) == Counter(parts(text))
        return all(by_meaning(self._index, part) for part in parts(text))


class PlainChroma:
    """A client per process on one folder, as its quick start shows it."""

    def __init__(self, folder: Path) -> None:
        import chromadb

        self._collection = chromadb.PersistentClient(
            str(folder)
        ).get_or_create_collection(
            "articles",
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine"}},
        )

    def put(self, name: str, number: int, committed: Callable[[], None]) -> None:
        """Upsert a text with its vector."""
        text = marked(number, sentences=2)[1]
        self._collection.upsert(ids=[name], embeddings=[hashed(text)], documents=[text])
        committed()

    def drop(self, name: str, committed: Callable[[], None]) -> None:
        """Delete a text."""
        self._collection.delete(ids=[name])
        committed()

    def find(self, number: int, how: str) -> bool:
        """Search by the vector, or for the word."""
        mark, text = marked(number, sentences=2)
        if how == "words":
            return text in (
                self._collection.get(where_document={"$contains": mark})["documents"]
                or []
            )
        found = self._collection.query(query_embeddings=[hashed(text)], n_results=5)
        return text in (found["documents"] or [[]])[0]


STORES: dict[str, Callable[[Path], Store]] = {
    "newsdesk": Newsdesk,
    "plain Chroma": PlainChroma,
}


def make(store: str, folder: Path) -> None:
    """Make an empty store."""
    STORES[store](folder / "store")


# -- writers ---------------------------------------------------------------------------


@dataclass
class Written:
    """What a writer did."""

    commits: int = 0
    errors: Counter[str] = field(default_factory=Counter)


def write(store: str, folder: Path, me: int, until: float, pipe: Connection) -> None:
    """Add, replace and remove articles until a time; tell of each."""
    using, rng, done = STORES[store](folder / "store"), random.Random(me), Written()
    live: dict[str, int] = {}
    number = me * 1_000_000
    with (folder / f"said-{me}.jsonl").open("a", encoding="utf-8") as file:

        def say(kind: str, about: int | None) -> None:
            if about is not None:
                file.write(json.dumps([kind, about, time.monotonic()]) + "\n")
                file.flush()

        while time.monotonic() < until:
            number += 1
            name = f"{me}-{rng.randrange(30)}.md"
            old, new = live.get(name), None if rng.random() < 0.25 else number
            if old is None and new is None:
                continue
            say("leaving", old)

            def committed(old: int | None = old, new: int | None = new) -> None:
                say("gone", old)
                say("live", new)

            try:
                if new is None:
                    using.drop(name, committed)
                    del live[name]
                else:
                    using.put(name, new, committed)
                    live[name] = new
                done.commits += 1
            except Exception as error:  # noqa: BLE001  # counted: that is the point
                done.errors[f"{type(error).__name__}: {error}"[:200]] += 1
            time.sleep(rng.uniform(0, _PAUSE))
    pipe.send(done)


# -- askers ----------------------------------------------------------------------------


@dataclass
class Asked:
    """What an asker saw; `seconds` from commits until they were found."""

    searches: int = 0
    seconds: dict[str, list[float]] = field(
        default_factory=lambda: {"meaning": [], "words": []}
    )
    missed: Counter[str] = field(default_factory=Counter)
    never: Counter[str] = field(default_factory=Counter)
    stale: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)


class Asker:
    """Looks for everything that it is told of."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store, self._folder = store, folder
        self._read: dict[Path, int] = {}
        self._pending: dict[tuple[int, str], float] = {}  # what, how -> committed at
        self._late: set[tuple[int, str]] = set()
        self._look_again: list[tuple[float, int]] = []
        self._live: set[int] = set()
        self.asked = Asked()

    def turn(self) -> None:
        """Hear what is new, look for it, and for what must not be there."""
        for kind, number, at in self._news():
            if kind == "live":
                self._live.add(number)
                for how in self.asked.seconds:
                    self._pending[number, how] = at
                continue
            self._live.discard(number)
            for how in self.asked.seconds:
                self._pending.pop((number, how), None)
            if kind == "gone":
                self._must_be_gone(number)
                self._look_again.append((at + _LOOK_AGAIN, number))
        for (number, how), at in list(self._pending.items()):
            self._look_for(number, how, at)
        while self._look_again and self._look_again[0][0] < time.monotonic():
            self._must_be_gone(self._look_again.pop(0)[1])

    def _news(self) -> Iterator[tuple[str, int, float]]:
        for path in self._folder.glob("said-*.jsonl"):
            with path.open("rb") as file:
                file.seek(self._read.get(path, 0))
                for line in file:
                    if line.endswith(b"\n"):
                        self._read[path] = self._read.get(path, 0) + len(line)
                        yield tuple(json.loads(line))

    def _look_for(self, number: int, how: str, at: float) -> None:
        began = time.monotonic()
        if self._find(number, how):
            del self._pending[number, how]
            taken = time.monotonic() - at
            self.asked.seconds[how].append(taken)
            if taken > _PROMISE:
                self._late.add((number, how))
        elif began - at > _PROMISE:
            self._late.add((number, how))

    def _must_be_gone(self, number: int) -> None:
        for how in self.asked.seconds:
            self.asked.stale[how] += self._find(number, how)

    def _find(self, number: int, how: str) -> bool:
        self.asked.searches += 1
        try:
            return self._store.find(number, how)
        except Exception as error:  # noqa: BLE001  # counted: that is the point
            self.asked.errors[f"{type(error).__name__}: {error}"[:200]] += 1
            return False

    def finish(self) -> Asked:
        """Look once more for everything, and count."""
        for number in self._live:
            for how in self.asked.seconds:
                self.asked.never[how] += not self._find(number, how)
        for _, how in self._late:
            self.asked.missed[how] += 1
        return self.asked


def ask(store: str, folder: Path, _me: int, until: float, pipe: Connection) -> None:
    """Ask until a time, and a little longer."""
    asker = Asker(STORES[store](folder / "store"), folder)
    while time.monotonic() < until + _LAST_WORD:
        asker.turn()
        time.sleep(0.005)
    pipe.send(asker.finish())
