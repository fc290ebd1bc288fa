"""What records and front matter call the fields of an article."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ingest.readers.draft import Draft, day_of, line, title_of, web_address
from rag.errors import UsageError
from rag.languages import language_of

# what a field is called, without its spaces, "_" and "-", the likeliest first
NAMES = {
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
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_].*)?", re.IGNORECASE)

Mapped = Mapping[str, str]


def read_mapping(told: str) -> Mapped:
    """Return which field of a record is what: "text=Body,title=Headline".

    Raises UsageError where something is not a field of an article.
    """
    mapped = {}
    for pair in filter(str.strip, told.split(",")):
        wanted, _, name = (part.strip() for part in pair.partition("="))
        if wanted not in NAMES or not name:
            raise UsageError(
                f"{pair.strip()} maps nothing; write FIELD=NAME, where FIELD is one of "
                f"{', '.join(NAMES)} and NAME what the file calls it."
            )
        mapped[wanted] = name
    return mapped


def plain(name: str) -> str:
    """Return a name as it stands in `NAMES`."""
    return re.sub(r"[\s_-]", "", name).casefold()


def fields_of(record: Mapping[str, object], mapped: Mapped) -> dict[str, str]:
    """Return what a record says of each field of an article."""
    known = {plain(name): value for name, value in record.items()}
    told = {}
    for wanted, names in NAMES.items():
        if wanted in mapped:
            value = _at(record, mapped[wanted])
        else:
            value = next((known[one] for one in names if known.get(one)), None)
        told[wanted] = _said(value, "\n\n" if wanted == "text" else ", ")
    return told


def draft_of(told: Mapped, text: str, name: str) -> Draft:
    """Return the draft of a text with these fields; without a title it has `name`."""
    language = _LANGUAGE.fullmatch(told.get("language", "").strip())
    publisher = line(told.get("publisher"))
    source = web_address(publisher)  # what some call the address
    return Draft(
        title=line(told.get("title")) or title_of(text) or name,
        author=line(told.get("author")),
        publisher="" if source else publisher,
        published=day_of(told.get("published", "").strip()),
        language=language[1].lower() if language else language_of(text),
        url=web_address(told.get("url")) or source,
        text=text,
    )


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
