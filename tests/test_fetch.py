"""The one door to the web: what it refuses, where it stops, how it behaves."""

import datetime as dt
import gzip
import socket
import time
from collections.abc import Iterator
from email.utils import format_datetime
from itertools import count
from threading import Event, Timer

import pytest

import ingest.pinned
from ingest.addresses import is_public
from ingest.fetch import Fetched, Fetcher, FetchError, Stamp, Stopped
from tests.web import Reply, Web, Write, web_server

HTML = frozenset({"text/html"})


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server() as server:
        yield server


def polite(web: Web, **limits: float) -> Fetcher:
    """Fetch from the test's server, and from nothing else that is not public."""
    given = {"pause": 0.0, **limits}
    return Fetcher(
        limit=int(given.pop("limit", 1_000_000)), allowed=[web.host], **given
    )


def get(web: Web, path: str, stamp: Stamp | None = None, **limits: float) -> Fetched:
    return polite(web, **limits).get(web.url(path), HTML, stamp)


def refusal(web: Web, path: str, **limits: float) -> str:
    with pytest.raises(FetchError) as caught:
        get(web, path, **limits)
    return str(caught.value)


# -- where nothing is fetched from ----------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "168.63.129.16",
        "192.0.0.192",
        "::",
        "::1",
        "fe80::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:0:0:0:0:80ff:fffe",
        "4000::1",
    ],
)
def test_an_address_that_is_not_for_everybody_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "127.1", "0.0.0.0"],
)
def test_this_machine_is_refused_however_it_is_written(web: Web, host: str) -> None:
    with pytest.raises(FetchError, match=r"this machine or a private network|no host"):
        Fetcher(pause=0).get(f"http://{host}:{web.port}/", HTML)
    assert not web.asked


def test_a_host_that_a_test_may_fetch_from_opens_no_other_port(web: Web) -> None:
    with web_server() as other, pytest.raises(FetchError, match="private network"):
        polite(web).get(other.url("/"), HTML)
    assert not other.asked


def test_a_redirect_to_a_private_address_is_refused(web: Web) -> None:
    with web_server() as inner:
        web.pages["/"] = Reply(status=302, headers={"Location": inner.url("/secret")})
        assert "private network" in refusal(web, "/")
        assert not inner.asked


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/a",
        "file:///etc/passwd",
        "gopher://x/",
        "javascript:1",
    ],
)
def test_only_http_and_https_are_fetched(web: Web, url: str) -> None:
    web.pages["/"] = Reply(status=302, headers={"Location": url})
    with pytest.raises(FetchError, match="not an http or https address"):
        Fetcher().get(url, HTML)
    assert "not an http or https address" in refusal(web, "/")


def test_a_password_in_an_address_is_refused_and_not_shown() -> None:
    with pytest.raises(FetchError, match="holds a name or password") as caught:
        Fetcher().get("https://anna:secret@example.org/", HTML)
    assert "secret" not in str(caught.value)


def test_a_name_that_leads_elsewhere_after_the_check_gains_nothing(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the second look-up would lead to this machine."""
    looked_up: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: str, port: int, *args: object, **kwargs: object) -> object:
        if host != "rebinding.example":
            return real(host, port, *args, **kwargs)  # type: ignore[call-overload]
        looked_up.append(host)
        address = "93.184.215.14" if len(looked_up) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    connected: list[object] = []

    def refused(address: object, *_: object, **__: object) -> None:
        connected.append(address)
        raise OSError("no network in tests")

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket, "create_connection", refused)
    with pytest.raises(FetchError, match="cannot be reached"):
        Fetcher().get(f"http://rebinding.example:{web.port}/", HTML)
    assert looked_up == ["rebinding.example"]
    assert connected == [("93.184.215.14", web.port)]


def test_a_name_with_a_public_and_a_private_address_goes_to_the_public_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []

    def refused(address: object, *_: object, **__: object) -> None:
        asked.append(address)
        raise OSError("no network in tests")

    monkeypatch.setattr(
        ingest.pinned, "resolved", lambda *_: ["10.0.0.1", "93.184.215.14"]
    )
    monkeypatch.setattr(socket, "create_connection", refused)
    with pytest.raises(FetchError, match="cannot be reached"):
        Fetcher().get("https://split.example/", HTML)
    assert asked == [("93.184.215.14", 443)]


# -- limits ---------------------------------------------------------------------------


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


# -- manners --------------------------------------------------------------------------


def test_an_unchanged_page_costs_one_small_request(web: Web) -> None:
    web.pages["/"] = Reply("long " * 1000, headers={"ETag": '"1"'})
    first = get(web, "/")
    again = get(web, "/", first.stamp)
    assert first.stamp == Stamp('"1"')
    assert again.unchanged
    assert not again.raw
    assert len(web.asked) == 2


def test_what_a_server_said_of_the_time_is_sent_back(web: Web) -> None:
    when = "Wed, 21 Oct 2015 07:28:00 GMT"
    web.pages["/"] = Reply("x", headers={"Last-Modified": when})
    get(web, "/", get(web, "/").stamp)
    assert web.asked[1].headers["If-Modified-Since"] == when


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_to_wait_is_left_alone(web: Web, status: int) -> None:
    web.pages["/"] = Reply(status=status, headers={"Retry-After": "120"})
    fetcher = polite(web)
    with pytest.raises(FetchError, match="is busy") as caught:
        fetcher.get(web.url("/"), HTML)
    assert caught.value.wait == 120
    with pytest.raises(FetchError, match="asks to be left alone") as caught:
        fetcher.get(web.url("/other"), HTML)
    assert 110 < caught.value.wait <= 120
    assert web.paths() == ["/"]


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [("-5", 0, 0), ("soon", 0, 0), ("9" * 30, 600_000, 604_800)],
)
def test_a_strange_retry_after_is_bounded(
    web: Web, asked: str, least: float, most: float
) -> None:
    web.pages["/"] = Reply(status=503, headers={"Retry-After": asked})
    with pytest.raises(FetchError) as caught:
        get(web, "/")
    assert least <= caught.value.wait <= most


def test_a_retry_after_may_be_a_date(web: Web) -> None:
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    headers = {"Retry-After": format_datetime(later, usegmt=True)}
    web.pages["/"] = Reply(status=503, headers=headers)
    with pytest.raises(FetchError) as caught:
        get(web, "/")
    assert 3000 < caught.value.wait <= 3600


def test_robots_txt_is_asked_once_and_obeyed(web: Web) -> None:
    web.pages["/robots.txt"] = Reply(
        "User-agent: newsdesk\nDisallow: /private/*.html$\n", kind="text/plain"
    )
    web.pages["/open"] = Reply("x")
    fetcher = polite(web)
    fetcher.get(web.url("/open"), HTML, robots=True)
    with pytest.raises(FetchError, match=r"robots.txt .* does not allow"):
        fetcher.get(web.url("/private/a.html"), HTML, robots=True)
    assert web.paths() == ["/robots.txt", "/open"]


def test_a_host_without_robots_txt_allows_and_one_in_trouble_does_not(web: Web) -> None:
    web.pages["/"] = Reply("x")
    assert polite(web).get(web.url("/"), HTML, robots=True).raw == b"x"
    web.pages["/robots.txt"] = Reply(status=500)
    with pytest.raises(FetchError, match=r"robots.txt was refused \(status 500\)"):
        polite(web).get(web.url("/"), HTML, robots=True)


def test_a_redirect_is_held_against_robots_txt_too(web: Web) -> None:
    web.pages["/robots.txt"] = Reply(
        "User-agent: *\nDisallow: /no\n", kind="text/plain"
    )
    web.pages["/yes"] = Reply(status=302, headers={"Location": "/no"})
    with pytest.raises(FetchError, match="does not allow"):
        polite(web).get(web.url("/yes"), HTML, robots=True)
    assert "/no" not in web.paths()


def test_a_pause_lies_between_two_requests_to_a_host(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.pages["/"] = Reply("x")
    clock = count(100.0, 0.25)
    fetcher = polite(web, pause=3.0, seconds=60.0)
    waited: list[float] = []
    monkeypatch.setattr("ingest.fetch.time.monotonic", lambda: next(clock))
    monkeypatch.setattr(fetcher._client.stopped, "wait", waited.append)
    fetcher.get(web.url("/"), HTML)
    fetcher.get(web.url("/"), HTML)
    assert len(waited) == 1
    assert 2 < waited[0] <= 3
