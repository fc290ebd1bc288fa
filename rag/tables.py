"""Tables of Markdown in a text: which lines are rows, and what a row says.

A row is understood with the head of its table only, so where it is quoted or compared
with a question its head comes with it.
"""

import re
from itertools import pairwise

_BEGINS = re.compile(r"^[ \t]*\|[^\n]*$", re.MULTILINE)
_RULE = re.compile(r"[ \t]*\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*")
_BAR = re.compile(r"(?<!\\)\|")
_FEWEST_BARS = 3  # of two columns: "|x|" is no row


def row_spans(text: str) -> list[tuple[int, int]]:
    """Return the spans of the lines that are rows, rules among them."""
    if "|" not in text:
        return []
    return [line.span() for line in _BEGINS.finditer(text) if is_row(line[0])]


def is_row(line: str) -> bool:
    """Whether a line is a row of a table, its head or the rule below that."""
    line = line.strip()
    edges = line.startswith("|") and line.endswith("|") and "\n" not in line
    return edges and len(_BAR.findall(line)) >= _FEWEST_BARS


def is_rule(line: str) -> bool:
    """Whether a line parts the head of a table from its rows."""
    return _RULE.fullmatch(line) is not None


def cell_spans(row: str) -> list[tuple[int, int]]:
    """Return where the cells of a row stand, between its bars."""
    bars = [bar.start() for bar in _BAR.finditer(row)]
    return [(left + 1, right) for left, right in pairwise(bars)]


def cells(row: str) -> list[str]:
    """Return what the cells of a row say."""
    return [
        row[start:end].strip().replace("\\|", "|") for start, end in cell_spans(row)
    ]


def is_head(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` is the head of a table."""
    return is_row(text[start:end]) and is_rule(_line(text, _after(text, end) + 1))


def head_span(text: str, at: int) -> tuple[int, int] | None:
    """Return the span of the head of the table whose row begins at an offset.

    None for the head itself, for what is no row, and where the head is not in the text.
    """
    start = text.rfind("\n", 0, at) + 1
    below = ""
    while start:
        above = text.rfind("\n", 0, start - 1) + 1
        line = text[above : start - 1]
        if below and is_rule(below) and is_row(line):
            return above + len(line) - len(line.lstrip()), start - 1
        if not is_row(line):
            return None
        start, below = above, line
    return None


def whole_table(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span that begins, or ends, in a table with all rows of that table."""
    first = text.rfind("\n", 0, start) + 1
    while first and is_row(_line(text, first)) and is_row(_line(text, first - 1)):
        first = text.rfind("\n", 0, first - 1) + 1
        start = first
    if is_row(_line(text, end)):
        while (after := _after(text, end) + 1) < len(text):
            if not is_row(_line(text, after)):
                break
            end = _after(text, after)
    return start, end


def _line(text: str, at: int) -> str:
    """Return the line of an offset."""
    return text[text.rfind("\n", 0, at) + 1 : _after(text, at)]


def _after(text: str, at: int) -> int:
    """Return where the line of an offset ends."""
    end = text.find("\n", at)
    return end if end >= 0 else len(text)


def row_with_head(text: str, start: int, end: int) -> str:
    """Return `text[start:end]`; of a row each cell with what the head says of it."""
    row = text[start:end]
    head = head_span(text, start) if is_row(row) else None
    if head is None:
        return row
    names = cells(text[slice(*head)])
    named = zip(names, cells(row), strict=False)
    return ", ".join(f"{name}: {value}" for name, value in named if value)
