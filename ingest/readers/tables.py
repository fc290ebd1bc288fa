"""Tables of Word, OpenDocument and EPUB files as those of Markdown."""

from collections.abc import Callable, Iterator
from typing import Any

_ROWS = {"tr", "table-row"}
_CELLS = {"tc", "td", "th", "table-cell", "covered-table-cell"}
_TABLES = {"tbl", "table"}
# what has longer cells, or tables inside, frames a page and is read as paragraphs
_LONGEST = 200  # characters
_FEWEST = 2  # rows, and columns


def markdown_table(table: Any, said: Callable[[Any], str]) -> str:
    """Return a table of XML, its first row as the head, "" where it only frames a page.

    `said` returns the text of a cell.
    """
    if any(_tag(one) in _TABLES for one in table.iter() if one is not table):
        return ""
    rows = [
        [" ".join(said(cell).split()) for cell in _children(row, _CELLS)]
        for row in _children(table, _ROWS)
    ]
    columns = max(map(len, rows), default=0)
    longest = max((len(cell) for row in rows for cell in row), default=0)
    if min(len(rows), columns) < _FEWEST or not 0 < longest <= _LONGEST:
        return ""
    head, *others = [row + [""] * (columns - len(row)) for row in rows]
    return "\n".join(map(_line, [head, ["---"] * columns, *others]))


def _children(element: Any, tags: set[str]) -> Iterator[Any]:
    """Yield what has one of these tags, also in a body or a head."""
    for child in element:
        if _tag(child) in tags:
            yield child
        else:
            yield from _children(child, tags)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
