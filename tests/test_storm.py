"""The index against a plain dictionary, whatever happens to it and in which order.

1 000 operations by `make test`, 10 000 by `make storm` (STORM=10).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ingest import Status, ingest, purge, remove
from rag.index.index import Index
from tests.crashes import POINTS, Power
from tests.finding import nearest
from tests.hashing import HashingEmbedder, hashed
from tests.marked import by_words, parts, text_of, texts_by_file

# what is tested is the order of writes, not how fast a disk makes them last
_SHM = Path("/dev/shm")  # noqa: S108  # Linux's folder in memory
_MEMORY = _SHM if os.access(_SHM, os.W_OK) else None
_STEPS = 50  # operations on one index, before the next one begins
_EXAMPLES = 34 * int(os.environ.get("STORM", "1"))
_DEAD_CHECKED = 5  # of the texts that went last

_names = st.sampled_from([f"{letter}.md" for letter in "abcdefgh"])
Numbers = tuple[int, ...]  # an article: the numbers of its sentences


def _mark(number: int) -> str:
    return f"zq{number}zq"


def _text(numbers: Numbers) -> str:
    return "# Report\n\n" + "\n\n".join(
        f"On day {number} the council of {_mark(number)} counted its barrels."
        for number in numbers
    )


class Storm(RuleBasedStateMachine):
    """What people do to an index, and a dictionary that says what must be in it."""

    operations = 0

    def __init__(self) -> None:
        super().__init__()
        self._folder = Path(tempfile.mkdtemp(dir=_MEMORY)).resolve()
        self._articles, self._path = self._folder / "articles", self._folder / "index"
        self._articles.mkdir()
        self._live: dict[str, Numbers] = {}  # the oracle
        self._dead: list[int] = []
        self._ever: dict[str, set[int]] = {}  # sentences that some version of it had
        self._next = 0
        self._embedder = HashingEmbedder()
        self._power, self._patch = Power(), pytest.MonkeyPatch()
        self._power.install(self._patch)
        Index(self._path, create=True).close()
        # two that stay open, as two processes would have them
        self._open = [Index(self._path), Index(self._path)]

    def teardown(self) -> None:
        """Leave nothing behind."""
        self._patch.undo()
        for index in self._open:
            index.close()
        shutil.rmtree(self._folder)

    # -- what people do ---------------------------------------------------------------

    @rule(name=_names, sentences=st.integers(1, 9))
    def write(self, name: str, sentences: int) -> None:
        """Write an article, a new one or one in the place of another."""
        self._set({name: self._new(sentences)})

    @precondition(lambda self: self._live)
    @rule(data=st.data())
    def edit(self, data: st.DataObject) -> None:
        """Replace, insert or drop one sentence."""
        name = data.draw(st.sampled_from(sorted(self._live)))
        numbers = self._live[name]
        at = data.draw(st.integers(0, len(numbers) - 1))
        drop, insert = data.draw(st.sampled_from([(1, 1), (0, 1), (1, 0)]))
        edited = numbers[:at] + self._new(insert) + numbers[at + drop :]
        self._set({name: edited or self._new(1)})

    @precondition(lambda self: self._live)
    @rule(data=st.data(), name=_names)
    def twin(self, data: st.DataObject, name: str) -> None:
        """Put the same text under another name."""
        self._set({name: self._live[data.draw(st.sampled_from(sorted(self._live)))]})

    @rule(names=st.sets(_names, min_size=2, max_size=4))
    def write_many(self, names: set[str]) -> None:
        """Bring several articles in one go."""
        self._set({name: self._new(3) for name in sorted(names)})

    @precondition(lambda self: self._live)
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        """Withdraw an article."""
        self._unset(data.draw(st.sampled_from(sorted(self._live))))

    @precondition(lambda self: self._live)
    @rule(data=st.data())
    def destroy(self, data: st.DataObject) -> None:
        """Delete an article and every byte of it."""
        name = data.draw(st.sampled_from(sorted(self._live)))
        (self._articles / name).unlink()
        purge(str(self._articles / name), self._path)
        self._note({name: None})
        gone = self._ever.pop(name).difference(*self._ever.values())
        for file in self._path.rglob("*"):
            held = file.read_bytes() if file.is_file() else b""
            assert not [n for n in gone if _mark(n).encode() in held], file

    @precondition(lambda self: len(self._live) > 1)
    @rule(data=st.data())
    def prune(self, data: st.DataObject) -> None:
        """Delete a file and let the index follow."""
        name = data.draw(st.sampled_from(sorted(self._live)))
        (self._articles / name).unlink()
        self._follow()
        self._note({name: None})

    @precondition(lambda self: self._live)
    @rule(data=st.data(), name=_names)
    def rename(self, data: st.DataObject, name: str) -> None:
        """Give a file another name: the article stays the same one."""
        old = data.draw(st.sampled_from(sorted(self._live)))
        if name in self._live or list(self._live.values()).count(self._live[old]) > 1:
            return  # which of two twins was renamed, nobody can tell
        (self._articles / old).rename(self._articles / name)
        before = len(self._embedder.embedded)
        self._follow()
        assert len(self._embedder.embedded) == before
        self._ever.setdefault(name, set()).update(self._ever[old])
        self._note({name: self._live[old], old: None})

    @rule()
    def ingest_again(self) -> None:
        """Ingest what is there already."""
        before = len(self._embedder.embedded)
        report = ingest([self._articles], self._path, embedder=self._embedder)
        expected = Status.UNCHANGED if self._live else Status.FAILED
        assert {one.status for one in report.outcomes} == {expected}
        assert len(self._embedder.embedded) == before

    @rule(which=st.integers(0, 1))
    def reopen(self, which: int) -> None:
        """Close one of those who have the index open, and open it again."""
        self._open[which].close()
        self._open[which] = Index(self._path)

    # -- what happens to them ---------------------------------------------------------

    @rule(
        point=st.sampled_from(POINTS),
        countdown=st.integers(1, 3),
        names=st.sets(_names, min_size=1, max_size=3),
    )
    def crash_while_writing(self, point: str, countdown: int, names: set[str]) -> None:
        """Lose power while articles come in."""
        change = {name: self._new(4) for name in sorted(names)}
        self._crash(point, countdown, change, lambda: self._set(change))
        self._set(change)

    @precondition(lambda self: self._live)
    @rule(
        point=st.sampled_from(POINTS),
        how=st.sampled_from([remove, purge]),
        data=st.data(),
    )
    def crash_while_removing(
        self, point: str, how: Callable[..., object], data: st.DataObject
    ) -> None:
        """Lose power while an article is withdrawn or purged."""
        name = data.draw(st.sampled_from(sorted(self._live)))
        self._crash(point, 1, {name: None}, lambda: self._unset(name, how))
        if name in self._live:
            self._unset(name, how)

    def _crash(
        self,
        point: str,
        countdown: int,
        change: dict[str, Numbers | None],
        do: Callable[[], None],
    ) -> None:
        """Do something, perhaps not to its end; each article is then old or new."""
        self._power.fail_at(point, countdown)
        try:
            do()
        except BaseException:
            if not self._power.failed:
                raise
        crashed = self._power.failed
        self._power.restore()
        if not crashed:
            return
        for index in self._open:
            index.close()
        self._open = [Index(self._path), Index(self._path)]
        found = texts_by_file(self._open[0])
        for name, new in change.items():
            happened = found.get(name) == self._parts(new)
            assert happened or found.get(name) == self._parts(self._live.get(name))
            if happened:
                self._note({name: new})

    # -- what must be true ------------------------------------------------------------

    @invariant()
    def finds_what_is_live_and_nothing_else(self) -> None:
        """By meaning and by words, from whoever has the index open."""
        Storm.operations += 1
        wanted = {name: self._parts(numbers) for name, numbers in self._live.items()}
        for index in self._open:
            assert texts_by_file(index) == wanted
        copies = Counter[str]()
        for found in wanted.values():
            copies += found or Counter()
        # both see the same files: a word is asked of one, in turn
        index = self._open[Storm.operations % 2]
        for numbers in set(self._live.values()):
            mark = _mark(numbers[Storm.operations % len(numbers)])
            bearing = {text: count for text, count in copies.items() if mark in text}
            assert by_words(index, mark) == Counter(bearing)
        for number in self._dead[-_DEAD_CHECKED:]:
            assert not by_words(index, _mark(number))
        for text in sorted(copies)[Storm.operations % 4 :: 4]:
            near = nearest(index, hashed(text), copies[text])
            assert [text_of(index, one) for one, _ in near] == [text] * copies[text]

    @staticmethod
    def _parts(numbers: Numbers | None) -> Counter[str] | None:
        return None if numbers is None else Counter(parts(_text(numbers)))

    # -- doing it ---------------------------------------------------------------------

    def _new(self, count: int) -> Numbers:
        self._next += count
        return tuple(range(self._next - count, self._next))

    def _set(self, change: dict[str, Numbers]) -> None:
        for name, numbers in change.items():
            (self._articles / name).write_text(_text(numbers), encoding="utf-8")
            self._ever.setdefault(name, set()).update(numbers)
        files = [self._articles / name for name in change]
        report = ingest(files, self._path, embedder=self._embedder)
        assert not report.failed
        self._note(dict(change))

    def _unset(self, name: str, how: Callable[..., object] = remove) -> None:
        (self._articles / name).unlink(missing_ok=True)
        how(str(self._articles / name), self._path)
        self._note({name: None})

    def _follow(self) -> None:
        embedder = self._embedder
        report = ingest([self._articles], self._path, embedder=embedder, prune=True)
        assert not report.failed

    def _note(self, change: dict[str, Numbers | None]) -> None:
        before = {n for numbers in self._live.values() for n in numbers}
        for name, numbers in change.items():
            self._live.pop(name, None)
            if numbers is not None:
                self._live[name] = numbers
        now = {n for numbers in self._live.values() for n in numbers}
        self._dead = [n for n in self._dead if n not in now] + sorted(before - now)


@pytest.mark.slow
def test_whatever_happens_the_index_finds_what_is_live() -> None:
    run_state_machine_as_test(
        Storm,
        settings=settings(
            max_examples=_EXAMPLES,
            stateful_step_count=_STEPS,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # to shrink steps that touch a disk takes hours
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Storm.operations >= 1000 * _EXAMPLES // 34
