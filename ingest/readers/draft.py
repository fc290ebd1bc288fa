"""The draft of an article that readers return, and the canonical form of texts."""

from __future__ import annotations

import datetime as dt
import re
import textwrap
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import lru_cache

from markdown_it import MarkdownIt

from rag.errors import SourceError


class NoArticles(SourceError):
    """A file is in order and holds no articles: it is to be named, or left alone."""


_HEADING = re.compile(r"#{1,6}\s+(\S.*)")
_CLOSING = re.compile(r"(?<=\s)#+$")
_TITLE_LENGTH = 80  # characters of a first line that serve as a title
_LONGEST_DATE = 60  # characters
_DATES = {"STRICT_PARSING": True, "PARSERS": ["absolute-time"]}
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufeff]")
_ENDS = re.compile(r"\r\n|[\r\x0b\x0c]")  # of lines, also as Word and printers have it


@dataclass(frozen=True, slots=True)
class Draft:
    """What a file holds, before it is given an identity and a version.

    `note` says in a sentence what was left out of the text, if anything was. `flags`
    name what is suspect about the text, `pages` are the offsets at which the pages of a
    file that has such begin, the first one's first.
    """

    title: str
    text: str
    author: str = ""
    publisher: str = ""
    published: str = ""
    language: str = ""
    url: str = ""
    note: str = ""
    flags: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One article of a file that holds several.

    `key` names it inside: its source is that of the file with `key` behind it
    ("/member.txt", "#id"). `raw_hash` is of what it was read from. `read` makes the
    draft; it raises SourceError, which says what is wrong.
    """

    key: str
    raw_hash: str
    read: Callable[[], Draft]


def too_large(size: int, limit: int) -> str:
    """Say that a file has more than `limit` bytes; "" if it has not."""
    if size <= limit:
        return ""
    return (
        f"has {size / 1e6:.0f} MB, more than the {limit / 1e6:g} MB of "
        "NEWSDESK_MAX_FILE_MB; split it or raise the limit"
    )


def canonical_text(text: str) -> str:
    r"""Return the one form of a text that every offset counts in.

    Line ends become "\n". Control characters, byte order marks, lone surrogates and
    soft hyphens (which part words for whoever searches) go, and characters are composed
    (Unicode NFC). White space stays, so that for most files an offset into the article
    is one into the file as well.
    """
    text = CONTROL.sub("", _ENDS.sub("\n", text)).replace("\xad", "")
    text = text.encode("utf-8", "ignore").decode("utf-8")
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=1000)
def day_of(said: str) -> str:
    """Return the ISO date that a text says, as 2026-03-04 or in words; "" for none.

    It is the day as the text says it, not as it was in Greenwich. Where nobody knows
    which number is the month (04/03/2026) there is none.
    """
    with suppress(ValueError):
        return dt.date.fromisoformat(said[:10]).isoformat()
    with suppress(ValueError, TypeError, OverflowError, IndexError):
        return parsedate_to_datetime(said).date().isoformat()
    if len(said) > _LONGEST_DATE or not re.search(r"\d{4}", said):
        return ""
    import dateparser

    # with dots the day comes first everywhere
    orders = ("DMY",) if re.match(r"\d\d?\.\s?\d", said) else ("DMY", "MDY")
    either = [
        dateparser.parse(said, settings=_DATES | {"DATE_ORDER": order})
        for order in orders
    ]
    days = {found.date().isoformat() if found else "" for found in either}
    return days.pop() if len(days) == 1 else ""


def title_of(body: str) -> str:
    """Return the first heading, else the beginning of the first line."""
    lines = body.strip().split("\n")
    for one in lines:
        if found := _HEADING.fullmatch(one.rstrip()):
            return _unmarked(_CLOSING.sub("", found.group(1)).rstrip())
    first = textwrap.shorten(lines[0], _TITLE_LENGTH, placeholder=" …")
    return first if any(character.isalnum() for character in first) else ""


def _unmarked(heading: str) -> str:
    """Return a heading as it is shown: without emphasis, links' addresses and HTML."""
    [found] = MarkdownIt().parseInline(heading)
    parts = found.children or ()
    return "".join(one.content for one in parts if one.type != "html_inline")


def web_address(said: object) -> str:
    """Return an http or https address; "" for anything else."""
    found = line(said)
    return found if found.startswith(("http://", "https://")) else ""


def line(value: object) -> str:
    """Return a title, a name or the like on one line; "" for nothing."""
    return " ".join(canonical_text(str(value or "")).split())
