"""Whatever an article, a question, a name or a model says is only text on the page."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from ingest import ingest
from rag.config import Settings
from rag.engine import QueryEngine
from rag.index.history import VersionState
from rag.index.ledger import Failure, Followed
from rag.questions.scope import Scope
from rag.receipt import receipt_of
from rag.schema import Answer, Verdict
from tests.browsing import ask, launched, visitors
from tests.hostile import ALIEN, PAYLOADS
from ui.conversations import Conversation, conversations_html
from ui.news import News, news_html
from ui.render import html as shows
from ui.render.article import article_html, outdated_html
from ui.render.library import articles_html, failures_html, tally_html
from ui.render.map import map_html
from ui.render.receipt import receipt_html
from ui.render.settings import settings_html
from ui.render.sources import sources_html
from ui.render.timeline import timeline_html
from ui.saved import Saved, again_html, saved_html
from ui.web.scope import Chosen, scope_html

pytestmark = pytest.mark.browser
QUESTION = "How many homes will be protected?"  # two articles contradict each other


def poisoned(value: Any, payload: str) -> Any:
    """Return a value with a payload in place of each of its texts, however deep."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return payload
    if isinstance(value, list | tuple):
        return type(value)(poisoned(one, payload) for one in value)
    if isinstance(value, dict):
        # a receipt's verdicts, kinds and dates are of a closed set
        return {
            key: one if key in {"verdict", "kind"} else poisoned(one, payload)
            for key, one in value.items()
        }
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value)]
        return replace(
            value, **{name: poisoned(getattr(value, name), payload) for name in names}
        )
    return value


def everywhere(
    engine: QueryEngine, payload: str, said: Answer, refused: Answer
) -> dict[str, str]:
    """Return what the page makes of a payload, by the place where it is shown."""
    answer, refusal = poisoned(said, payload), poisoned(refused, payload)
    written = replace(
        answer,
        model=payload,
        asked=payload,
        notes=(payload,),
        sentences=tuple(
            replace(answer.sentences[0], verdict=verdict) for verdict in Verdict
        ),
    )
    summary = replace(engine.articles()[0], flags=(payload,))
    known, dated = poisoned(summary, payload), replace(summary, published="2026-06-04")
    undated = replace(poisoned(dated, payload), published="2026-06-04", state="live")
    article = replace(engine.article(summary.article_id), flags=(payload,))
    bad = poisoned(article, payload)
    talk = Conversation(payload, payload, payload, (answer,))
    failure, feed = Failure(payload, payload, payload), Followed(*[payload] * 2, 60, "")
    scope = Scope(*[(payload,)] * 5)
    return {
        "answer": shows.answer_html(answer, 0),
        "a model's answer": shows.answer_html(written, 0),
        "refusal": shows.answer_html(replace(refusal, reason=payload), 0),
        "pending": shows.pending_html(payload, payload),
        "problem": shows.problem_html(payload, payload),
        "examples": shows.examples_html([payload]),
        "out of date": shows.outdated_answer_html([payload]),
        "report": shows.report_html([payload]),
        "undo": shows.undo_html(payload, payload),
        "reader": article_html(bad, {1: (0, 4)}, 1),
        "difference": outdated_html(
            bad, VersionState(payload, 1, 2, payload, payload), article
        ),
        "list": articles_html([known]),
        "tally": tally_html(1, 2, payload),
        "failures": failures_html([failure]),
        "timeline": timeline_html([undated], Scope()),
        "map": map_html([undated], {payload: (0.0, 0.0)}),
        "feeds": sources_html([feed], [(payload, True)], [failure], 2, watched=True),
        "conversations": conversations_html([talk]),
        "saved": saved_html([Saved(payload, payload, 1, payload)]),
        "asked again": again_html([(payload, payload)]),
        "news": news_html(News([known], [known], [known]), payload, [talk]),
        "scope": scope_html(Chosen(scope, payload), [known]),
        "settings": settings_html(
            Settings(model=payload), [answer], poisoned(engine.status(), payload)
        ),
    }


# puts markup where answers stand, and returns what in it is not newsdesk's own
_PUT = """([shown, alien]) => {
    const place = document.querySelector("#settled").appendChild(
        document.createElement("div"));
    return Object.entries(shown).flatMap(([name, markup]) => {
        place.innerHTML = markup;
        return [...place.querySelectorAll(alien)].map((one) => [name, one.outerHTML]);
    });
}"""


def test_there_are_sixty_payloads():
    assert len(set(PAYLOADS)) == 60


@pytest.fixture
def visit(browser, engine) -> Iterator[Callable[..., Any]]:
    with launched(engine, 7980) as url, visitors(browser, url) as opened:
        yield opened


def test_nothing_becomes_more_than_text_wherever_it_is_shown(visit, engine):
    """No dialog and no other host (`visitors` looks), no element, no style."""
    page = visit()
    assert page.evaluate(_PUT, [{"": "<img><b onclick=x>"}, ALIEN])  # it would be seen
    said, refused = engine.query(QUESTION), engine.query("zzyzx qwfp gluon?")
    assert said.conflicts
    assert refused.passages
    for payload in PAYLOADS:
        shown = everywhere(engine, payload, said, refused)
        found = page.evaluate(_PUT, [shown, ALIEN])
        assert found == [], payload
    page.wait_for_timeout(500)  # what loads or runs does so a moment later
    page.evaluate("newsdeskUntranslated.clear()")


def test_a_receipt_is_only_text(browser, engine, tmp_path):
    record = receipt_of(engine.query(QUESTION), engine)
    page, surprises = browser.new_page(), []
    page.on("dialog", lambda shown: (surprises.append(shown), shown.dismiss()))
    page.on("request", lambda request: surprises.append(request.url))
    for payload in PAYLOADS:
        page.set_content(receipt_html(poisoned(record, payload)))
        assert page.locator("body script").count() == 1  # which holds what is shown
        alien = (
            "img, svg, iframe, object, embed, form, input, video, link, base, [style]"
        )
        assert page.locator(f"body :is({alien})").count() == 0, payload
    page.close()
    assert not surprises


def _hostile(folder: Path, number: int, payload: str) -> None:
    """Write an article that holds a payload wherever an article can."""
    quoted = "'" + " ".join(payload.split()).replace("'", "''") + "'"
    folder.mkdir(exist_ok=True)
    (folder / f"{number:02}.md").write_text(
        f"---\ntitle: {quoted}\nauthor: {quoted}\npublisher: {quoted}\n"
        f"published: 2026-{1 + number % 12:02}-01\nurl: {quoted}\nlanguage: {quoted}\n"
        f"---\n\nKiosk zq{number}zq sells papers. {payload}\n",
        encoding="utf-8",
    )


def test_a_collection_of_hostile_articles_is_used(browser, tmp_path, monkeypatch):
    """The same with all that gradio, the scripts and the index add to it."""
    monkeypatch.setattr("ui.news._VISIT", dt.timedelta(0))  # each load is a visit
    for number, payload in enumerate(PAYLOADS):
        _hostile(tmp_path / "articles", number, payload)
    ingest([tmp_path / "articles"], index=tmp_path / "index")
    with (
        QueryEngine.open(tmp_path / "index") as engine,
        launched(engine, 7990) as url,
        visitors(browser, url) as visit,
    ):
        page = visit()
        parts = "document.querySelectorAll('style, script, link').length"
        before = page.evaluate(parts)
        _ask_and_read(page)
        _look_around(page)
        for number, payload in enumerate(PAYLOADS):
            _hostile(tmp_path / "articles", number, payload + " Changed.")
        ingest([tmp_path / "articles"], index=tmp_path / "index")
        page.reload()
        page.locator("#news summary").click()
        page.locator("#news li button").first.wait_for()
        _only_text(page)
        assert page.evaluate(parts) == before


def _ask_and_read(page: Any) -> None:
    for number, payload in list(enumerate(PAYLOADS))[::6]:
        ask(page, " ".join(f"What does kiosk zq{number}zq sell? {payload}".split()))
        turn = page.locator("#settled .turn").last
        assert " ".join(payload.split())[:20] in turn.locator(".question").inner_text()
        turn.locator(".cite, .open").first.hover()
        turn.locator(".cite, .open").first.click()
        page.locator("#reader mark.active").first.wait_for()
    _only_text(page)


def _look_around(page: Any) -> None:
    page.get_by_role("button", name="Save question").last.click()
    page.locator("#saved li").wait_for(state="attached")
    page.get_by_role("button", name="Ask about this article").click()
    page.locator("#scope .chips li").wait_for()
    page.get_by_role("button", name="Edit", exact=True).last.click()
    page.get_by_role("button", name="All articles").click()
    for view, drawn in (("Timeline", ".bar"), ("Map", "circle")):
        page.get_by_role("radio", name=view).check(force=True)
        page.locator(f"#shelf {drawn}").first.hover()
        page.locator(".sheet.pointed").wait_for()
        _only_text(page)


def _only_text(page: Any) -> None:
    shown = (
        "#settled, #pending, #article, #shelf, #scope, #past, #saved, #again, #news, "
        "#told, #report, #followed, .side-head, .sheet"
    )
    assert (
        page.evaluate(
            """([shown, alien]) => [...document.querySelectorAll(shown)]
            .flatMap((part) => [...part.querySelectorAll(alien)])
            .map((element) => element.outerHTML)""",
            [shown, ALIEN],
        )
        == []
    )
