"""Who wrote something when, as HTML."""

from __future__ import annotations

from html import escape

from ui.render import byline, written


def byline_html(
    author: str, published: str, publisher: str = "", pages: str = ""
) -> str:
    """Return `byline` as HTML; the date by itself: each language writes its own."""
    names = escape(byline(author, "", publisher))
    date = f'<time datetime="{escape(published)}">{escape(written(published))}</time>'
    parts = [f'<span translate="no">{names}</span>'] if names else []
    parts += [date] if published else []
    parts += [f"<span>{escape(pages)}</span>"] if pages else []
    return f'<span class="byline">{", ".join(parts)}</span>'
