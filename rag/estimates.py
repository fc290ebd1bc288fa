"""What a run of questions measured: estimates, their intervals, and the last run.

Each measure is kept as one row per question, so that a later run of the same questions
can be compared question by question.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.atomic import write_atomically

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
class Estimate:
    """A measure over `questions` questions with its 95 % bootstrap interval.

    `change` since the last run and its paired interval are over the questions that both
    have; None where there are none.
    """

    name: str
    value: float
    interval: tuple[float, float]
    questions: int
    change: float | None = None
    change_interval: tuple[float, float] | None = None


def estimates(run: Run, last: Run | None = None) -> list[Estimate]:
    """Return the measures that are defined for these questions, in fixed order."""
    found = []
    for name, rows in run.rows.items():
        table = np.array(list(rows.values()), dtype=np.float64)
        statistic = _statistic(name, table)
        value = statistic(np.ones(len(table)))
        if np.isnan(value):
            continue
        change, around = _change(name, rows, last.rows.get(name, {}) if last else {})
        interval = _interval(statistic, len(table))
        found.append(Estimate(name, value, interval, len(table), change, around))
    return sorted(found, key=lambda one: _place(one.name))


def _place(name: str) -> tuple[bool, bool]:
    """Order by what a reader asks first: finding, then refusing, then lengths."""
    return name == "passage length", "refus" in name


def _change(
    name: str,
    rows: dict[str, tuple[float, float]],
    last: dict[str, tuple[float, float]],
) -> tuple[float | None, tuple[float, float] | None]:
    common = [key for key in rows if key in last]
    if not common:
        return None, None
    now = _statistic(name, np.array([rows[key] for key in common], dtype=np.float64))
    then = _statistic(name, np.array([last[key] for key in common], dtype=np.float64))

    def statistic(counts: _Counts) -> float:
        return now(counts) - then(counts)

    change = statistic(np.ones(len(common)))
    if np.isnan(change):
        return None, None
    return change, _interval(statistic, len(common))


def _statistic(name: str, table: NDArray[np.float64]) -> Callable[[_Counts], float]:
    """Return the measure as a function of how often each row of `table` counts.

    It is NaN where the measure is not defined.
    """
    values, weights = table.T
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


def _interval(
    statistic: Callable[[_Counts], float], questions: int
) -> tuple[float, float]:
    """Return the 95 % percentile bootstrap interval (Efron 1979), always the same."""
    rng = np.random.default_rng(0)
    draws = []
    for _ in range(_RESAMPLES):
        drawn = rng.integers(questions, size=questions)
        draws.append(statistic(np.bincount(drawn, minlength=questions).astype(float)))
    low, high = np.nanpercentile(draws, [2.5, 97.5])
    return float(low), float(high)


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
