"""Who wrote something when, and who tells it too, as HTML."""

from html import escape

from rag.schema import Citation
from ui.render.text import also_in, byline, written


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


def also_html(citation: Citation) -> str:
    """Return who has the same story, as `also_in` says it; "" without any."""
    told = escape(also_in(citation.also_in))
    return f'<p class="spoken">{told}</p>' if told else ""
