"""The draft of an article that readers return, and the canonical form of texts."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from rag.errors import SourceError


class NoArticles(SourceError):
    """A file is in order and holds no articles: it is to be named, or left alone."""


CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")


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

    Line ends become "\n", control characters, byte order marks and lone surrogates go,
    and characters are composed (Unicode NFC). White space stays, so that for most files
    an offset into the article is one into the file as well.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = CONTROL.sub("", text)
    text = text.encode("utf-8", "ignore").decode("utf-8")
    return unicodedata.normalize("NFC", text)


def day_of(said: str) -> str:
    """Return the ISO date that a text begins with, or that of a date as in an e-mail.

    It is the day as the text says it, not as it was in Greenwich; "" for anything else.
    """
    with suppress(ValueError):
        return dt.date.fromisoformat(said[:10]).isoformat()
    with suppress(ValueError, TypeError, OverflowError, IndexError):
        return parsedate_to_datetime(said).date().isoformat()
    return ""


def web_address(said: object) -> str:
    """Return an http or https address; "" for anything else."""
    found = line(said)
    return found if found.startswith(("http://", "https://")) else ""


def line(value: object) -> str:
    """Return a title, a name or the like on one line; "" for nothing."""
    return " ".join(canonical_text(str(value or "")).split())
