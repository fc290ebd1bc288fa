"""Articles to chunks: whole sentences, cut at content-defined places.

Where a chunk ends depends only on the sentences around that place, never on a running
count: an edit changes the chunk it falls into and leaves all others, and their vectors,
as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt

from rag.schema import Chunk
from rag.sentences import sentence_spans

# A boundary is cut if it is the strongest among those up to two sentences away, so that
# chunks have five sentences on average (about 650 characters of English prose).
_REACH = 2
# Longer ones are cut again: an embedder reads 512 tokens, about 1 500 characters.
_MAX_CHARACTERS = 1200

_MARKDOWN = MarkdownIt("commonmark").enable("table").disable("inline", True)
_LINES_AS_SENTENCES = frozenset({"table_open", "fence", "code_block", "html_block"})


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
        for group in _groups(text, section, _REACH):
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
    for block, first, last in _blocks(text):
        start, end = line_starts[first], min(line_starts[last], len(text))
        if block.startswith("h"):
            level = int(block[1])
            title = text[start:end].strip().strip("#=-").strip()
            path = [item for item in path if item[0] < level] + [(level, title)]
            continue
        spans = _spans(text[start:end], language, by_line=block in _LINES_AS_SENTENCES)
        heading = " > ".join(title for _, title in path)
        for number, (a, b) in enumerate(spans, 1):
            found = True
            yield _Unit(start + a, start + b, heading, closes=number == len(spans))
    if not found:  # nothing but headings
        for a, b in sentence_spans(text, language):
            yield _Unit(a, b, "", closes=True)


def _blocks(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (kind, first line, line after the last) of the innermost blocks."""
    after_table = 0
    for token in _MARKDOWN.parse(text):
        if token.map is None or token.map[0] < after_table:
            continue
        if token.type == "table_open":
            after_table = token.map[1]
        if token.type == "heading_open":
            yield token.tag, token.map[0], token.map[1]
        elif token.type == "paragraph_open" or token.type in _LINES_AS_SENTENCES:
            yield token.type, token.map[0], token.map[1]


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
    """Cut a sentence that is longer than a chunk may be, between words if it can."""
    start = unit.start
    while unit.end - start > _MAX_CHARACTERS:
        end = text.rfind(" ", start + 1, start + _MAX_CHARACTERS)
        if end < 0:
            end = start + _MAX_CHARACTERS
        yield _Unit(start, end, unit.heading, closes=True)
        start = end + (text[end] == " ")
    yield _Unit(start, unit.end, unit.heading, unit.closes)


def _sections(units: Sequence[_Unit]) -> Iterator[list[_Unit]]:
    section: list[_Unit] = []
    for unit in units:
        if section and section[-1].heading != unit.heading:
            yield section
            section = []
        section.append(unit)
    if section:
        yield section


def _groups(text: str, units: list[_Unit], reach: int) -> Iterator[list[_Unit]]:
    """Cut a section where a boundary is the strongest of its neighbourhood."""
    strengths = [_strength(text, units, i) for i in range(len(units) - 1)]
    group: list[_Unit] = []
    for i, unit in enumerate(units):
        group.append(unit)
        near = strengths[max(0, i - reach) : i + reach + 1]
        if i == len(strengths) or strengths[i] == max(near):
            length = group[-1].end - group[0].start
            if length > _MAX_CHARACTERS and len(group) > 1:
                yield from _groups(text, group, max(reach - 1, 0))
            else:
                yield group
            group = []


def _strength(text: str, units: Sequence[_Unit], i: int) -> tuple[bool, bytes, int]:
    """Rank the boundary after unit `i`: ends of paragraphs first, then by a hash.

    The hash is of the two words at the boundary only, so that an edit elsewhere in the
    sentences does not move it.
    """
    before = text[units[i].start : units[i].end].rsplit(maxsplit=1)[-1]
    after = text[units[i + 1].start : units[i + 1].end].split(maxsplit=1)[0]
    digest = hashlib.sha256(f"{before} {after}".encode()).digest()[:8]
    return units[i].closes, digest, i
