"""The commands that ask: `newsdesk ask` and `newsdesk why`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag.errors import UsageError
from ui.cli.index import settings_for, tell

if TYPE_CHECKING:
    from rag.engine import QueryEngine
    from rag.questions.scope import Scope
    from rag.schema import Answer

EXIT_REFUSED = 3


def scoped(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that restrict what is asked, and the day."""
    for option in (
        click.option("--author", multiple=True, help="Ask only articles by this name."),
        click.option("--publisher", multiple=True, help="... published by this name."),
        click.option("--source", multiple=True, help="... whose path or URL has this."),
        click.option("--language", multiple=True, help="... in this language (en)."),
        click.option(
            "--from", "since", default="", help="... published from this date."
        ),
        click.option(
            "--to", "until", default="", help="... published until this date."
        ),
        click.option(
            "--as-of",
            type=click.DateTime(["%Y-%m-%d"]),
            help="Ask the collection as it stood at the end of this day (UTC).",
        ),
    ):
        command = option(command)
    return command


def scope_of(engine: QueryEngine, given: dict[str, Any]) -> Scope:
    """Return the scope that the options of `scoped` say."""
    from rag.questions.scope import Scope

    return Scope(
        articles=tuple(map(engine.article_id, given.get("article", ()))),
        authors=given["author"],
        publishers=given["publisher"],
        sources=given["source"],
        languages=given["language"],
        published_from=given["since"],
        published_to=given["until"],
    )


@click.command()
@click.argument("question")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--article", multiple=True, help="Ask only this article (id or file).")
@click.option(
    "--receipt",
    type=click.Path(path_type=Path),
    help="Write the answer with its proofs into this .html or .json file.",
)
@scoped
@click.pass_obj
def ask(  # each is an option
    index: Path | None,
    /,
    question: str,
    *,
    as_json: bool,
    receipt: Path | None,
    as_of: datetime | None,
    **given: Any,
) -> None:
    """Answer QUESTION from the articles; exit status 3 if they do not say."""
    settings = settings_for(index)
    from rag.engine import QueryEngine
    from ui.render.json import answer_json
    from ui.render.text import answer_text

    with QueryEngine.open(settings=settings) as engine:
        scope = scope_of(engine, given)
        answer = engine.query(question, scope=scope, as_of=as_of and as_of.date())
        if receipt:
            _write_receipt(answer, engine, receipt)
    if as_json:
        click.echo(json.dumps(answer_json(answer), ensure_ascii=False))
    else:
        click.echo(answer_text(answer))
    if answer.refused:
        sys.exit(EXIT_REFUSED)


def _write_receipt(answer: Answer, engine: QueryEngine, file: Path) -> None:
    from rag.receipt import receipt_of, receipt_text
    from ui.render.receipt import receipt_html

    forms = {".html": receipt_html, ".json": receipt_text}
    if file.suffix not in forms:
        raise UsageError(f"{file} is neither .html nor .json; name one of them.")
    try:
        file.write_bytes(forms[file.suffix](receipt_of(answer, engine)).encode())
    except OSError as error:
        raise UsageError(f"{file} cannot be written ({error.strerror}).") from error


@click.command()
@click.argument("question")
@click.option("--article", required=True, help="The article expected (id or file).")
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1, 100))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@scoped
@click.pass_obj
def why(  # noqa: PLR0913  # each is an option
    index: Path | None,
    /,
    question: str,
    *,
    article: str,
    limit: int,
    as_json: bool,
    as_of: datetime | None,
    **given: Any,
) -> None:
    """Tell at which stage of QUESTION's search an expected article was lost."""
    settings = settings_for(index)
    from rag.engine import QueryEngine

    with QueryEngine.open(settings=settings) as engine:
        told = engine.why(
            question,
            engine.article_id(article),
            limit=limit,
            scope=scope_of(engine, given),
            as_of=as_of and as_of.date(),
        )
    if as_json:
        click.echo(json.dumps(asdict(told), ensure_ascii=False))
        return
    for stage in told.stages:
        mark = "kept" if stage.passed else "lost"
        rank = f"not among {stage.of}"
        if stage.rank:
            rank = f"rank {stage.rank} of {stage.of:<6} score {stage.score:.3f}"
        tell(f"{mark}  {stage.name:<14} {rank}")
    tell(told.verdict)


COMMANDS = (ask, why)
