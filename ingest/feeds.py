"""Feeds to entries: RSS and Atom (feedparser), JSON Feed, sitemaps.

What a feed says is untrusted: XML is read without document types, so that there are no
entities to expand, and nothing is fetched from here.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
from defusedxml import DefusedXmlException, ElementTree

from ingest.fetch import Fetched
from ingest.readers.draft import day_of, web_address
from rag.errors import SourceError

_PACKED = frozenset({"application/gzip", "application/x-gzip"})
_HTML = frozenset({"text/html", "application/xhtml+xml"})
# what servers send feeds as, right or wrong; a page may name its feed
FEED_KINDS = (
    _PACKED
    | _HTML
    | {
        "application/atom+xml",
        "application/feed+json",
        "application/json",
        "application/rdf+xml",
        "application/rss+xml",
        "application/xml",
        "text/plain",
        "text/xml",
    }
)
_NAMED_BY_PAGES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json"}
)
_MOST_ENTRIES = 50_000  # what the sitemap protocol allows in a file
# A text of so many characters is taken for the article and not for a summary of it,
# unless it says that it goes on elsewhere. Chosen, not measured.
_FULL_TEXT = 1200
_CUT_OFF = re.compile(
    r"(\.\.\.|…|\[…\]|\[\.\.\.\]|read more\W*|continue reading\W*)\Z", re.IGNORECASE
)
_MAIL_AND_NAME = re.compile(r"\S+@\S+\s+\((.+)\)")  # how RSS wants an author
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Entry:
    """One article of a feed, whose title is its `publisher`.

    `html` is its full text where the feed has it, else "". `published` is an ISO date
    or "". `mark` is a hash of all that the feed says of it, to see that it changed.
    """

    url: str
    mark: str
    title: str = ""
    author: str = ""
    publisher: str = ""
    published: str = ""
    html: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed holds; `parts` are the sitemaps that a sitemap index names."""

    title: str
    entries: tuple[Entry, ...]
    parts: tuple[str, ...] = ()


def read_feed(fetched: Fetched, limit: int) -> Feed:
    """Read a feed or a sitemap; `limit` bounds one that comes packed, in bytes.

    Raises SourceError where it is none.
    """
    raw = _unpacked(fetched, limit)
    begin = raw[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if begin.startswith(b"{"):
        return _json_feed(fetched.url, raw)
    if b"<urlset" in begin or b"<sitemapindex" in begin:
        return _sitemap(fetched.url, raw)
    return _rss_or_atom(fetched, raw)


def named_feed(fetched: Fetched) -> str:
    """Return the address of the feed that an HTML page names, or ""."""
    if fetched.kind not in _HTML:
        return ""
    reader = _Links()
    reader.feed(fetched.raw.decode("utf-8", "replace"))
    return urljoin(fetched.url, reader.found) if reader.found else ""


class _Links(HTMLParser):
    found = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        if (
            tag == "link"
            and not self.found
            and "alternate" in (about.get("rel") or "").lower().split()
            and (about.get("type") or "").lower() in _NAMED_BY_PAGES
        ):
            self.found = about.get("href") or ""


def _unpacked(fetched: Fetched, limit: int) -> bytes:
    if fetched.kind not in _PACKED and not fetched.raw.startswith(b"\x1f\x8b"):
        return fetched.raw
    try:
        unpacked = zlib.decompressobj(31).decompress(fetched.raw, limit + 1)
    except zlib.error:
        raise SourceError(f"{fetched.url} is not a whole gzip file.") from None
    if len(unpacked) > limit:
        raise SourceError(
            f"{fetched.url} is larger than {limit / 1e6:g} MB when unpacked; raise "
            "NEWSDESK_MAX_FILE_MB or follow a part of it."
        )
    return unpacked


# -- RSS and Atom ----------------------------------------------------------------------


def _rss_or_atom(fetched: Fetched, raw: bytes) -> Feed:
    # of a string feedparser would open what it names
    headers = {"content-location": fetched.url, "content-type": fetched.kind}
    try:
        found = feedparser.parse(BytesIO(raw), response_headers=headers)
    except Exception as error:  # of a hostile feed: whatever it provokes
        raise _no_feed(fetched.url) from error
    version = found.get("version", "")
    if not version and not found.entries:
        raise _no_feed(fetched.url)
    # in RSS a date that is not pubDate is one of Dublin Core: also of publication
    dates = ("published", "updated") if version.startswith("rss") else ("published",)
    entries = (_entry(one, dates) for one in found.entries[:_MOST_ENTRIES])
    return _feed(fetched.url, _plain(found.feed.get("title", "")), entries)


def _entry(found: Any, dates: Sequence[str]) -> Entry:
    texts = [one.get("value", "") for one in found.get("content", ())]
    texts.append(found.get("summary", ""))
    text = max(texts, key=len)
    # "in", since feedparser's get() takes one date for another
    names = ("title", "author", "published", "updated")
    said = [found[name] for name in names if name in found]
    return Entry(
        url=found.get("link", ""),
        mark=_hash([*said, *texts]),
        title=_plain(found.get("title", "")),
        author=_author(found),
        published=next((day_of(found[name]) for name in dates if name in found), ""),
        html=text if _is_full(text) else "",
    )


def _author(found: Any) -> str:
    names = [one["name"] for one in found.get("authors", ()) if one.get("name")]
    if len(names) > 1:
        return _plain(", ".join(names))
    return _plain(_MAIL_AND_NAME.sub(r"\1", found.get("author", "")))


# -- JSON Feed (jsonfeed.org, versions 1 and 1.1) --------------------------------------


def _json_feed(url: str, raw: bytes) -> Feed:
    try:
        found = json.loads(raw)
        items = found["items"]
        if "jsonfeed.org" not in found["version"] or not isinstance(items, list):
            raise _no_feed(url)
        entries = [_item(one) for one in items[:_MOST_ENTRIES] if isinstance(one, dict)]
        return _feed(url, _text(found, "title"), entries)
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise _no_feed(url) from error


def _item(found: Mapping[str, Any]) -> Entry:
    authors = found.get("authors") or [found.get("author")]
    names = [_text(one, "name") for one in authors if isinstance(one, dict)]
    html = _text(found, "content_html") or "".join(
        f"<p>{_escaped(part)}</p>"
        for part in _text(found, "content_text").split("\n\n")
    )
    return Entry(
        url=_text(found, "url")
        or _text(found, "external_url")
        or web_address(_text(found, "id")),
        mark=_hash([json.dumps(found, sort_keys=True)]),
        title=_text(found, "title"),
        author=", ".join(filter(None, names)),
        published=day_of(_text(found, "date_published")),
        html=html if _is_full(html) else "",
    )


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


# -- sitemaps (sitemaps.org, with Google's news extension) -----------------------------


def _sitemap(url: str, raw: bytes) -> Feed:
    try:
        root = ElementTree.fromstring(raw, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
        raise _no_feed(url) from error
    found = [_located(one) for one in root[:_MOST_ENTRIES]]
    host = urlsplit(url).netloc
    # a sitemap speaks for its own host only
    own = [one for one in found if urlsplit(one.get("loc", "")).netloc == host]
    if _local(root.tag) == "sitemapindex":
        own.sort(key=lambda one: one.get("lastmod", ""), reverse=True)
        return Feed("", (), tuple(one["loc"] for one in own))
    entries = (
        Entry(
            url=one["loc"],
            mark=_hash([one.get("lastmod", "")]),
            title=one.get("title", ""),
            published=day_of(one.get("publication_date", "")),
        )
        for one in own
    )
    return _feed(url, "", entries)


def _located(one: Any) -> dict[str, str]:
    """Return what is said of a page itself, not of the pictures in it."""
    news = one.find("{*}news")
    parts = [*one, *(() if news is None else news)]
    return {_local(part.tag): (part.text or "").strip() for part in parts}


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


# -- what they share -------------------------------------------------------------------


def _feed(base: str, title: str, entries: Iterable[Entry]) -> Feed:
    """Return a feed of the entries that name a page, each page once."""
    kept: dict[str, Entry] = {}
    for entry in entries:
        if entry.url and (url := web_address(urljoin(base, entry.url))):
            kept.setdefault(url, replace(entry, url=url, publisher=title))
    return Feed(title, tuple(kept.values()))


def _is_full(html: str) -> bool:
    text = _plain(html)
    return len(text) >= _FULL_TEXT and not _CUT_OFF.search(text)


def _plain(html: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", html)).split())


def _hash(parts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def _no_feed(url: str) -> SourceError:
    return SourceError(
        f"{url} is not a feed (RSS, Atom, JSON Feed or sitemap); a page is brought in "
        "with newsdesk ingest."
    )
