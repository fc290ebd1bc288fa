"""How an answer looks while a model writes it, and when it is settled."""

from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest

from rag.engine import QueryEngine
from tests.browsing import QUESTION, launched, visitors
from tests.servers import Fake

pytestmark = pytest.mark.browser


@pytest.fixture
def visit(browser, seeds_index, fake: Fake, monkeypatch) -> Iterator[Callable]:
    monkeypatch.setenv("OPENAI_BASE_URL", fake.base_url)
    monkeypatch.setenv("NEWSDESK_MODEL", "m-17")
    with (
        QueryEngine.open(seeds_index) as engine,
        launched(engine, 8050) as url,
        visitors(browser, url) as opened,
    ):
        yield opened


def test_the_first_words_are_shown_while_the_model_still_writes(visit, fake):
    go_on = Event()

    def slowly(handler: Any) -> None:
        handler.open()
        handler.say("Zebras ")
        go_on.wait(30)
        handler.say("are striped.")
        handler.complete()

    fake.behaviour = slowly
    page = visit()
    page.locator("#question textarea").fill(QUESTION)
    page.locator("#ask").click()
    said = page.locator("#pending .said")
    said.get_by_text("Zebras").wait_for()
    assert said.get_attribute("aria-busy") == "true"
    assert said.locator(".caret").is_visible()  # pending, and not by colour alone
    assert page.locator("#stop").is_visible()
    go_on.set()
    page.locator("#settled .turn").wait_for()
    # nothing was cited, so the articles' own words stand there, and a line says why
    assert "The articles prove nothing" in page.inner_text("#settled .note")
    assert page.locator("#pending .turn").count() == 0


def test_stopping_hangs_up_on_the_model_and_the_question_can_be_edited(visit, fake):
    def endlessly(handler: Any) -> None:
        handler.open()
        while not fake.over.wait(0.1):
            handler.say("zebra ")

    fake.behaviour = endlessly
    page = visit()
    page.locator("#question textarea").fill(QUESTION)
    page.locator("#ask").click()
    page.locator("#pending .said").get_by_text("zebra").wait_for()
    page.locator("#stop").click()
    stopped = page.locator("#pending .turn.stopped")
    stopped.wait_for()
    assert fake.closed.wait(20)  # a model that nobody reads is paid for all the same
    stopped.get_by_role("button", name="Edit", exact=True).click()
    assert page.locator("#question textarea").input_value() == QUESTION
    fake.behaviour = lambda handler: handler.stream("Zebras are striped.")
    stopped.get_by_role("button", name="Ask again").click()
    page.locator("#settled .turn").wait_for()
    assert page.locator("#pending .turn").count() == 0
