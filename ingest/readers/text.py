"""Plain text and Markdown, with front matter."""

from __future__ import annotations

import codecs
import datetime as dt
import re
import textwrap
from collections.abc import Mapping
from pathlib import Path

import yaml

from ingest.readers.draft import CONTROL, Draft, canonical_text, day_of
from rag.errors import SourceError
from rag.languages import language_of

_FRONT_MATTER = re.compile(
    r"\A---[^\S\n]*\n(?P<yaml>[\w-]+[^\S\n]*:.*?\n)---[^\S\n]*(?:\n|\Z)", re.DOTALL
)
_HEADING = re.compile(r"#{1,6}\s+(\S.*)")
_CLOSING = re.compile(r"(?<=\s)#+$")
_TITLE_LENGTH = 80  # characters of a first line that serve as a title


def read_text(path: Path, raw: bytes) -> Draft:
    """Turn the bytes of a `.txt` or `.md` file into a draft.

    Raises SourceError, which says what is wrong with the file and what to do about it.
    """
    text = decode(path, raw)
    dropped = len(CONTROL.findall(text))
    found, body = _split_front_matter(path, canonical_text(text))
    if not any(character.isalnum() for character in body):
        raise SourceError(f"{path} has no text; write some or leave the file out.")
    return Draft(
        title=found.get("title") or title_of(body) or path.stem,
        author=found.get("author", ""),
        publisher=found.get("publisher", ""),
        published=day_of(found.get("published", "")),
        language=found.get("language") or language_of(body),
        url=found.get("url", ""),
        text=body,
        note=f"control characters were left out: {dropped}" if dropped else "",
    )


def decode(path: Path, raw: bytes) -> str:
    """Decode UTF-8, or UTF-16 with a byte order mark; raises SourceError."""
    encoding = "utf-8-sig"
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding.removesuffix("-sig").upper()
        raise SourceError(
            f"{path} is not {name} text (at byte {error.start}); save it as plain text "
            "in UTF-8."
        ) from error
    beginning = text[:8192]
    # a text may hold a stray control character; a picture or a program holds many
    if len(CONTROL.findall(beginning)) > max(8, len(beginning) // 50):
        raise SourceError(f"{path} is not a text file; save it as plain text in UTF-8.")
    return text


def _split_front_matter(path: Path, text: str) -> tuple[Mapping[str, str], str]:
    block = _FRONT_MATTER.match(text)
    if not block:
        return {}, text
    try:
        found = yaml.safe_load(block["yaml"])
        known = _known_values(found) if isinstance(found, dict) else None
    # ValueError: something like a date, on the 31st of June; RecursionError: [[[[[
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 2})" if mark else ""
        raise SourceError(
            f"The front matter of {path} is not valid YAML{where}; put values that "
            "hold a colon, and dates that do not exist, in quotes."
        ) from error
    if known is None:
        return {}, text
    return known, text[block.end() :].lstrip("\n")


def _known_values(found: Mapping[object, object]) -> dict[str, str]:
    return {
        str(key).lower(): canonical_text(str(value)).strip()
        for key, value in found.items()
        if isinstance(value, str | int | float | dt.date)
        and not isinstance(value, bool)  # "language: no" is false to YAML
    }


def title_of(body: str) -> str:
    """Return the first heading, else the beginning of the first line."""
    lines = body.strip().split("\n")
    for line in lines:
        if found := _HEADING.fullmatch(line.rstrip()):
            return _CLOSING.sub("", found.group(1)).rstrip()
    first = textwrap.shorten(lines[0], _TITLE_LENGTH, placeholder=" …")
    return first if any(character.isalnum() for character in first) else ""
