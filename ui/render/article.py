"""One article as HTML for the reader, with what can be done with it.

Only http(s) addresses of its own become links.
"""

import re
from html import escape
from pathlib import PurePath
from urllib.parse import urlsplit

from rag.index.history import VersionState
from rag.schema import Article
from ui.render.body import Marks, body_html
from ui.render.pieces import button_html, byline_html
from ui.render.text import written
from ui.render.version import difference_html

_ISO = re.compile(r"\d{4}-\d\d-\d\d")


def article_html(
    article: Article,
    marks: Marks | None = None,
    active: int | None = None,
    outdated: str = "",
    actions: str = "",
) -> str:
    """Return the article with `marks` (number: span of its text) highlighted.

    Inside `div.body` stands every character of `article.text`, in order; `active` is
    the number of the mark to be looked at. `outdated` is HTML about what became of the
    version since, `actions` what can be done with the article.
    """
    text = body_html(
        article.text, marks or {}, active, title=article.title, pages=article.pages
    )
    language = escape(article.language)
    signed = byline_html(article.author, article.published, article.publisher)
    return (
        f'<article translate="no" lang="{language}" tabindex="-1" '
        f'aria-label="{escape(article.title)}"><header>'
        f"<h1>{escape(article.title)}</h1>"
        f'<p translate="yes">{signed}</p>'
        f'<p class="origin">{_origin_html(article)}</p>{outdated}{actions}</header>'
        f'<div class="body">{text}</div></article>'
    )


def outdated_html(shown: Article, state: VersionState, newest: Article) -> str:
    """Say what became of a version, with what was changed since; "" if it is live."""
    if not state.note:
        return ""
    note = _ISO.sub(lambda day: written(day[0]), state.note)
    note = note[0].upper() + note[1:] + "."
    changed = ""
    if state.superseded:
        open_newest = button_html(
            "open", "Read the newest version", data_article=state.article_id
        )
        changed = (
            f'<p class="acts">{open_newest}</p>'
            "<details><summary>What was changed</summary>"
            '<div class="changes" translate="no">'
            f"{difference_html(shown, newest)}</div></details>"
        )
    return (
        '<div class="outdated" translate="yes" role="note">'
        f"<p>{escape(note)}</p>{changed}</div>"
    )


def actions_html(state: VersionState, *, read_only: bool) -> str:
    """Return what can be done with an article that is read."""
    if state.removed_at:
        acts = {} if read_only else {"reinstate": "Put back"}
    else:
        changes = {} if read_only else {"reread": "Read again", "remove": "Remove"}
        acts = {"only": "Ask about this article", **changes}
    buttons = "".join(
        button_html(act, said, data_article=state.article_id)
        for act, said in acts.items()
    )
    return f'<p class="acts" translate="yes">{buttons}</p>'


def _origin_html(article: Article) -> str:
    for address in (article.url, article.source):
        if host := _web_host(address):
            origin = (
                f'<a href="{escape(address)}" target="_blank" '
                f'rel="noopener noreferrer">{escape(host)}</a>'
            )
            break
    else:  # where the file lies on the server is nobody's business
        origin = f"<span>{escape(PurePath(article.source).name)}</span>"
    flags = "".join(
        f' <span class="tag" translate="yes">{escape(flag)}</span>'
        for flag in article.flags
    )
    version = f'<span translate="yes">version {article.version}</span>'
    return f"{origin} {version}{flags}"


def _web_host(address: str) -> str:
    """Return the host of an http(s) address, and "" for anything else."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme in {"http", "https"} else ""
