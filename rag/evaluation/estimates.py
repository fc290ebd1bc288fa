"""Measures with bootstrap intervals, and how they changed since the last run.

Each measure is kept as one row per question, so that a later run of the same questions
can be compared question by question.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.index.atomic import write_atomically

AUROC = "refusal AUROC"
_RESAMPLES = 1000

Rows = dict[str, dict[str, tuple[float, float]]]
"""Of each measure and question (by its key) a value and a weight.

A measure is the sum of values by the sum of weights; of AUROC they are score and label.
"""

_Counts = NDArray[np.float64]


def question_key(question: str) -> str:
    """Name a question in a kept run, which must not outlive the text of a purge."""
    return hashlib.sha256(question.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Miss:
    """A question that went wrong: how, and the text that came first instead."""

    question: str
    how: str
    nearest: str


@dataclass(frozen=True, slots=True)
class Run:
    """What came of the questions; `at` is UTC in ISO 8601."""

    at: str
    rows: Rows
    misses: tuple[Miss, ...] = ()


@dataclass(frozen=True, slots=True)
class Bounds:
    """A figure and the ends of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure over so many questions.

    `change` since the last run is over the questions that both have, and its interval
    is a paired one; None where there are none.
    """

    name: str
    now: Bounds
    questions: int
    change: Bounds | None


def estimates(run: Run, last: Run | None = None) -> list[Estimate]:
    """Return the measures that are defined for these questions.

    They stand in the order of a reader's questions: finding, refusing, lengths.
    """
    before = last.rows if last else {}
    found = [
        Estimate(name, now, len(rows), _change(name, rows, before.get(name, {})))
        for name, rows in run.rows.items()
        if (now := _bounds(_statistic(name, list(rows.values())), len(rows)))
    ]
    return sorted(found, key=lambda one: ("length" in one.name, "refus" in one.name))


def _change(
    name: str,
    rows: dict[str, tuple[float, float]],
    before: dict[str, tuple[float, float]],
) -> Bounds | None:
    common = [key for key in rows if key in before]
    if not common:
        return None
    now = _statistic(name, [rows[key] for key in common])
    then = _statistic(name, [before[key] for key in common])
    return _bounds(lambda counts: now(counts) - then(counts), len(common))


def _statistic(
    name: str, rows: Sequence[tuple[float, float]]
) -> Callable[[_Counts], float]:
    """Return the measure as a function of how often each row counts.

    It is NaN where the measure is not defined.
    """
    values, weights = np.array(rows, dtype=np.float64).T
    ranks = np.unique(values, return_inverse=True)[1]

    def ratio(counts: _Counts) -> float:
        total = float(counts @ weights)
        return float(counts @ values) / total if total else np.nan

    def auroc(counts: _Counts) -> float:
        """Share of pairs in which the answerable one scores higher; half for a tie."""
        higher = np.bincount(ranks, counts * weights)
        lower = np.bincount(ranks, counts * (1 - weights))
        pairs = float(higher.sum() * lower.sum())
        wins = float(higher @ (np.cumsum(lower) - lower / 2))
        return wins / pairs if pairs else np.nan

    return auroc if name == AUROC else ratio


def _bounds(statistic: Callable[[_Counts], float], questions: int) -> Bounds | None:
    """Return the percentile bootstrap interval (Efron 1979), the same each time.

    None where the figure itself is not defined.
    """
    value = statistic(np.ones(questions))
    if np.isnan(value):
        return None
    rng = np.random.default_rng(0)
    draws = []
    for _ in range(_RESAMPLES):
        drawn = rng.integers(questions, size=questions)
        draws.append(statistic(np.bincount(drawn, minlength=questions).astype(float)))
    low, high = np.nanpercentile(draws, [2.5, 97.5])
    return Bounds(value, float(low), float(high))


def keep_run(run: Run, path: Path) -> None:
    """Keep a run, less its texts, for the next to be compared with; raises OSError."""
    write_atomically(path, json.dumps({"at": run.at, "rows": run.rows}))


def read_run(path: Path) -> Run | None:
    """Return the run kept in `path`, or None where there is none."""
    try:
        kept = json.loads(path.read_text("utf-8"))
        return Run(kept["at"], kept["rows"])
    except (OSError, ValueError, KeyError, TypeError):
        return None  # a run that cannot be read is only not compared with
