"""Stands before the page: who may send it what, and to which hosts a browser may go."""

import time
from collections import defaultdict, deque
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SAFE = {"GET", "HEAD", "OPTIONS"}
# the browser itself holds the page to this server, whatever gradio's files ask for;
# gradio builds functions from strings, so 'unsafe-eval' cannot be left out
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'"
)
_HEADERS = [
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
]
# so many failed logins from one address within so many seconds, then none for as long
_FAILURES, _WITHIN = 5, 60.0


class Guard:
    """Turns away what did not come from the page itself, and adds the headers.

    A page of another site must neither ask nor add nor log in with a visitor's browser
    (the Origin must be this host). A server on loopback is only talked to by its own
    names, or another site could point its name there (DNS rebinding); `host` is the
    name that a reverse proxy serves it under, "" where there is none.
    """

    def __init__(self, app: ASGIApp, *, loopback: bool, host: str = "") -> None:
        self._app = app
        self._loopback = loopback
        self._host = host
        self._failed: defaultdict[str, deque[float]] = defaultdict(deque)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with a refusal."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        entering = scope["method"] == "POST" and scope["path"].rstrip("/") == "/login"
        client = scope["client"][0] if scope.get("client") else ""

        refusal = None
        if not self._known_host(headers):
            refusal = PlainTextResponse("newsdesk is not served under this name.", 421)
        elif scope["path"].endswith("/deep_link"):  # would write a visit to disk
            refusal = PlainTextResponse("Not here.", 404)
        elif scope["method"] not in _SAFE and _foreign(headers, self._host):
            refusal = PlainTextResponse("This request comes from another site.", 403)
        elif entering and self._exhausted(client):
            refusal = PlainTextResponse("Too many logins failed; wait a minute.", 429)

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
                if entering and not refusal and message["status"] >= 400:
                    self._failed[client].append(time.monotonic())
            await send(message)

        await (refusal or self._app)(scope, receive, watched)

    def _known_host(self, headers: Headers) -> bool:
        name = _name(headers.get("host", ""))
        return not self._loopback or is_loopback(name) or name == self._host

    def _exhausted(self, client: str) -> bool:
        failed = self._failed[client]
        while failed and failed[0] < time.monotonic() - _WITHIN:
            failed.popleft()
        if not failed:
            del self._failed[client]
        return len(failed) >= _FAILURES


def is_loopback(host: str) -> bool:
    """Whether an address or a name is this machine to itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _foreign(headers: Headers, public: str) -> bool:
    """Whether a browser says that another site's page sends this."""
    origin = headers.get("origin")
    if origin is None:  # no browser, or one so old that it has no cookies to misuse
        return headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}
    sender = urlsplit(origin).netloc
    return sender != headers.get("host", "") and (
        not public or urlsplit(origin).hostname != public
    )


def _name(host: str) -> str:
    """Return the name or address in a Host header, without its port."""
    return urlsplit(f"//{host}").hostname or ""
