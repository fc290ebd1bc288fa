"""The list of articles, or of what could not be added, as HTML: a page at a time."""

from collections.abc import Sequence
from html import escape
from typing import TypeVar

from rag.index.ledger import Failure
from rag.schema import ArticleSummary
from ui.render.pieces import button_html, byline_html
from ui.render.sources import failure_html
from ui.shelf import REMOVED

PER_PAGE = 50
One = TypeVar("One")


def tally_html(shown: int, every: int, restricted: str) -> str:
    """Say how many articles of how many are listed, and what restricts them.

    `restricted` follows on "articles"; "" where nothing does.
    """
    if not restricted:
        return f'<p class="tally" role="status">{_counted(every)}</p>'
    return (
        f'<p class="tally" role="status">{shown:,} of {_counted(every)} '
        f"<span>{escape(restricted)}</span> {button_html('clear', 'Show all')}</p>"
    )


def _counted(count: int) -> str:
    return f"{count:,} article{'s' * (count != 1)}"


def articles_html(articles: Sequence[ArticleSummary], page: int = 0) -> str:
    """Return one page (counted from 0) of the articles; each opens in the reader."""
    if not articles:
        return '<p class="bare">No articles here.</p>'
    shown, pager = _paged(articles, page)
    return f'<ul class="shelf">{"".join(map(_row_html, shown))}</ul>{pager}'


def failures_html(
    failures: Sequence[Failure], page: int = 0, *, read_only: bool = False
) -> str:
    """Return one page (counted from 0) of what could not be added, and why."""
    if not failures:
        return '<p class="bare">Nothing has failed here.</p>'
    shown, pager = _paged(failures, page)
    again = f'<p class="acts">{button_html("retry", "Try all again")}</p>'
    rows = "".join(map(failure_html, shown))
    return f'{"" if read_only else again}<ul class="feeds">{rows}</ul>{pager}'


def _paged(every: Sequence[One], page: int) -> tuple[Sequence[One], str]:
    """Return what stands on a page, and the way to the other pages."""
    pages = -(-len(every) // PER_PAGE)
    page = min(max(page, 0), pages - 1)
    return every[page * PER_PAGE : (page + 1) * PER_PAGE], _pager_html(page, pages)


def _row_html(one: ArticleSummary) -> str:
    removed = '<span class="tag">removed</span> ' if one.state == REMOVED else ""
    flagged = "".join(f' <span class="tag">{escape(flag)}</span>' for flag in one.flags)
    shown = (
        f'<span class="work">{removed}<span translate="no">{escape(one.title)}</span>'
        f"{flagged}</span>{byline_html(one.author, one.published, one.publisher)}"
    )
    return f"<li>{button_html('open', shown, '', data_article=one.article_id)}</li>"


def _pager_html(page: int, pages: int) -> str:
    if pages == 1:
        return ""

    def turn(to: int, said: str) -> str:
        off = None if 0 <= to < pages else ""
        return button_html("page", said, data_page=to, disabled=off)

    return (
        f'<nav class="pager" aria-label="Pages">{turn(page - 1, "← Previous")}'
        f"<span>Page {page + 1:,} of {pages:,}</span>"
        f"{turn(page + 1, 'Next →')}</nav>"
    )
