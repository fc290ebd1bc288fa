"""Where an article's text has signs of Markdown, which are hidden where it is shown.

Only what is displayed loses them: offsets, quotations and copies are of the text as it
is. What may be meant as it stands (a lone asterisk, bars without a rule) is left alone.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from rag.tables import cells, is_row, is_rule


class Kind(StrEnum):
    """What a block of lines is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    DOT = "dot"  # an item of a list
    NUMBERED = "numbered"
    QUOTE = "quote"
    RULE = "rule"
    TABLE = "table"
    CODE = "code"


class Block(NamedTuple):
    """`text[start:end]`, its sign being `text[start:cut]`."""

    kind: Kind
    start: int
    cut: int
    end: int


class Run(NamedTuple):
    """`text[start:end]` is set as `tag` says (strong, em, code), or is a sign ("")."""

    tag: str
    start: int
    end: int


SIGN = ""
_LEADS = (
    (Kind.HEADING, re.compile(r"#{1,6}[ \t]+(?=\S)")),
    (Kind.RULE, re.compile(r"[ \t]*([-*_])(?:[ \t]*\1){2,}[ \t]*$")),
    (Kind.DOT, re.compile(r"[ \t]*[-*+•][ \t]+(?=\S)")),
    (Kind.NUMBERED, re.compile(r"[ \t]*(?=\d{1,3}[.)][ \t]+\S)")),
    (Kind.QUOTE, re.compile(r"[ \t]*>[ \t]*")),
)
_GROWING = {Kind.PARAGRAPH, Kind.DOT, Kind.NUMBERED}
_WRAPPED_AT = 100
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})[^`]*$")
# signs stand at the edges of words: 2 * 3 * 4 and names_of_files have none; what is
# between them goes on in the next line, not in the next paragraph
_INLINE = re.compile(
    r"(?P<tick>`+)(?P<code>[^`\n]+)(?P=tick)(?!`)"
    r"|\[(?P<link>[^\[\]\n]+)\]\([^\s()]+\)"
    r"|(?<!\w)(?P<two>\*\*|__)(?=\S)(?P<strong>(?:(?!(?P=two)|\n\s*\n).)+)(?<=\S)(?P=two)"
    r"|(?<![\w*])(?P<one>[*_])(?=[^\s*_])(?P<em>(?:(?!\n\s*\n)[^*_])+)(?<=\S)(?P=one)"
    r"(?![\w*])",
    re.DOTALL,
)
# signs whose other half stands in another sentence
_HALF = re.compile(r"(?<!\w)\*\*(?=\S)|(?<=\S)\*\*(?!\w)|\A\*(?=\w)|(?<=[.!?…])\*\Z")


def blocks(text: str) -> list[Block]:
    """Return what the text is made of, in order; between them lies white space."""
    lines = text.split("\n")
    # where no line is long the lines were broken by hand, and a paragraph is many lines
    wrapped = max(map(len, lines)) <= _WRAPPED_AT
    regions = _regions(lines)
    found: list[Block] = []
    offset, grows = 0, False
    for at, line in enumerate(lines):
        kind, cut = _kind(line, regions.get(at))
        end = offset + len(line)
        before = found[-1] if grows else None
        if kind and before and _joins(before.kind, kind, wrapped=wrapped):
            found[-1] = before._replace(end=end)
        elif kind:
            found.append(Block(kind, offset, offset + cut, end))
        grows = kind is not None
        offset = end + 1
    return found


def runs(text: str, start: int, end: int) -> Iterator[Run]:
    """Yield the signs between two offsets, and what they say of what is between."""
    for found in _INLINE.finditer(text, start, end):
        tag = next(one for one in ("code", "link", "strong", "em") if found[one])
        begin, stop = found.span(tag)
        yield Run(SIGN, found.start(), begin)
        yield Run(SIGN, stop, found.end())
        if tag != "link":
            yield Run(tag, begin, stop)
        if tag != "code":
            yield from runs(text, begin, stop)


def unmarked(text: str) -> str:
    """Return an article's words without the Markdown signs between them."""
    said = "\n".join(filter(None, map(_plain, text.split("\n"))))
    signs = {
        at
        for run in runs(said, 0, len(said))
        if run.tag == SIGN
        for at in range(run.start, run.end)
    }
    kept = "".join(sign for at, sign in enumerate(said) if at not in signs)
    return _HALF.sub("", kept)


def _plain(line: str) -> str:
    """Return a line without the sign it begins with; a row as its cells."""
    if is_row(line):
        return "" if is_rule(line) else " · ".join(filter(None, cells(line)))
    kind, cut = _kind(line, None)
    return line[cut:] if kind in {Kind.HEADING, Kind.QUOTE} else line


def _kind(line: str, region: Kind | None) -> tuple[Kind | None, int]:
    """Return what a line is, None if it is empty, and how long its sign is."""
    if region:
        return region, 0
    if not line.strip():
        return None, 0
    for kind, lead in _LEADS:
        if found := lead.match(line):
            return kind, found.end()
    return Kind.PARAGRAPH, 0


def _joins(before: Kind, kind: Kind, *, wrapped: bool) -> bool:
    if kind in {Kind.TABLE, Kind.CODE}:
        return kind is before
    return wrapped and kind is Kind.PARAGRAPH and before in _GROWING


def _regions(lines: list[str]) -> dict[int, Kind]:
    """Return the numbers of the lines that belong to tables and to fenced code."""
    found: dict[int, Kind] = {}
    at = 0
    while at < len(lines):
        kind, end = _region(lines, at)
        if kind:
            found.update(dict.fromkeys(range(at, end), kind))
        at = max(end, at + 1)
    return found


def _region(lines: list[str], at: int) -> tuple[Kind | None, int]:
    """Return what begins at a line, and the number of the line after it."""
    if fence := _FENCE.match(lines[at]):
        for end in range(at + 1, len(lines)):
            if lines[end].strip().startswith(fence[1]):
                return Kind.CODE, end + 1
        return None, at
    if not is_row(lines[at]) or not is_rule("".join(lines[at + 1 : at + 2])):
        return None, at
    end = at + 2
    while end < len(lines) and is_row(lines[end]):
        end += 1
    return Kind.TABLE, end
