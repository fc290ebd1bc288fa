"""The list of articles as HTML: searched, sorted, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from rag.schema import ArticleSummary
from ui.render import byline_html

PER_PAGE = 50
NEWEST, OLDEST, TITLE, ARRIVED = "Newest", "Oldest", "Title", "Last added"
LIVE, REMOVED = "live", "removed"
ORDERS = (NEWEST, OLDEST, TITLE, ARRIVED)

# an article without a date stands last either way
_KEYS: dict[str, Callable[[ArticleSummary], Any]] = {
    NEWEST: lambda one: one.published,
    OLDEST: lambda one: one.published or "9999",
    TITLE: lambda one: one.title.casefold(),
}


def sorted_by(articles: Sequence[ArticleSummary], order: str) -> list[ArticleSummary]:
    """Return articles, which come in order of arrival, in one of ORDERS."""
    backwards = order in {NEWEST, ARRIVED}
    if order not in _KEYS:
        return list(articles)[::-1]
    return sorted(articles, key=_KEYS[order], reverse=backwards)


def matching(articles: Sequence[ArticleSummary], search: str) -> list[ArticleSummary]:
    """Return the articles that have every word of `search` in what is known of them."""
    words = search.casefold().split()
    return [one for one in articles if all(word in _known(one) for word in words)]


def _known(one: ArticleSummary) -> str:
    fields = (one.title, one.author, one.publisher, one.published, one.source)
    return " ".join((*fields, one.language)).casefold()


def articles_html(articles: Sequence[ArticleSummary], page: int = 0) -> str:
    """Return one page (counted from 0) of the articles; each opens in the reader."""
    if not articles:
        return '<p class="bare">No articles here.</p>'
    pages = -(-len(articles) // PER_PAGE)
    page = min(max(page, 0), pages - 1)
    shown = articles[page * PER_PAGE : (page + 1) * PER_PAGE]
    rows = "".join(map(_row_html, shown))
    return f'<ul class="shelf">{rows}</ul>{_pager_html(page, pages, len(articles))}'


def _row_html(one: ArticleSummary) -> str:
    removed = '<span class="tag">removed</span> ' if one.state == REMOVED else ""
    return (
        f'<li><button type="button" data-act="open" '
        f'data-article="{escape(one.article_id)}">'
        f'<span class="work">{removed}<span translate="no">{escape(one.title)}</span>'
        f"</span>{byline_html(one.author, one.published, one.publisher)}</button></li>"
    )


def _pager_html(page: int, pages: int, count: int) -> str:
    if pages == 1:
        return ""

    def turn(to: int, said: str) -> str:
        off = "" if 0 <= to < pages else " disabled"
        return (
            f'<button type="button" class="plain" data-act="page" data-page="{to}"'
            f"{off}>{said}</button>"
        )

    return (
        f'<nav class="pager" aria-label="Pages">{turn(page - 1, "← Earlier")}'
        f"<span>{page + 1} of {pages} · {count:,} articles</span>"
        f"{turn(page + 1, 'Later →')}</nav>"
    )
