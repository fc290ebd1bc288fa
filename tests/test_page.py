"""The real page in a real browser, over a real index of the seed articles."""

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ingest import ingest
from rag.engine import QueryEngine
from rag.receipt import check_against
from tests.browsing import QUESTION, ask, launched, served
from tests.files import EML, GATES, PAGE, packed, pdf
from ui.logins import add_login
from ui.render.receipt import read_receipt

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api")

ROOT = Path(__file__).parent.parent
HOSTILE = "<img src=x onerror=alert(1)>"
LIGHTHOUSE = (
    "The keeper of the Gull Rock lighthouse climbs 4,112 steps. Ottilie Brandvold has "
    "done so every morning since 1987, and she counts them aloud."
)


@pytest.fixture(scope="module")
def index(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    (folder / "hostile.md").write_text(
        f'---\ntitle: "{HOSTILE}"\nauthor: "{HOSTILE}"\n---\n\n{HOSTILE} '
        "The ferry to Quillon Bay leaves at seven.\n"
    )
    ingest([ROOT / "seeds", folder / "hostile.md"], index=folder / "index")
    return folder / "index"


@pytest.fixture(scope="module")
def url(index) -> Iterator[str]:
    # the port asked for is taken, so the next free one must be found and said
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with served(index, port) as address:
            assert urlsplit(address).port != port
            yield address


def assert_in_view(page, locator):
    playwright.expect(locator).to_be_in_viewport()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def open_first(page):
    page.locator("#settled .turn:last-child .said .cite").first.click()
    mark = page.locator("#reader mark.active")
    mark.first.wait_for()
    return mark


def test_a_citation_opens_the_quoted_sentence(visit):
    page = visit()
    ask(page, QUESTION)
    mark = open_first(page)
    assert_in_view(page, mark.first)
    quote = " ".join("".join(mark.all_text_contents()).split())
    assert quote
    assert quote in " ".join(page.inner_text("#settled .said >> nth=0").split())
    assert page.evaluate("document.activeElement.tagName") == "MARK"


def test_the_answer_is_in_view_while_it_is_written(visit):
    page = visit()
    page.evaluate(
        """() => {
            const pending = document.querySelector("#pending");
            new MutationObserver(() => {
                window.pendingText ??= pending.querySelector(".turn")?.innerText;
            }).observe(pending, { childList: true, subtree: true });
        }"""
    )
    ask(page, QUESTION)
    assert QUESTION in page.evaluate("window.pendingText")
    playwright.expect(page.locator("#pending .turn")).to_have_count(0)


def test_a_citation_opens_again_after_the_reader_was_left(visit):
    page = visit()
    ask(page, QUESTION)
    open_first(page)
    page.get_by_role("button", name="All articles").click()
    playwright.expect(page.locator("#reader")).to_be_hidden()
    assert_in_view(page, open_first(page).first)


def test_citations_work_from_the_keyboard(visit):
    page = visit()
    ask(page, QUESTION)
    page.locator("#settled .said .cite").first.focus()
    page.keyboard.press("Enter")
    playwright.expect(page.locator("#reader mark.active").first).to_be_in_viewport()


def test_a_cited_row_comes_into_view_and_has_the_focus(visit):
    page = visit()
    ask(page, "What was the winter peak of the data centres in 2026?")
    page.locator("#settled .said .cite").last.click()
    row = page.locator("#reader mark.active").filter(has_text="1,412")
    playwright.expect(row).to_be_in_viewport()
    assert "2026" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("n")
    head = page.locator("#reader mark.active").filter(has_text="Chip plant")
    playwright.expect(head).to_be_in_viewport()


def test_on_a_narrow_screen_the_reader_lies_over_the_talk(visit):
    page = visit(390, 844)
    page.get_by_role("button", name="Choose").click()
    label = page.locator("#scope-languages [data-testid=block-info]")
    there = label.bounding_box()
    page.get_by_role("button", name="Articles", exact=True).click()
    over = "([x, y]) => !!document.elementFromPoint(x, y).closest('#side')"
    assert page.evaluate(over, [there["x"] + 5, there["y"] + 5])
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Choose").click()
    ask(page, QUESTION)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert_in_view(page, open_first(page).first)
    page.keyboard.press("Escape")
    playwright.expect(page.locator("#reader")).to_be_hidden()
    focused = page.evaluate("document.activeElement.className")
    assert "cite" in focused


def test_a_question_without_an_answer_gets_a_reason(visit):
    page = visit()
    ask(page, "zzyzx qwfp gluon vortices?")
    card = page.locator("#settled .refusal")
    assert card.locator(".reason").inner_text()
    card.locator(".open").click()
    playwright.expect(page.locator("#reader mark.active").first).to_be_in_viewport()


def test_an_uploaded_article_can_be_asked_about(visit, tmp_path):
    page = visit()
    file = tmp_path / "lighthouse.txt"
    file.write_text(f"---\nauthor: Brandvold's niece\n---\n\n{LIGHTHOUSE}")
    page.set_input_files("#side input[type=file]", file)
    playwright.expect(page.locator("#report")).to_contain_text("Added")
    ask(page, "How many steps does the keeper of the Gull Rock lighthouse climb?")
    assert "4,112" in page.inner_text("#settled .said")
    assert "4,112" in "".join(open_first(page).all_text_contents())
    page.get_by_role("button", name="Choose").click()  # names are those of now
    page.get_by_label("Authors").click()
    page.get_by_role("option", name="Brandvold's niece").wait_for()


def test_a_file_that_cannot_be_read_is_told_in_a_sentence(visit, tmp_path):
    page = visit()
    file = tmp_path / "empty.txt"
    file.write_text("")
    page.set_input_files("#side input[type=file]", file)
    report = page.locator("#report li")
    playwright.expect(report).not_to_contain_text("Reading")
    assert "Traceback" not in page.inner_text("body")


def test_files_of_many_kinds_are_added_at_once_and_those_that_fail_are_told(
    visit, tmp_path
):
    files = {
        "piers.zip": packed({"pier.txt": "The pier at Wexholm is 212 metres long."}),
        "mills.csv": b"title,body\nMill,The mill at Wexholm grinds 19 sacks a day.\n",
        "wharf.pdf": pdf("The wharf at Wexholm was built in 1931."),
        "letter.eml": EML.replace(GATES, "The inn at Wexholm has 14 beds.").encode(),
        "page.html": PAGE.replace(
            GATES, "The school at Wexholm has 88 pupils."
        ).encode(),
        "scan.pdf": pdf("", ""),
        "package.json": b'{"name": "site"}',
    }
    for name, raw in files.items():
        (tmp_path / name).write_bytes(raw)
    page = visit()
    page.set_input_files("#side input[type=file]", [tmp_path / one for one in files])
    report = page.locator("#report")
    playwright.expect(report.locator("li")).to_have_count(7, timeout=60_000)
    told = report.inner_text()
    assert told.count("Added: ") == 5
    assert "(1 page)" in told
    assert "scan.pdf has no text: its pages are pictures" in told
    assert "package.json has no field for the text, but name; say which it is" in told
    assert str(tmp_path) not in told
    report.screenshot(path=tmp_path / "report.png")
    page.screenshot(path=tmp_path / "page.png")
    for question, figure in (
        ("How long is the pier at Wexholm?", "212"),
        ("How many sacks does the mill at Wexholm grind?", "19"),
        ("When was the wharf at Wexholm built?", "1931"),
        ("How many beds has the inn at Wexholm?", "14"),
        ("How many pupils has the school at Wexholm?", "88"),
    ):
        ask(page, question)
        assert figure in page.locator("#settled .said").last.inner_text()


def test_two_visitors_do_not_see_each_other(visit):
    one, two = visit(), visit()
    ask(one, QUESTION)
    ask(two, "How many homes will the barrier on the Wend protect?")
    for page, own in ((one, QUESTION), (two, "How many homes")):
        assert page.locator("#settled .turn").count() == 1
        assert own in page.inner_text("#settled .question")


def test_a_hostile_article_is_only_text(visit):
    page = visit()
    ask(page, f"When does the ferry to Quillon Bay leave? {HOSTILE}")
    page.get_by_text(HOSTILE).first.wait_for()
    page.locator("#shelf button", has_text=HOSTILE).click()
    playwright.expect(page.locator("#reader h1")).to_have_text(HOSTILE)
    assert page.locator("#desk img").count() == 0  # the dialog is checked by `visit`


def test_a_citation_given_before_an_edit_opens_the_text_that_it_quoted(
    visit, index, tmp_path
):
    article = tmp_path / "ferry.txt"
    article.write_text("The Wexholm tram leaves at 6.40 every day.", encoding="utf-8")
    ingest([article], index=index)
    page = visit()
    ask(page, "When does the Wexholm tram leave?")
    article.write_text("The Wexholm tram leaves at 7.15 every day.", encoding="utf-8")
    ingest([article], index=index)
    # without asking or loading anything the answer says so
    outdated = page.locator("#settled .since")
    outdated.wait_for(timeout=40_000)
    assert "has been changed or withdrawn" in outdated.inner_text()
    mark = open_first(page)
    assert "6.40" in mark.first.inner_text()
    assert "superseded by version 2" in page.inner_text("#reader .outdated").lower()
    page.click("#reader .outdated summary")
    changes = page.locator("#reader .outdated .changes")
    assert set(changes.locator("del").all_inner_texts()) == {"6.40"}
    assert set(changes.locator("ins").all_inner_texts()) == {"7.15"}
    page.click("#reader .outdated >> text=Read the newest version")
    playwright.expect(page.locator("#reader .outdated")).to_have_count(0)
    assert "7.15" in page.inner_text("#reader .body")


def test_with_logins_nothing_is_shown_before_one(browser, index, tmp_path):
    add_login(tmp_path / "logins", "ann", "correct horse battery")
    with (
        QueryEngine.open(index) as engine,
        launched(engine, 7960, auth=tmp_path / "logins") as address,
    ):
        page = browser.new_page()
        page.goto(address)
        page.get_by_label("username").fill("ann")
        page.get_by_label("password").fill("wrong")
        page.get_by_role("button", name="Login").click()
        page.get_by_text("Incorrect").wait_for()
        assert page.locator("#shelf").count() == 0
        page.reload()
        page.get_by_label("username").fill("ann")
        page.get_by_label("password").fill("correct horse battery")
        page.get_by_role("button", name="Login").click()
        page.wait_for_selector("#shelf li")
        ask(page, QUESTION)
        page.close()


def test_read_only_nobody_can_add(browser, index):
    with (
        QueryEngine.open(index) as engine,
        launched(engine, 7970, read_only=True) as address,
    ):
        page = browser.new_page()
        page.goto(address)
        page.wait_for_selector("#shelf li")
        assert page.locator("input[type=file]").count() == 0
        ask(page, QUESTION)
        playwright.expect(page.get_by_text("Bad answer")).to_be_hidden()
        playwright.expect(page.get_by_text("by link or feed")).to_be_hidden()
        page.close()


def test_a_question_is_asked_of_one_article_until_the_scope_is_taken_back(visit):
    page = visit()
    page.locator("#shelf button", has_text="flood barrier").click()
    page.get_by_role("button", name="Ask about this article").click()
    chip = page.locator("#scope .chips li")
    playwright.expect(chip).to_contain_text("flood barrier")
    ask(page, "What was approved?")
    assert "flood barrier" in page.inner_text("#settled .turn:last-child")
    chip.get_by_role("button").click()
    playwright.expect(page.locator("#scope")).to_contain_text("all articles")


def test_conversations_are_kept_in_this_browser_and_opened_again(visit, index):
    page = visit()
    ask(page, QUESTION)
    page.get_by_role("button", name="New", exact=True).click()
    playwright.expect(page.locator("#settled .turn")).to_have_count(0)
    ask(page, "How many homes will the barrier on the Wend protect?")
    rows = page.locator("#past li")
    playwright.expect(rows).to_have_count(2)
    page.reload()
    page.get_by_role("button", name="Conversations").click()
    playwright.expect(rows).to_have_count(2)
    page.get_by_label("Find a conversation").press_sequentially("chip")
    playwright.expect(rows.locator("visible=true")).to_have_count(1)
    page.locator("#past li .work", has_text="chip").click()
    playwright.expect(page.locator("#settled .question")).to_have_text(QUESTION)
    assert_in_view(page, open_first(page).first)
    page.get_by_role("button", name="Conversations").click()
    page.get_by_role("button", name="Rename: what does").click()
    page.get_by_label("New name").fill("Chips")
    page.keyboard.press("Enter")
    playwright.expect(page.locator("#past")).to_contain_text("Chips")
    for form in ("JSON", "HTML"):
        with page.expect_download() as saved:
            page.get_by_role("button", name=f"{form}: Chips").click()
        assert saved.value.suggested_filename == f"Chips.{form.lower()}"
        record, exact = read_receipt(Path(saved.value.path()).read_bytes())
        assert exact
        assert [one["question"] for one in record["receipts"]] == [QUESTION]
        with QueryEngine.open(index) as engine:
            assert not check_against(record, engine).faults
    with page.expect_download() as saved:
        page.get_by_role("button", name="Markdown: Chips").click()
    assert Path(saved.value.path()).read_text("utf-8").startswith("# Chips\n\n**what")
    page.get_by_role("button", name="Delete: Chips").click()
    playwright.expect(rows).to_have_count(1)
    other = visit()
    other.get_by_role("button", name="Conversations").click()
    playwright.expect(other.locator("#past")).to_contain_text("nowhere else")


def test_a_link_brings_the_question_and_editing_puts_it_back(visit):
    page = visit()
    page.goto(f"{page.url}?q=Who+wrote+it%3F")
    box = page.locator("#question textarea")
    playwright.expect(box).to_have_value("Who wrote it?")
    ask(page, QUESTION)
    page.get_by_role("button", name="Edit", exact=True).click()
    playwright.expect(box).to_have_value(QUESTION)
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Ask again").click()
    playwright.expect(page.locator("#settled .turn")).to_have_count(2)


def test_a_citation_shows_what_it_quotes_before_it_is_opened(visit):
    page = visit()
    ask(page, QUESTION)
    cite = page.locator("#settled .said .cite").first
    cite.hover()
    card = page.locator(".sheet.cited")
    playwright.expect(card).to_be_visible()
    quote = " ".join(card.locator("q").inner_text().split())
    assert quote in " ".join(page.inner_text("#settled .said >> nth=0").split())
    page.keyboard.press("Escape")
    playwright.expect(card).to_be_hidden()
