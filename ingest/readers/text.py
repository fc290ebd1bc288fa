"""Plain text and Markdown, with front matter."""

from __future__ import annotations

import codecs
import re
from dataclasses import replace
from pathlib import Path

import yaml

from ingest.readers.draft import CONTROL, Draft, canonical_text
from ingest.readers.fields import Mapped, draft_of, fields_of
from rag.errors import SourceError

_FRONT_MATTER = re.compile(
    r"\A---[^\S\n]*\n(?P<yaml>[\w-]+[^\S\n]*:.*?\n)---[^\S\n]*(?:\n|\Z)", re.DOTALL
)


def read_text(path: Path, raw: bytes) -> Draft:
    """Turn the bytes of a `.txt` or `.md` file into a draft.

    Raises SourceError, which says what is wrong with the file and what to do about it.
    """
    text = decode(path, raw)
    dropped = len(CONTROL.findall(text))
    found, body = _split_front_matter(path, canonical_text(text))
    if not any(character.isalnum() for character in body):
        raise SourceError(f"{path} has no text; write some or leave the file out.")
    note = f"control characters were left out: {dropped}" if dropped else ""
    return replace(draft_of(found, body, path.stem), note=note)


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


def _split_front_matter(path: Path, text: str) -> tuple[Mapped, str]:
    block = _FRONT_MATTER.match(text)
    if not block:
        return {}, text
    try:
        found = yaml.safe_load(block["yaml"])
        if not isinstance(found, dict):
            return {}, text
        told = fields_of({str(key): value for key, value in found.items()}, {})
    # ValueError: something like a date, on the 31st of June; RecursionError: [[[[[
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 2})" if mark else ""
        raise SourceError(
            f"The front matter of {path} is not valid YAML{where}; put values that "
            "hold a colon, and dates that do not exist, in quotes."
        ) from error
    return told, text[block.end() :].lstrip("\n")
