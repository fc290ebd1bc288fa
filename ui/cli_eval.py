"""`newsdesk eval`: how well the index finds, answers and refuses; with a report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from ui.cli_index import opened, settings_for, tell

if TYPE_CHECKING:
    from rag.engine import QueryEngine
    from rag.estimates import Estimate, Run
    from rag.index import Index

T = TypeVar("T")

_MISSES = 100  # shown in a report
_STYLE = """
body{font:16px/1.5 Georgia,serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse}td,th{text-align:left;padding:.15rem 1.5rem .15rem 0}
svg{width:100%;font:13px sans-serif}dt{font-weight:bold;margin-top:1rem}dd{margin:0}
"""


@click.command("eval")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--self", "itself", is_flag=True, help="Make the questions itself.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--report", type=click.Path(path_type=Path), help="Write an HTML report.")
@click.pass_obj
def evaluate(
    index: Path | None,
    file: Path | None,
    *,
    itself: bool,
    as_json: bool,
    report: Path | None,
) -> None:
    """Measure the answers to the questions in FILE (JSONL), or check retrieval itself.

    Prints each measure with its 95 % interval and its change since the last run.
    """
    if itself == (file is not None):
        raise click.UsageError("Give either a file of questions or --self.")
    if report and not report.parent.is_dir():
        raise click.UsageError(f"There is no folder {report.parent} for the report.")
    settings = settings_for(index).model_copy(update={"model": "none"})
    from rag.engine import QueryEngine
    from rag.self_questions import failures

    with opened(index) as target, QueryEngine.open(settings=settings) as engine:
        run, notes = _asked(engine, target, file)
    kept = settings.index / "evaluations" / f"{_run_name(file)}.json"
    found = _compared(run, kept, notes)
    if itself:
        notes += failures(found) or ["Retrieval looks sound."]
    if report:
        report.write_text(report_html(run, found, notes), "utf-8")
        notes.append(f"The report was written to {report}.")
    if as_json:
        values = {"measures": [asdict(one) for one in found], "notes": notes}
        click.echo(json.dumps(values, ensure_ascii=False))
        return
    for line in (*_table(found), *notes):
        tell(line)


def _compared(run: Run, kept: Path, notes: list[str]) -> list[Estimate]:
    """Compare with the run in `kept` and put this one there; say what was done."""
    from rag.estimates import estimates, keep_run, read_run

    last = read_run(kept)
    if last:
        notes.append(f"The changes are those since the run of {last.at[:19]} UTC.")
    try:
        keep_run(run, kept)
    except OSError as error:
        notes.append(f"This run is not kept for the next to be compared with: {error}.")
    return estimates(run, last)


def _asked(
    engine: QueryEngine, index: Index, file: Path | None
) -> tuple[Run, list[str]]:
    """Ask the questions of `file`, or those made from the articles without one."""
    if file is None:
        from rag.self_questions import ask_itself, self_questions

        return ask_itself(engine, index, _shown(self_questions(engine, index))), []
    from rag.evaluation import ask, read_questions

    questions, notes = read_questions(file, engine)
    return ask(engine, index, _shown(questions)), notes


def _shown(questions: Sequence[T]) -> Iterable[T]:
    from tqdm import tqdm

    # no bar where standard error is not a terminal
    return tqdm(questions, unit=" questions", leave=False, disable=None)


def _run_name(file: Path | None) -> str:
    if file is None:
        return "self"
    path = str(file.expanduser().resolve())
    return f"{file.stem}-{hashlib.sha256(path.encode()).hexdigest()[:8]}"


def _table(found: Iterable[Estimate]) -> list[str]:
    return [
        f"{'measure':<32}{'value':<7} {'95 % interval':<18} {'questions':<10} change",
        *("".join(_cells(one)).rstrip() for one in found),
    ]


def _cells(one: Estimate) -> tuple[str, str, str, str, str]:
    digits = 3 if one.value <= 1 else 0
    change = ""
    if one.change is not None and one.change_interval is not None:
        low, high = one.change_interval
        change = f"{one.change:+.{digits}f} [{low:+.{digits}f}, {high:+.{digits}f}]"
    low, high = one.interval
    around = f"[{low:.{digits}f}, {high:.{digits}f}]"
    value = f"{one.value:.{digits}f}"
    return (
        f"{one.name:<32}",
        f"{value:<8}",
        f"{around:<19}",
        f"{one.questions:<11}",
        change,
    )


# -- the report -----------------------------------------------------------------------


def report_html(run: Run, found: Sequence[Estimate], notes: Sequence[str]) -> str:
    """Return the run as one page that needs nothing else, with plots of the intervals.

    What articles and questions say passes `escape`.
    """
    shares = [one for one in found if one.interval[1] <= 1]
    changes = [
        (one.name, one.change, one.change_interval)
        for one in shares
        if one.change is not None and one.change_interval is not None
    ]
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in _cells(one)) + "</tr>"
        for one in found
    )
    misses = "".join(
        f"<dt>{escape(one.question)}</dt><dd>{escape(one.how)}; nearest: "
        f"{escape(one.nearest)}</dd>"
        for one in run.misses[:_MISSES]
    )
    parts = [
        f"<h1>newsdesk eval, {escape(run.at[:19])} UTC</h1>",
        *(f"<p>{escape(note)}</p>" for note in notes),
        _plot([(one.name, one.value, one.interval) for one in shares], 0.0),
        "<h2>Changes since the last run</h2>" + _plot(changes, -1.0) if changes else "",
        "<table><tr><th>measure<th>value<th>95 % interval<th>questions<th>change</tr>",
        f"{rows}</table><h2>Misses: {len(run.misses)}</h2>",
        f"<p>At most {_MISSES} are shown.</p><dl>{misses}</dl>",
    ]
    return (
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>newsdesk eval'
        f"</title><style>{_STYLE}</style><body>{''.join(parts)}</body></html>\n"
    )


def _plot(
    points: Sequence[tuple[str, float, tuple[float, float]]], least: float
) -> str:
    """Return an SVG of each value and its interval on a scale from `least` to 1."""

    def x(value: float) -> str:
        return f"{260 + 500 * (value - least) / (1 - least):.1f}"

    ticks = [least + (1 - least) * part / 4 for part in range(5)]
    bottom = 22 * len(points) + 8
    drawn = [
        f'<path d="M{x(at)} 4V{bottom}" stroke="#ddd"/>'
        f'<text x="{x(at)}" y="{bottom + 16}" text-anchor="middle">{at:g}</text>'
        for at in ticks
    ]
    for row, (name, value, (low, high)) in enumerate(points):
        y = 22 * row + 18
        drawn.append(
            f'<text x="0" y="{y + 4}">{escape(name)}</text>'
            f'<path d="M{x(low)} {y}H{x(high)}" stroke="#06c" stroke-width="3"/>'
            f'<circle cx="{x(value)}" cy="{y}" r="5" fill="#06c"/>'
        )
    return f'<svg viewBox="0 0 800 {bottom + 24}" role="img">{"".join(drawn)}</svg>'
