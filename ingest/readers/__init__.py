"""Files to articles: bytes to canonical text, title, author, date."""

from __future__ import annotations

import codecs
import datetime as dt
import re
import textwrap
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from rag.errors import SourceError

SUFFIXES = frozenset({".txt", ".text", ".md", ".markdown"})

_FRONT_MATTER = re.compile(
    r"\A---[^\S\n]*\n(?P<yaml>[\w-]+[^\S\n]*:.*?\n)---[^\S\n]*(?:\n|\Z)", re.DOTALL
)
_HEADING = re.compile(r"#{1,6}\s+(\S.*)")
_CLOSING = re.compile(r"(?<=\s)#+$")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")
_TITLE_LENGTH = 80  # characters of a first line that serve as a title
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a file holds, before it is given an identity and a version.

    `note` says in a sentence what was left out of the text, if anything was.
    """

    title: str
    author: str
    publisher: str
    published: str
    language: str
    url: str
    text: str
    note: str


def read_file(path: Path, raw: bytes) -> Draft:
    """Turn the bytes of a `.txt` or `.md` file into a draft.

    Raises SourceError, which says what is wrong with the file and what to do about it.
    """
    text = decode(path, raw)
    dropped = len(_CONTROL.findall(text))
    found, body = _split_front_matter(path, canonical_text(text))
    if not any(character.isalnum() for character in body):
        raise SourceError(f"{path} has no text; write some or leave the file out.")
    return Draft(
        title=found.get("title") or _title(body) or path.stem,
        author=found.get("author", ""),
        publisher=found.get("publisher", ""),
        published=_iso_date(found.get("published", "")),
        language=found.get("language", "en"),
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
    if len(_CONTROL.findall(beginning)) > max(8, len(beginning) // 50):
        raise SourceError(f"{path} is not a text file; save it as plain text in UTF-8.")
    return text


def canonical_text(text: str) -> str:
    r"""Return the one form of a text that every offset counts in.

    Line ends become "\n", control characters, byte order marks and lone surrogates go,
    and characters are composed (Unicode NFC). White space stays, so that for most files
    an offset into the article is one into the file as well.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub("", text)
    text = text.encode("utf-8", "ignore").decode("utf-8")
    return unicodedata.normalize("NFC", text)


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


def _title(body: str) -> str:
    """Return the first heading, else the beginning of the first line."""
    lines = body.strip().split("\n")
    for line in lines:
        if found := _HEADING.fullmatch(line.rstrip()):
            return _CLOSING.sub("", found.group(1)).rstrip()
    first = textwrap.shorten(lines[0], _TITLE_LENGTH, placeholder=" …")
    return first if any(character.isalnum() for character in first) else ""


def _iso_date(value: str) -> str:
    """Return the ISO date that `value` begins with, or nothing."""
    found = _DATE.match(value)
    if not found:
        return ""
    try:
        return dt.date.fromisoformat(found.group()).isoformat()
    except ValueError:
        return ""
