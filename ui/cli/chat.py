"""The command that holds a conversation: `newsdesk chat`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from rag.errors import NewsdeskError
from ui.cli.shared import asking, scope_of, scoped, tell

_TURNS_KEPT = 200  # more than ever fit into what a model is sent


@click.command()
@scoped
@click.pass_obj
def chat(index: Path | None, /, *, as_of: date | None, **given: Any) -> None:
    """Answer one question after another; an empty line or Ctrl-D ends it.

    Questions may lean on what was said before: "why?", "and what about Europe?".
    """
    from rag.answers.asked import turn_of
    from rag.schema import Turn
    from ui.render.text import answer_text

    history: list[Turn] = []
    with asking(index) as engine:
        scope = scope_of(given, engine.article_id)
        while question := _read():
            try:
                answer = engine.query(
                    question, history=history, scope=scope, as_of=as_of
                )
            except NewsdeskError as error:  # the conversation goes on
                tell(str(error), err=True)
                continue
            click.echo(f"\n{answer_text(answer)}\n")
            history.append(turn_of(answer))
            del history[:-_TURNS_KEPT]


def _read() -> str:
    """Return what is typed next, "" where it ends."""
    try:
        return str(click.prompt("?", default="", show_default=False, prompt_suffix=" "))
    except click.Abort:  # Ctrl-D, the end of a file or Ctrl-C
        click.echo()
        return ""


COMMANDS = (chat,)
