"""The command that counts: `newsdesk find`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.cli.ask import EXIT_REFUSED
from ui.cli.shared import asking, json_option, scope_of, scoped, tell, tell_json

if TYPE_CHECKING:
    from rag.answers.find import Findings, Mention


@click.command()
@click.argument("terms")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 100_000))
@json_option
@scoped
@click.pass_obj
def find(
    index: Path | None,
    /,
    terms: str,
    *,
    limit: int,
    as_json: bool,
    as_of: date | None,
    **given: Any,
) -> None:
    """List every article that mentions TERMS; exit status 3 if none does."""
    with asking(index) as engine:
        scope = scope_of(given, engine.article_id)
        found = engine.find(terms, limit=limit, scope=scope, as_of=as_of)
    if as_json:
        tell_json(_json(found))
    else:
        from ui.render.text import also_in, byline

        tell(found.statement)
        for one in found.mentions:
            passage = one.passage
            signed = byline(passage.author, passage.published)
            tell(f"\n{passage.article_id}  {passage.title}")
            tell(f"              {signed}" if signed else "")
            tell(f"              “{_quote(one)}”")
            if passage.also_in:
                tell(f"              {also_in(passage.also_in)}")
    if not found.total:
        sys.exit(EXIT_REFUSED)


def _quote(one: Mention) -> str:
    return " ".join(one.passage.text[one.start : one.end].split())


def _json(found: Findings) -> dict[str, object]:
    from ui.render.json import also_in_json

    return {
        "statement": found.statement,
        "total": found.total,
        "stories": found.stories,
        "searched": found.searched,
        "articles": [
            {
                "article_id": one.passage.article_id,
                "version": one.passage.version,
                "title": one.passage.title,
                "published": one.passage.published,
                "source": one.passage.source,
                "chunks": one.count,
                "start": one.passage.start + one.start,
                "end": one.passage.start + one.end,
                "quote": one.passage.text[one.start : one.end],
                "also_in": also_in_json(one.passage.also_in),
            }
            for one in found.mentions
        ],
    }


COMMANDS = (find,)
