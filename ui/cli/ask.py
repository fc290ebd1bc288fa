"""The commands that ask: `newsdesk ask` and `newsdesk why`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag.errors import UsageError
from ui.cli.shared import (
    as_of_option,
    asking,
    json_option,
    restricted,
    scope_of,
    scoped,
    tell,
    tell_json,
)

if TYPE_CHECKING:
    from rag.engine import QueryEngine
    from rag.schema import Answer

EXIT_REFUSED = 3


@click.command()
@click.argument("question")
@json_option
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
    as_of: date | None,
    **given: Any,
) -> None:
    """Answer QUESTION from the articles; exit status 3 if they do not say."""
    with asking(index) as engine:
        scope = scope_of(given, engine.article_id)
        answer = engine.query(question, scope=scope, as_of=as_of)
        if receipt:
            _write_receipt(answer, engine, receipt)
    from ui.render.json import answer_json
    from ui.render.text import answer_text

    if as_json:
        tell_json(answer_json(answer))
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
@json_option
@as_of_option
@restricted
@click.pass_obj
def why(  # noqa: PLR0913  # each is an option
    index: Path | None,
    /,
    question: str,
    *,
    article: str,
    limit: int,
    as_json: bool,
    as_of: date | None,
    **given: Any,
) -> None:
    """Tell at which stage of QUESTION's search an expected article was lost."""
    with asking(index) as engine:
        article_id, scope = engine.article_id(article), scope_of(given)
        told = engine.why(question, article_id, limit=limit, scope=scope, as_of=as_of)
    if as_json:
        tell_json(told)
        return
    for stage in told.stages:
        mark = "kept" if stage.passed else "lost"
        rank = f"not among {stage.of}"
        if stage.rank:
            rank = f"rank {stage.rank} of {stage.of:<6} score {stage.score:.3f}"
        tell(f"{mark}  {stage.name:<14} {rank}")
    tell(told.verdict)


COMMANDS = (ask, why)
