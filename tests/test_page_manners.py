"""The page for everybody: at every width, in both themes, by keyboard, at rest."""

import time
from pathlib import Path
from typing import Any

import pytest

from ingest import ingest
from rag.engine import QueryEngine
from tests.browsing import QUESTION, SIZES, ask, launched, obstacles, reach
from ui.logins import add_login

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api")


class Look:
    """Collects what axe finds in each state of the page, in both themes."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.found: list[object] = []

    def __call__(self, state: str) -> None:
        """Look at a state."""
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            self.page.evaluate(
                "(on) => document.body.classList.toggle('dark', on)", scheme == "dark"
            )
            found = obstacles(self.page)
            self.found += [(state, scheme, one) for one in found]


def button(page: Any, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True).locator("visible=true")


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_there_is_no_obstacle_for_anybody(
    visit, page_engine, size, monkeypatch, tmp_path
):
    """WCAG 2.2 AA as far as a machine can tell, in the main states of the page."""
    page = visit(*size)
    look, narrow = Look(page), size[0] < 900
    look("welcome")
    button(page, "Choose").click()
    look("scope")
    button(page, "Choose").click()
    ask(page, "zzyzx qwfp gluon vortices?")
    look("refusal")
    ask(page, "How many homes will be protected?")
    look("answer and contradiction")
    _library(page, look, narrow=narrow)
    page.locator("#settled .said .cite").first.click()
    page.locator("#reader mark.active").first.wait_for()
    look("reading")
    button(page, "← All articles").click()
    _rooms(page, look, narrow=narrow)
    _failed(page, look, page_engine, monkeypatch)
    _news(page, look, page_engine, tmp_path / f"{size[0]}.md")
    assert look.found == []


def _library(page: Any, look: Look, *, narrow: bool) -> None:
    if narrow:
        button(page, "Articles").click()
    look("library")
    button(page, "Filter").click()
    for view, drawn in (("Timeline", ".bar"), ("Map", "circle")):
        page.get_by_role("radio", name=view).check(force=True)
        page.locator(f"#shelf {drawn}").first.hover()
        page.locator(".sheet.pointed").wait_for()
        look(view)
    page.get_by_role("radio", name="List").check(force=True)
    page.fill("#find textarea", "nowhere")
    page.get_by_text("No articles here").wait_for()
    look("nothing found")
    button(page, "Show all").click()
    button(page, "Filter").click()
    if narrow:
        button(page, "Close").click()


def _rooms(page: Any, look: Look, *, narrow: bool) -> None:
    page.locator(".side-head").get_by_role("button", name="Settings").click()
    page.locator("#told p").first.wait_for()
    look("settings")
    button(page, "← All articles").click()
    button(page, "Add by link or feed").click()
    page.locator("#followed h3").first.wait_for()
    look("pages and feeds")
    if narrow:
        button(page, "Close").click()
    button(page, "Save question").last.click()
    button(page, "Conversations").click()
    page.locator("#saved li").wait_for()
    look("conversations")
    if narrow:
        button(page, "Close").click()
    button(page, "Bad answer").last.click()
    look("rating")


def _failed(page: Any, look: Look, engine: QueryEngine, monkeypatch: Any) -> None:
    def writing(*_: Any, **__: Any) -> Any:
        time.sleep(2)
        raise RuntimeError("on purpose")

    with monkeypatch.context() as patch:
        patch.setattr(type(engine), "stream", writing)
        page.fill("#question textarea", QUESTION)
        page.locator("#question textarea").press("Enter")
        page.locator("#pending .turn.failed").wait_for()
        look("failed")
    playwright.expect(page.locator("#question textarea")).to_have_value(QUESTION)


def _news(page: Any, look: Look, engine: QueryEngine, file: Path) -> None:
    file.write_text(f"# Fog at {file.stem}\n\nFog lay over the harbour.\n")
    ingest([file], index=engine.folder)
    page.reload()
    page.locator("#news summary").click()
    look("what is new")


def test_the_login_is_no_obstacle_either(browser, page_engine, tmp_path):
    add_login(tmp_path / "logins", "ann", "correct horse battery")
    with launched(page_engine, 7985, auth=tmp_path / "logins") as address:
        page = browser.new_page()
        look = Look(page)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.goto(address)
            page.get_by_label("username").wait_for()
            look(f"login {width}")
        page.close()
    assert look.found == []


def test_everything_is_done_by_keyboard_alone(visit):
    page = visit()
    page.mouse.move(0, 0)
    playwright.expect(page.locator("#question textarea")).to_be_focused()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.locator("#settled .turn").wait_for()
    _read(page)
    _change_the_library(page)
    _narrow_the_scope(page)
    _choose_settings(page)
    _open_a_conversation(page)


def _read(page: Any) -> None:
    reach(page, page.locator("#settled .said .cite").first, "Shift+Tab")
    page.locator(".sheet.cited").wait_for()  # what it quotes is told before
    page.keyboard.press("Enter")
    active = page.locator("#reader mark.active").first
    playwright.expect(active).to_be_focused()
    first = active.inner_text()
    page.keyboard.press("n")
    assert active.inner_text() != first
    page.keyboard.press("p")
    assert active.inner_text() == first
    reach(page, button(page, "Next citation"), "Shift+Tab")
    page.keyboard.press("Enter")
    assert active.inner_text() != first
    reach(page, button(page, "← All articles"), "Shift+Tab")
    page.keyboard.press("Enter")


def _change_the_library(page: Any) -> None:
    find, rows = page.locator("#find textarea"), page.locator("#shelf li button")
    reach(page, find)
    page.keyboard.type("heat pump")
    playwright.expect(rows).to_have_count(1)
    reach(page, rows.first)
    page.keyboard.press("Enter")
    page.locator("#reader h1", has_text="heat pump").wait_for()
    reach(page, button(page, "Remove"))
    page.keyboard.press("Enter")
    page.get_by_text("No articles here").wait_for()
    reach(page, button(page, "Undo"))
    page.keyboard.press("Enter")
    playwright.expect(rows).to_have_count(1)
    reach(page, find, "Shift+Tab")
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    reach(page, page.get_by_role("radio", name="List"))
    page.keyboard.press("ArrowRight")
    bars = page.locator("#shelf .bar")
    bars.first.wait_for()
    reach(page, bars.first)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    playwright.expect(page.locator("#shelf .tally")).to_contain_text("published in")
    page.keyboard.press("Enter")
    playwright.expect(page.locator("#shelf .tally")).not_to_contain_text("published")


def _narrow_the_scope(page: Any) -> None:
    choose, chips = button(page, "Choose"), page.locator("#scope .chips li")
    reach(page, choose, "Shift+Tab")
    page.keyboard.press("Enter")
    reach(page, page.get_by_label("Authors"))
    page.keyboard.type("Tolliver")
    page.keyboard.press("Enter")
    playwright.expect(chips).to_contain_text(["by Tolliver"])
    reach(page, chips.get_by_role("button"), "Shift+Tab")
    page.keyboard.press("Enter")
    playwright.expect(page.locator("#scope")).to_contain_text("all articles")


def _choose_settings(page: Any) -> None:
    reach(page, page.locator(".side-head [data-act=settings]"))
    page.keyboard.press("Enter")
    page.locator("#told p").first.wait_for()
    length = page.get_by_label("Their length")
    reach(page, length)
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    playwright.expect(length).not_to_have_value("usual")
    reach(page, button(page, "Use these"))
    page.keyboard.press("Enter")


def _open_a_conversation(page: Any) -> None:
    reach(page, button(page, "New"))
    page.keyboard.press("Enter")
    playwright.expect(page.locator("#settled .turn")).to_have_count(0)
    playwright.expect(page.locator("#question textarea")).to_be_focused()
    reach(page, button(page, "Conversations"), "Shift+Tab")
    page.keyboard.press("Enter")
    reach(page, page.get_by_role("button", name="Rename: what does"))
    page.keyboard.press("Enter")
    playwright.expect(page.get_by_label("New name")).to_be_focused()
    page.keyboard.type("Chips")
    page.keyboard.press("Enter")
    row = page.locator("#past li [data-act=resume]")
    playwright.expect(row).to_contain_text("Chips")
    reach(page, row, "Shift+Tab")
    page.keyboard.press("Enter")
    page.locator("#settled .turn").wait_for()


# remembers what moved by itself, whenever it did
_MOVES = """() => {
    window.moved = new Set();
    const look = () => {
        for (const { effect } of document.getAnimations())
            window.moved.add(effect.target.className || effect.target.tagName);
        requestAnimationFrame(look);
    };
    look();
}"""


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_moves_for_those_who_do_not_want_it(
    visit, page_engine, motion, monkeypatch
):
    asked = type(page_engine).stream

    def slowly(*given: Any, **how: Any) -> Any:
        time.sleep(0.5)
        return asked(*given, **how)

    monkeypatch.setattr(type(page_engine), "stream", slowly)
    page = visit(reduced_motion=motion)
    page.evaluate(_MOVES)
    ask(page, QUESTION)
    page.locator("#settled .said .cite").first.click()
    page.locator("#reader mark.active").first.wait_for()
    button(page, "← All articles").click()
    page.get_by_role("radio", name="Map").check(force=True)
    page.locator("#shelf circle").first.hover()
    page.locator(".side-head").get_by_role("button", name="Settings").click()
    button(page, "Use these").hover()
    button(page, "Choose").click()
    moved = page.evaluate("[...window.moved].map(String)")
    assert moved == [] if motion == "reduce" else "caret" in moved


@pytest.mark.parametrize(
    ("code", "said"), [("de-AT", "Wird geladen"), ("en", "Loading")]
)
def test_the_name_is_there_before_gradio_is(browser, url, code, said):
    page = browser.new_page(locale=code)
    page.route("**/assets/*.js", lambda route: route.abort())
    page.goto(url, wait_until="commit")
    playwright.expect(page.get_by_text(said)).to_be_visible()
    assert page.title() == "newsdesk"
    page.unroute_all()
    page.goto(url)
    page.wait_for_selector("#shelf li")
    playwright.expect(page.get_by_text(said, exact=True)).to_be_hidden()
    page.close()
