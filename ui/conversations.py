"""A visitor's conversations, as they are kept in the visitor's own browser."""

import datetime as dt
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from rag.schema import Answer
from ui.render.pieces import button_html
from ui.render.text import written

# a browser keeps about 5 MB for a page; an answer takes about 3 kB
_KEPT = 50
_TURNS = 100
_NAME = 80  # characters
One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Conversation:
    """Answers in the order they were given; `at` is when the last one was (UTC)."""

    conversation_id: str
    name: str
    at: str
    turns: tuple[Answer, ...]


def in_browser(
    kind: type[One],
) -> tuple[Callable[[Any], list[One]], Callable[[list[One]], Any]]:
    """Return what reads a list that a browser kept, and what makes one for it to keep.

    Where it is no such list, of an older newsdesk or tampered with, it is empty.
    """
    form = TypeAdapter(list[kind])  # type: ignore[valid-type]  # known at run time

    def read(kept: Any) -> list[One]:
        try:
            return form.validate_python(kept, strict=False)
        except ValidationError:
            return []

    return read, partial(form.dump_python, mode="json")


read, kept_form = in_browser(Conversation)


def with_turns(
    conversations: Sequence[Conversation], conversation_id: str, turns: Sequence[Answer]
) -> list[Conversation]:
    """Return the conversations with one as it is now, newest first.

    A new one (`conversation_id` is "" or unknown) is named after its first question.
    Of a passage only the nearest is kept, which a refusal shows.
    """
    before = find(conversations, conversation_id)
    kept = tuple(replace(one, passages=one.passages[:1]) for one in turns[-_TURNS:])
    now = Conversation(
        conversation_id=before.conversation_id if before else secrets.token_hex(8),
        name=before.name if before else _short(turns[0].question),
        at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        turns=kept,
    )
    others = without(conversations, conversation_id)
    return [now, *others][:_KEPT]


def find(
    conversations: Sequence[Conversation], conversation_id: str
) -> Conversation | None:
    """Return one of the conversations, if it is there."""
    return next(
        (one for one in conversations if one.conversation_id == conversation_id), None
    )


def without(
    conversations: Sequence[Conversation], conversation_id: str
) -> list[Conversation]:
    """Return the conversations but one."""
    return [one for one in conversations if one.conversation_id != conversation_id]


def renamed(
    conversations: Sequence[Conversation], conversation_id: str, name: str
) -> list[Conversation]:
    """Return them with another name for one; an empty name changes nothing."""
    name = _short(name)
    return [
        replace(one, name=name)
        if one.conversation_id == conversation_id and name
        else one
        for one in conversations
    ]


def conversations_html(conversations: Sequence[Conversation]) -> str:
    """Return the list of conversations; each opens again."""
    if not conversations:
        return (
            '<p class="bare">What you ask is kept here, in this browser and nowhere '
            "else.</p>"
        )
    rows = "".join(map(_row_html, conversations))
    return (
        '<input type="search" class="filter" data-filter="#past li" '
        'placeholder="Find a conversation …" aria-label="Find a conversation">'
        f'<ul class="shelf">{rows}</ul>'
    )


def _row_html(one: Conversation) -> str:
    about = f"{written(one.at[:10])} · {len(one.turns)} asked"
    # what is searched, besides the name
    asked = escape(" ".join(turn.question for turn in one.turns))

    def button(act: str, said: str, form: str | None = None) -> str:
        label, key = f"{said}: {one.name}", one.conversation_id
        return button_html(act, said, data_form=form, data_id=key, aria_label=label)

    forms = (("md", "Markdown"), ("html", "HTML"), ("json", "JSON"))
    exports = " ".join(button("export", said, form) for form, said in forms)
    shown = (
        f'<span class="work" translate="no">{escape(one.name)}</span>'
        f'<span class="byline">{escape(about)}</span>'
    )
    return (
        f'<li data-asked="{asked}">'
        f"{button_html('resume', shown, '', data_id=one.conversation_id)}"
        f'<p class="acts">{button("rename", "Rename")}{button("forget", "Delete")}'
        f'<span class="export">Export: {exports}</span></p></li>'
    )


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _NAME else text[: _NAME - 1].rstrip() + "…"
