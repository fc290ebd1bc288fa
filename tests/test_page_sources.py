"""On the page: articles by link and by feed, and what came of each."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ingest.fetch import Fetcher
from rag.engine import QueryEngine
from rag.index.index import Index
from rag.index.ledger import Followed
from tests.browsing import ask, launched, visitors
from tests.coast import page as as_page
from tests.web import Reply, Web, web_server
from ui.web.sources import Sources

HOSTILE = "<img src=x onerror=alert(1)>"
TEXT = ["The harbour of Quillmark was dredged again, and the ferry came."] * 20


@pytest.fixture
def web(monkeypatch) -> Iterator[Web]:
    """A server on this machine that may be fetched from."""
    with web_server() as web:
        fetcher = partial(Fetcher, pause=0, allowed=[web.host])
        monkeypatch.setattr("ingest.pipeline.Fetcher", fetcher)
        yield web


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[QueryEngine]:
    Index(tmp_path / "index", create=True).close()
    with QueryEngine.open(tmp_path / "index") as engine:
        yield engine


@pytest.mark.parametrize(
    "typed", ["file:///etc/hostname", "/etc/hostname", "FTP://x/", "://", " ", "x\0y"]
)
def test_what_is_no_web_address_is_never_looked_for_on_this_machine(engine, typed):
    *_, (left, told) = Sources(engine).page(typed)
    assert left == typed
    assert 'class="report"' in told
    assert not engine.articles(removed=True)


def test_the_page_knows_whether_anybody_watches(engine):
    assert not engine.watched()
    other = Index(engine.folder)
    with other.ledger.watching():
        assert engine.watched()
        assert "is watching" not in Sources(engine).told()  # no feed, nothing to say
    other.close()
    assert not engine.watched()


@pytest.mark.browser
def test_pages_and_feeds_are_added_and_what_fails_is_told(browser, web, engine):
    feed = "".join(
        f"<item><title>Part {n}</title><link>{web.url(f'/{n}')}</link></item>"
        for n in range(3)
    )
    rss = "<rss version='2.0'><channel><title>The Coast</title>"
    engine.arrivals.note(
        {HOSTILE: f"{HOSTILE} cannot be read as a page; save its text."}, []
    )
    hostile = Followed(web.url(f"/{HOSTILE}"), HOSTILE, 300, "2099-01-01T00:00", "", 1)
    engine.arrivals.follow(
        replace(hostile, reason=f"{HOSTILE} leads to an address that is not valid.")
    )
    web.pages = {
        "/ferry": Reply(as_page(*TEXT, title="The ferry")),
        "/feed": Reply(f"{rss}{feed}</channel></rss>", kind="application/rss+xml"),
        **{f"/{n}": Reply(as_page(*TEXT, title=f"Part {n}")) for n in range(2)},
    }
    with launched(engine, 8030) as url, visitors(browser, url) as visit:
        _added(visit(shelf=False), web)


def _added(page: Any, web: Web) -> None:
    from playwright.sync_api import expect

    page.get_by_role("button", name="Add by link or feed").click()
    field, report = page.get_by_label("Address of a page"), page.locator("#arrived")
    field.fill(web.url("/missing"))
    page.get_by_role("button", name="Add the page").click()
    report.get_by_text("404").wait_for()
    expect(field).to_have_value(web.url("/missing"))
    field.fill(web.url("/ferry"))
    field.press("Enter")
    report.get_by_text("Added: The ferry").wait_for()
    expect(field).to_have_value("")
    field.fill(web.url("/feed"))
    page.get_by_role("button", name="Follow the feed").click()
    report.get_by_text("Followed: The Coast").wait_for()
    assert "Added: Part 0" in report.inner_text()
    assert "404" in report.inner_text()  # Part 2
    followed = page.locator("#followed")
    expect(followed).to_contain_text(HOSTILE)
    expect(followed).to_contain_text("Could not be added (3)")
    web.pages["/2"] = web.pages["/missing"] = Reply(as_page(*TEXT, title="Part 2"))
    page.get_by_role("button", name="Try all again").click()
    report.get_by_text("Added: Part 2").first.wait_for()
    page.get_by_role("button", name="Unfollow The Coast").click()
    expect(followed).not_to_contain_text("The Coast")
    page.get_by_role("button", name="Unfollow").click()
    followed.get_by_text("None is followed yet").wait_for()
    expect(followed).not_to_contain_text("Could not be added")
    page.get_by_role("button", name="All articles").click()
    page.locator("#shelf", has_text="Part 1").wait_for()
    ask(page, "What came when the harbour of Quillmark was dredged?")
    assert "ferry" in page.inner_text("#settled .said")
