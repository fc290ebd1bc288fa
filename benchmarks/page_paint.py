"""How long a real browser waits: for the first paint, and for a model's first words.

    python -m benchmarks.page_paint [--visits 5] [--questions 12]

The first paint is that of a browser that has nothing of the page yet, on a line of
150 kB/s that is 50 ms away; with it newsdesk's name is there. A model's first words are
those of a server on loopback: told is what passes from when it says them until they are
drawn. The load of the machine stands beside both. It needs Chromium and the packages of
the tests.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest import ingest
from rag.config import Settings
from tests.browsing import CHROMIUM_FLAGS, QUESTION, ROOT, served
from tests.servers import Fake, fake_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_LINE = {"latency": 50, "downloadThroughput": 150_000, "uploadThroughput": 150_000}
_PAINTED = 'performance.getEntriesByName("first-contentful-paint")[0]?.startTime'
# when the frame after the first words is drawn, by the clock that the server has, too
_WATCH = """() => {
    const said = document.querySelector("#pending");
    window.shown = new Promise((resolve) => new MutationObserver((_, watcher) => {
        if (!said.textContent.includes("Zebras")) return;
        watcher.disconnect();
        requestAnimationFrame(() => setTimeout(() =>
            resolve(performance.timeOrigin + performance.now())));
    }).observe(said, { subtree: true, childList: true, characterData: true }));
}"""


def main() -> None:
    """Serve the seed articles, visit them, ask, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=5)
    parser.add_argument("--questions", type=int, default=12)
    given = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with (
        tempfile.TemporaryDirectory() as folder,
        fake_server() as model,
        sync_playwright() as driver,
    ):
        index = Path(folder)
        ingest([ROOT / "seeds"], index=index, settings=Settings(model="none"))
        os.environ |= {"OPENAI_BASE_URL": model.base_url, "NEWSDESK_MODEL": "m-17"}
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS
        )
        with served(index, 8070) as url:
            paints = [_first_paint(browser, url) for _ in range(given.visits)]
            _tell("first paint at 150 kB/s", paints)
            page = browser.new_page()
            page.goto(url)
            page.wait_for_selector("#examples button")
            words = [_first_words(page, model) for _ in range(given.questions)]
            _tell("first words of a model", words)
        browser.close()


def _first_paint(browser: Browser, url: str) -> float:
    context = browser.new_context()
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.emulateNetworkConditions", {"offline": False, **_LINE})
    page.goto(url, wait_until="commit")
    painted = page.wait_for_function(_PAINTED, timeout=60_000).json_value()
    context.close()
    return float(painted)


def _first_words(page: Page, model: Fake) -> float:
    said: list[float] = []

    def slowly(handler: Any) -> None:
        handler.open()
        time.sleep(0.2)
        said.append(time.time() * 1000)
        handler.say("Zebras ")
        time.sleep(0.5)
        handler.say("are striped.")
        handler.complete()

    model.behaviour = slowly
    asked = page.locator("#settled .turn").count()
    page.evaluate(_WATCH)
    page.fill("#question textarea", QUESTION)
    page.click("#ask")
    shown = float(page.evaluate("window.shown"))
    page.wait_for_selector(f"#settled .turn:nth-child({asked + 1})")
    page.wait_for_timeout(500)  # until gradio takes the next question
    return shown - said[0]


def _tell(what: str, milliseconds: list[float]) -> None:
    median, most = np.median(milliseconds), max(milliseconds)
    load = f"load {os.getloadavg()[0]:.1f}"
    count = len(milliseconds)
    print(f"{what}: median {median:.0f} ms, at most {most:.0f} ({count}, {load})")


if __name__ == "__main__":
    main()
