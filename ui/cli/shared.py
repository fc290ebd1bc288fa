"""What the commands share: what they belong to and open, how they tell things."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.render.text import printable

if TYPE_CHECKING:
    from ingest import Listener
    from rag.config import Settings
    from rag.engine import QueryEngine
    from rag.index.index import Index
    from rag.questions.scope import Scope


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--index",
    type=click.Path(path_type=Path),
    help="The index folder; else NEWSDESK_INDEX, else ./.newsdesk.",
)
@click.version_option(package_name="newsdesk")
@click.pass_context
def cli(context: click.Context, index: Path | None) -> None:
    """Ask a collection of articles; every sentence of the answer has its proof."""
    context.obj = index


def command(name: str | None = None) -> Callable[[Callable[..., None]], click.Command]:
    """Make a function a command: it is called with the settings and its options."""

    def of(run: Callable[..., None]) -> click.Command:
        @click.pass_obj
        @wraps(run)
        def called(index: Path | None, /, **given: Any) -> None:
            from rag.config import load_settings

            run(load_settings(index=index), **given)

        return cli.command(name)(called)

    return of


def width() -> int:
    """Return how many characters a line of text has: the terminal's, 40 to 100."""
    return max(40, min(shutil.get_terminal_size().columns, 100))


def opened(settings: Settings) -> closing[Index]:
    """Open the index to look after it."""
    from rag.index.index import Index

    return closing(Index(settings.index))


def asking(settings: Settings) -> QueryEngine:
    """Open the index to ask it; use it as a context manager."""
    from rag.engine import QueryEngine

    return QueryEngine.open(settings=settings)


# -- telling --------------------------------------------------------------------------


def tell(line: str, *, err: bool = False) -> None:
    """Print a line that may hold what an article or a file is called."""
    click.echo(printable(line), err=err)


def tell_json(value: object) -> None:
    """Print plain values and dataclasses as JSON, on one line."""
    click.echo(json.dumps(value, ensure_ascii=False, default=asdict))


def on_wait(text: str) -> None:
    """Say on standard error that another process is waited for."""
    tell(text, err=True)


def listener(*, unchanged: bool = False) -> Listener:
    """Return one that prints a line per article, or per `unchanged` one as well."""
    from ingest import Listener, Outcome, Status

    def line(outcome: Outcome) -> None:
        if unchanged or outcome.status is not Status.UNCHANGED:
            tell(outcome.line(), err=outcome.status is Status.FAILED)

    return Listener(outcome=line, waiting=on_wait)


# -- options --------------------------------------------------------------------------

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
as_of_option = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=lambda _context, _option, value: value and value.date(),
    help="Ask the collection as it stood at the end of this day (UTC).",
)


_RESTRICTIONS = (
    (("--author",), "Only articles by this name.", True),
    (("--publisher",), "... published by this name.", True),
    (("--source",), "... whose path or URL has this.", True),
    (("--language",), "... in this language (en).", True),
    (("--from", "since"), "... published from this date.", False),
    (("--to", "until"), "... published until this date.", False),
)


def words_argument(name: str) -> Callable[[Any], Any]:
    """Return a decorator for an argument of one or more words, with quotes or without.

    What looks like an option still is one; behind `--` all are words.
    """
    return click.argument(
        name,
        nargs=-1,
        required=True,
        callback=lambda _context, _parameter, words: " ".join(words),
    )


def restricted(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that restrict a command to some articles; see `scope_of`."""
    for names, told, many in reversed(_RESTRICTIONS):  # the last is shown first
        default = () if many else ""
        option = click.option(*names, multiple=many, default=default, help=told)
        command = option(command)
    return command


def scoped(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of `restricted`, the articles themselves, and the day."""
    article = click.option(
        "--article", multiple=True, help="Ask only this article (id or file)."
    )
    return article(as_of_option(restricted(command)))


def scope_of(given: dict[str, Any], article_id: Callable[[str], str] = str) -> Scope:
    """Return the scope that options say; `article_id` knows what --article names."""
    from rag.questions.scope import Scope

    return Scope(
        articles=tuple(map(article_id, given.get("article", ()))),
        authors=given["author"],
        publishers=given["publisher"],
        sources=given["source"],
        languages=given["language"],
        published_from=given["since"],
        published_to=given["until"],
    )
