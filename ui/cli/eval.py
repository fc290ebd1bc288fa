"""`newsdesk eval`: how well the index finds, answers and refuses; with a report."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from ui.cli.shared import command, json_option, opened, tell, tell_json

if TYPE_CHECKING:
    from rag.config import Settings
    from rag.engine import QueryEngine
    from rag.evaluation.estimates import Estimate, Run
    from rag.index.index import Index

T = TypeVar("T")


@command()
@click.option("--questions", is_flag=True, help="As newsdesk eval takes them.")
def ratings(settings: Settings, *, questions: bool) -> None:
    """Print what visitors of the page think of answers, as JSON lines."""
    from rag.evaluation.ratings import questions as good
    from rag.evaluation.ratings import ratings as read

    with opened(settings):
        kept = read(settings.index)
    for one in good(kept) if questions else kept:
        tell_json(one)


@command("eval")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--self", "itself", is_flag=True, help="Make the questions itself.")
@json_option
@click.option("--report", type=click.Path(path_type=Path), help="Write an HTML report.")
def evaluate(
    settings: Settings,
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
    settings = settings.model_copy(update={"model": "none"})
    from rag.engine import QueryEngine
    from rag.evaluation.self_questions import failures
    from ui.render.evaluation import HEADER, report_html, row

    with opened(settings) as target, QueryEngine.open(settings=settings) as engine:
        run, notes = _asked(engine, target, file)
    kept = settings.index / "evaluations" / f"{_run_name(file)}.json"
    found = _compared(run, kept, notes)
    if itself:
        notes += failures(found) or ["Retrieval looks sound."]
    if report:
        report.write_text(report_html(run, found, notes), "utf-8")
        notes.append(f"The report was written to {report}.")
    if as_json:
        tell_json({"measures": found, "notes": notes})
        return
    for name, now, questions, change in (HEADER, *map(row, found)):
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
