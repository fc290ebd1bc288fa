"""Who wrote something when, as HTML."""

from __future__ import annotations

from html import escape

from ui.render import byline, written


def byline_html(author: str, published: str, publisher: str = "") -> str:
    """Return `byline` as HTML; the date by itself: each language writes its own."""
    names = escape(byline(author, "", publisher))
    date = f'<time datetime="{escape(published)}">{escape(written(published))}</time>'
    parts = [f'<span translate="no">{names}</span>'] * bool(names)
    return (
        f'<span class="byline">{", ".join([*parts, *[date] * bool(published)])}</span>'
    )
