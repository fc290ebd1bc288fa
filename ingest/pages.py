"""Web pages to articles: named by a person, or by an entry of a feed."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Callable
from dataclasses import astuple, replace
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

from ingest.feeds import Entry
from ingest.fetch import Fetched, Fetcher, FetchError, Stamp
from ingest.readers.apart import read_apart
from ingest.readers.draft import Draft
from ingest.report import Outcome, Status
from rag.errors import SourceError
from rag.index.ledger import Ledger, PageMemory
from rag.schema import Article

_KINDS = frozenset({"text/html", "application/xhtml+xml"})
_TRIES = 3  # so often an entry of a feed is tried while its page cannot be had
# whom an article is handed to: its source, what it says, a hash of that
Take = Callable[[str, Draft, str], Outcome]


class Pages:
    """Brings pages into an index and remembers in which state it saw them."""

    def __init__(self, ledger: Ledger, fetcher: Fetcher, take: Take) -> None:
        self.fetcher = fetcher
        self._ledger = ledger
        self._take = take

    def ingest(self, url: str) -> Outcome:
        """Bring in the page that a person named; a failure is an outcome, too."""
        known = self._ledger.arrivals.page(url) or PageMemory()
        try:
            return self._fetched(url, known)
        except SourceError as error:
            return Outcome(Status.FAILED, url, reason=str(error))

    def arrive(self, entry: Entry) -> Outcome | None:
        """Bring in an article of a feed; None where there is nothing to be done.

        What a person withdrew or purged does not come back. Raises FetchError where the
        host asks to be left alone.
        """
        known = self._ledger.arrivals.page(entry.url) or PageMemory()
        if known.entry == entry.mark or (known.entry and not self._live(known)):
            return None
        try:
            if entry.html:
                page = Fetched(entry.url, "text/html", _as_page(entry))
                return self._store(page, known, entry)
            return self._fetched(entry.url, known, entry)
        except FetchError as error:
            if error.wait:
                raise
            return self._failed(entry, known, error, passing=error.passing)
        except SourceError as error:
            return self._failed(entry, known, error, passing=False)

    def unfinished(self, entry: Entry) -> bool:
        """Whether an entry failed and is to be tried again."""
        known = self._ledger.arrivals.page(entry.url)
        return known is not None and known.tries > 0

    def _live(self, known: PageMemory) -> bool:
        stored = self._ledger.articles.current(known.source) if known.source else None
        return stored is not None and stored.live

    def _failed(
        self, entry: Entry, known: PageMemory, error: SourceError, *, passing: bool
    ) -> Outcome:
        """Tell it and try again later, unless it would be of no use."""
        tries = known.tries + 1
        over = not passing or tries >= _TRIES
        memory = replace(
            known, tries=0 if over else tries, entry=entry.mark if over else known.entry
        )
        self._ledger.arrivals.remember(entry.url, memory)
        return Outcome(Status.FAILED, entry.url, reason=str(error))

    def _fetched(
        self, url: str, known: PageMemory, entry: Entry | None = None
    ) -> Outcome:
        live = self._live(known)
        stamp = Stamp(known.etag, known.modified) if live else None
        # no person named it, not even where it is retried, if a feed did
        robots = entry is not None or bool(known.entry or known.tries)
        got = self.fetcher.get(url, _KINDS, stamp, robots=robots)
        if got.unchanged:
            mark = entry.mark if entry else known.entry
            self._ledger.arrivals.remember(url, replace(known, entry=mark, tries=0))
            stored = self._ledger.articles.current(known.source)
            return Outcome(
                Status.UNCHANGED, known.source, stored.article_id if stored else ""
            )
        return self._store(got, known, entry, asked=url)

    def _store(
        self, got: Fetched, known: PageMemory, entry: Entry | None, asked: str = ""
    ) -> Outcome:
        whole = bool(entry and entry.html)  # a feed's text has nothing around it
        how = {"url": got.url, "charset": got.charset, "all_of_it": whole}
        draft = read_apart("html:read_page", Path(), got.raw, **how)
        if told := entry or self._told_by_its_feed(known):
            draft = replace(
                draft,
                title=draft.title or told.title,
                author=draft.author or told.author,
                publisher=_publisher(draft.publisher, told.publisher, got.url),
                published=draft.published or told.published,
            )
        source = _identity(got.url, draft.url)
        draft = replace(draft, url=source)
        outcome = self._take(source, draft, _draft_hash(draft))
        mark = entry.mark if entry else known.entry
        memory = PageMemory(source, got.stamp.etag, got.stamp.modified, mark)
        self._ledger.arrivals.remember(asked or got.url, memory)
        return outcome

    def _told_by_its_feed(self, known: PageMemory) -> Article | None:
        """Return an article of a feed as it is, for when a person has it read again."""
        stored = known.entry and self._ledger.articles.current(known.source)
        return self._ledger.articles.article(stored.article_id) if stored else None


def _identity(url: str, canonical: str) -> str:
    """Return the address that an article is known by.

    That is the one its page calls canonical, if it is of the same host: a page does not
    speak for others'. The front page of a site is none of an article in it.
    """
    own = urldefrag(url).url
    named = urldefrag(canonical).url
    if not named.startswith(("http://", "https://")) or _is_front(named):
        return own
    return named if _site(named) == _site(own) else own


def _publisher(named: str, told: str, url: str) -> str:
    """Return what a page names, or its feed where that is but the page's host."""
    host = urlsplit(url).netloc.casefold()
    return named if named.casefold() not in {host, _site(url)} else told or named


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return not (parts.path.strip("/") or parts.query)


def _site(url: str) -> str:
    host = urlsplit(url).netloc.casefold()
    for prefix in ("www.", "m.", "amp."):
        host = host.removeprefix(prefix)
    return host


def _draft_hash(draft: Draft) -> str:
    """Return a hash of what was read: the bytes of a page change with each visit."""
    # flags and pages follow from the rest
    said = (value for value in astuple(draft) if isinstance(value, str))
    return hashlib.sha256("\0".join(said).encode()).hexdigest()


def _as_page(entry: Entry) -> bytes:
    """Return the full text of a feed's entry as a page."""
    title, author, published = (
        html.escape(part) for part in (entry.title, entry.author, entry.published)
    )
    return (
        '<!doctype html><html><head><meta charset="utf-8">'
        f'<title>{title}</title><meta property="og:title" content="{title}">'
        f'<meta name="author" content="{author}">'
        f'<meta property="article:published_time" content="{published}">'
        f"</head><body><article><h1>{title}</h1>{entry.html}</article></body></html>"
    ).encode("utf-8", "replace")
