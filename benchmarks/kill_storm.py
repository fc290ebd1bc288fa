"""Does the index survive `kill -9`? A writer is killed again and again, at any instant.

    python -m benchmarks.kill_storm [--kills 60] [--articles 400] [--seed 1]

A process ingests, edits and removes articles, and writes what it is about to do and
what it has done to a file of its own (synced), until SIGKILL hits it: at a random
instant, or aimed at the writing of a projection. Sometimes the process that heals is
killed as well. Then a fresh process opens the index and looks for every article, by
meaning and by words, and for everything that was ever replaced or removed. Embedding is
not what is tested: vectors are hashes. Exits with 1 unless the answer is 0 0 0 0.
"""


# ruff: noqa: S311  # chance, no secrets

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.kill_storm_processes import Place, Verdict, look, write_for_ever
from tests.hashing import HashingEmbedder

_AIMS = ("anywhere", "words", "vectors")
_LONGEST_WAIT = 20.0  # seconds for the writer to reach the place that is aimed at
_LONGEST_LOOK = 300.0  # seconds; whoever takes longer hangs


@dataclass
class Storm:
    """Kills, and what came of them."""

    rng: random.Random
    articles: int
    folder: Path
    verdicts: list[Verdict] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    unrecoverable: int = 0

    def __post_init__(self) -> None:
        """Fill an index."""
        # children are real processes, forked from one that has only imported
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(
            ["benchmarks.kill_storm_processes", "chromadb"]
        )
        self._begin()

    def _begin(self) -> None:
        self._place = Place(Path(tempfile.mkdtemp(dir=self.folder)))
        self._place.articles.mkdir()
        change: dict[int, int | None] = {name: name for name in range(self.articles)}
        self._place.do(change, HashingEmbedder())
        self._place.oracle.write("committed", change)

    def kill_a_writer(self, number: int) -> None:
        """Start a writer and kill it: anywhere, or while it writes a projection."""
        aim = _AIMS[number % len(_AIMS)]

        def wait(pipe: Connection) -> None:
            if aim == "anywhere":
                time.sleep(self.rng.uniform(0.05, 2.0))
            else:
                self._wait_for(pipe, aim)
                began = time.monotonic()
                self._wait_for(pipe, "the ledger")  # how long it takes, here and now
                taken = time.monotonic() - began
                self._wait_for(pipe, aim)
                time.sleep(self.rng.uniform(0, taken))

        seed, first_text = self.rng.random(), (number + 1) * 1_000_000
        self._kill(write_for_ever, (self._place.root, seed, first_text), wait)

    def kill_a_healer(self) -> None:
        """Start the process that would heal and kill it while it does."""

        def wait(pipe: Connection) -> None:
            self._wait_for(pipe, "healing")
            time.sleep(self.rng.uniform(0, 0.2))

        self._kill(look, (self._place.root,), wait)

    def _kill(
        self,
        target: Callable[..., None],
        arguments: Sequence[object],
        wait: Callable[[Connection], None],
    ) -> None:
        ours, theirs = self._context.Pipe()
        victim = self._context.Process(target=target, args=(*arguments, theirs))
        victim.start()
        theirs.close()
        self._heard = "the ledger"
        wait(ours)
        victim.kill()
        victim.join()
        self.kills[_last(ours, self._heard)] += 1

    def _wait_for(self, pipe: Connection, aim: str) -> None:
        until = time.monotonic() + _LONGEST_WAIT
        try:
            while pipe.poll(max(0.0, until - time.monotonic())):
                self._heard = pipe.recv()
                if self._heard == aim:
                    return
        except EOFError:
            return  # it died by itself; whoever looks will tell

    def look(self) -> None:
        """Let a fresh process judge; where it cannot, begin anew."""
        ours, theirs = self._context.Pipe()
        looker = self._context.Process(target=look, args=(self._place.root, theirs))
        looker.start()
        theirs.close()
        try:
            while ours.poll(_LONGEST_LOOK):
                verdict = ours.recv()
                if isinstance(verdict, Verdict):
                    self.verdicts.append(verdict)
                    looker.join()
                    return
        except EOFError:
            pass
        looker.kill()
        self.unrecoverable += 1
        print(f"unrecoverable: {self._place.root}", flush=True)
        self._begin()

    def report(self) -> bool:
        """Print what came of it; return whether all is well."""
        heal = [verdict.heal_seconds for verdict in self.verdicts] or [0.0]
        slowest = max(
            (1000 * one.heal_seconds / one.articles for one in self.verdicts), default=0
        )
        where = ", ".join(f"{count} in {name}" for name, count in self.kills.items())
        faults = {
            "losses": [text for one in self.verdicts for text in one.losses],
            "stale answers": [text for one in self.verdicts for text in one.stale],
            "embedded again": [t for one in self.verdicts for t in one.embedded_again],
        }
        print(f"kills                  {self.kills.total()} ({where})")
        for name, found in faults.items():
            print(f"{name:<22} {len(found)}")
            for text in found[:10]:
                print(f"    {text}")
        print(f"unrecoverable stores   {self.unrecoverable}")
        print(
            f"heal, open to search   {statistics.median(heal):.2f} s median, "
            f"{max(heal):.2f} s at most ({self.articles} articles)"
        )
        print(f"heal per 1 000 articles {slowest:.2f} s at most")
        return not (any(faults.values()) or self.unrecoverable)


def _last(pipe: Connection, said: str) -> str:
    """Return what a process said last, after `said`: where it was when it died."""
    try:
        while pipe.poll():
            said = str(pipe.recv())
    except EOFError:
        pass
    return said


def main() -> None:
    """Kill, look, and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rng = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        storm = Storm(rng, given.articles, Path(folder))
        while storm.kills.total() < given.kills:
            storm.kill_a_writer(storm.kills.total())
            if rng.random() < 0.25 and storm.kills.total() < given.kills:
                storm.kill_a_healer()
            storm.look()
        well = storm.report()
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
