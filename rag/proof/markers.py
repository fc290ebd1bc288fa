"""The markers of a model's text, such as [1], and where in it they stand; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

# [1]  [1, 2]  [1-3]  [^1]  [Passage 1]  【1】  【1†source】
_DASH = "-\N{EN DASH}\N{EM DASH}"
_NUMBERS = rf"\d+(?:\s*[{_DASH},;、]\s*\d+)*"
_MARKER = re.compile(
    rf"[\[【]\s*\^?(?:passages?\s*)?({_NUMBERS})\s*(?:†[^\]】]*)?[\]】]", re.IGNORECASE
)
# one place in the text: markers in a row, in parentheses or not
_PLACE = re.compile(
    rf"\(\s*{_MARKER.pattern}(?:[\s,;]*{_MARKER.pattern})*\s*\)"
    rf"|{_MARKER.pattern}(?:[\s,;]*{_MARKER.pattern})*",
    re.IGNORECASE,
)
_RANGE = re.compile(rf"(\d+)\s*[{_DASH}]\s*(\d+)|(\d+)")
# items of a list and headings are sentences, with or without a full stop
ITEM = re.compile(r"\n(?=\s*(?:[-*•#]+|\d+[.)])\s)|(?<=:)\n")
_BULLET = re.compile(r"^(?:[-*•#]+\s+|\d{1,2}\)\s+)+")
# "1." before an item is split off as a sentence; "12. März" is not
LABEL = re.compile(r"\d{1,2}\.|\W*")


def without_markers(text: str) -> tuple[str, list[tuple[int, str]]]:
    """Return the text without markers, and where in it each marker stood.

    Positions are offsets into the returned text: right behind the words that the marker
    follows, or right behind the first character of the line that it begins.
    """
    plain = ""
    markers: list[tuple[int, str]] = []
    at = 0
    for place in _PLACE.finditer(text):
        before = text[at : place.start()]
        line = (plain + before).rpartition("\n")[2]
        after = text[place.end() :].partition("\n")[0]
        leads = not line.strip(" \t-*•") and bool(after.strip())
        plain += before if leads else before.rstrip()
        position = len(plain)
        if leads:  # inside the sentence that follows
            rest = text[place.end() :]
            position += 1 + len(rest) - len(rest.lstrip())
        markers += [(position, m[1]) for m in _MARKER.finditer(place.group())]
        at = place.end()
        if text[at : at + 1].isalnum():  # "in 1990[1]and": the words stay apart
            plain += " "
    return plain + text[at:], markers


def owner(position: int, spans: Sequence[tuple[int, int]]) -> int:
    """Return the sentence that a marker at `position` belongs to.

    That is the last one that begins before it, or the first of all.
    """
    return max(sum(start < position for start, _ in spans) - 1, 0)


def resolved(label: str, count: int, notes: list[str]) -> list[int]:
    """Return the passage numbers of a marker that exist; note the others."""
    numbers: list[int] = []
    for match in _RANGE.finditer(label):
        ends = sorted(_number(part) for part in match.groups() if part)
        numbers += range(max(ends[0], 1), min(ends[-1], count) + 1)
        notes += [
            f"The model cited passage {invented}, which does not exist; the marker "
            "was dropped."
            for invented in dict.fromkeys(ends)
            if not 1 <= invented <= count
        ]
    return numbers


def _number(digits: str) -> int:
    """Return the number, cut where it is longer than any count of passages."""
    return int(digits[:9])


def tidy(text: str) -> str:
    """Return a sentence on one line, without a bullet and without markers in markers.

    "[[2]1]" leaves "[1]" when its inner marker is taken out.
    """
    while _PLACE.search(text):
        text = _PLACE.sub("", text)
    return _BULLET.sub("", " ".join(text.split()))
