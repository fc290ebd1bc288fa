"""The page in another language: newsdesk's own words are, those of others stay."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest import ingest
from rag.config import Settings
from rag.engine import QueryEngine
from tests.browsing import ROOT, ask, launched, visitors
from ui.render.receipt import read_receipt
from ui.translation import languages, say, speaking

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api")

HOSTILE = "<img src=x onerror=alert(1)>"
# an article whose words are also newsdesk's
SETTINGS = """---
title: Settings
author: Conversations
publisher: Articles
published: 2026-06-04
---

Remove

No articles here. The kettle of Fenwick Row boils at ninety degrees.
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("language")
    (folder / "settings.md").write_text(SETTINGS)
    (folder / "hostile.md").write_text(
        f'---\ntitle: "{HOSTILE}"\nauthor: "{HOSTILE}"\npublished: 2026-05-02\n---\n\n'
        "The ferry to Quillon Bay leaves at seven.\n"
    )
    paths = [ROOT / "seeds", folder / "settings.md", folder / "hostile.md"]
    ingest(paths, index=folder / "index")
    return folder / "index"


@pytest.fixture(scope="module")
def url(index) -> Iterator[str]:
    with (
        QueryEngine.open(index, settings=Settings(model="none")) as engine,
        launched(engine, 8060) as address,
    ):
        yield address


@pytest.fixture
def visit(browser, url) -> Iterator[Callable[..., Any]]:
    """Open the page with a German browser; whatever it lacks in German is a fault."""
    with visitors(browser, url) as opened:
        yield lambda *size, **how: opened(*size, **{"locale": "de-AT", **how})


def shown(page: Any, selector: str) -> str:
    """Return what a field shows, which it does not tell gradio."""
    text: str = page.locator(selector).evaluate(
        "(field) => Object.getOwnPropertyDescriptor("
        "HTMLInputElement.prototype, 'value').get.call(field)"
    )
    return text


def button(page: Any, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True).locator("visible=true")


def test_every_state_of_the_page_is_german_and_what_others_wrote_is_not(visit):
    page = visit()
    assert page.evaluate("document.documentElement.lang") == "de"
    playwright.expect(page.locator("#settled")).to_contain_text("Fragen Sie die")
    assert page.get_by_placeholder("Fragen Sie die Artikel …").count() == 1
    ask(page, "At how many degrees does the kettle of Fenwick Row boil?")
    turn = page.locator("#settled .turn").last
    assert "ninety degrees" in turn.locator(".said").inner_text()
    assert turn.locator(".credit").inner_text().split("\n") == [
        "Settings",
        "Conversations, 4. Juni 2026",
    ]
    assert "Wörtlich aus den Artikeln" in turn.locator(".colophon").inner_text()
    cite = turn.locator(".said .cite").first
    assert cite.get_attribute("aria-label") == "Quelle 1: Settings"
    cite.hover()
    card = page.locator(".sheet.cited")
    playwright.expect(card).to_contain_text("Conversations, 4. Juni 2026")
    cite.click()
    reader = page.locator("#reader")
    playwright.expect(reader.locator("mark.active").first).to_be_visible()
    assert reader.locator("h1").inner_text() == "Settings"
    assert "Conversations, Articles, 4. Juni 2026" in reader.inner_text()
    assert "Remove" in reader.locator(".body").inner_text()
    assert "Version 1" in reader.inner_text()
    button(page, "Entfernen").wait_for()
    button(page, "← Alle Artikel").click()
    ask(page, "zzyzx qwfp gluon vortices?")
    refusal = page.locator("#settled .refusal")
    playwright.expect(refusal).to_contain_text("Nicht beantwortet")
    playwright.expect(refusal).to_contain_text("Die Artikel beantworten das nicht")
    ask(page, "Which articles mention semiconductors?")
    told = page.locator("#settled .turn").last.locator(".said").first
    playwright.expect(told).to_contain_text("Artikeln erwähnen „semiconductors“")
    _rooms(page)


def _rooms(page: Any) -> None:
    """Look into every room, where `visitors` asks whether anything is untranslated."""
    button(page, "Schlechte Antwort").last.click()
    page.get_by_label("Warum?").press("Enter")
    page.get_by_text("Danke.").wait_for()
    button(page, "Kopieren").last.click()
    button(page, "Frage merken").last.click()
    button(page, "Gespräche").click()
    page.locator("#saved", has_text="Gemerkte Fragen").wait_for()
    row = page.locator("#past li").first
    playwright.expect(row).to_contain_text(" · 3 gefragt")
    row.get_by_role("button", name="Umbenennen").click()
    page.get_by_label("Neuer Name").press("Escape")
    button(page, "Artikel").click()
    button(page, "Auswählen").click()
    page.get_by_label("Veröffentlicht ab").fill("gestern")
    page.keyboard.press("Tab")
    page.get_by_text("gestern ist kein Datum").wait_for()
    button(page, "Per Link oder Feed hinzufügen").click()
    page.locator("#followed", has_text="Noch keiner ist abonniert").wait_for()
    page.get_by_label("Adresse einer Seite").fill("ftp://x")
    button(page, "Seite hinzufügen").click()
    page.locator("#arrived", has_text="Geben Sie eine Adresse an").wait_for()
    button(page, "← Alle Artikel").click()
    button(page, "Einstellungen").click()
    page.locator("#told", has_text="Der Index: ").wait_for()
    assert shown(page, "#language input") == "wie Ihr Browser"
    page.locator("#settings input").first.click()
    page.get_by_role("option", name="von einem Modell").click()
    button(page, "So antworten").click()
    page.get_by_text("Hier ist kein Modell eingerichtet").wait_for()


def test_the_language_that_a_visitor_chooses_is_kept(visit):
    page = visit()
    button(page, "Einstellungen").click()
    page.locator("#language input").click()
    page.get_by_role("option", name="English").click()
    button(page, "← All articles").wait_for()
    assert page.evaluate("document.documentElement.lang") == "en"
    page.reload()
    button(page, "Conversations").wait_for()
    page.locator("#shelf", has_text="4 June 2026").wait_for()
    button(page, "Settings").click()
    playwright.expect(page.locator("#language input")).to_have_value("English")
    other = visit(locale="fr-FR")  # which there is not
    assert other.evaluate("document.documentElement.lang") == "en"
    other.close()  # gradio's own words are French


def test_words_of_others_are_only_text_in_the_other_language_too(visit):
    page = visit()
    ask(page, f"When does the ferry to Quillon Bay leave? {HOSTILE}")
    page.locator("#settled .said .cite").first.click()
    button(page, "Diesen Artikel fragen").click()
    chip = page.locator("#scope .chips li")
    playwright.expect(chip).to_have_text(f"{HOSTILE}×")  # noqa: RUF001
    name = chip.get_by_role("button").get_attribute("aria-label")
    assert name == f"Nicht mehr nur „{HOSTILE}“"
    button(page, "Entfernen").click()
    page.locator("#report", has_text=f"Entfernt: {HOSTILE}").wait_for()
    button(page, "Rückgängig").click()
    page.locator("#report", has_text=f"Wiederhergestellt: {HOSTILE}").wait_for()
    assert page.locator("#desk img").count() == 0


def test_files_that_are_taken_along_are_german_and_hold(visit):
    page = visit()
    ask(page, "At how many degrees does the kettle of Fenwick Row boil?")
    ask(page, "Which articles mention semiconductors?")
    copied = page.locator("#settled .turn").last.locator("[data-copy]").first
    assert "alle wurden nach Wörtern" in copied.get_attribute("data-copy")
    button(page, "Gespräche").click()
    for form, said in (("HTML", "<h3>Belege</h3>"), ("Markdown", "4. Juni 2026)")):
        with page.expect_download() as saved:
            page.get_by_role("button", name=f"{form}: ").first.click()
        raw = Path(saved.value.path()).read_bytes()
        assert said in raw.decode()
        assert form != "HTML" or read_receipt(raw)[1]


def test_the_server_translates_as_the_browser_does(visit):
    """Every text of the dictionary, with something in place of what varies."""
    samples = {"number": "1,234", "date": "4 June 2026", "text": "partly proved"}

    def sample(found: re.Match[str]) -> str:
        return samples.get(found[1].rstrip("0123456789"), "Zebra")

    texts = [re.sub(r"\{(\w+)\}", sample, one) for one in languages()["de"]["texts"]]
    page = visit()
    shown = page.evaluate(
        "(texts) => texts.map((one) => newsdeskLanguage.translated(one))", texts
    )
    with speaking("de"):
        assert [say(one) for one in texts] == shown
    assert "1.234" in "".join(shown)
    page.evaluate("newsdeskUntranslated.clear()")


def test_a_text_that_fits_in_every_way_and_in_none_is_left_soon(visit):
    page = visit()
    hostile = "Articles, " * 200 + "Articles or nothing to Articles"
    assert (
        page.evaluate("(text) => newsdeskLanguage.translated(text)", hostile) == hostile
    )
    for odd in ("99 June 2026", "2026-13-45", "Removed on 2026-99-99."):
        assert page.evaluate("(text) => newsdeskLanguage.translated(text)", odd) == odd
    page.evaluate("newsdeskUntranslated.clear()")
