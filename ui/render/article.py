"""One article as HTML for the reader, with the cited sentences marked.

Spans are offsets into `article.text`, so the text is cut first and escaped piece by
piece afterwards. Its Markdown is not rendered: a line that begins with "#" looks like a
heading and a list item keeps its sign. Only http(s) addresses become links.
"""

import re
from collections.abc import Mapping
from html import escape
from itertools import pairwise
from pathlib import PurePath
from urllib.parse import urlsplit

from rag.index.history import VersionState
from rag.schema import Article
from ui.render.pieces import button_html, byline_html
from ui.render.text import written
from ui.render.version import difference_html

Marks = Mapping[int, tuple[int, int]]

_HEADING = re.compile(r"(#{1,6})[ \t]+(?=\S)")
_ITEM = re.compile(r"[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+(?=\S)")
_WRAPPED_AT = 100
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
    spans = dict(marks or {})
    language = escape(article.language)
    signed = byline_html(article.author, article.published, article.publisher)
    return (
        f'<article translate="no" lang="{language}" tabindex="-1" '
        f'aria-label="{escape(article.title)}"><header>'
        f"<h1>{escape(article.title)}</h1>"
        f'<p translate="yes">{signed}</p>'
        f'<p class="origin">{_origin_html(article)}</p>{outdated}{actions}</header>'
        f'<div class="body">{_body_html(article, spans, active)}</div></article>'
    )


def outdated_html(shown: Article, state: VersionState, newest: Article) -> str:
    """Say what became of a version, with what was changed since; "" if it is live."""
    if not state.note:
        return ""
    note = _ISO.sub(lambda day: written(day[0]), state.note)
    note = note[0].upper() + note[1:] + "."
    changed = ""
    if state.superseded:
        changed = (
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


def _body_html(article: Article, marks: Marks, active: int | None) -> str:
    text, done = article.text, 0
    pieces: list[str] = []
    pages = {start: number for number, start in enumerate(article.pages, 1)}
    for kind, start, end in _blocks(text):
        heading = _HEADING.match(text, start, end)
        cut = heading.end() if heading else start
        sign = _marked(text, start, cut, marks, active)
        inner = _marked(text, cut, end, marks, active)
        repeats = not pieces and text[cut:end] == article.title
        tag = 'p class="repeats"' if repeats and "<mark" not in inner else kind
        if sign:
            inner = f'<span class="sign">{sign}</span>{inner}'
        if number := pages.get(start):  # shown by the style: it is not in the text
            inner = f'<span class="page" data-page="{number}"></span>{inner}'
        pieces.append(f"{text[done:start]}<{tag}>{inner}</{tag.split()[0]}>")
        done = end
    return "".join([*pieces, text[done:]])


def _blocks(text: str) -> list[tuple[str, int, int]]:
    """Return (tag, start, end) of headings, list items and paragraphs, in order.

    What lies between them is white space.
    """
    lines = text.split("\n")
    # where no line is long the lines were broken by hand, and a paragraph is many lines
    wrapped = max(map(len, lines)) <= _WRAPPED_AT
    blocks: list[tuple[str, int, int]] = []
    offset, open_ended = 0, False
    for line in lines:
        tag, end = _tag(line), offset + len(line)
        if open_ended and tag == "p":
            first, start, _ = blocks[-1]
            blocks[-1] = (first, start, end)
        elif tag:
            blocks.append((tag, offset, end))
        open_ended = wrapped and tag.startswith("p")
        offset = end + 1
    return blocks


def _tag(line: str) -> str:
    if not line.strip():
        return ""
    if heading := _HEADING.match(line):
        return f"h{min(len(heading[1]) + 1, 4)}"
    return 'p class="item"' if _ITEM.match(line) else "p"


def _marked(text: str, start: int, end: int, marks: Marks, active: int | None) -> str:
    """Return `text[start:end]` escaped, the parts inside marks in <mark>."""
    edges = {start, end}
    edges.update(edge for span in marks.values() for edge in span if start < edge < end)
    cuts = sorted(edges)
    return "".join(
        _piece(text, begin, stop, marks, active) for begin, stop in pairwise(cuts)
    )


def _piece(text: str, start: int, end: int, marks: Marks, active: int | None) -> str:
    over = [n for n, span in marks.items() if span[0] <= start and end <= span[1]]
    words = escape(text[start:end])
    if not over:
        return words
    begins = [n for n in over if marks[n][0] == start]
    ends = [n for n in over if n and marks[n][1] == end]  # 0 is a mark without number
    attributes = f' data-cites="{_words(over)}"'
    if begins:
        attributes += f' id="cite-{begins[0]}"'
    if ends:
        attributes += f' data-label="{_words(ends)}"'
    if active in over:
        attributes += ' class="active" tabindex="-1"'
    return f"<mark{attributes}>{words}</mark>"


def _words(numbers: list[int]) -> str:
    return " ".join(map(str, numbers))
