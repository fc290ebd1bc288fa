"""One visitor does everything there is to do, at every width and in both themes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest import ingest, remove
from rag.engine import QueryEngine
from rag.evaluation.ratings import ratings
from rag.receipt import check_against
from tests.browsing import QUESTION, SIZES, ask, drop
from ui.render.receipt import read_receipt

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api")
CLIPBOARD = ["clipboard-read", "clipboard-write"]
HOSTILE = "<img src=x onerror=alert(1)>"

# what a visitor may press is whole, large enough and inside the window
_ODD = """() => {
    const odd = document.documentElement.scrollWidth > innerWidth ? ["wide"] : [];
    const seen = { visibilityProperty: true, opacityProperty: true };
    for (const one of document.querySelectorAll("#desk :is(button, input, textarea)")) {
        const { left, right, width, height } = one.getBoundingClientRect();
        const name = one.ariaLabel || one.textContent || one.outerHTML;
        if (!one.checkVisibility(seen) || !width) continue;
        if (left < 0 || right > innerWidth + 0.5) odd.push(`${name} is outside`);
        if (one.matches("button:not(.cite)") && one.scrollWidth > one.clientWidth + 1)
            odd.push(`${name} is cut off`);
        if (one.matches("button") && (width < 16 || height < 16))
            odd.push(`${name} is too small`);
    }
    return odd;
}"""
# characters in a line of the reader, of which a quarter are longer
_MEASURE = """() => {
    const range = document.createRange(), lines = {};
    const words = document.createTreeWalker(
        document.querySelector("#reader .body"), NodeFilter.SHOW_TEXT);
    while (words.nextNode())
        for (let n = 0; n < words.currentNode.length; n++) {
            range.setStart(words.currentNode, n);
            range.setEnd(words.currentNode, n + 1);
            const line = Math.round(range.getBoundingClientRect().bottom / 8);
            lines[line] = (lines[line] ?? 0) + 1;
        }
    const found = Object.values(lines).sort((one, other) => other - one);
    return found[Math.floor(found.length / 4)];
}"""


@pytest.fixture
def engine(page_engine: QueryEngine) -> Iterator[QueryEngine]:
    """The page's engine; what a visitor adds is gone before the next one comes."""
    seeds = {one.article_id for one in page_engine.articles()}
    yield page_engine
    settings = page_engine.settings.model_copy(update={"index": page_engine.folder})
    for one in page_engine.articles():
        if one.article_id not in seeds:
            remove(one.article_id, settings=settings)


class Visitor:
    """A page, and what its width and its theme make of it."""

    def __init__(self, page: Any, width: int, engine: QueryEngine) -> None:
        self.page, self.engine, self.narrow = page, engine, width < 1024
        self.odd: set[str] = set()

    def button(self, name: str) -> Any:
        found = self.page.get_by_role("button", name=name, exact=True)
        return found.locator("visible=true").last

    def press(self, name: str) -> None:
        self.button(name).click()
        self.looks_well()

    def looks_well(self) -> None:
        self.odd.update(self.page.evaluate(_ODD))

    def articles(self) -> None:
        """See the list of articles, from wherever this is."""
        if self.narrow and self.button("Close").count() == 0:
            self.press("Articles")
        if self.button("← All articles").count():
            self.press("← All articles")

    def talk(self) -> None:
        """See the conversation."""
        if self.narrow and self.button("Close").count():
            self.press("Close")

    def in_view(self, locator: Any) -> None:
        playwright.expect(locator).to_be_in_viewport()
        self.looks_well()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_journey(visit, engine, size, scheme, tmp_path):
    page = visit(*size, color_scheme=scheme, permissions=CLIPBOARD)
    dark = page.evaluate("document.body.classList.contains('dark')")
    assert dark == (scheme == "dark")
    visitor = Visitor(page, size[0], engine)
    _ask(visitor)
    _read(visitor)
    _narrow(visitor)
    _use_the_answer(visitor)
    _add(visitor, tmp_path / f"pier {size[0]} {scheme}.md")
    _search_and_remove(visitor)
    _draw(visitor)
    _keep(visitor)
    _set(visitor)
    _come_back(visitor, tmp_path / f"{size[0]} {scheme}.md")
    assert visitor.odd == set()


def _ask(visitor: Visitor) -> None:
    page = visitor.page
    visitor.looks_well()
    page.locator("#examples button").first.click()
    page.locator("#settled .turn .cite").first.wait_for()
    ask(page, "zzyzx qwfp gluon vortices?")
    visitor.in_view(page.locator("#settled .refusal .reason"))
    ask(page, QUESTION)
    visitor.in_view(page.locator("#settled .turn").last.locator(".question"))


def _read(visitor: Visitor) -> None:
    page = visitor.page
    cites = page.locator("#settled .turn").last.locator(".said .cite")
    cites.first.hover()
    visitor.in_view(page.locator(".sheet.cited"))
    cites.first.click()
    active = page.locator("#reader mark.active").first
    visitor.in_view(active)
    first = active.inner_text()
    page.keyboard.press("n")
    assert active.inner_text() != first
    playwright.expect(cites.locator("nth=1")).to_have_class("cite opened")
    page.keyboard.press("p")
    assert active.inner_text() == first
    visitor.press("Next citation")
    visitor.in_view(active)
    assert (30 if visitor.narrow else 60) <= page.evaluate(_MEASURE) <= 75
    active.scroll_into_view_if_needed()
    page.wait_for_timeout(300)  # a selection is lost while it scrolls
    active.dblclick()
    visitor.in_view(visitor.button("Ask about this"))
    visitor.press("Ask about this")
    box = page.locator("#question textarea")
    assert "What do the articles say about" in box.input_value()
    visitor.in_view(box)
    ask(page, box.input_value())


def _narrow(visitor: Visitor) -> None:
    page, chips = visitor.page, visitor.page.locator("#scope .chips li")
    visitor.press("Choose")
    page.get_by_label("Authors").click()
    page.get_by_role("option", name="Gwen Tolliver").click()
    page.keyboard.press("Escape")
    page.get_by_label("Published from").fill("2026-06")
    page.keyboard.press("Tab")
    playwright.expect(chips).to_contain_text(["by Gwen Tolliver", "from 2026-06"])
    visitor.press("Choose")
    ask(page, QUESTION)
    assert "Only articles by Gwen" in page.inner_text("#settled .turn:last-child")
    for _ in range(2):
        chips.first.get_by_role("button").click()
        page.wait_for_timeout(300)
    playwright.expect(page.locator("#scope")).to_contain_text("all articles")
    ask(page, QUESTION)
    assert page.locator("#settled .turn").last.locator(".cite").count()
    visitor.looks_well()


def _use_the_answer(visitor: Visitor) -> None:
    page, turns = visitor.page, visitor.page.locator("#settled .turn")
    more = visitor.button("More")
    assert more.get_attribute("aria-expanded") == "false"
    more.press("Enter")
    assert more.get_attribute("aria-expanded") == "true"
    visitor.in_view(visitor.button("Receipt"))
    with page.expect_download() as saved:
        visitor.press("Receipt")
    record, exact = read_receipt(Path(saved.value.path()).read_bytes())
    assert exact
    assert not check_against(record, visitor.engine).faults
    for name, said in (
        ("Copy", QUESTION),
        ("BibTeX", "@article"),
        ("Copy link", "?q="),
    ):
        visitor.press(name)
        visitor.button("Copied").wait_for()
        assert said in page.evaluate("navigator.clipboard.readText()")
    visitor.press("Bad answer")
    page.get_by_label("Why?").fill(HOSTILE)
    visitor.press("Send")
    page.get_by_text("Thank you.").wait_for()
    for _ in range(50):
        if HOSTILE in [one["reason"] for one in ratings(visitor.engine.folder)]:
            break
        page.wait_for_timeout(100)
    kept = ratings(visitor.engine.folder)[-1]
    assert (kept["good"], kept["reason"], bool(kept["cited"])) == (False, HOSTILE, True)
    visitor.press("Save question")
    before = turns.count()
    visitor.press("Edit")
    playwright.expect(page.locator("#question textarea")).to_have_value(QUESTION)
    visitor.press("Ask again")
    playwright.expect(turns).to_have_count(before + 1)
    shown = visitor.page.locator("#settled [data-act=more]").nth(before - 1)
    playwright.expect(shown).to_have_attribute("aria-expanded", "true")


def _add(visitor: Visitor, file: Path) -> None:
    """Files are dropped on the page: one is added, one cannot be read."""
    page = visitor.page
    visitor.articles()
    said = f"The pier of {file.stem} is 212 metres long."
    anywhere = "#shelves" if visitor.narrow else "#conversation"
    drop(page, anywhere, {file.name: said, "empty.txt": ""})
    report = page.locator("#report li")
    playwright.expect(report).to_contain_text(["empty.txt", "Added"])
    visitor.looks_well()
    visitor.talk()
    ask(page, f"How long is the pier of {file.stem}?")
    assert "212" in page.locator("#settled .said").last.inner_text()


def _search_and_remove(visitor: Visitor) -> None:
    page, rows = visitor.page, visitor.page.locator("#shelf li button")
    visitor.articles()
    page.fill("#find textarea", "heat pump")
    playwright.expect(rows).to_have_count(1)
    rows.click()
    visitor.in_view(page.locator("#reader h1"))
    visitor.press("Remove")
    page.get_by_text("No articles here").wait_for()
    visitor.press("Undo")
    playwright.expect(rows).to_have_count(1)
    visitor.press("Show all")
    playwright.expect(rows).not_to_have_count(1)
    visitor.press("Filter")
    page.get_by_label("Written by").fill("Tolliver")
    page.keyboard.press("Enter")
    playwright.expect(page.locator("#shelf .tally")).to_contain_text("by Tolliver")
    page.keyboard.press("Escape")
    page.get_by_label("Order").click()
    page.get_by_role("option", name="Oldest").click()
    visitor.press("Show all")
    visitor.press("Filter")
    playwright.expect(rows).not_to_have_count(1)


def _draw(visitor: Visitor) -> None:
    page, tally = visitor.page, visitor.page.locator("#shelf .tally")
    page.locator("#view label", has_text="Timeline").click()
    page.locator("#shelf .bar").first.click()
    playwright.expect(tally).to_contain_text("published in")
    visitor.press("Show all")
    playwright.expect(tally).not_to_contain_text("published in")
    page.locator("#view label", has_text="Map").click()
    point = page.get_by_role("link", name="A ban will not make Beijing dependent")
    point.hover()
    visitor.in_view(page.locator(".sheet.pointed"))
    point.click()
    playwright.expect(page.locator("#reader h1")).to_contain_text("A ban will not")
    visitor.articles()
    page.locator("#view label", has_text="List").click()
    visitor.press("Add by link or feed")
    page.get_by_label("Address of a page").fill("ftp://x")
    visitor.press("Add the page")
    page.locator("#arrived li").wait_for()
    visitor.articles()
    visitor.talk()


def _keep(visitor: Visitor) -> None:
    page, rows = visitor.page, visitor.page.locator("#past li")
    before = page.locator("#settled .turn").count()
    visitor.press("New")
    playwright.expect(page.locator("#settled .turn")).to_have_count(0)
    visitor.press("Conversations")
    page.locator("#saved li").wait_for()
    page.get_by_label("Find a conversation").fill("chip")
    visitor.press("Rename: " + rows.first.locator(".work").inner_text())
    page.get_by_label("New name").fill("Chips")
    page.keyboard.press("Enter")
    playwright.expect(rows.first).to_contain_text("Chips")
    for form in ("Markdown", "HTML", "JSON"):
        with page.expect_download() as saved:
            visitor.press(f"{form}: Chips")
        raw = Path(saved.value.path()).read_bytes()
        if form == "Markdown":
            assert raw.startswith(b"# Chips")
            continue
        record, exact = read_receipt(raw)
        assert exact
        assert not check_against(record, visitor.engine).faults
    rows.first.locator(".work").click()
    playwright.expect(page.locator("#settled .turn")).to_have_count(before)
    visitor.in_view(page.locator("#settled .turn").last.locator(".question"))


def _set(visitor: Visitor) -> None:
    page = visitor.page
    visitor.articles()
    visitor.press("Settings")
    page.locator("#told p").first.wait_for()
    page.get_by_label("Their length").click()
    page.get_by_role("option", name="short").click()
    visitor.press("Use these")
    page.locator("#told", has_text="In force").wait_for()
    playwright.expect(page.get_by_label("Their length")).to_have_value("short")
    # German words are longer
    page.get_by_label("Language of the page").click()
    page.get_by_role("option", name="Deutsch").click()
    visitor.button("← Alle Artikel").wait_for()
    visitor.looks_well()
    visitor.press("← Alle Artikel")
    if visitor.narrow:
        visitor.press("Schließen")
    visitor.press("Mehr")
    page.evaluate("newsdeskLanguage.choose('en')")


def _come_back(visitor: Visitor, file: Path) -> None:
    """What is new bears on the saved question."""
    page = visitor.page
    file.write_text(
        "---\nauthor: Ann Reed\npublished: 2026-11-01\n---\n\nChip restrictions "
        f"helped nobody, the author says of the year {file.stem}.\n"
    )
    ingest([file], index=visitor.engine.folder)
    page.reload()
    page.locator("#again button").wait_for()
    page.locator("#news summary").click()
    visitor.in_view(page.locator("#news li").first)
    page.locator("#again button").first.click()
    page.locator("#settled .note", has_text="Asked again on").wait_for()
    visitor.looks_well()
