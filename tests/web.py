"""A real web server on this machine, which serves what a test tells it to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Write = Callable[[bytes], object]


@dataclass(frozen=True)
class Reply:
    """What is sent; `body` may also be a function that is given what writes."""

    body: bytes | str | Callable[[Write], None] = b""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Asked:
    """One request that came."""

    path: str
    headers: Mapping[str, str]


@dataclass
class Web:
    """The server: `pages` by path, and the requests that came to it."""

    port: int
    pages: dict[str, Reply] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def paths(self) -> list[str]:
        return [one.path for one in self.asked]


@contextmanager
def web_server() -> Iterator[Web]:
    """Serve while the block lasts; a page with an ETag is sent once per state."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            web.asked.append(Asked(self.path, dict(self.headers)))
            reply = web.pages.get(self.path, Reply("not here", status=404))
            etag = reply.headers.get("ETag")
            if etag and self.headers.get("If-None-Match") == etag:
                reply = Reply(status=304, headers={"ETag": etag})
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.kind:
                self.send_header("Content-Type", reply.kind)
            body = reply.body.encode() if isinstance(reply.body, str) else reply.body
            if isinstance(body, bytes):
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                _write(self.wfile.write, body)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        web = Web(server.server_port)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield web
        finally:
            server.shutdown()
            thread.join()


def _write(write: Write, body: bytes | Callable[[Write], None]) -> None:
    if callable(body):
        body(write)
    else:
        write(body)
