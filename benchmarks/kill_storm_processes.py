"""The processes of `kill_storm`: one writes until it dies, one looks after it.

Both work on a `Place`, whose `Oracle` knows what must be true.
"""

# ruff: noqa: S311  # chance, no secrets

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import rag.index.index
from ingest import ingest, remove
from rag.index.index import Index
from rag.index.vectors import VectorProjection
from rag.index.words import WordProjection
from rag.schema import ArticleSummary
from tests.hashing import HashingEmbedder
from tests.marked import by_meaning, by_words, is_found, is_gone, marked, parts

rag.index.index.SEARCHED_EXACTLY = 50  # vectors: Chroma is built for so few, too
_BATCH = 40  # articles: enough for Chroma to be built anew
_DEAD_CHECKED = 300  # the last so many replaced or removed texts are searched each time


class Oracle:
    """What was about to be done and what was done, in a file that survives its writer.

    A state maps the number of a file to the number of the text in it, or to None.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, kind: str, change: dict[int, int | None]) -> None:
        """Add a line and wait until it is on disk."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([kind, list(change.items())]) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def read(self) -> tuple[dict[int, int | None], dict[int, int | None], list[int]]:
        """Return the state, what was in flight, and the numbers of all dead texts."""
        state: dict[int, int | None] = {}
        flying: dict[int, int | None] = {}
        dead: list[int] = []
        for line in self._path.read_text("utf-8").splitlines():
            kind, items = json.loads(line)
            if kind == "intent":
                flying = dict(items)
                continue
            gone = (state.get(name) for name, _ in items)
            dead += [text for text in gone if text is not None]
            state |= dict(items)
            flying = {}
        return state, flying, dead


@dataclass(frozen=True)
class Place:
    """Where a storm happens."""

    root: Path

    @property
    def index(self) -> Path:
        """The index folder."""
        return self.root / "index"

    @property
    def articles(self) -> Path:
        """The folder of the articles' files."""
        return self.root / "articles"

    @property
    def oracle(self) -> Oracle:
        """What must be true."""
        return Oracle(self.root / "oracle.jsonl")

    def file(self, name: int) -> Path:
        """The file of an article."""
        return self.articles / f"{name:05d}.md"

    def do(self, change: dict[int, int | None], embedder: HashingEmbedder) -> None:
        """Write the files and bring the change into the index."""
        for name, text in change.items():
            if text is None:
                self.file(name).unlink(missing_ok=True)
                remove(str(self.file(name)), index=self.index)
            else:
                self.file(name).write_text(marked(text)[1], encoding="utf-8")
        written = [self.file(name) for name, text in change.items() if text is not None]
        if written:
            ingest(written, index=self.index, embedder=embedder)


# -- the writer ------------------------------------------------------------------------


def write_for_ever(root: Path, seed: float, first_text: int, pipe: Connection) -> None:
    """Change the collection until killed; tell the pipe what is being written."""
    _announce(WordProjection, "apply", "words", pipe)
    _announce(VectorProjection, "build", "vectors", pipe)
    place, rng = Place(root), random.Random(seed)
    state, _, _ = place.oracle.read()
    names, text = sorted(state), first_text
    while True:
        count = _BATCH if rng.random() < 0.3 else 1
        change: dict[int, int | None] = {}
        for name in rng.sample(names, count):
            change[name] = text = text + 1
        if count == 1 and state[name] is not None and rng.random() < 0.4:
            change = {name: None}
        place.oracle.write("intent", change)
        place.do(change, HashingEmbedder())
        place.oracle.write("committed", change)
        state |= change
        pipe.send("the ledger")


def _announce(kind: type, method: str, name: str, pipe: Connection) -> None:
    """Let `method` say when it begins and ends."""
    real: Callable[..., Any] = getattr(kind, method)

    def announced(*args: Any, **named: Any) -> Any:
        pipe.send(name)
        result = real(*args, **named)
        pipe.send("the ledger")
        return result

    setattr(kind, method, announced)


# -- the one who comes after -----------------------------------------------------------


@dataclass
class Verdict:
    """What a fresh process found after a kill."""

    heal_seconds: float = 0.0
    articles: int = 0
    losses: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    embedded_again: list[str] = field(default_factory=list)


def look(root: Path, pipe: Connection) -> None:
    """Open the index, judge it, finish what was in flight."""
    place = Place(root)
    state, flying, dead = place.oracle.read()
    verdict = Verdict(articles=sum(text is not None for text in state.values()))
    pipe.send("healing")
    started = time.perf_counter()
    index = Index(place.index)
    index.searcher()
    some = next(iter(state.values()), None) or 0
    by_meaning(index, parts(marked(some)[1])[0])
    by_words(index, marked(some)[0])
    verdict.heal_seconds = time.perf_counter() - started
    for name, text in state.items():
        if name not in flying:
            _expect(index, name, text, verdict)
    for name, text in flying.items():
        _expect_old_or_new(index, name, state.get(name), text, verdict)
    for text in dead[-_DEAD_CHECKED:]:
        if text not in state.values() and not _gone(index, text):
            verdict.stale.append(f"text {text} is still found")
    index.close()
    _finish(place, flying, verdict)
    pipe.send(verdict)


def _gone(index: Index, text: int) -> bool:
    mark, article = marked(text)
    return is_gone(index, article, mark)


def _found(index: Index, text: int) -> bool:
    mark, article = marked(text)
    return is_found(index, article, mark)


def _expect(index: Index, name: int, text: int | None, verdict: Verdict) -> None:
    if text is not None and not _found(index, text):
        verdict.losses.append(f"file {name}: text {text} is not found")


def _expect_old_or_new(
    index: Index, name: int, old: int | None, new: int | None, verdict: Verdict
) -> None:
    for live, gone in ((old, new), (new, old)):
        if (live is None or _found(index, live)) and (
            gone is None or _gone(index, gone)
        ):
            return
    verdict.losses.append(f"file {name}: neither wholly {old} nor wholly {new}")


def _finish(place: Place, flying: dict[int, int | None], verdict: Verdict) -> None:
    """Complete what was in flight; nothing else may be embedded."""
    place.articles.mkdir(exist_ok=True)
    embedder = HashingEmbedder()
    live = {one.source for one in _live(place)}
    for name, text in flying.items():
        if text is None and str(place.file(name).resolve()) in live:
            place.file(name).unlink(missing_ok=True)
            remove(str(place.file(name).resolve()), index=place.index)
        elif text is not None:
            place.file(name).write_text(marked(text)[1], encoding="utf-8")
    ingest([place.articles], index=place.index, embedder=embedder)
    new = {part for text in flying.values() if text for part in parts(marked(text)[1])}
    verdict.embedded_again = [text for text in embedder.embedded if text not in new]
    if flying:
        place.oracle.write("committed", flying)


def _live(place: Place) -> list[ArticleSummary]:
    index = Index(place.index)
    try:
        return [one for one in index.ledger.articles.summaries() if one.state == "live"]
    finally:
        index.close()
