"""Questions to be asked again, as a visitor's own browser keeps them."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ui.conversations import in_browser
from ui.news import buttons_html
from ui.render.pieces import button_html

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


read, kept_form = in_browser(Saved)


def with_question(saved: Sequence[Saved], one: Saved) -> list[Saved]:
    """Return the questions with one more, newest first."""
    return [one, *without(saved, one.question)][:MOST]


def without(saved: Sequence[Saved], question: str) -> list[Saved]:
    """Return the questions but one."""
    return [one for one in saved if one.question != question]


def saved_html(saved: Sequence[Saved]) -> str:
    """Return the list of the questions; "" where there are none."""
    rows = ""
    for one in saved:
        asked, label = one.question, f"No longer ask again: {one.question}"
        of = {"data_question": asked}
        ask = button_html("ask", escape(asked), **of, translate="no")
        out = button_html("unsave", "Remove", "plain quiet", **of, aria_label=label)
        rows += f"<li>{ask} {out}</li>"
    if not rows:
        return ""
    return (
        '<h3>Saved questions</h3><p class="bare">Asked again when you come back, if '
        f'something new bears on them.</p><ul class="saved">{rows}</ul>'
    )


def again_html(found: Sequence[tuple[str, str]]) -> str:
    """Return which questions have a new answer: (id of the conversation, question)."""
    label = "Saved questions that were asked again, because of what is new"
    return buttons_html(label, found) if found else ""
