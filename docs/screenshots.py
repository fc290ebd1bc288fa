"""Make the screenshots of README and docs (make screenshots)."""

import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from ingest import ingest
from rag.config import Settings, load_settings
from ui.web.server import serve
from ui.web.service import Service

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
QUESTION = "What does the author say about chip restrictions?"
HOMES = "How many homes will be protected?"
PEAK = "What was the winter peak of the data centres in 2026?"
WEATHER = "What is the weather in Paris?"
WIDE, NARROW, VAST = (1280, 800), (390, 844), (2560, 1300)
BARRIER = "port-ellery-council-approves-86-million-flood-barrier.md"


def main() -> None:
    """Serve the seed articles and photograph the states of the page."""
    IMAGES.mkdir(exist_ok=True)
    # without a model the pictures are the same on every machine
    settings = load_settings(model="none")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        articles, index = Path(folder) / "articles", Path(folder) / "index"
        shutil.copytree(ROOT / "seeds", articles)
        ingest([articles], index=index, settings=settings)
        url = _served(index, settings)
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        _photograph(browser, url, articles, index, settings)
        browser.close()


def _photograph(
    browser: Browser, url: str, articles: Path, index: Path, settings: Settings
) -> None:
    with _visit(browser, url, WIDE) as page:
        _shoot(page, "welcome.png")
        _ask(page, WEATHER)
        _shoot(page, "refusal.png")
        _ask(page, QUESTION)
        _shoot(page, "library.png")
        _read(page)
        _shoot(page, "page.png")
        page.get_by_role("button", name="All articles").click()
        page.get_by_role("button", name="Settings").click()
        page.wait_for_selector("#told p")
        _shoot(page, "settings.png")
    for size, scheme, name in (
        (WIDE, "dark", "page-dark.png"),
        (VAST, "light", "page-vast.png"),
    ):
        with _visit(browser, url, size, scheme) as page:
            _ask(page, QUESTION)
            _read(page)
            _shoot(page, name)
    with _visit(browser, url, WIDE) as page:
        _ask(page, PEAK)
        _read(page)
        _shoot(page, "table.png")
    with _visit(browser, url, NARROW) as page:
        _ask(page, QUESTION)
        _shoot(page, "page-narrow.png")
    with _visit(browser, url, WIDE) as page:
        _ask(page, HOMES)
        # the article is changed after it was cited
        article = articles / BARRIER
        article.write_text(
            article.read_text("utf-8").replace("6,400", "4,600"), "utf-8"
        )
        ingest([articles], index=index, settings=settings)
        page.locator("#settled .cite[aria-label*='council approves']").first.click()
        page.locator("#reader .outdated summary").click()
        page.locator("#reader").evaluate("it => it.scrollTo({ top: 0 })")
        _shoot(page, "difference.png")


@contextmanager
def _visit(
    browser: Browser, url: str, size: tuple[int, int], scheme: str = "light"
) -> Iterator[Page]:
    width, height = size
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.goto(url)
    page.wait_for_selector("#shelf li", state="attached")
    page.wait_for_selector("#examples button")
    yield page
    page.close()


def _ask(page: Page, question: str) -> None:
    asked = page.locator("#settled .turn").count()
    page.fill("#question textarea", question)
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#settled .turn:nth-child({asked + 1})")
    page.wait_for_timeout(1000)  # until gradio takes the next question


def _read(page: Page) -> None:
    page.locator("#settled .turn:last-child .cite").first.click()
    page.locator("#reader mark.active").filter(visible=True).first.wait_for()
    page.mouse.move(0, 0)


def _shoot(page: Page, name: str) -> None:
    page.wait_for_timeout(1500)  # until the scrolling has come to rest
    page.screenshot(path=IMAGES / name)


def _served(index: Path, settings: Settings) -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    service = Service(port=port)
    threading.Thread(target=serve, args=(index, service, settings), daemon=True).start()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return f"http://127.0.0.1:{port}"
        time.sleep(0.2)
    raise SystemExit("The page did not come up within a minute.")


if __name__ == "__main__":
    main()
