"""Feeds that are followed: asked at their interval, left alone when they fail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ingest.feeds import FEED_KINDS, Entry, Feed, named_feed, read_feed
from ingest.fetch import Fetched, Fetcher, FetchError, Stamp
from ingest.listener import Listener
from ingest.pipeline import Run, running
from ingest.report import Outcome, Report, Status
from rag.config import Settings, load_settings
from rag.embedding import Embedder
from rag.errors import SourceError
from rag.index.ledger import Followed

EVERY = 1800  # seconds between two visits to a feed, unless a person says otherwise
_LONGEST = 86_400  # a feed that fails is asked at least once a day
# A long sitemap is brought in by and by: so many pages at a time, a minute between.
_AT_ONCE = 100
_SOON = 60
_UNKNOWN = Stamp()
_PARTS = 10  # sitemaps of an index that are read, the latest first


def follow(  # noqa: PLR0913  # each is named at the call
    url: str,
    every: int | None = None,
    index: str | Path | None = None,
    *,
    settings: Settings | None = None,
    embedder: Embedder | None = None,
    listener: Listener | None = None,
    fetcher: Fetcher | None = None,
) -> tuple[Followed, Report]:
    """Follow a feed and bring in what is in it; return it and what happened.

    `url` is that of the feed, or of a page that names its feed; it is asked every
    `every` seconds from now on by whoever watches. Raises SourceError where there is no
    feed; then nothing is followed.
    """
    settings = settings or load_settings(index=index)
    with running(settings, embedder, listener, fetcher) as run:
        fetched = run.pages.fetcher.get(url, FEED_KINDS)
        if page := named_feed(fetched):
            fetched = run.pages.fetcher.get(page, FEED_KINDS)
            url = page
        title = read_feed(fetched, run.limit).title
        known = {one.url: one for one in run.ledger.arrivals.followed()}
        every = every or (known[url].every if url in known else EVERY)
        followed = Followed(url, title or url, every, _later(0))
        run.ledger.arrivals.follow(followed)
        return followed, poll(run, followed, fetched)


def poll(run: Run, followed: Followed, fetched: Fetched | None = None) -> Report:
    """Ask a feed for what is new, bring that in, and keep how it went.

    A feed that fails is asked again after twice its interval, then four times, up to a
    day, and not before its server allows. `fetched` is the feed if it was asked
    already.
    """
    stamp = Stamp(followed.etag, followed.modified)
    try:
        fetched = fetched or run.pages.fetcher.get(followed.url, FEED_KINDS, stamp)
        if fetched.unchanged:
            after = _well(followed, stamp)
        else:
            after = _bring_in(run, followed, fetched)
        run.ledger.arrivals.polled(after)
    except SourceError as error:
        wait = error.wait if isinstance(error, FetchError) else 0.0
        run.ledger.arrivals.polled(_failed(followed, str(error), wait))
        run.tell(Outcome(Status.FAILED, followed.url, reason=str(error)))
    finally:
        report = run.finish()
    return report


def due(run: Run) -> list[Followed]:
    """Return the feeds whose time has come, the longest due first; no paused ones."""
    now = _later(0)
    feeds = run.ledger.arrivals.followed()
    waiting = [one for one in feeds if one.next_at <= now and not one.paused]
    return sorted(waiting, key=lambda one: one.next_at)


def _bring_in(run: Run, followed: Followed, fetched: Fetched) -> Followed:
    """Bring in the entries of a feed; return what is to be kept of it.

    Its stamp is kept only when nothing is left to do: otherwise the feed would be
    "unchanged" the next time, and the rest forgotten.
    """
    feed = read_feed(fetched, run.limit)
    brought, again = 0, False
    for entry in _entries(run, feed):
        if brought == _AT_ONCE:
            return replace(_well(followed), next_at=_later(_SOON))
        try:
            outcome = run.pages.arrive(entry)
        except FetchError as error:  # the host asks to be left alone
            pause = max(error.wait, followed.every)
            return replace(_well(followed), next_at=_later(pause))
        if outcome is not None:
            brought += 1
            run.tell(outcome)
            again = again or run.pages.unfinished(entry)
    return _well(followed, Stamp() if again else fetched.stamp)


def _entries(run: Run, feed: Feed) -> Iterator[Entry]:
    yield from feed.entries
    for part in feed.parts[:_PARTS]:
        fetched = run.pages.fetcher.get(part, FEED_KINDS, robots=True)
        yield from read_feed(fetched, run.limit).entries


def _well(followed: Followed, stamp: Stamp = _UNKNOWN) -> Followed:
    """Return a feed that answered just now and is in the state of `stamp`."""
    return replace(
        followed,
        last_at=_later(0),
        next_at=_later(followed.every),
        failed=0,
        reason="",
        etag=stamp.etag,
        modified=stamp.modified,
    )


def _failed(followed: Followed, reason: str, wait: float) -> Followed:
    failed = followed.failed + 1
    pause = min(followed.every * 2 ** min(failed, 10), max(_LONGEST, followed.every))
    return replace(
        followed, failed=failed, reason=reason, next_at=_later(max(wait, pause))
    )


def _later(seconds: float) -> str:
    return (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)).isoformat(
        timespec="seconds"
    )
