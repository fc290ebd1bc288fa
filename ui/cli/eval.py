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

from ui.cli.index import opened, settings_for, tell

if TYPE_CHECKING:
    from rag.engine import QueryEngine
    from rag.evaluation.estimates import Bounds, Estimate, Run
    from rag.index.index import Index

T = TypeVar("T")

_MISSES = 100  # shown in a report
_STYLE = """
body{font:16px/1.5 Georgia,serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse}td{text-align:left;padding:.15rem 1.5rem .15rem 0}
svg{width:100%;font:13px sans-serif}dt{font-weight:bold;margin-top:1rem}dd{margin:0}
"""


@click.command()
@click.option("--questions", is_flag=True, help="As newsdesk eval takes them.")
@click.pass_obj
def ratings(index: Path | None, *, questions: bool) -> None:
    """Print what visitors of the page think of answers, as JSON lines."""
    settings = settings_for(index)
    from rag.evaluation.ratings import questions as good
    from rag.evaluation.ratings import ratings as read

    with opened(index):
        kept = read(settings.index)
    for one in good(kept) if questions else kept:
        click.echo(json.dumps(one))


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
    from rag.evaluation.self_questions import failures

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
    for name, now, questions, change in (_HEADER, *map(_row, found)):
        tell(f"{name:<30}{now:<24}{questions:<11}{change}".rstrip())
    for note in notes:
        tell(note)


def _compared(run: Run, kept: Path, notes: list[str]) -> list[Estimate]:
    """Compare with the run in `kept` and put this one there; say what was done."""
    from rag.evaluation.estimates import estimates, keep_run, read_run

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
        from rag.evaluation.self_questions import ask_itself, self_questions

        return ask_itself(engine, _shown(self_questions(engine, index))), []
    from rag.evaluation.measures import ask, read_questions

    questions, notes = read_questions(file, engine)
    return ask(engine, _shown(questions)), notes


def _shown(questions: Sequence[T]) -> Iterable[T]:
    from tqdm import tqdm

    # no bar where standard error is not a terminal
    return tqdm(questions, unit=" questions", leave=False, disable=None)


def _run_name(file: Path | None) -> str:
    if file is None:
        return "self"
    path = str(file.expanduser().resolve())
    return f"{file.stem}-{hashlib.sha256(path.encode()).hexdigest()[:8]}"


_HEADER = ("measure", "value [95 % interval]", "questions", "change since the last run")


def _row(one: Estimate) -> tuple[str, str, str, str]:
    change = _said(one.change, "+") if one.change else ""
    return one.name, _said(one.now), str(one.questions), change


def _said(figure: Bounds, sign: str = "-") -> str:
    form = f"{sign}.0f" if abs(figure.value) > 1 else f"{sign}.3f"
    return f"{figure.value:{form}} [{figure.low:{form}}, {figure.high:{form}}]"


# -- the report -----------------------------------------------------------------------


def report_html(run: Run, found: Sequence[Estimate], notes: Sequence[str]) -> str:
    """Return the run as one page that needs nothing else, with plots of the intervals.

    What articles and questions say passes `escape`.
    """
    shares = [one for one in found if one.now.high <= 1]
    changes = [(one.name, one.change) for one in shares if one.change]
    reach = max((max(-one.low, one.high) for _, one in changes), default=0) or 0.1
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in (_HEADER, *map(_row, found))
    )
    misses = "".join(
        f"<dt>{escape(one.question)}</dt><dd>{escape(one.how)}; nearest: "
        f"{escape(one.nearest)}</dd>"
        for one in run.misses[:_MISSES]
    )
    parts = [
        f"<h1>newsdesk eval, {escape(run.at[:19])} UTC</h1>",
        *(f"<p>{escape(note)}</p>" for note in notes),
        _plot([(one.name, one.now) for one in shares], 0.0, 1.0),
        "<h2>Changes</h2>" + _plot(changes, -reach, reach) if changes else "",
        f"<table>{rows}</table><h2>Misses: {len(run.misses)}</h2>",
        f"<p>At most {_MISSES} are shown.</p><dl>{misses}</dl>",
    ]
    return (
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>newsdesk eval'
        f"</title><style>{_STYLE}</style><body>{''.join(parts)}</body></html>\n"
    )


def _plot(points: Sequence[tuple[str, Bounds]], least: float, most: float) -> str:
    """Return an SVG of the values and intervals on a scale from `least` to `most`."""

    def x(value: float) -> str:
        return f"{260 + 500 * (value - least) / (most - least):.1f}"

    ticks = [least + (most - least) * part / 4 for part in range(5)]
    bottom = 22 * len(points) + 8
    drawn = [
        f'<path d="M{x(at)} 4V{bottom}" stroke="#ddd"/>'
        f'<text x="{x(at)}" y="{bottom + 16}" text-anchor="middle">{at:.2g}</text>'
        for at in ticks
    ]
    for row, (name, figure) in enumerate(points):
        y = 22 * row + 18
        drawn.append(
            f'<text x="0" y="{y + 4}">{escape(name)}</text>'
            f'<path d="M{x(figure.low)} {y}H{x(figure.high)}" stroke="#06c"/>'
            f'<circle cx="{x(figure.value)}" cy="{y}" r="5" fill="#06c"/>'
        )
    return f'<svg viewBox="0 0 800 {bottom + 24}" role="img">{"".join(drawn)}</svg>'
