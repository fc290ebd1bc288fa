"""Writers and askers on one index at once, and the same on plain Chroma.

    python -m benchmarks.crowd [--seconds 60]

Three processes add, replace and remove articles, three others look for each of them by
meaning and by words from the moment of its commit, and for each that was replaced or
removed. Missed is what was not found within a second, stale what was still found after
its end was committed. Embedding is not what is tested: vectors are hashes. Exits with 1
unless newsdesk missed nothing and showed nothing stale; plain Chroma's errors are
counted.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from benchmarks.crowd_processes import STORES, Asked, Written, ask, make, write

_EACH = 3  # writers, and askers
_START = 3.0  # seconds for all processes to start
_PATIENCE = 60.0  # seconds that a process may take to finish


@dataclass
class Crowd:
    """What all processes on one store reported."""

    written: list[Written] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    died: Counter[str] = field(default_factory=Counter)

    @property
    def faults(self) -> int:
        """What must not happen."""
        counted = sum(
            one.missed.total() + one.never.total() + one.stale.total()
            for one in self.asked
        )
        errors = sum(one.errors.total() for one in [*self.written, *self.asked])
        return counted + errors + self.died.total()


def gather(store: str, seconds: float) -> Crowd:
    """Let a crowd loose on a store."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["benchmarks.crowd_processes", "chromadb"])
    crowd = Crowd()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        # two processes that make a Chroma at once may fail: that is not the question
        maker = context.Process(target=make, args=(store, folder))
        maker.start()
        maker.join()
        until = time.monotonic() + _START + seconds
        members = []
        for me in range(2 * _EACH):
            ours, theirs = context.Pipe()
            member = context.Process(
                target=(write, ask)[me % 2], args=(store, folder, me, until, theirs)
            )
            member.start()
            theirs.close()
            members.append((member, ours))
        for member, pipe in members:
            left = until + _PATIENCE - time.monotonic()
            try:
                told = pipe.recv() if pipe.poll(max(left, 0)) else None
            except EOFError:
                told = None
            if isinstance(told, Written):
                crowd.written.append(told)
            elif isinstance(told, Asked):
                crowd.asked.append(told)
            member.join(5)
            if told is None:
                crowd.died[f"exit {member.exitcode}"] += 1
                member.kill()
    return crowd


def _rows(crowd: Crowd) -> dict[str, str]:
    def both(name: str) -> str:
        counts = [getattr(one, name) for one in crowd.asked]
        return " + ".join(
            f"{sum(one[how] for one in counts):,}" for how in ("meaning", "words")
        )

    rows = {
        "commits": f"{sum(one.commits for one in crowd.written):,}",
        "failed writes": f"{sum(one.errors.total() for one in crowd.written):,}",
        "searches": f"{sum(one.searches for one in crowd.asked):,}",
        "failed searches": f"{sum(one.errors.total() for one in crowd.asked):,}",
        "processes that died": f"{crowd.died.total()}",
        "missed, by meaning + by words": both("missed"),
        "never found": both("never"),
        "stale": both("stale"),
    }
    for how in ("meaning", "words"):
        taken = sorted(x for one in crowd.asked for x in one.seconds[how])
        if len(taken) > 1:
            cuts = statistics.quantiles(taken, n=100)
            rows[f"commit to found by {how}, p50 / p99 / max"] = (
                f"{cuts[49]:.2f} / {cuts[98]:.2f} / {taken[-1]:.2f} s"
            )
    return rows


def main() -> None:
    """Run both and print them side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    seconds: float = parser.parse_args().seconds
    crowds = {store: gather(store, seconds) for store in STORES}
    columns = {store: _rows(crowd) for store, crowd in crowds.items()}
    titles = {title: None for rows in columns.values() for title in rows}
    print(f"{'':<42}" + "".join(f"{store:>24}" for store in columns))
    for title in titles:
        cells = "".join(f"{rows.get(title, '-'):>24}" for rows in columns.values())
        print(f"{title:<42}{cells}")
    for store, crowd in crowds.items():
        errors = Counter[str]()
        for one in [*crowd.written, *crowd.asked]:
            errors += one.errors
        for text, count in (errors + crowd.died).most_common(3):
            print(f"{store}, {count} times: {text}")
    sys.exit(1 if crowds["newsdesk"].faults else 0)


if __name__ == "__main__":
    main()
