"""The list of articles on the page: filtered, drawn, read again, switched."""

import re
import time
from collections.abc import Callable, Iterator
from functools import partial

import gradio as gr
import pytest

from ingest import Listener, reread
from ingest.watch import watch
from rag.engine import QueryEngine
from rag.index.ledger import Followed
from tests.browsing import launched, visitors
from tests.desk import Desk
from ui.shelf import FAILED, LIST, LIVE, TIMELINE, TITLE
from ui.watching import Watcher
from ui.web.library import Library

FEED = Followed("https://example.org/feed", "The Coast", 1800, "2099-01-01T00:00")
ARTICLES = {
    "ferry": ("Ann Reed", "The Coast", "2026-01-05", "en"),
    "faehre": ("Uwe Boot", "Die Küste", "2026-03-01", "de"),
    "tide": ("Ann Reed", "Tide Weekly", "2026-03-09", "en"),
    "undated": ("Uwe Boot", "", "", "en"),
}


@pytest.fixture
def engine(desk: Desk, monkeypatch) -> Iterator[QueryEngine]:
    """An engine over four articles."""
    for name, (author, publisher, published, language) in ARTICLES.items():
        desk.write(
            f"{name}.md",
            f"---\ntitle: The {name}\nauthor: {author}\npublisher: {publisher}\n"
            f"published: {published}\nlanguage: {language}\n---\nThe {name} came.\n",
        )
    desk.ingest()
    again = partial(reread, embedder=desk.embedder)
    monkeypatch.setattr("ui.web.sources.reread", again)
    with desk.opened() as engine:
        yield engine


@pytest.fixture
def library(engine: QueryEngine) -> Library:
    return Library(engine, engine.folder)


def titles(html: str) -> list[str]:
    return re.findall(r'"work"><span translate="no">The (\w+)', html)


def clicked(**data: str) -> gr.EventData:
    """Return the event of a button with these data-* attributes."""
    return gr.EventData(None, data)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ([["Ann"]], ["ferry", "tide"]),
        ([["Ann", "Uwe"], ["coast", "tide"]], ["ferry", "tide"]),
        ([[], [], ["de"]], ["faehre"]),
        ([[], [], [], " tide.md "], ["tide"]),
        ([[], [], [], "", "2026-03", ""], ["faehre", "tide"]),
        ([[], [], [], "", "2026-02-01", "2026-03-01"], ["faehre"]),
        ([None, None, None, "", "", ""], ["faehre", "ferry", "tide", "undated"]),
    ],
)
def test_the_list_is_filtered(library, fields, found):
    assert titles(library.shelf("", TITLE, LIVE, LIST, *fields)) == found


def test_a_search_and_filters_hold_together_and_are_told(library):
    html = library.shelf("the", TITLE, LIVE, LIST, ["Ann"], [], [], "", "2026-02")
    assert titles(html) == ["tide"]
    assert "1 of 4 articles" in html
    assert "with “the”, by Ann, published from 2026-02" in html


def test_what_is_no_date_is_told_in_a_sentence(library):
    html = library.shelf("", TITLE, LIVE, LIST, [], [], [], "", "<b>")
    assert "&lt;b&gt; is not a date" in html


def test_a_bar_chooses_its_months_and_shows_all_again(library):
    fields = ["", TITLE, LIVE, TIMELINE, [], [], [], "", "", ""]
    bar = clicked(act="period", since="2026-03", until="2026-03")
    html, *_, since, until = library.turned(bar, *fields)
    assert (since, until) == ("2026-03", "2026-03")
    assert titles(html) == ["faehre", "tide"]
    assert 'data-title="January 2026"' in html  # the other bars stay
    html, *_, since, until = library.turned(bar, *fields[:-2], since, until)
    assert (since, until) == ("", "")
    assert len(titles(html)) == 4


def test_all_restrictions_are_taken_back_at_once(library):
    fields = ["tide", TITLE, LIVE, LIST, ["Ann"], [], [], "", "2026", ""]
    html, *rest = library.turned(clicked(act="clear"), *fields)
    assert len(titles(html)) == 4
    assert rest == ["", [], [], [], "", "", ""]


def test_what_failed_is_listed_with_its_reason_and_without_its_folder(engine, library):
    path = "/secret/place/a.pdf"
    engine.arrivals.note({path: f"{path} is <b>not</b> a PDF."}, [])
    html = library.shelf("", TITLE, FAILED)
    assert "a.pdf is &lt;b&gt;not&lt;/b&gt; a PDF." in html
    assert "secret" not in html
    assert "Try all again" in html
    assert "Nothing has failed" in library.shelf("docx", TITLE, FAILED)
    read_only = Library(engine, engine.folder, read_only=True)
    assert "Try all again" not in read_only.shelf("", TITLE, FAILED)


def test_the_names_to_choose_from_are_those_of_now(desk, library):
    authors = library.names()[0]["choices"]
    assert authors == ["Ann Reed", "Uwe Boot"]
    desk.write("new.md", "---\nauthor: Eve\n---\nText.\n")
    desk.ingest()
    assert "Eve" in library.names()[0]["choices"]


def test_an_article_is_read_again_by_its_id_alone(desk, engine, library):
    ids = {one.title: one.article_id for one in engine.articles()}
    event = clicked(act="reread", article=ids["The ferry"])
    *_, told = library.change(event)
    assert "nothing has changed" in told
    ferry = desk.folder / "ferry.md"
    ferry.write_text(ferry.read_text() + "It was late.\n")
    *_, told = library.change(event)
    assert "New version: The ferry" in told
    *_, told = library.change(clicked(act="reread", article=str(ferry)))
    assert "There is no article" in told
    ferry.unlink()
    *_, told = library.sources.change(clicked(act="reread-all"))
    assert "4 read again: 0 new versions, 3 unchanged, 1 failed" in told
    assert "ferry.md does not exist" in told
    assert str(desk.folder) not in told


def test_a_feed_is_paused_and_resumed(engine, library):
    engine.arrivals.follow(FEED)
    for on in ("false", "true"):
        list(library.sources.change(clicked(act="feed", url=FEED.url, on=on)))
        assert f'aria-checked="{on}"' in library.sources.told()


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(200):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not become true")


def test_a_watched_folder_rests_and_catches_up(desk, engine, tmp_path, monkeypatch):
    monkeypatch.setattr("ui.watching.watch", partial(watch, embedder=desk.embedder))
    folders = [tmp_path / "inbox", tmp_path / "news"]
    for folder in folders:
        folder.mkdir()
    troubles: list[str] = []
    named = list(map(str, folders))
    watcher = Watcher(desk.settings, named, Listener(), troubles.append)
    sources = Library(engine, engine.folder, watcher).sources

    def switch(on: str) -> list[str]:
        list(sources.change(clicked(act="folder", folder="0", on=on)))
        return re.findall(r'aria-checked="(\w+)"', sources.told())

    watcher.begin()
    try:
        assert switch("false") == ["false", "true"]
        for folder in folders:
            (folder / f"{folder.name}.md").write_text(f"# {folder.name}\n\nText.\n")
        wait_until(lambda: "news.md" in desk.live())
        assert "inbox.md" not in desk.live()
        assert switch("true") == ["true", "true"]
        wait_until(lambda: "inbox.md" in desk.live())
    finally:
        watcher.end()
    assert not troubles
    assert 'aria-checked="true"' not in sources.told()


def test_why_nothing_is_watched_is_told(desk, tmp_path):
    troubles: list[str] = []
    watcher = Watcher(desk.settings, [str(tmp_path / "x")], Listener(), troubles.append)
    watcher.begin()
    watcher.end()
    assert "is not a folder" in troubles[0]
    assert watcher.folders() == [("x", False)]


@pytest.mark.browser
def test_the_library_is_used(browser, engine, monkeypatch):
    engine.arrivals.follow(FEED)
    with launched(engine, 8060) as url, visitors(browser, url) as visit:
        _journey(visit())
        monkeypatch.setattr("ui.render.library.PER_PAGE", 3)
        _turn_the_page(visit())


def _turn_the_page(page):
    from playwright.sync_api import expect

    pager = page.locator(".pager span")
    expect(pager).to_have_text("Page 1 of 2")
    page.get_by_role("button", name="Next").click()
    expect(pager).to_have_text("Page 2 of 2")
    page.wait_for_timeout(1500)  # whatever the click set off is done
    expect(pager).to_have_text("Page 2 of 2")


def _journey(page):
    from playwright.sync_api import expect

    rows, tally = page.locator("#shelf li button"), page.locator("#shelf .tally")
    page.wait_for_timeout(1000)  # until what is drawn at the visit is there
    page.get_by_role("button", name="Filter", exact=True).click()
    page.get_by_label("Written by").fill("Ann")
    page.get_by_label("Written by").press("Enter")
    expect(tally).to_contain_text("2 of 4 articles by Ann")
    page.get_by_label("Order").click()
    page.get_by_role("option", name="Oldest").click()
    expect(rows).to_contain_text(["The ferry", "The tide"])
    page.get_by_role("button", name="Show all").click()
    expect(rows).to_have_count(4)
    page.get_by_role("radio", name="Timeline").check(force=True)
    page.get_by_role("button", name="January 2026, 1 article").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(2)
    _no_obstacle(page)
    rows.first.click()
    expect(page.locator("#reader h1")).to_have_text("The faehre")
    page.get_by_role("button", name="All articles").click()
    page.get_by_role("radio", name="Map").check(force=True)
    point = page.get_by_role("link", name="The tide")
    point.hover()
    expect(page.locator(".sheet.pointed")).to_contain_text("The tide")
    _no_obstacle(page)
    point.click()
    expect(page.locator("#reader h1")).to_have_text("The tide")
    page.get_by_role("button", name="Read again").click()
    expect(page.locator("#report")).to_contain_text("nothing has changed")
    page.get_by_role("button", name="Add by link or feed").click()
    switch = page.get_by_role("switch", name="Watch The Coast")
    expect(switch).to_be_checked()
    switch.click()
    expect(switch).not_to_be_checked()
    expect(page.locator("#followed")).to_contain_text("paused")
    _no_obstacle(page)
    page.get_by_role("button", name="Read all 4 again").click()
    expect(page.locator("#arrived")).to_contain_text("4 unchanged")


def _no_obstacle(page):
    """Look in both themes."""
    from axe_playwright_python.sync_playwright import Axe

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(
            "(on) => document.body.classList.toggle('dark', on)", scheme == "dark"
        )
        page.wait_for_timeout(300)
        rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
        found = Axe().run(page, options=rules).response["violations"]
        serious = [
            (one["id"], [node["html"][:150] for node in one["nodes"][:3]])
            for one in found
        ]
        assert serious == []
