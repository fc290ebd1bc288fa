"""The page behind a reverse proxy, installed, and while its server is away."""

import json
from typing import Any

import pytest

from rag.engine import QueryEngine
from tests.browsing import QUESTION, ask, behind_a_proxy, launched, served
from tests.servers import Fake, free_port
from ui.logins import add_login

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api")


def test_the_page_works_below_a_path_of_another_address(browser, seeds_index, tmp_path):
    """With a login, an answer, an upload; nothing is asked for beside the path."""
    add_login(tmp_path / "logins", "ann", "correct horse battery")
    outside = free_port()
    public = f"http://127.0.0.1:{outside}/news"
    asked: list[str] = []
    with (
        QueryEngine.open(seeds_index) as engine,
        launched(engine, 8061, auth=tmp_path / "logins", public_url=public) as inside,
        behind_a_proxy(inside, outside, "/news"),
    ):
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{public}/")
        page.get_by_label("username").fill("ann")
        page.get_by_label("password").fill("correct horse battery")
        page.get_by_role("button", name="Login").click()
        page.wait_for_selector("#shelf li")
        ask(page, QUESTION)
        page.locator("#settled .said .cite").first.click()
        playwright.expect(page.locator("#reader mark.active").first).to_be_in_viewport()
        (tmp_path / "empty.txt").write_text("")
        page.set_input_files("#side input[type=file]", tmp_path / "empty.txt")
        playwright.expect(page.locator("#report")).to_contain_text("empty")
        page.get_by_role("button", name="Conversations").click()
        link = page.evaluate("document.querySelector('link[rel=manifest]').href")
        assert link == f"{public}/manifest.json"
        page.close()
    # gradio's page names its manifest by an absolute path before the script mends it
    beside = {url for url in asked if not url.startswith((public, "data:", "blob:"))}
    assert beside <= {f"http://127.0.0.1:{outside}/manifest.json"}


def test_the_page_can_be_installed_and_says_when_its_server_is_away(
    browser, seeds_index
):
    page = browser.new_context().new_page()
    with QueryEngine.open(seeds_index) as engine, launched(engine, 8063) as url:
        page.goto(url)
        page.wait_for_selector("#shelf li")
        devtools = page.context.new_cdp_session(page)
        found = devtools.send("Page.getAppManifest")
        manifest = json.loads(found["data"])
        assert not found["errors"]
        faults = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
        assert [one["errorId"] for one in faults] in ([], ["in-incognito"])
        for one in manifest["icons"]:
            icon = page.request.get(f"{url}/{one['src']}")
            assert icon.headers["content-type"] == one["type"]
        # as in the installed application
        page.evaluate(
            """async () => {
                await navigator.serviceWorker.register("worker.js");
                await navigator.serviceWorker.ready;
            }"""
        )
    page.goto(url)
    assert "out of reach" in page.inner_text("h1")
    page.context.close()


def test_a_server_that_is_restarted_in_mid_answer_loses_nothing(
    browser, seeds_index, fake: Fake, monkeypatch
):
    monkeypatch.setenv("OPENAI_BASE_URL", fake.base_url)
    monkeypatch.setenv("NEWSDESK_MODEL", "m-17")
    answer = "Zebras are striped."
    fake.behaviour = lambda handler: handler.stream(answer)

    def halfway(handler: Any) -> None:
        handler.open()
        handler.say("Zebras ")
        handler.stall()

    port = free_port()
    page = browser.new_page()
    with served(seeds_index, port) as url:
        page.goto(url)
        page.wait_for_selector("#shelf li")
        ask(page, QUESTION)
        playwright.expect(page.locator("#past li")).to_have_count(1)
        fake.behaviour = halfway
        page.fill("#question textarea", "How many homes will be protected?")
        page.locator("#ask").click()
        page.locator("#pending .said").get_by_text("Zebras").wait_for()
    fake.behaviour = lambda handler: handler.stream(answer)
    playwright.expect(
        page.get_by_text("Connection to the server was lost")
    ).to_be_visible()
    # the next one serves from this process, which has loaded what takes long
    with QueryEngine.open(seeds_index) as engine, launched(engine, port):
        # gradio comes back by itself; the conversation and the question are there
        playwright.expect(page.locator("#settled .question")).to_have_text(QUESTION)
        box = page.locator("#question textarea")
        playwright.expect(box).to_have_value("How many homes will be protected?")
        page.locator("#ask").click()
        playwright.expect(page.locator("#settled .turn")).to_have_count(2)
        playwright.expect(page.locator("#past li")).to_have_count(1)
    page.close()
