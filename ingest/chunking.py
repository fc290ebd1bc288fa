"""Articles to chunks: whole sentences, cut at content-defined places.

Where a chunk ends depends only on the sentences around that place, never on a running
count: an edit changes the chunk it falls into, two where it moves a cut, and leaves all
others, and their vectors, as they are. (Where a cut vanishes two may take its place:
none of 3 000 random edits of real articles did that.)
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markdown_it import MarkdownIt

from rag.schema import Chunk
from rag.sentences import sentence_spans

# A boundary is cut if it is stronger than those next to it, so that chunks have three
# sentences on average (about 400 characters of English prose): what is found first in
# fewest characters (docs/retrieval.md).
_REACH = 1
# Longer ones are cut again: an embedder reads 512 tokens, about 1 500 characters.
_MAX_CHARACTERS = 1200
_LONGEST_HEADING = 200  # characters
_WORD = re.compile(rf"\S{{1,{_MAX_CHARACTERS}}}")

# what Markdown takes for the target of a link is text that somebody may ask for
_MARKDOWN = MarkdownIt("commonmark").enable("table").disable(["inline", "reference"])
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LINES_AS_SENTENCES = frozenset({"table_open", "fence", "code_block", "html_block"})


# of a boundary: whether a paragraph ends there, and a hash
_Strength = tuple[bool, bytes]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence or a line of a table; `closes` says that it ends a paragraph."""

    start: int
    end: int
    heading: str
    closes: bool


def split_chunks(text: str, language: str = "en") -> list[Chunk]:
    """Cut canonical text into chunks of whole sentences, in order.

    Structure is read as Markdown, which plain text mostly is: a chunk never crosses a
    heading and ends with a paragraph where it can. Headings are not part of chunks but
    kept beside them.
    """
    units = [
        piece for unit in _units(text, language) for piece in _hard_split(text, unit)
    ]
    chunks: list[Chunk] = []
    for section in _sections(units):
        for group in _groups(text, section):
            start, end = group[0].start, group[-1].end
            chunks.append(
                Chunk(
                    ordinal=len(chunks),
                    start=start,
                    end=end,
                    heading=group[0].heading,
                    text_hash=hashlib.sha256(text[start:end].encode()).hexdigest(),
                )
            )
    return chunks


def _units(text: str, language: str) -> Iterator[_Unit]:
    """Yield the sentences of `text` under their headings."""
    line_starts = [0]
    for line in text.split("\n"):
        line_starts.append(line_starts[-1] + len(line) + 1)
    path: list[tuple[int, str]] = []
    found = False
    for block, first, last, title in _blocks(text):
        if block in _HEADINGS:
            level = _HEADINGS.index(block)
            path = [item for item in path if item[0] < level] + [(level, title)]
            continue
        start, end = line_starts[first], min(line_starts[last], len(text))
        spans = _spans(text[start:end], language, by_line=block in _LINES_AS_SENTENCES)
        heading = " > ".join(title for _, title in path)
        for number, (a, b) in enumerate(spans, 1):
            found = True
            yield _Unit(start + a, start + b, heading, closes=number == len(spans))
    if not found:  # nothing but headings
        for a, b in sentence_spans(text, language):
            yield _Unit(a, b, "", closes=True)


def _blocks(text: str) -> Iterator[tuple[str, int, int, str]]:
    """Yield (kind, first line, line after the last, title) of the innermost blocks.

    A heading's kind is its tag; only headings have a title.
    """
    after_table = 0
    tokens = _MARKDOWN.parse(text)
    for number, token in enumerate(tokens):
        if token.map is None or token.map[0] < after_table:
            continue
        if token.type == "table_open":
            after_table = token.map[1]
        if token.type == "heading_open":
            first, after = token.map
            content = tokens[number + 1].content
            if _is_text(content, underlined=token.markup in ("=", "-")):
                yield "paragraph_open", first, first + content.count("\n") + 1, ""
            else:
                yield token.tag, first, after, " ".join(content.split())
        elif token.type == "paragraph_open" or token.type in _LINES_AS_SENTENCES:
            yield token.type, token.map[0], token.map[1], ""


def _is_text(content: str, *, underlined: bool) -> bool:
    """Whether what Markdown takes for a heading is text, which has to be in a chunk.

    Such as a paragraph above a line of dashes that parts it from others.
    """
    if len(content) > _LONGEST_HEADING:
        return True
    return underlined and ("\n" in content or content.endswith((".", "!", "?", ":")))


def _spans(block: str, language: str, *, by_line: bool) -> list[tuple[int, int]]:
    if not by_line:
        return sentence_spans(block, language)
    spans, start = [], 0
    for line in block.split("\n"):
        stripped = line.strip()
        if stripped:
            begin = start + line.index(stripped)
            spans.append((begin, begin + len(stripped)))
        start += len(line) + 1
    return spans


def _hard_split(text: str, unit: _Unit) -> Iterator[_Unit]:
    """Cut a sentence that is longer than a chunk may be, between lines or words."""
    if unit.end - unit.start <= _MAX_CHARACTERS:
        yield unit
        return
    words = [
        _Unit(*word.span(), unit.heading, closes=text.startswith("\n", word.end()))
        for word in _WORD.finditer(text, unit.start, unit.end)
    ]
    for group in _halves(words, _strengths(text, words)):
        yield _Unit(group[0].start, group[-1].end, unit.heading, closes=True)


def _sections(units: Sequence[_Unit]) -> Iterator[list[_Unit]]:
    section: list[_Unit] = []
    for unit in units:
        if section and section[-1].heading != unit.heading:
            yield section
            section = []
        section.append(unit)
    if section:
        yield section


def _groups(text: str, units: list[_Unit]) -> Iterator[list[_Unit]]:
    """Cut a section where a boundary is the strongest of its neighbourhood."""
    strengths = _strengths(text, units)
    begin = 0
    for i, strength in enumerate(strengths):
        before = strengths[max(0, i - _REACH) : i]
        after = strengths[i + 1 : i + _REACH + 1]
        if all(strength > one for one in before) and strength >= max(
            after, default=strength
        ):
            yield from _halves(units[begin : i + 1], strengths[begin:i])
            begin = i + 1
    yield from _halves(units[begin:], strengths[begin:])


def _halves(
    units: list[_Unit], strengths: Sequence[_Strength]
) -> Iterator[list[_Unit]]:
    """Cut what is too long for one chunk at its strongest boundary, and so on.

    In two and not at once in many: an edit that makes a chunk too long costs two. Where
    sentences repeat themselves, the middle one of equal boundaries is taken.
    """
    if units[-1].end - units[0].start <= _MAX_CHARACTERS or not strengths:
        yield units
        return
    strongest = max(strengths)
    equal = [i for i, strength in enumerate(strengths) if strength == strongest]
    cut = equal[len(equal) // 2]
    yield from _halves(units[: cut + 1], strengths[:cut])
    yield from _halves(units[cut + 1 :], strengths[cut + 1 :])


def _strengths(text: str, units: Sequence[_Unit]) -> list[_Strength]:
    """Rank the boundaries between units: ends of paragraphs first, then by a hash.

    The hash is of the two words at the boundary only, so that an edit elsewhere in the
    sentences does not move it.
    """
    strengths = []
    for before, after in pairwise(units):
        last = text[before.start : before.end].rsplit(maxsplit=1)[-1]
        first = text[after.start : after.end].split(maxsplit=1)[0]
        digest = hashlib.sha256(f"{last} {first}".encode()).digest()[:8]
        strengths.append((before.closes, digest))
    return strengths
