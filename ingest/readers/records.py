"""Records to drafts: a line of `.jsonl`, an entry of `.json`, a row of `.csv`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from ingest.readers.apart import read_apart
from ingest.readers.draft import (
    Draft,
    NoArticles,
    Part,
    canonical_text,
    day_of,
    line,
    web_address,
)
from ingest.readers.rows import Row, entries, lines, table
from ingest.readers.text import title_of
from rag.errors import SourceError, UsageError
from rag.languages import language_of

_MOST = 1_000_000  # records of a file
_LONGEST_KEY = 300  # characters
_SHOWN = 8  # names of fields
# what a field is called, without its spaces, "_" and "-", the likeliest first
_NAMES = {
    "id": ("id", "uuid", "guid", "uid", "articleid"),
    "url": ("url", "link", "permalink", "canonicalurl", "weburl"),
    "title": ("title", "headline", "subject"),
    "author": ("author", "authors", "byline", "creator", "dc:creator"),
    "publisher": ("publisher", "publication", "outlet", "sitename", "site", "source"),
    "published": (
        *("published", "date", "publishedat", "datepublished", "publisheddate"),
        *("publicationdate", "publishdate", "pubdate", "publishedon"),
    ),
    "language": ("language", "lang"),
    "text": (
        *("text", "body", "content", "fulltext", "articlebody", "article"),
        *("contenthtml", "contenttext", "html", "bodyhtml", "maintext"),
    ),
}
_HTML = re.compile(
    r"<(?:p|br|div|h[1-6]|ul|ol|li|table|article|section|blockquote)\b[^<>]*>",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_].*)?", re.IGNORECASE)

Mapped = Mapping[str, str]


def read_mapping(told: str) -> Mapped:
    """Return which field of a record is what: "text=Body,title=Headline".

    Raises UsageError where something is not a field of an article.
    """
    mapped = {}
    for pair in filter(str.strip, told.split(",")):
        wanted, _, name = (part.strip() for part in pair.partition("="))
        if wanted not in _NAMES or not name:
            raise UsageError(
                f"{pair.strip()} maps nothing; write FIELD=NAME, where FIELD is one of "
                f"{', '.join(_NAMES)} and NAME what the file calls it."
            )
        mapped[wanted] = name
    return mapped


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
        told = _told(row.fields, mapped)
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
    wanted = {own, own.partition(".")[0]} if own else set(_NAMES["text"])
    if not any(name in wanted or _plain(name) in wanted for name in names):
        shown = ", ".join([*names][:_SHOWN]) + ", ..." * (len(names) > _SHOWN)
        raise NoArticles(
            f"{path} has no field for the text, but {shown}; say which it is: "
            "--map text=FIELD."
        )


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).casefold()


def _told(record: Mapping[str, object], mapped: Mapped) -> dict[str, str]:
    """Return what a record says of each field of an article."""
    plain = {_plain(name): value for name, value in record.items()}
    told = {}
    for wanted, names in _NAMES.items():
        if wanted in mapped:
            value = _at(record, mapped[wanted])
        else:
            value = next((plain[one] for one in names if plain.get(one)), None)
        told[wanted] = _said(value, "\n\n" if wanted == "text" else ", ")
    return told


def _at(record: Any, name: str) -> object:
    """Return the field `name` of a record, or the one that "outer.inner" means."""
    if isinstance(record, Mapping) and name in record:
        return record[name]
    outer, dot, inner = name.partition(".")
    known = isinstance(record, Mapping) and dot and outer in record
    return _at(record[outer], inner) if known else None


def _said(value: object, between: str) -> str:
    if isinstance(value, list):
        return between.join(filter(None, (_said(one, between) for one in value)))
    if isinstance(value, Mapping):
        return _said(value.get("name") or value.get("#text"), between)
    return "" if value is None or isinstance(value, bool) else str(value)


def _draft(name: str, key: str, told: Mapped, fields: Iterable[str]) -> Draft:
    if not told["text"].strip():
        raise SourceError(
            f"{name} has no text in {', '.join(fields)}; say which field is the text: "
            "--map text=FIELD."
        )
    text, language = canonical_text(told["text"]).strip(), ""
    flags: tuple[str, ...] = ()
    if _HTML.search(text):
        page = read_apart("html:read_piece", Path(name), text.encode("utf-8"))
        text, flags = page.text.strip(), page.flags
    if not any(character.isalnum() for character in text):
        raise SourceError(f"{name} has no text; write some or leave it out.")
    if found := _LANGUAGE.fullmatch(told["language"].strip()):
        language = found[1].lower()
    return Draft(
        title=line(told["title"]) or title_of(text) or key,
        author=line(told["author"]),
        publisher=line(told["publisher"]),
        published=day_of(told["published"].strip().replace("/", "-")),
        language=language or language_of(text),
        url=web_address(told["url"]),
        text=text + "\n",
        flags=flags,
    )
