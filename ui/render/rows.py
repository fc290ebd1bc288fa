"""Rows of a table among the sentences of an answer, shown as what they are."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from html import escape
from itertools import groupby, zip_longest

from rag.schema import Sentence
from rag.tables import cells, is_row
from ui.render.markdown import unmarked


def runs(sentences: Sequence[Sentence]) -> Iterator[tuple[bool, list[Sentence]]]:
    """Yield sentences that stand together, and whether they are rows of a table."""
    for rows, run in groupby(sentences, key=lambda one: is_row(one.text)):
        yield rows, list(run)


def rows_html(rows: Sequence[Sentence], numbers: Callable[[Sentence], str]) -> str:
    """Return rows as a table; `numbers` gives what a row cites, as HTML."""
    head, rest = _parted(rows)
    shown = _row_html(head, "th", numbers) if head else ""
    body = "".join(_row_html(one, "td", numbers) for one in rest)
    # it may be wider than the page, and is scrolled by keys, too
    return (
        '<div class="across said" tabindex="0" translate="no"><table>'
        f"<thead>{shown}</thead><tbody>{body}</tbody></table></div>"
    )


def _row_html(row: Sentence, tag: str, numbers: Callable[[Sentence], str]) -> str:
    shown = [escape(unmarked(cell)) for cell in cells(row.text)]
    shown[-1] += numbers(row)
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in shown)}</tr>"


def stretches(sentences: Sequence[Sentence]) -> Iterator[list[Sentence]]:
    """Yield sentences that make one text; a row of a table is one by itself.

    It is told in words, "Year: 2026 · Load: 702", and cites its head, too.
    """
    for rows, run in runs(sentences):
        yield from ([one] for one in _in_words(run)) if rows else [run]


def _parted(rows: Sequence[Sentence]) -> tuple[Sentence | None, Sequence[Sentence]]:
    """Return the head of some rows, which is the first of several, and the others."""
    return (rows[0], rows[1:]) if len(rows) > 1 else (None, rows)


def _in_words(rows: Sequence[Sentence]) -> Iterator[Sentence]:
    head, rest = _parted(rows)
    names = [f"{name}: " if name else "" for name in cells(head.text)] if head else []
    cited = head.citations if head else ()
    for one in rest:
        told = zip_longest(names, cells(one.text), fillvalue="")
        text = " · ".join(f"{name}{value}" for name, value in told if value)
        yield replace(one, text=text, citations=(*cited, *one.citations))
