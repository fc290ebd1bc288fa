"""Finds what a text quotes between quotation marks; pure."""

import re

_PARAGRAPH = re.compile(r"\S(?:(?!\n[^\S\n]*\n).)*", re.DOTALL)
_MARKS = '"“”„«»'
_BEFORE_WORDS = " \n\t([{\N{EN DASH}\N{EM DASH}"


def quotation_spans(text: str) -> list[tuple[int, int]]:
    """Return the spans [start, end) of what stands between double quotation marks.

    The marks are inside the spans. A quotation ends with its paragraph; one that was
    opened before `text` begins is found by its closing mark. A Markdown block quotation
    is a quotation.
    """
    spans: list[tuple[int, int]] = []
    for paragraph in _PARAGRAPH.finditer(text):
        start, end = paragraph.span()
        if text[start] == ">":
            spans.append((start, end))
            continue
        spans += _in_paragraph(text, start, end)
    return spans


def _in_paragraph(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    opened = -1
    for at in range(start, end):
        if text[at] not in _MARKS:
            continue
        if opened >= 0 and not _opens(text, at):  # a quotation goes on: "So. "And"
            spans.append((opened, at + 1))
            opened = -1
        elif opened < 0 and not _closes(text, at, start):
            opened = at
        elif not spans and opened < 0:
            spans.append((start, at + 1))
    if opened >= 0:
        spans.append((opened, end))
    return spans


def _opens(text: str, at: int) -> bool:
    """Whether the mark stands before a word with nothing but space before it."""
    return text[at - 1] in _BEFORE_WORDS and text[at + 1 : at + 2].isalnum()


def _closes(text: str, at: int, start: int) -> bool:
    """Whether the mark stands behind a word with nothing but space after it."""
    after = text[at + 1 : at + 2]
    return at > start and text[at - 1] not in _BEFORE_WORDS and not after.isalnum()


def without_quotations(text: str) -> str:
    """Return the text with dots for what is quoted; offsets stay as they are."""
    for start, end in quotation_spans(text):
        inner = end - start - 2
        if text[start] != ">":
            text = f'{text[:start]}"{"·" * inner}"{text[end:]}'
        else:
            text = text[:start] + "·" * (end - start) + text[end:]
    return text
