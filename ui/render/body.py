"""The text of an article as HTML: its Markdown set, the cited spans marked.

Spans are offsets into the text, so it is cut first and escaped piece by piece. Every
character stands there, in order; signs are hidden by the style.
"""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import NamedTuple

from rag.tables import cell_spans
from ui.render.markdown import SIGN, Block, Kind, Run, blocks, runs

Marks = Mapping[int, tuple[int, int]]  # by the number of the citation

_OPENS = {
    Kind.PARAGRAPH: "p",
    Kind.DOT: 'p class="item dot"',
    Kind.NUMBERED: 'p class="item"',
    Kind.QUOTE: "blockquote",
    Kind.RULE: 'p class="rule"',
}


class _Text(NamedTuple):
    """A text, what is marked in it, and the mark that is looked at."""

    text: str
    marks: Marks
    active: int | None


def body_html(
    text: str,
    marks: Marks,
    active: int | None,
    *,
    title: str = "",
    pages: Sequence[int] = (),
) -> str:
    """Return the text with `marks` highlighted, the number `active` among them.

    A first line that repeats the `title` is hidden unless it is cited or all there is;
    `pages` are the offsets at which pages begin.
    """
    whole, done = _Text(text, marks, active), 0
    numbers = {start: number for number, start in enumerate(pages, 1)}
    shown: list[str] = []
    for block in blocks(text):
        repeats = not shown and text[block.cut : block.end] == title
        repeats = repeats and bool(text[block.end :].strip())
        inside = any(
            start < block.end and block.cut < end for start, end in marks.values()
        )
        told = _block_html(
            whole,
            block,
            _page_html(numbers.get(block.start)),
            hidden=repeats and not inside,
        )
        shown.append(f"{text[done : block.start]}{told}")
        done = block.end
    return "".join([*shown, text[done:]])


def _page_html(number: int | None) -> str:
    # shown by the style: it is not in the text
    return f'<span class="page" data-page="{number}"></span>' if number else ""


def _block_html(whole: _Text, block: Block, page: str, *, hidden: bool) -> str:
    kind, start, cut, end = block
    if kind is Kind.TABLE:
        return page + _table_html(whole, start, end)
    if kind is Kind.CODE:
        return page + _code_html(whole, start, end)
    if cut == end and kind is not Kind.RULE:  # a lone ">"
        hidden = True
    opens = 'p class="repeats"' if hidden else _OPENS.get(kind)
    if opens is None:
        level = len(whole.text[start:cut].rstrip())
        opens = f"h{min(level + 1, 4)}"
    signs = [Run(SIGN, start, cut), *runs(whole.text, cut, end)]
    inner = _set_html(whole, start, end, signs)
    return f"<{opens}>{page}{inner}</{opens.split()[0]}>"


def _table_html(whole: _Text, start: int, end: int) -> str:
    """Return a table; the row of its rules is hidden, and so are the bars."""
    head, rules, *rest = whole.text[start:end].split("\n")
    aligned = [rules[left:right].strip() for left, right in cell_spans(rules)]
    numeric = [one.endswith(":") and not one.startswith(":") for one in aligned]
    rows = [f"<thead>{_row_html(whole, start, head, numeric, 'th')}</thead>"]
    at = start + len(head) + 1
    hidden = _set_html(whole, at, at + len(rules), [Run(SIGN, at, at + len(rules))])
    body = [f'<tr class="sign"><td>{hidden}</td></tr>']
    at += len(rules) + 1
    for line in rest:
        body.append(_row_html(whole, at, line, numeric, "td"))
        at += len(line) + 1
    body_rows = "\n".join(body)
    # it may be wider than the page, and is scrolled by keys, too
    return (
        f'<div class="across" tabindex="0"><table>{rows[0]}\n<tbody>{body_rows}</tbody>'
        "</table></div>"
    )


def _row_html(
    whole: _Text, at: int, line: str, numeric: Sequence[bool], tag: str
) -> str:
    edges = [left - 1 for left, _ in cell_spans(line)]
    edges = [0, *edges[1:], len(line)]
    spans = cell_spans(line)
    shown = []
    for number, (begin, stop) in enumerate(pairwise(edges)):
        left, right = spans[number]
        signs = [
            Run(SIGN, at + begin, at + left),
            *runs(whole.text, at + left, at + right),
            Run(SIGN, at + right, at + stop),
        ]
        style = ' class="number"' if number < len(numeric) and numeric[number] else ""
        inner = _set_html(whole, at + begin, at + stop, signs)
        shown.append(f"<{tag}{style}>{inner}</{tag}>")
    return f"<tr>{''.join(shown)}</tr>"


def _code_html(whole: _Text, start: int, end: int) -> str:
    first = whole.text.index("\n", start) + 1
    last = whole.text.rindex("\n", start, end)
    signs = [Run(SIGN, start, first), Run(SIGN, max(last, first), end)]
    return f"<pre>{_set_html(whole, start, end, signs)}</pre>"


def _set_html(whole: _Text, start: int, end: int, signs: Sequence[Run]) -> str:
    """Return `text[start:end]` escaped, set as `signs` say, what is cited in <mark>."""
    spans = [*whole.marks.values(), *((run.start, run.end) for run in signs)]
    edges = {edge for span in spans for edge in span if start < edge < end}
    return "".join(
        _piece_html(whole, begin, stop, signs)
        for begin, stop in pairwise(sorted({start, end, *edges}))
    )


def _piece_html(whole: _Text, start: int, end: int, signs: Sequence[Run]) -> str:
    shown = escape(whole.text[start:end])
    over = {run.tag for run in signs if run.start <= start and end <= run.end}
    if SIGN in over:
        shown = f'<span class="sign">{shown}</span>'
    else:
        for tag in sorted(over):
            shown = f"<{tag}>{shown}</{tag}>"
    return _marked_html(whole, start, end, shown)


def _marked_html(whole: _Text, start: int, end: int, shown: str) -> str:
    marks = whole.marks
    over = [n for n, span in marks.items() if span[0] <= start and end <= span[1]]
    if not over:
        return shown
    ends = [n for n in over if n and marks[n][1] == end]  # 0 is a mark without number
    attributes = f' data-cites="{_words(over)}"'
    if ends:
        attributes += f' data-label="{_words(ends)}"'
    if whole.active in over:
        attributes += ' class="active" tabindex="-1"'
    return f"<mark{attributes}>{shown}</mark>"


def _words(numbers: list[int]) -> str:
    return " ".join(map(str, numbers))
