"""The one door to the web: pages and feeds are fetched here and nowhere else.

Redirects are followed here, each checked like the first address; one request at a time
goes to a host, and when a server asks to be left alone it is.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from threading import Lock

import httpx2
from protego import Protego

from ingest.pinned import AGENT, FetchError, PinnedClient, Stopped

__all__ = ["FetchError", "Fetched", "Fetcher", "Stamp", "Stopped"]

_REDIRECTS = 5
_LONGEST_WAIT = 7 * 86_400.0  # seconds; a server that asks for more is mistaken
_ROBOTS_BYTES = 500 * 1024  # RFC 9309 asks readers for no more
_ROBOTS_SECONDS = 3600.0  # RFC 9309: not longer than a day
_ENCODINGS = frozenset({"", "identity", "gzip", "deflate"})  # their ratio is bounded


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a server said of the state of a page; sent back, it may say "unchanged"."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it came: `url` after redirects, `kind` its media type in lower case.

    `charset` is what its server calls the encoding, "" for nothing. `unchanged` says
    that it is as it was at the stamp; then there is no `raw`.
    """

    url: str
    kind: str = ""
    raw: bytes = b""
    stamp: Stamp = Stamp()
    unchanged: bool = False
    charset: str = ""


@dataclass(slots=True)
class _Host:
    """One request at a time to a host, and not before `free_at` (monotonic)."""

    turn: Lock = field(default_factory=Lock)
    free_at: float = 0.0
    asked: bool = False  # whether it was the server that asked to wait
    robots: Protego | None = None
    robots_until: float = 0.0


class Fetcher:
    """Fetches from public addresses over http and https, politely and within limits.

    `limit` bytes are read at most and `seconds` taken at most, redirects and all;
    `pause` seconds lie between two requests to a host. `allowed` names hosts with port
    ("127.0.0.1:8000") that may be fetched from though they are not public: for tests.
    """

    def __init__(
        self,
        limit: int = 10_000_000,
        seconds: float = 30.0,
        pause: float = 1.0,
        allowed: Collection[str] = (),
    ) -> None:
        self._limit = limit
        self._seconds = seconds
        self._pause = pause
        self._client = PinnedClient(allowed)
        self._hosts: dict[str, _Host] = {}
        self._lock = Lock()

    def stop(self) -> None:
        """Break off what is being fetched and fetch nothing more; from any thread."""
        self._client.stop()

    def get(
        self,
        url: str,
        kinds: Collection[str],
        stamp: Stamp | None = None,
        *,
        robots: bool = False,
    ) -> Fetched:
        """Return what is at `url`, or that it is unchanged since `stamp`.

        `kinds` are the media types that are taken. With `robots`, only what the host's
        robots.txt allows is fetched: for pages that no person named. Raises FetchError,
        and Stopped after `stop`.
        """
        headers = {"Accept": ", ".join((*sorted(kinds), "*/*;q=0.1"))}
        if stamp and stamp.etag:
            headers["If-None-Match"] = stamp.etag
        if stamp and stamp.modified:
            headers["If-Modified-Since"] = stamp.modified
        ends = time.monotonic() + self._seconds
        address = _parsed(url)
        for _ in range(_REDIRECTS + 1):
            if robots:
                self._check_robots(address)
            with (
                self._turn(address, ends),
                self._client.reply(address, headers, ends) as reply,
            ):
                if not reply.has_redirect_location:
                    return self._read(address, reply, kinds, ends)
                address = _next(address, reply)
        raise FetchError(
            f"{url} leads from page to page without end; check the address."
        )

    def _read(
        self,
        url: httpx2.URL,
        reply: httpx2.Response,
        kinds: Collection[str],
        ends: float,
    ) -> Fetched:
        headers = reply.headers
        stamp = Stamp(
            headers.get("etag", "")[:500], headers.get("last-modified", "")[:100]
        )
        if reply.status_code == 304:
            return Fetched(str(url), stamp=stamp, unchanged=True)
        if reply.status_code != 200:
            raise self._refused(url, reply)
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in kinds:
            raise FetchError(
                f"{url} is {kind or 'of no stated type'}, which newsdesk does not read "
                "from the web; save it and ingest the file.",
                reply.status_code,
            )
        raw, charset = self._body(url, reply, ends), reply.charset_encoding or ""
        return Fetched(str(url), kind, raw, stamp, charset=charset)

    def _body(self, url: httpx2.URL, reply: httpx2.Response, ends: float) -> bytes:
        encoding = reply.headers.get("content-encoding", "").strip().lower()
        if encoding not in _ENCODINGS:
            raise FetchError(f"{url} comes as {encoding}, which was not asked for.")
        body = bytearray()
        for part in reply.iter_bytes():
            body += part
            if len(body) > self._limit:
                raise FetchError(
                    f"{url} is larger than the {self._limit / 1e6:g} MB of "
                    "NEWSDESK_MAX_FILE_MB; raise the limit or leave the page out."
                )
        # a body without a stated length ends where its connection was shut
        if time.monotonic() > ends or self._client.stopped.is_set():
            raise httpx2.ReadTimeout("late")
        return bytes(body)

    # -- manners ----------------------------------------------------------------------

    @contextmanager
    def _turn(self, url: httpx2.URL, ends: float) -> Iterator[None]:
        """Be the only one who asks this host, after a pause."""
        host = self._host(url)
        with host.turn:
            wait = host.free_at - time.monotonic()
            if wait > 0 and (host.asked or wait > ends - time.monotonic()):
                raise FetchError(
                    f"{url.host} asks to be left alone for another {wait:.0f} seconds; "
                    "fetch it again then.",
                    wait=wait,
                )
            if wait > 0:
                self._client.stopped.wait(wait)
            host.free_at, host.asked = 0.0, False
            try:
                yield
            except FetchError as error:
                host.asked = error.wait > 0
                host.free_at = time.monotonic() + error.wait
                raise
            finally:
                host.free_at = max(host.free_at, time.monotonic() + self._pause)

    def _host(self, url: httpx2.URL) -> _Host:
        with self._lock:
            return self._hosts.setdefault(url.netloc.decode("ascii"), _Host())

    def _check_robots(self, url: httpx2.URL) -> None:
        host = self._host(url)
        if host.robots is None or time.monotonic() > host.robots_until:
            host.robots = self._robots(url)
            host.robots_until = time.monotonic() + _ROBOTS_SECONDS
        if not host.robots.can_fetch(str(url), AGENT):
            raise FetchError(
                f"The robots.txt of {url.host} does not allow newsdesk to fetch {url}; "
                "save the page and ingest the file."
            )

    def _robots(self, url: httpx2.URL) -> Protego:
        """Return a host's rules; a host in trouble may have some (RFC 9309): raises."""
        try:
            address = url.copy_with(raw_path=b"/robots.txt")
            raw = self.get(str(address), {"text/plain"}).raw
        except FetchError as error:
            if error.status not in range(200, 500) or error.status == 429:
                raise
            raw = b""  # there are none, or the page that says so
        return Protego.parse(raw[:_ROBOTS_BYTES].decode("utf-8", "replace"))

    @staticmethod
    def _refused(url: httpx2.URL, reply: httpx2.Response) -> FetchError:
        status = reply.status_code
        if status in (429, 503):
            wait = _seconds(reply.headers.get("retry-after", ""))
            return FetchError(
                f"{url.host} is busy (status {status}); fetch {url} again later.",
                status,
                wait,
                passing=True,
            )
        mend = "check the address" if status in (404, 410) else "try again later"
        passing = status >= 500
        return FetchError(
            f"{url} was refused (status {status}); {mend}.", status, passing=passing
        )


def _parsed(url: str) -> httpx2.URL:
    """Return an address that may be fetched; raises FetchError."""
    try:
        found = httpx2.URL(url)
    except (httpx2.InvalidURL, ValueError):
        raise FetchError("An address is not valid; check it.") from None
    if found.userinfo:  # never shown: it may be a password
        raise FetchError(
            f"An address on {found.host} holds a name or password; leave it out."
        )
    if found.scheme not in ("http", "https") or not found.host:
        raise FetchError(f"{url} is not an http or https address; check it.")
    return found.copy_with(fragment=None)


def _next(url: httpx2.URL, reply: httpx2.Response) -> httpx2.URL:
    try:
        return _parsed(str(url.join(reply.headers["location"])))
    except (httpx2.InvalidURL, ValueError):
        raise FetchError(f"{url} leads to an address that is not valid.") from None


def _seconds(retry_after: str) -> float:
    """Return what a Retry-After asks for: seconds, or until a date; 0 for neither."""
    with suppress(ValueError, OverflowError):
        return min(max(0.0, float(int(retry_after))), _LONGEST_WAIT)
    with suppress(ValueError, TypeError, OverflowError):
        until = parsedate_to_datetime(retry_after).astimezone(dt.UTC)
        left = (until - dt.datetime.now(dt.UTC)).total_seconds()
        return min(max(0.0, left), _LONGEST_WAIT)
    return 0.0
