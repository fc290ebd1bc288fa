"""What a visitor is told of since the last visit, and what it bears on."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from ingest import ingest, reinstate, remove
from rag.engine import QueryEngine
from rag.index.ledger import State
from tests.browsing import ask, launched, visitors
from tests.desk import Desk
from ui import news as news_of
from ui.conversations import Conversation, kept_form
from ui.news import Visit, news, visit
from ui.web.conversations import Conversations

MORNING = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)
VISIT = "localStorage.getItem('newsdesk-visit')"
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def engine(desk: Desk) -> Iterator[QueryEngine]:
    for name in ("ferry", "tax", "bees"):
        desk.write(f"{name}.md", f"# The {name}\n\nThe {name} of Quillmark came late.")
    desk.ingest()
    with desk.opened() as engine:
        yield engine


def told(engine: QueryEngine, since: int) -> dict[str, list[str]]:
    articles = engine.articles(removed=True)
    found = asdict(news(engine.changes_since(since), articles))
    return {
        kind: [one["title"] for one in some] for kind, some in found.items() if some
    }


def test_what_happened_is_told_by_what_it_amounts_to(desk, engine):
    now = engine.state().last_change
    assert told(engine, now) == {}
    path = desk.write("ferry.md", "# The ferry\n\nThe ferry came early.")
    desk.ingest(path)
    gone = next(one for one in engine.articles() if one.title == "The tax")
    remove(gone.article_id, desk.index)
    desk.ingest(desk.write("fog.md", "# The fog\n\nFog came."))
    assert told(engine, now) == {
        "arrived": ["The fog"],
        "changed": ["The ferry"],
        "withdrawn": ["The tax"],
    }
    [fog] = [one for one in engine.articles() if one.title == "The fog"]
    remove(fog.article_id, desk.index)  # it came and went
    reinstate(gone.article_id, desk.index)  # as it was
    assert told(engine, now) == {"changed": ["The ferry"]}
    assert len(told(engine, 0)["arrived"]) == 3


def test_a_visit_goes_on_until_the_visitor_has_been_away():
    first = visit(None, State("e", 5), MORNING)
    assert first.before == -1
    again = visit(asdict(first), State("e", 7), MORNING + dt.timedelta(minutes=5))
    assert (again.before, again.seq) == (-1, 7)
    evening = MORNING + dt.timedelta(hours=10)
    later = visit(asdict(again), State("e", 9), evening)
    assert (later.before, later.before_at) == (7, again.at)
    reloaded = visit(asdict(later), State("e", 9), evening + dt.timedelta(minutes=1))
    assert reloaded.before == 7


@pytest.mark.parametrize(
    "kept", [None, [], "x", {"epoch": "e"}, {"epoch": "e", "seq": "x", "at": "<b>"}]
)
def test_what_a_browser_kept_of_another_index_or_made_up_counts_for_nothing(kept):
    assert visit(kept, State("e", 5), MORNING).before == -1
    other = asdict(Visit("other", 3, "2026-11-01T08:00:00+00:00"))
    assert visit(other, State("e", 5), MORNING).before == -1
    unzoned = asdict(Visit("e", 3, "2026-11-01T08:00:00"))
    assert visit(unzoned, State("e", 5), MORNING).before == -1


def test_only_answers_whose_quotation_no_longer_stands_are_out_of_date(desk, engine):
    answer = engine.query("the ferry of Quillmark came late?")
    assert "ferry" in answer.citations[0].quote
    kept = kept_form([Conversation("c1", HOSTILE, "2026-11-24", (answer,))])
    room = Conversations(engine)

    def flagged() -> bool:
        shown = room.news(None, kept)[1]
        assert HOSTILE not in shown
        return "data-id" in shown

    assert not flagged()
    text = desk.text_of("ferry.md")
    desk.ingest(desk.write("ferry.md", f"{text}\n\nThere was fog, too."))
    assert not flagged()
    desk.ingest(desk.write("ferry.md", "# The ferry\n\nIt came early, after all."))
    assert flagged()


def test_an_answer_that_quotes_an_old_version_is_not_out_of_date_for_that(desk, engine):
    desk.ingest(desk.write("ferry.md", "# The ferry\n\nThe ferry came early."))
    answer = engine.query("What has changed this week?")
    assert {one.version for one in answer.citations} == {1, 2}
    kept = kept_form([Conversation("c1", "ferry", "2026-11-24", (answer,))])
    room = Conversations(engine)
    assert "data-id" not in room.news(None, kept)[1]
    desk.ingest(desk.write("ferry.md", "# The ferry\n\nThe ferry sank."))
    assert "data-id" in room.news(None, kept)[1]


@pytest.mark.browser
def test_on_the_page_a_returning_visitor_sees_what_is_new(
    browser, tmp_path: Path, monkeypatch
):
    from playwright.sync_api import expect

    monkeypatch.setattr(news_of, "_VISIT", dt.timedelta(0))  # each load is a visit
    desk = Desk(tmp_path)
    files = [
        desk.write("ferry.md", "# The ferry\n\nThe Quillmark ferry sails at seven."),
        desk.write("bees.md", "# The bees\n\nThe bees of Lund make dark honey."),
    ]
    news_of_the_day = "# Fog\n\nFog lay over the harbour of Quillmark."
    with (
        QueryEngine.open(_ingested(desk, *files)) as engine,
        launched(engine, 8040) as url,
        visitors(browser, url) as visit,
    ):
        page = visit()
        ask(page, "When does the Quillmark ferry sail?")
        expect(page.locator("#past li")).to_have_count(1)
        page.get_by_role("button", name="Save question").click()
        expect(page.locator("#saved li")).to_have_count(1)
        again(page)
        expect(page.locator("#news summary")).to_have_count(0)
        files[0].write_text("# The ferry\n\nThe Quillmark ferry sails at nine.")
        _ingested(desk, *files, desk.write("fog.md", news_of_the_day))
        again(page)
        asked_again = page.locator("#again button")
        expect(asked_again).to_have_text("When does the Quillmark ferry sail?")
        summary = page.locator("#news summary")
        expect(summary).to_contain_text("1 arrived, 1 changed")
        summary.click()
        page.locator("#news").get_by_role("button", name="Fog").click()
        expect(page.locator("#reader h1")).to_have_text("Fog")
        page.locator("#news").get_by_role("button", name="When does").click()
        note = page.locator("#settled .since")
        expect(note).to_contain_text("changed or withdrawn since: “The ferry”")
        expect(page.locator("#news")).to_be_hidden()
        again(page)
        page.get_by_role("button", name="Conversations").click()
        expect(page.locator("#past li")).to_have_count(2)
        page.locator("#past li .work").first.click()
        expect(page.locator("#settled .said")).to_contain_text("at nine")
        expect(page.locator("#settled .note")).to_contain_text("Asked again on")
        other = visit()  # somebody else's first visit
        expect(other.locator("#saved li")).to_have_count(0)
        other.wait_for_function(f"{VISIT} !== null")
        expect(other.locator("#news summary")).to_have_count(0)
        again(other)  # and the second
        files[0].write_text("# The ferry\n\nThe Quillmark ferry sails at ten.")
        _ingested(desk, *files)
        ask(other, "What has changed since I last asked?")
        expect(other.locator("#settled")).to_contain_text("Since you last asked")
        expect(other.locator("#settled")).to_contain_text("sails at ten")


def again(page: Any) -> None:
    """Load the page again, and wait until the browser has kept that."""
    before = page.evaluate(VISIT)
    page.reload()
    page.wait_for_function(f"before => {VISIT} !== before", arg=before)


def _ingested(desk: Desk, *files: Path) -> Path:
    ingest(files, index=desk.index)
    return desk.index
