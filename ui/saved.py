"""Questions to be asked again, as a visitor's own browser keeps them."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ui.news import buttons_html
from ui.render.button import button_html

MOST = 20


@dataclass(frozen=True, slots=True)
class Saved:
    """A question, and how things stood when it was last asked.

    `seq` is the number of the last change of the articles then, within `epoch`; `said`
    is the SHA-256 of what the articles said to it.
    """

    question: str
    epoch: str
    seq: int
    said: str


_LIST = TypeAdapter(list[Saved])


def read(kept: Any) -> list[Saved]:
    """Return what a browser kept; nothing where it is no list of questions."""
    try:
        return _LIST.validate_python(kept, strict=False)[:MOST]
    except ValidationError:  # of an older newsdesk, or tampered with
        return []


def kept_form(saved: Sequence[Saved]) -> Any:
    """Return the questions as plain values for a browser to keep."""
    return _LIST.dump_python(list(saved), mode="json")


def with_question(saved: Sequence[Saved], one: Saved) -> list[Saved]:
    """Return the questions with one more, newest first."""
    return [one, *without(saved, one.question)][:MOST]


def without(saved: Sequence[Saved], question: str) -> list[Saved]:
    """Return the questions but one."""
    return [one for one in saved if one.question != question]


def saved_html(saved: Sequence[Saved]) -> str:
    """Return the list of the questions; "" where there are none."""
    rows = "".join(
        f"<li>{_ask_html(one.question)} {_unsave_html(one.question)}</li>"
        for one in saved
    )
    if not rows:
        return ""
    return (
        '<h3>Saved questions</h3><p class="bare">Asked again when you come back, if '
        f'something new bears on them.</p><ul class="saved">{rows}</ul>'
    )


def _ask_html(asked: str) -> str:
    return button_html("ask", escape(asked), data_question=asked, translate="no")


def _unsave_html(asked: str) -> str:
    label = f"No longer ask again: {asked}"
    quiet = "plain quiet"
    return button_html("unsave", "Remove", quiet, data_question=asked, aria_label=label)


def again_html(found: Sequence[tuple[str, str]]) -> str:
    """Return which questions have a new answer: (id of the conversation, question)."""
    label = "Saved questions that were asked again, because of what is new"
    return buttons_html(label, found) if found else ""
