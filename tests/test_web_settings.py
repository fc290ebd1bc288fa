"""What a visitor chooses for the answers, and what nobody may choose for others."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from pydantic import SecretStr

from rag.config import Settings
from rag.engine import QueryEngine
from tests.browsing import ask, served, visitors
from tests.servers import KEY, Fake
from ui.web.service import Service
from ui.web.settings import ARTICLES, MODEL, Preferences

QUESTION = "what does the author say about chip restrictions?"
OWN, OTHERS = Service(), Service(host="0.0.0.0", insecure=True)
THEIR_KEY = "sk-of-whoever-runs-newsdesk"
# a sentence of the seeds
PROVED = (
    "The fastest class of processor remains barred, licence or no licence, and so do "
    "the machines used to make advanced chips."
)


@contextmanager
def preferences(engine: QueryEngine, service: Service, **operator: Any) -> Iterator:
    """Yield what chooses for a visitor, where newsdesk is run with these settings."""
    kept = engine.settings
    engine.settings = Settings(**operator)
    yield lambda *fields: Preferences(engine, service).choose([], *fields)
    engine.settings = kept


def secret(settings: Settings) -> str:
    return settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""


def test_where_only_whoever_runs_it_is_served_everything_can_be_chosen(engine):
    with preferences(engine, OWN) as choose:
        url = "http://127.0.0.1:8080/v1"
        chosen, emptied, told = choose(MODEL, "long", "llama", url, f" {KEY} ")
        settings = chosen.settings
        assert (settings.model, settings.openai_base_url) == ("llama", url)
        assert (secret(settings), str(settings.answer_length)) == (KEY, "long")
        assert emptied == ""
        assert "written by llama" in told
        assert "127.0.0.1" in told
        assert KEY not in told + repr(settings)
        assert not engine.settings.has_model


def test_a_visitors_own_key_is_not_bound_by_the_budget_and_has_no_known_price(engine):
    operator = {"openai_api_key": THEIR_KEY, "model": "big"}
    operator |= {"budget": 100, "price_in": 1.0, "price_out": 2.0}
    with preferences(engine, OTHERS, **operator) as choose:
        theirs, *_ = choose(MODEL, "long", "", "", "")
        assert (theirs.settings.budget, theirs.settings.price_in) == (100, 1.0)
        own, *_ = choose(MODEL, "long", "small", "", KEY)
        assert (own.settings.budget, own.settings.price_in) == (None, None)


def test_others_cannot_have_addresses_of_this_machine_asked(engine):
    url = "https://models.example/v1"
    with preferences(engine, OTHERS, openai_base_url=url) as choose:
        inside = "http://169.254.169.254/latest/"
        chosen, *_ = choose(MODEL, "usual", "llama", inside, KEY)
        assert chosen.settings.openai_base_url == url
    with preferences(engine, OTHERS) as choose:
        chosen, *_ = choose(MODEL, "usual", "llama", inside, KEY)
        assert chosen.settings.openai_base_url is None  # that of OpenAI


@pytest.mark.parametrize("elsewhere", ["http://127.0.0.1:1/v1", ""])
def test_the_key_of_whoever_runs_it_goes_to_no_other_server(engine, elsewhere):
    operator = {
        "openai_api_key": SecretStr(THEIR_KEY),
        "openai_base_url": "https://anna:password@models.example/v1",
    }
    with preferences(engine, OWN, **operator) as choose:
        for key in ("", KEY):
            try:
                chosen, *_ = choose(MODEL, "usual", "llama", elsewhere, key)
            except gr.Error:  # nothing is left to ask with
                continue
            assert secret(chosen.settings) == key
        theirs = "https://models.example/v1"
        chosen, _, told = choose(MODEL, "usual", "llama", theirs, "")
        assert secret(chosen.settings) == THEIR_KEY
        assert "password" not in told


def test_the_key_of_whoever_runs_it_pays_for_no_other_model(engine):
    with preferences(engine, OTHERS, openai_api_key=SecretStr(THEIR_KEY)) as choose:
        with pytest.raises(gr.Error, match="a key of your own"):
            choose(MODEL, "usual", "dearer", "", "")
        chosen, *_ = choose(MODEL, "usual", "dearer", "", KEY)
        assert secret(chosen.settings) == KEY


def test_where_the_page_is_only_read_no_key_is_taken(engine):
    public = Service(read_only=True)
    with preferences(engine, public, openai_api_key=SecretStr(THEIR_KEY)) as choose:
        chosen, *_ = choose(MODEL, "short", "dearer", "http://127.0.0.1:1/v1", KEY)
        assert chosen.settings == Settings(
            openai_api_key=SecretStr(THEIR_KEY), answer_length="short"
        )
        chosen, *_ = choose(ARTICLES, "short", "", "", "")
        assert not chosen.settings.has_model


def test_a_model_without_a_key_or_a_server_is_told_in_a_sentence(engine):
    with preferences(engine, OWN) as choose, pytest.raises(gr.Error, match="a key"):
        choose(MODEL, "usual", "llama", "", "")


@pytest.mark.browser
def test_one_visitors_settings_are_nobody_elses_and_the_key_is_kept_nowhere(
    browser, seeds_index: Path, fake: Fake, tmp_path: Path, monkeypatch
):
    seen = []

    def answers(handler: Any) -> None:
        seen.append(handler.headers["Authorization"])
        handler.stream(f"{PROVED} [1]")

    fake.behaviour = answers
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    with served(seeds_index, 8010) as url, visitors(browser, url) as visit:
        one, other = visit(), visit()
        one.get_by_role("button", name="Settings").click()
        one.locator("#told", has_text="all is well").wait_for()
        one.get_by_label("Answers").click()
        one.get_by_role("option", name=MODEL).click()
        one.get_by_label("Model", exact=True).fill("m-17")
        one.get_by_label("Its server").fill(fake.base_url)
        one.get_by_label("Your key").fill(KEY)
        one.get_by_role("button", name="Use these").click()
        one.locator("#told", has_text="written by m-17").wait_for()
        assert one.get_by_label("Your key").input_value() == ""
        for page, wrote in ((one, "Written by m-17"), (other, "Verbatim")):
            ask(page, QUESTION)
            assert wrote in page.inner_text("#settled .colophon")
        assert seen == [f"Bearer {KEY}"]
        stored = "JSON.stringify([localStorage, sessionStorage])"
        assert KEY not in one.content() + one.evaluate(stored)
        # gradio could write a whole visit to disk
        state = one.request.get(f"{url}/gradio_api/deep_link?session_hash=x")
        assert state.status == 404
        one.reload()
        ask(one, QUESTION)
        assert len(seen) == 1
    for folder in (tmp_path, seeds_index):
        for file in folder.rglob("*"):
            assert not file.is_file() or KEY.encode() not in file.read_bytes()
