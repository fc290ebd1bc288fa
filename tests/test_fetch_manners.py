"""Manners towards servers: unchanged pages, waits, robots.txt, pauses."""

import datetime as dt
from email.utils import format_datetime
from itertools import count

import pytest

from ingest.fetch import FetchError, Stamp
from tests.fetching import HTML, get, polite
from tests.web import Reply, Web


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
