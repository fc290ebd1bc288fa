"""The commands that ask, and `newsdesk verify`, which checks what was answered."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag.errors import NewsdeskError, UsageError
from ui.cli.shared import (
    as_of_option,
    asking,
    command,
    json_option,
    restricted,
    scope_of,
    scoped,
    tell,
    tell_json,
    width,
    words_argument,
)

if TYPE_CHECKING:
    from rag.config import Settings
    from rag.engine import QueryEngine
    from rag.schema import Answer

EXIT_ALTERED, EXIT_REFUSED = 1, 3
_TURNS_KEPT = 200  # more than ever fit into what a model is sent


@command()
@words_argument("question")
@json_option
@click.option(
    "--receipt",
    type=click.Path(path_type=Path),
    help="Write the answer with its proofs into this .html or .json file.",
)
@scoped
def ask(  # each is an option
    settings: Settings,
    question: str,
    *,
    as_json: bool,
    receipt: Path | None,
    as_of: date | None,
    **given: Any,
) -> None:
    """Answer QUESTION from the articles; exit status 3 if they do not say."""
    with asking(settings) as engine:
        scope = scope_of(given, engine.article_id)
        answer = engine.query(question, scope=scope, as_of=as_of)
        if receipt:
            _write_receipt(answer, engine, receipt)
    from ui.render.json import answer_json
    from ui.render.text import answer_text

    if as_json:
        tell_json(answer_json(answer))
    else:
        click.echo(answer_text(answer, width()))
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


@command()
@words_argument("question")
@click.option("--article", required=True, help="The article expected (id or file).")
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1, 100))
@json_option
@as_of_option
@restricted
def why(  # noqa: PLR0913  # each is an option
    settings: Settings,
    question: str,
    *,
    article: str,
    limit: int,
    as_json: bool,
    as_of: date | None,
    **given: Any,
) -> None:
    """Tell at which stage of QUESTION's search an expected article was lost."""
    with asking(settings) as engine:
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


@command()
@scoped
def chat(settings: Settings, *, as_of: date | None, **given: Any) -> None:
    """Answer one question after another; an empty line or Ctrl-D ends it.

    Questions may lean on what was said before: "why?", "and what about Europe?".
    """
    from rag.answers.asked import turn_of
    from rag.schema import Turn
    from ui.render.text import answer_text

    history: list[Turn] = []
    with asking(settings) as engine:
        scope = scope_of(given, engine.article_id)
        while question := _read():
            try:
                answer = engine.query(
                    question, history=history, scope=scope, as_of=as_of
                )
            except NewsdeskError as error:  # the conversation goes on
                tell(str(error), err=True)
                continue
            click.echo(f"\n{answer_text(answer, width())}\n")
            history.append(turn_of(answer))
            del history[:-_TURNS_KEPT]


def _read() -> str:
    """Return what is typed next, "" where it ends."""
    try:
        return str(click.prompt("?", default="", show_default=False, prompt_suffix=" "))
    except click.Abort:  # Ctrl-D, the end of a file or Ctrl-C
        click.echo()
        return ""


@command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--alone", is_flag=True, help="Check the file only, without an index.")
def verify(settings: Settings, file: Path, *, alone: bool) -> None:
    """Check that the receipt FILE is unaltered and that its quotations stand."""
    from rag.receipt import check_against, check_alone, cited_in
    from ui.render.receipt import read_receipt

    try:
        raw = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read ({error.strerror}).") from error
    record, exact = read_receipt(raw)
    if alone:
        checked = check_alone(record)
    else:
        with asking(settings) as engine:
            checked = check_against(record, engine)
    faults = list(checked.faults)
    if not exact:
        faults.insert(0, "The file is not as it was made: something in it was altered.")
    for line in (*faults, *checked.remarks):
        tell(line, err=bool(faults))
    if faults:
        sys.exit(EXIT_ALTERED)
    count = len(cited_in(record))
    many = "1 quotation agrees" if count == 1 else f"{count} quotations agree"
    where = "the receipt itself" if alone else "the index"
    tell(f"{file} is unaltered; {many} with {where}.")


@command()
@words_argument("terms")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--without", "lacking", is_flag=True, help="Those that do not.")
@json_option
@scoped
def find(
    settings: Settings,
    terms: str,
    *,
    as_json: bool,
    as_of: date | None,
    **given: Any,
) -> None:
    """List every article that mentions TERMS; exit status 3 if none does."""
    with asking(settings) as engine:
        scope = scope_of(given, engine.article_id)
        how = {name: given[name] for name in ("limit", "lacking")}
        found = engine.find(terms, **how, scope=scope, as_of=as_of)
    if as_json:
        from ui.render.json import findings_json

        tell_json(findings_json(found))
    else:
        from ui.render.text import also_in, byline

        tell(found.statement)
        for one in found.mentions:
            passage = one.passage
            signed = byline(passage.author, passage.published)
            tell(f"\n{passage.article_id}  {passage.title}")
            tell(f"              {signed}" if signed else "")
            quote = passage.text[one.start : one.end]
            tell(f"              “{' '.join(quote.split())}”")
            if passage.also_in:
                tell(f"              {also_in(passage.also_in)}")
    if not found.total:
        sys.exit(EXIT_REFUSED)
