"""What is new since a visitor's last visit, which the visitor's browser keeps."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from pydantic import TypeAdapter, ValidationError

from rag.index.history import Change
from rag.index.ledger import State
from rag.schema import ArticleSummary, Turn
from ui.conversations import Conversation
from ui.render.pieces import button_html
from ui.render.text import written

# a page that is loaded again within this time is still the same visit
_VISIT = dt.timedelta(minutes=30)
_TITLES = 40  # of each kind that are shown


@dataclass(frozen=True, slots=True)
class Visit:
    """What a browser keeps: the last change it was told of, and when that was (UTC).

    `before` and `before_at` are those of the visit before this one, -1 and "" where
    there was none.
    """

    epoch: str
    seq: int
    at: str
    before: int = -1
    before_at: str = ""


_VISIT_FORM = TypeAdapter(Visit)


def visit(kept: Any, now: State, moment: dt.datetime) -> Visit:
    """Return the visit that begins, or goes on, given what a browser kept.

    Numbers of changes hold within an epoch; after it, as in a new browser, there was no
    visit before.
    """
    at = moment.isoformat(timespec="seconds")
    try:
        last = _VISIT_FORM.validate_python(kept)
        pause = moment - dt.datetime.fromisoformat(last.at)
    except (ValidationError, ValueError, TypeError):
        return Visit(now.epoch, now.last_change, at)
    if last.epoch != now.epoch:
        return Visit(now.epoch, now.last_change, at)
    if pause < _VISIT:
        return Visit(now.epoch, now.last_change, at, last.before, last.before_at)
    return Visit(now.epoch, now.last_change, at, last.seq, last.at)


def last_visit(kept: Any) -> Turn:
    """Return the visit before the one that a browser kept, as what came before.

    Nothing was asked in it; its moment is "" where there was none.
    """
    try:
        return Turn("", "", _VISIT_FORM.validate_python(kept).before_at)
    except ValidationError:
        return Turn("", "")


def recent(at: str, moment: dt.datetime) -> bool:
    """Whether a moment (UTC) belongs to the same visit as an earlier one."""
    try:
        return moment - dt.datetime.fromisoformat(at) < _VISIT
    except (ValueError, TypeError):  # a browser kept something else
        return False


@dataclass(frozen=True, slots=True)
class News:
    """The articles that arrived, were changed and were withdrawn."""

    arrived: list[ArticleSummary] = field(default_factory=list)
    changed: list[ArticleSummary] = field(default_factory=list)
    withdrawn: list[ArticleSummary] = field(default_factory=list)


def news(changes: Iterable[Change], articles: Sequence[ArticleSummary]) -> News:
    """Return what `changes`, oldest first, amount to; the latest come first.

    `articles` are all, removed ones too. What came and went meanwhile, was moved or
    purged is no news.
    """
    kinds: dict[str, list[str]] = {}
    for change in changes:
        kinds.setdefault(change.article_id, []).append(change.kind)
    known = {one.article_id: one for one in articles}
    told = News()
    for article_id, happened in reversed(kinds.items()):
        one = known.get(article_id)
        if one is None:
            continue
        came = next((kind for kind in happened if kind != "moved"), "") == "added"
        if one.state != "live":
            told.withdrawn.extend([] if came else [one])
        elif came:
            told.arrived.append(one)
        elif "changed" in happened:
            told.changed.append(one)
    return told


def news_html(told: News, since: str, outdated: Sequence[Conversation]) -> str:
    """Return what is new since a day, and which kept conversations it bears on."""
    parts = []
    kinds = (
        ("arrived", told.arrived),
        ("changed", told.changed),
        ("withdrawn", told.withdrawn),
    )
    if any(articles for _, articles in kinds):
        counts = ", ".join(
            f"<span>{len(some):,} {kind}</span>" for kind, some in kinds if some
        )
        lists = "".join(
            buttons_html(
                kind.capitalize(), [(x.article_id, x.title) for x in some], "article"
            )
            for kind, some in kinds
            if some
        )
        parts.append(
            "<details><summary>Since your last visit on "
            f"{escape(written(since[:10]))}: {counts}</summary>{lists}</details>"
        )
    if outdated:
        named = [(one.conversation_id, one.name) for one in outdated]
        parts.append(buttons_html("Answers whose quotations have changed", named))
    return "".join(parts)


def buttons_html(
    label: str, named: Sequence[tuple[str, str]], attribute: str = "id"
) -> str:
    """Return what opens some conversations, or articles, given as (id, name)."""
    act, of = "open" if attribute == "article" else "resume", f"data_{attribute}"
    rows = "".join(
        f"<li>{button_html(act, escape(name), **{of: one}, translate='no')}</li>"
        for one, name in named[:_TITLES]
    )
    more = len(named) - _TITLES
    rows += f"<li>and {more:,} more</li>" if more > 0 else ""
    return f'<p class="label">{label}</p><ul class="news">{rows}</ul>'
