"""An HTTP client with a deadline that connects to checked, public addresses only.

A host's addresses are looked up once and checked, and the connection goes to an address
that was checked: a name that leads elsewhere a moment later (DNS rebinding) gains
nothing. Proxies of the environment are not used: behind one nobody can check where a
request goes.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Timer
from typing import Any

import httpx2

from ingest.addresses import is_public, resolved
from rag.errors import SourceError

AGENT = "newsdesk"  # the name that robots.txt may speak to
_USER_AGENT = f"{AGENT}/0.1 (reads articles for its user)"
_CONNECT_SECONDS = 10.0


class FetchError(SourceError):
    """A page or feed could not be fetched.

    `status` is the server's, 0 where it gave none. `wait` is how many seconds it asks
    to be left alone, 0 where it does not. `passing` says that it may be better soon.
    """

    def __init__(
        self,
        message: str,
        status: int = 0,
        wait: float = 0.0,
        *,
        passing: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.wait = wait
        self.passing = passing


class Stopped(Exception):
    """What was under way was broken off by `stop`, and nothing is wrong with it."""


class PinnedClient:
    """Asks public hosts, and those of `allowed` ("127.0.0.1:8000") that are not."""

    def __init__(self, allowed: Collection[str] = ()) -> None:
        self._allowed = frozenset(allowed)
        self._lock = Lock()
        self._open: set[socket.socket] = set()
        self._client: httpx2.Client | None = None
        self.stopped = Event()

    def stop(self) -> None:
        """Break off what is under way and begin nothing more; from any thread."""
        self.stopped.set()
        with self._lock:
            for connection in self._open:
                _shut(connection)

    @contextmanager
    def reply(
        self, url: httpx2.URL, headers: dict[str, str], ends: float
    ) -> Iterator[httpx2.Response]:
        """Open the reply to a GET, which is not followed where it leads elsewhere.

        Its connection is shut at `ends` (monotonic seconds), however slow it drips.
        Raises FetchError, also for what goes wrong inside the block.
        """
        own: list[socket.socket] = []
        client = self._connected()
        timer = Timer(max(0.0, ends - time.monotonic()), lambda: [*map(_shut, own)])
        timer.daemon = True
        timer.start()
        try:
            reply = self._send(client, url, headers, self._watched(own), ends)
            try:
                yield reply
            finally:
                reply.close()
        except httpx2.HTTPError as error:
            if self.stopped.is_set():
                raise Stopped from None
            raise _failed(url, error, ends) from None
        finally:
            timer.cancel()
            with self._lock:
                self._open.difference_update(own)
            for connection in own:
                connection.close()

    def _connected(self) -> httpx2.Client:
        if self.stopped.is_set():
            raise Stopped
        if self._client is None:
            self._client = httpx2.Client(
                headers={"User-Agent": _USER_AGENT, "Accept-Encoding": "gzip, deflate"},
                # a kept connection would be to the address of another host
                limits=httpx2.Limits(max_keepalive_connections=0),
                trust_env=False,
            )
        return self._client

    def _watched(self, own: list[socket.socket]) -> Callable[[str, Any], None]:
        """Return a listener that keeps a second handle of each connection made."""

        def note(event: str, about: Any) -> None:
            if event == "connection.connect_tcp.complete":
                made = about["return_value"].get_extra_info("socket")
                handle = socket.socket(fileno=os.dup(made.fileno()))
                own.append(handle)
                with self._lock:
                    self._open.add(handle)
                if self.stopped.is_set():
                    _shut(handle)

        return note

    def _send(
        self,
        client: httpx2.Client,
        url: httpx2.URL,
        headers: dict[str, str],
        note: Callable[[str, Any], None],
        ends: float,
    ) -> httpx2.Response:
        """Ask the first of the host's checked addresses that takes the connection."""
        refused: httpx2.HTTPError | None = None
        for address in self._addresses(url):
            left = max(0.1, ends - time.monotonic())
            client.cookies.clear()
            request = client.build_request(
                "GET",
                url.copy_with(host=address),
                headers=headers | {"Host": url.netloc.decode("ascii")},
                timeout=httpx2.Timeout(left, connect=min(_CONNECT_SECONDS, left)),
                extensions={
                    "sni_hostname": url.raw_host.decode("ascii"),
                    "trace": note,
                },
            )
            try:
                return client.send(request, stream=True)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                refused = error
        raise refused or httpx2.ConnectError("no address")

    def _addresses(self, url: httpx2.URL) -> list[str]:
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            found = resolved(url.raw_host.decode("ascii"), port)
        except (OSError, UnicodeError):
            raise FetchError(
                f"There is no host {url.host}; check the address and the connection.",
                passing=True,
            ) from None
        if f"{url.host}:{port}" in self._allowed:
            return found
        public = [one for one in found if is_public(one)]
        if not public:
            raise FetchError(
                f"{url} is on this machine or a private network, from which newsdesk "
                "fetches nothing; save the page and ingest the file."
            )
        return public


def _failed(url: httpx2.URL, error: httpx2.HTTPError, ends: float) -> FetchError:
    if isinstance(error, httpx2.TimeoutException) or time.monotonic() >= ends:
        why = "did not come in time"
    elif isinstance(error, httpx2.ConnectError):
        why = "cannot be reached"
    else:
        why = "broke off"
    return FetchError(
        f"{url} {why}; check the address or try again later.", passing=True
    )


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
