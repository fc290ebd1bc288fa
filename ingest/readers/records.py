"""Records to drafts: a line of `.jsonl`, an entry of `.json`, a row of `.csv`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from ingest.readers.apart import read_apart
from ingest.readers.draft import Draft, NoArticles, Part, canonical_text, line
from ingest.readers.fields import NAMES, Mapped, draft_of, fields_of, plain
from ingest.readers.rows import Row, entries, lines, table
from rag.errors import SourceError

_MOST = 1_000_000  # records of a file
_LONGEST_KEY = 300  # characters
_SHOWN = 8  # names of fields
_HTML = re.compile(
    r"<(?:p|br|div|h[1-6]|ul|ol|li|table|article|section|blockquote)\b[^<>]*>",
    re.IGNORECASE,
)


def read_records(path: Path, file: BinaryIO, mapped: Mapped) -> Iterator[Part]:
    """Yield the records of a file, one at a time; `mapped` comes before usual names.

    A record is known by its id, else its address, else its title, else its place.
    Raises SourceError where the file as a whole cannot be read.
    """
    kind = path.suffix.lower()
    rows = {".jsonl": lines, ".csv": table}.get(kind, entries)(path, file)
    if kind == ".json":
        whole = list(rows)
        _need_text(path, {name: row for row in whole for name in row.fields}, mapped)
        rows = iter(whole)
    seen: dict[str, str] = {}
    count = 0
    for count, row in enumerate(rows, 1):
        if count > _MOST:
            raise SourceError(f"{path} has more than {_MOST:,} records; split it.")
        if kind == ".csv" and count == 1 and not row.trouble:
            _need_text(path, row.fields, mapped)
        yield _part(path, row, mapped, seen)
    if not count:
        raise SourceError(f"{path} holds no records; leave it out.")


def _part(path: Path, row: Row, mapped: Mapped, seen: dict[str, str]) -> Part:
    """Return a record; its key is kept in `seen`, with its place."""
    name = f"{path} ({row.place})"
    trouble = row.trouble and f"{name} {row.trouble}."
    try:
        told = fields_of(row.fields, mapped)
        key = _key(told, row.place, seen)
        said = json.dumps([sorted(mapped.items()), row.fields], sort_keys=True)
    except RecursionError:
        trouble = f"{name} is nested too deeply; write a plain record."
    if not trouble and key in seen:
        trouble = f"{name} is called as {seen[key]} is; give each its own id or url."
    if trouble:
        return Part(f"#{row.place}", "", partial(fail, SourceError(trouble)))
    seen[key] = row.place
    raw_hash = hashlib.sha256(said.encode()).hexdigest()
    return Part(f"#{key}", raw_hash, partial(_draft, name, key, told, list(row.fields)))


def fail(trouble: SourceError) -> Draft:
    """Raise it: what `Part.read` does where there is nothing to read."""
    raise trouble


def _key(told: Mapped, place: str, seen: Mapped) -> str:
    """Return what a record is known by; a title that comes again gets a number."""
    key = line(told["id"]) or line(told["url"])
    if not key:
        key = title = line(told["title"]) or place
        number = 1
        while key in seen:
            number += 1
            key = f"{title} ({number})"
    longest = len(key) > _LONGEST_KEY
    return hashlib.sha256(key.encode()).hexdigest() if longest else key


def _need_text(path: Path, names: Collection[str], mapped: Mapped) -> None:
    """Raise NoArticles where nothing is the text: one sentence for all records."""
    own = mapped.get("text", "")
    wanted = {own, own.partition(".")[0]} if own else set(NAMES["text"])
    if not any(name in wanted or plain(name) in wanted for name in names):
        shown = ", ".join([*names][:_SHOWN]) + ", ..." * (len(names) > _SHOWN)
        raise NoArticles(
            f"{path} has no field for the text, but {shown}; say which it is: "
            "--map text=FIELD."
        )


def _draft(name: str, key: str, told: Mapped, fields: Iterable[str]) -> Draft:
    if not told["text"].strip():
        raise SourceError(
            f"{name} has no text in {', '.join(fields)}; say which field is the text: "
            "--map text=FIELD."
        )
    flags: tuple[str, ...] = ()
    text = canonical_text(told["text"]).strip()
    if _HTML.search(text):
        page = read_apart("html:read_piece", Path(name), text.encode("utf-8"))
        text, flags = page.text.strip(), page.flags
    if not any(character.isalnum() for character in text):
        raise SourceError(f"{name} has no text; write some or leave it out.")
    return replace(draft_of(told, text + "\n", key), flags=flags)
