"""Following feeds of a real server: what is new comes in, what fails is left alone."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from ingest import Report, Status, purge, remove, reread, retry
from ingest.fetch import Fetcher
from ingest.following import due, follow, poll
from ingest.pipeline import running
from rag.config import Settings
from rag.errors import SourceError
from rag.index.ledger import Followed
from tests.coast import page
from tests.hashing import HashingEmbedder
from tests.web import Reply, Web

LONG = "<p>" + "The harbour was dredged again, and the ferry came. " * 40 + "</p>"


class Desk:
    """An index that follows the feed of a server of its own."""

    def __init__(self, folder: Path, web: Web) -> None:
        self.settings = Settings(index=folder / "index")
        self.web = web
        self.embedder = HashingEmbedder()
        self.url = web.url("/feed")

    def fetcher(self) -> Fetcher:
        return Fetcher(pause=0, allowed=[self.web.host])

    def serve(self, *items: str, etag: str = "") -> None:
        body = f"<rss version='2.0'><channel><title>The Coast</title>{''.join(items)}"
        headers = {"ETag": etag} if etag else {}
        self.web.pages["/feed"] = Reply(
            body + "</channel></rss>", kind="application/rss+xml", headers=headers
        )

    def follow(self, url: str = "", every: int | None = None) -> Report:
        _, report = follow(
            url or self.url,
            every,
            settings=self.settings,
            embedder=self.embedder,
            fetcher=self.fetcher(),
        )
        return report

    def poll(self) -> Report:
        with running(self.settings, self.embedder, fetcher=self.fetcher()) as run:
            (feed,) = run.ledger.arrivals.followed()
            return poll(run, feed)

    def feed(self) -> Followed:
        with running(self.settings, self.embedder) as run:
            (feed,) = run.ledger.arrivals.followed()
            return feed


@pytest.fixture
def desk(tmp_path: Path, web: Web) -> Desk:
    return Desk(tmp_path, web)


def item(name: str, more: str = "") -> str:
    return f"<item><title>{name}</title><link>/{name}</link>{more}</item>"


def news(desk: Desk, *names: str, etag: str = "") -> None:
    """Let the server have these articles, and its feed name them."""
    for name in names:
        text = f"The {name} was closed for repairs on Monday, the council said. " * 3
        desk.web.pages[f"/{name}"] = Reply(page(text, title=name, published=""))
    desk.serve(*(item(name) for name in names), etag=etag)


def statuses(report: Report) -> list[Status]:
    return [one.status for one in report.outcomes]


def minutes_until(at: str) -> float:
    left = dt.datetime.fromisoformat(at) - dt.datetime.now(dt.UTC)
    return left.total_seconds() / 60


def test_following_a_feed_brings_in_its_articles(desk: Desk) -> None:
    news(desk, "bridge", "ferry")
    assert statuses(desk.follow()) == [Status.ADDED, Status.ADDED]
    feed = desk.feed()
    assert (feed.title, feed.url, feed.failed) == ("The Coast", desk.url, 0)
    assert 28 < minutes_until(feed.next_at) <= 30


def test_a_feed_is_found_through_the_page_that_names_it(desk: Desk) -> None:
    news(desk, "bridge")
    link = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    desk.web.pages["/"] = Reply(f"<html><head>{link}</head></html>")
    desk.follow(desk.web.url("/"))
    assert desk.feed().url == desk.url


def test_a_page_without_a_feed_is_not_followed(desk: Desk) -> None:
    desk.web.pages["/"] = Reply("<p>no feed</p>")
    with pytest.raises(SourceError, match="is not a feed"):
        desk.follow(desk.web.url("/"))


def test_the_publisher_is_the_feed_s_where_the_page_names_none(desk: Desk) -> None:
    site = '<meta property="og:site_name" content="The Coast">'
    for name, head in (("named", site.replace("Coast", "Quay")), ("bare", "")):
        desk.web.pages[f"/{name}"] = Reply(page(head=head).replace(site, ""))
    full = f"<description><![CDATA[{LONG}]]></description>"
    desk.serve(item("named"), item("bare"), item("full", full))
    desk.follow()
    with running(desk.settings, desk.embedder) as run:
        found = run.ledger.articles.summaries()
    publishers = {one.source.rpartition("/")[2]: one.publisher for one in found}
    assert publishers == {"named": "The Quay", "bare": "The Coast", "full": "The Coast"}


def test_only_what_is_new_is_fetched(desk: Desk) -> None:
    news(desk, "bridge")
    desk.follow()
    news(desk, "bridge", "ferry")
    desk.web.asked.clear()
    assert statuses(desk.poll()) == [Status.ADDED]
    assert desk.web.paths() == ["/feed", "/robots.txt", "/ferry"]


def test_an_unchanged_feed_costs_one_small_request(desk: Desk) -> None:
    news(desk, "bridge", etag='"1"')
    desk.follow()
    desk.web.asked.clear()
    assert not desk.poll().outcomes
    assert not desk.poll().outcomes
    assert [one.headers["If-None-Match"] for one in desk.web.asked] == ['"1"', '"1"']


def test_an_entry_that_changed_is_fetched_again(desk: Desk) -> None:
    news(desk, "bridge")
    desk.follow()
    desk.web.pages["/bridge"] = Reply(
        page("The bridge is open again, it is said. " * 3)
    )
    desk.serve(item("bridge", "<description>Open again</description>"))
    assert statuses(desk.poll()) == [Status.CHANGED]


def test_the_full_text_of_a_feed_needs_no_page(desk: Desk) -> None:
    date = "<pubDate>Tue, 03 Mar 2026 10:00:00 GMT</pubDate>"
    links = '<ul><li><a href="/1">Who dredges</a></li><li><a href="/2">Why</a></ul>'
    framed = '<div class="share">It was shared by all who fish there.</div>'
    text = f"<description><![CDATA[{LONG}{links}{framed}]]></description>"
    desk.serve(item("dredging", date + text))
    (outcome,) = desk.follow().outcomes
    assert desk.web.paths() == ["/feed"]
    with running(desk.settings, desk.embedder) as run:
        article = run.ledger.articles.article(outcome.article_id)
    assert article.source == desk.web.url("/dredging")
    assert (article.title, article.published) == ("dredging", "2026-03-03")
    assert "dredged again" in article.text
    # what is furniture on a page is not in the text of a feed
    assert "- Who dredges\n- Why\n" in article.text
    assert "shared by all" in article.text


def test_a_feed_tells_what_its_pages_do_not(desk: Desk) -> None:
    news(desk, "bridge")
    date = "<pubDate>Tue, 03 Mar 2026 10:00:00 GMT</pubDate>"
    desk.serve(item("bridge", date))
    (outcome,) = desk.follow().outcomes
    with running(desk.settings, desk.embedder) as run:
        article = run.ledger.articles.article(outcome.article_id)
    assert article.published == "2026-03-03"
    # ... and a person who reads the page again does not lose it
    again = reread(
        settings=desk.settings, embedder=desk.embedder, fetcher=desk.fetcher()
    )
    assert statuses(again) == [Status.UNCHANGED]


def test_what_was_removed_or_purged_does_not_come_back(desk: Desk) -> None:
    news(desk, "bridge", "ferry")
    bridge, ferry = desk.follow().outcomes
    remove(bridge.article_id, settings=desk.settings)
    purge(ferry.article_id, settings=desk.settings)
    desk.serve(
        *(item(one, "<description>!</description>") for one in ("bridge", "ferry"))
    )
    assert not desk.poll().outcomes


def test_a_feed_that_fails_is_asked_ever_less_often_and_never_forgotten(
    desk: Desk,
) -> None:
    news(desk, "bridge")
    desk.follow(every=600)
    desk.web.pages["/feed"] = Reply(status=500)
    pauses = []
    for _ in range(10):
        assert statuses(desk.poll()) == [Status.FAILED]
        pauses.append(round(minutes_until(desk.feed().next_at)))
    assert pauses[:4] == [20, 40, 80, 160]
    assert pauses[-1] == 24 * 60
    assert desk.feed().failed == 10
    assert "status 500" in desk.feed().reason

    news(desk, "bridge", "ferry")
    assert statuses(desk.poll()) == [Status.ADDED]
    assert (desk.feed().failed, desk.feed().reason) == (0, "")


def test_a_feed_is_left_alone_as_long_as_its_server_asks(desk: Desk) -> None:
    news(desk, "bridge")
    desk.follow(every=600)
    headers = {"Retry-After": "36000"}
    desk.web.pages["/feed"] = Reply(status=429, headers=headers)
    desk.poll()
    assert 595 < minutes_until(desk.feed().next_at) <= 600


def test_a_page_in_trouble_is_tried_three_times_and_one_that_is_gone_once(
    desk: Desk,
) -> None:
    news(desk, "bridge", etag='"1"')
    desk.web.pages["/bridge"] = Reply(status=500)
    assert statuses(desk.follow()) == [Status.FAILED]
    assert statuses(desk.poll()) == [Status.FAILED]
    assert statuses(desk.poll()) == [Status.FAILED]
    assert statuses(desk.poll()) == []
    news(desk, "ferry")
    del desk.web.pages["/ferry"]
    assert statuses(desk.poll()) == [Status.FAILED]
    assert statuses(desk.poll()) == []


def test_robots_txt_is_obeyed_for_the_pages_of_a_feed(desk: Desk) -> None:
    news(desk, "bridge")
    rules = "User-agent: *\nDisallow: /bridge"
    desk.web.pages["/robots.txt"] = Reply(rules, kind="text/plain")
    (outcome,) = desk.follow().outcomes
    assert "does not allow" in outcome.reason
    again = retry(
        settings=desk.settings, embedder=desk.embedder, fetcher=desk.fetcher()
    )
    assert "does not allow" in again.failed[0].reason
    assert "/bridge" not in desk.web.paths()


def test_a_long_sitemap_comes_in_by_and_by(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.following._AT_ONCE", 2)
    news(desk, "bridge", "ferry", "quay")
    urls = "".join(
        f"<url><loc>{desk.web.url(f'/{name}')}</loc></url>"
        for name in ("bridge", "ferry", "quay")
    )
    part = f"<sitemap><loc>{desk.web.url('/map.xml')}</loc></sitemap>"
    for path, body in (
        ("/feed", f"<sitemapindex>{part}</sitemapindex>"),
        ("/map.xml", f"<urlset>{urls}</urlset>"),
    ):
        desk.web.pages[path] = Reply(body, kind="text/xml", headers={"ETag": '"1"'})
    assert statuses(desk.follow()) == [Status.ADDED] * 2
    assert minutes_until(desk.feed().next_at) <= 1
    assert statuses(desk.poll()) == [Status.ADDED]
    assert statuses(desk.poll()) == []


def test_a_feed_is_due_when_its_time_has_come(desk: Desk) -> None:
    news(desk, "bridge")
    desk.follow()
    with running(desk.settings, desk.embedder) as run:
        assert due(run) == []
        (feed,) = run.ledger.arrivals.followed()
        past = Followed(feed.url, feed.title, feed.every, "2026-01-01T00:00:00+00:00")
        run.ledger.arrivals.follow(past)
        assert due(run) == [past]
        assert run.ledger.arrivals.unfollow(feed.url)
        run.ledger.arrivals.polled(past)
        assert run.ledger.arrivals.followed() == []


def test_a_paused_feed_is_kept_and_asked_again_when_it_is_resumed(desk: Desk) -> None:
    news(desk, "one")
    desk.follow()
    now = "2020-01-01T00:00:00+00:00"
    with running(desk.settings, desk.embedder, fetcher=desk.fetcher()) as run:
        arrivals = run.ledger.arrivals
        arrivals.polled(replace(arrivals.followed()[0], next_at=now))
        arrivals.pause(desk.url)
        arrivals.pause("https://example.org/not-followed")
        assert [one.paused for one in arrivals.followed()] == [True]
        assert due(run) == []
        poll(run, replace(arrivals.followed()[0], title="New"))  # under way
        assert [(one.title, one.paused) for one in arrivals.followed()] == [
            ("New", True)
        ]
        arrivals.polled(replace(arrivals.followed()[0], next_at=now))
        arrivals.resume(desk.url)
        assert [one.url for one in due(run)] == [desk.url]
        arrivals.pause(desk.url)
        desk.follow()  # anew
        assert not arrivals.followed()[0].paused
        arrivals.pause(desk.url)
        arrivals.unfollow(desk.url)
        desk.follow()
        assert not arrivals.followed()[0].paused
