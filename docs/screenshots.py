"""Make the screenshots of the README (make screenshots)."""

import shutil
import socket
import tempfile
import threading
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from ingest import ingest
from rag.config import load_settings
from ui.web import serve
from ui.web_service import Service

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
QUESTION = "What does the author say about chip restrictions?"


def main() -> None:
    """Serve the seed articles and photograph the page, wide and narrow."""
    IMAGES.mkdir(exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        # without a model the pictures are the same on every machine
        settings = load_settings(model="none")
        ingest([ROOT / "seeds"], index=index, settings=settings)
        threading.Thread(
            target=serve, args=(index, Service(port=port), settings), daemon=True
        ).start()
        _wait_for(port)
        with sync_playwright() as driver:
            browser = driver.chromium.launch(
                executable_path=shutil.which("chromium"),
                args=["--no-sandbox", "--disable-gpu"],
            )
            url = f"http://127.0.0.1:{port}"
            _shoot(browser, url, (1280, 800), "page.png", read=True)
            _shoot(browser, url, (390, 844), "page-narrow.png", read=False)
            browser.close()


def _shoot(
    browser: Browser, url: str, size: tuple[int, int], name: str, *, read: bool
) -> None:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(url)
    page.wait_for_selector("#shelf li", state="attached")
    page.fill("#question textarea", QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector("#settled .cite")
    if read:
        page.locator("#settled .cite").first.click()
        page.wait_for_selector("#reader mark.active")
        page.mouse.move(0, 0)
    page.wait_for_timeout(1500)  # until the scrolling has come to rest
    page.screenshot(path=IMAGES / name)
    page.close()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit("The page did not come up within a minute.")


if __name__ == "__main__":
    main()
