"""Small pieces of the page: what can be clicked, who wrote something when."""

from html import escape

from rag.schema import Citation
from ui.render.text import also_in, byline, written


def button_html(act: str, shown: str, kind: str = "plain", **attributes: object) -> str:
    """Return a button that shows `shown` (HTML) and whose act `script.js` knows.

    `kind` is its class. Of the names of `attributes` each "_" is written as "-"; those
    that are None are left out.
    """
    known = {"class": kind, "data-act": act, **attributes}
    given = "".join(
        f' {name.replace("_", "-")}="{escape(str(value))}"'
        for name, value in known.items()
        if value is not None
    )
    return f'<button type="button"{given}>{shown}</button>'


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
