"""Which articles a visitor asks: what is chosen, and how it is shown."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from html import escape
from typing import Any

import gradio as gr

from rag.errors import UsageError
from rag.questions.scope import EVERYTHING, Scope
from rag.schema import ArticleSummary
from ui.render.pieces import button_html
from ui.render.text import written

# names that contain what was typed count, too, so that not all need to be listed
_NAMES_LISTED = 200
# the fields in which a scope is chosen, in the order of `chosen`
SCOPE = tuple(
    f"scope-{of}"
    for of in ("authors", "publishers", "languages", "since", "until", "as-of")
)
_CROSS = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a visitor asks: a scope, and the day as of which ("" is now)."""

    scope: Scope = EVERYTHING
    as_of: str = ""

    @property
    def day(self) -> dt.date | None:
        """The day as of which is asked."""
        return dt.date.fromisoformat(self.as_of) if self.as_of else None


def panel(articles: Sequence[ArticleSummary]) -> None:
    """Put the fields of SCOPE there, with the names that these articles have."""
    with gr.Row():
        names_fields(articles, SCOPE, "Authors", "Publishers", "Languages")
    labels = ("Published from", "Published until", "As the articles stood on")
    with gr.Row():
        for label, name in zip(labels, SCOPE[3:], strict=True):
            date_field(label, name)


def names_fields(
    articles: Sequence[ArticleSummary], ids: Sequence[str], *labels: str
) -> None:
    """Put fields of authors, publishers and languages there, with these labels."""
    how: dict[str, Any] = {"multiselect": True, "allow_custom_value": True}
    for names, name, label in zip(names_of(articles), ids, labels, strict=False):
        gr.Dropdown(names, label=label, elem_id=name, **how)


def names_of(articles: Sequence[ArticleSummary]) -> list[list[str]]:
    """Return the names of authors, of publishers and of languages, the most common."""
    of: tuple[Callable[[ArticleSummary], str], ...] = (
        lambda one: one.author,
        lambda one: one.publisher,
        lambda one: one.language,
    )
    counts = [Counter(filter(None, map(name, articles))) for name in of]
    return [
        sorted(name for name, _ in count.most_common(_NAMES_LISTED)) for count in counts
    ]


def date_field(label: str, name: str) -> None:
    """Put a field for an ISO date there."""
    gr.Textbox(label=label, placeholder="YYYY-MM-DD", max_length=10, elem_id=name)


def chosen(before: Chosen, *fields: Any) -> Chosen:
    """Return what the fields say, with the articles that were chosen `before`.

    Raises UsageError for what is no date.
    """
    authors, publishers, languages, since, until, as_of = fields
    day = as_of.strip()
    try:
        dt.date.fromisoformat(day or "2026-01-01")
    except ValueError:
        raise UsageError(f"{day} is not a date; give it as YYYY-MM-DD.") from None
    scope = Scope(
        articles=before.scope.articles,
        authors=tuple(authors or ()),
        publishers=tuple(publishers or ()),
        languages=tuple(languages or ()),
        published_from=since.strip(),
        published_to=until.strip(),
    )
    return Chosen(scope, day)


def only(article_id: str, before: Chosen) -> Chosen:
    """Return the choice narrowed to one article."""
    return replace(before, scope=Scope(articles=(article_id,)))


def fields_of(wanted: Chosen) -> tuple[Any, ...]:
    """Return the values of the panel's fields that say `wanted`."""
    scope = wanted.scope
    return (
        list(scope.authors),
        list(scope.publishers),
        list(scope.languages),
        scope.published_from,
        scope.published_to,
        wanted.as_of,
    )


def noted(
    notes: Iterable[str], wanted: Chosen, articles: Iterable[ArticleSummary]
) -> tuple[str, ...]:
    """Return an answer's notes with a title for an id, and the day it was asked of."""
    titles = {
        f"Only articles with the id {key} were asked.": f"Only “{one.title}” was asked."
        for one in articles
        if (key := one.article_id) in wanted.scope.articles
    }
    day = f"Asked of the articles as they stood on {written(wanted.as_of)}."
    return (*(titles.get(note, note) for note in notes), *[day] * bool(wanted.as_of))


def without(wanted: Chosen, kind: str, value: str) -> Chosen:
    """Return the choice without one of its restrictions."""
    if kind == "as_of":
        return replace(wanted, as_of="")
    if kind not in {field.name for field in fields(Scope)}:
        return wanted
    now = getattr(wanted.scope, kind)
    rest = "" if isinstance(now, str) else tuple(one for one in now if one != value)
    changed: dict[str, Any] = {kind: rest}
    return replace(wanted, scope=replace(wanted.scope, **changed))


def scope_html(wanted: Chosen, articles: Iterable[ArticleSummary]) -> str:
    """Return the line above the question box: what is asked, each with a way out."""
    scope = wanted.scope
    titles = {one.article_id: one.title for one in articles}
    parts = [
        *(("articles", one, titles.get(one, one)) for one in scope.articles),
        *(("authors", one, f"by {one}") for one in scope.authors),
        *(("publishers", one, f"published by {one}") for one in scope.publishers),
        *(("languages", one, f"in {one}") for one in scope.languages),
    ]
    for kind, value, said in (
        ("published_from", scope.published_from, "from"),
        ("published_to", scope.published_to, "until"),
        ("as_of", wanted.as_of, "as of"),
    ):
        if value:
            parts.append((kind, value, f"{said} {value}"))
    chips = "".join(_chip_html(*part) for part in parts)
    asked = f'<ul class="chips">{chips}</ul>' if chips else "<span>all articles</span>"
    return (
        f'<div class="scope"><span class="label">Asking</span>{asked}'
        f"{button_html('narrow', 'Choose', aria_expanded='false')}</div>"
    )


def _chip_html(kind: str, value: str, said: str) -> str:
    # a title stays as it is in every language
    no, named = (' translate="no"', f"“{said}”") if kind == "articles" else ("", said)
    label, of = f"No longer only {named}", {"data_kind": kind, "data_value": value}
    out = button_html("widen", _CROSS, "", **of, aria_label=label)
    return f"<li><span{no}>{escape(said)}</span>{out}</li>"
