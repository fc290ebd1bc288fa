"""What comes of a page that is fetched, and where it is broken off."""

import gzip
import socket
import time
from threading import Event, Timer

import pytest

from ingest.fetch import Fetcher, FetchError, Stopped
from tests.fetching import HTML, get, polite, refusal
from tests.web import Reply, Web, Write


def test_a_page_comes_with_its_last_address_and_type(web: Web) -> None:
    web.pages["/old"] = Reply(status=301, headers={"Location": "/new"})
    web.pages["/new"] = Reply("<p>Hello</p>")
    got = get(web, "/old")
    assert (got.url, got.kind, got.raw) == (
        web.url("/new"),
        "text/html",
        b"<p>Hello</p>",
    )


def test_the_server_is_told_the_host_and_who_asks(web: Web) -> None:
    web.pages["/"] = Reply("x")
    get(web, "/")
    headers = web.asked[0].headers
    assert headers["Host"] == web.host
    assert headers["User-Agent"].startswith("newsdesk/")


def test_redirects_come_to_an_end(web: Web) -> None:
    web.pages["/"] = Reply(status=302, headers={"Location": "/"})
    assert "without end" in refusal(web, "/")
    assert len(web.asked) == 6


def test_no_cookie_is_kept(web: Web) -> None:
    web.pages["/"] = Reply("x", headers={"Set-Cookie": "who=me"})
    fetcher = polite(web)
    fetcher.get(web.url("/"), HTML)
    fetcher.get(web.url("/"), HTML)
    assert "Cookie" not in web.asked[1].headers


def test_a_page_that_is_too_large_is_refused(web: Web) -> None:
    web.pages["/"] = Reply(b"x" * 2000)
    assert "larger than the 0.001 MB of NEWSDESK_MAX_FILE_MB" in refusal(
        web, "/", limit=1000
    )


def test_a_packed_page_that_unpacks_too_large_is_refused(web: Web) -> None:
    bomb = gzip.compress(b"\0" * 5_000_000)
    web.pages["/"] = Reply(bomb, headers={"Content-Encoding": "gzip"})
    assert "larger" in refusal(web, "/")


def test_a_packing_that_was_not_asked_for_is_refused(web: Web) -> None:
    web.pages["/"] = Reply(b"x", headers={"Content-Encoding": "br"})
    assert "comes as br" in refusal(web, "/")


def _drip(write: Write) -> None:
    for _ in range(200):
        write(b"x")
        time.sleep(0.05)


@pytest.mark.parametrize("how", ["body", "headers"])
def test_a_page_that_drips_is_broken_off(web: Web, how: str) -> None:
    web.pages["/"] = Reply(_drip, status=200 if how == "body" else 1)
    begun = time.monotonic()
    if how == "headers":
        with _dripping_headers() as url:
            fetcher = Fetcher(seconds=0.4, allowed=[url.split("/")[2]])
            with pytest.raises(FetchError, match="did not come in time"):
                fetcher.get(url, HTML)
    else:
        assert "did not come in time" in refusal(web, "/", seconds=0.4)
    assert time.monotonic() - begun < 8  # the whole would take 10 s


class _dripping_headers:  # noqa: N801  # reads as a block
    """A server whose headers never end, though each byte comes soon."""

    def __enter__(self) -> str:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._ended = Event()
        Timer(0, self._serve).start()
        return f"http://127.0.0.1:{self._server.getsockname()[1]}/"

    def _serve(self) -> None:
        connection, _ = self._server.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
            try:
                while not self._ended.wait(0.05):
                    connection.sendall(b"x")
            except OSError:
                pass

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._server.close()


@pytest.mark.parametrize("kind", ["image/png", "application/zip", ""])
def test_another_type_than_was_asked_for_is_refused(web: Web, kind: str) -> None:
    web.pages["/"] = Reply(b"x", kind=kind)
    assert (kind or "no stated type") in refusal(web, "/")


def test_a_missing_page_and_a_broken_server_are_told_apart(web: Web) -> None:
    web.pages["/broken"] = Reply(status=500)
    assert "status 404); check the address" in refusal(web, "/none")
    assert "status 500); try again later" in refusal(web, "/broken")


def test_stopping_breaks_off_what_is_fetched(web: Web) -> None:
    fetcher = polite(web)

    def stopped(write: Write) -> None:
        fetcher.stop()
        _drip(write)

    web.pages["/"] = Reply(stopped)
    with pytest.raises(Stopped):
        fetcher.get(web.url("/"), HTML)
    with pytest.raises(Stopped):
        fetcher.get(web.url("/"), HTML)
    assert len(web.asked) == 1
