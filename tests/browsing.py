"""A real browser on the real page, for tests."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from rag.engine import QueryEngine
from ui.web.server import _QUIET
from ui.web.service import Service

ROOT = Path(__file__).parent.parent
QUESTION = "what does the author say about chip restrictions?"
SIZES = [(390, 844), (1280, 800), (2560, 1300)]
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@contextmanager
def served(index: Path, port: int, **service: object) -> Iterator[str]:
    """Serve the page as the command does, in a process of its own."""
    code = (
        "import sys; from pathlib import Path, PosixPath; "
        "from ui.web.server import serve; from ui.web.service import Service; "
        f"serve(Path(sys.argv[1]), Service(port=int(sys.argv[2]), **{service!r}))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(index), str(port)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        line = process.stdout.readline()
        found = re.search(r"http://[\d.:]+", line)
        assert found, line
        yield found[0]
    finally:
        # not SIGINT: a shell that was started in the background has it ignored
        process.terminate()
        process.wait(timeout=60)


@contextmanager
def behind_a_proxy(inside: str, port: int, prefix: str) -> Iterator[None]:
    """Serve what is at `inside` on a port of this machine, below a path, as nginx does.

    Whatever is asked for beside that path is not found.
    """
    client = httpx2.AsyncClient(timeout=None)  # streams stay open
    host = urlsplit(inside).netloc.encode()

    async def forward(request: Request) -> Response:
        path = request.url.path.removeprefix(prefix)
        query = f"?{request.url.query}" if request.url.query else ""
        headers = [
            (name, value) for name, value in request.headers.raw if name != b"host"
        ]
        sent = client.build_request(
            request.method,
            f"{inside}{path}{query}",
            headers=[(b"host", host), *headers],
            content=await request.body(),
        )
        got = await client.send(sent, stream=True)
        end = BackgroundTask(got.aclose)
        return StreamingResponse(
            got.aiter_raw(), got.status_code, dict(got.headers), background=end
        )

    methods = ["GET", "HEAD", "POST"]
    app = Starlette(routes=[Route(f"{prefix}/{{path:path}}", forward, methods=methods)])
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.05)
        yield
    finally:
        server.should_exit = server.force_exit = True
        thread.join(timeout=30)


@contextmanager
def launched(engine: QueryEngine, port: int, **how: Any) -> Iterator[str]:
    """Serve the page from this process, so that a test can change how it works."""
    os.environ.update(_QUIET)
    from ui.web.page import build, launch

    service = Service(port=port, **how).checked()
    page = build(engine, engine.folder, service)
    launch(page, service, 10)
    try:
        yield f"http://127.0.0.1:{service.port}"
    finally:
        page.close(verbose=False)


@contextmanager
def visitors(browser: Any, url: str) -> Iterator[Callable[..., Any]]:
    """Yield what opens the page as a new visitor.

    Nobody may leave this host, raise a dialog, fail in a script, or be shown a text of
    newsdesk's that the other languages lack.
    """
    hosts: set[str] = set()
    surprises: list[str] = []
    contexts = []

    def dialog(shown: Any) -> None:
        surprises.append(shown.message)
        shown.dismiss()

    def opened(
        width: int = 1280, height: int = 800, shelf: bool = True, **options: Any
    ) -> Any:
        viewport = {"width": width, "height": height}
        context = browser.new_context(viewport=viewport, **options)
        contexts.append(context)
        context.add_init_script("window.newsdeskUntranslated = new Set()")
        page = context.new_page()
        page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        page.on("dialog", dialog)
        page.on("pageerror", lambda error: surprises.append(str(error)))
        page.goto(url)
        page.wait_for_selector("#shelf li" if shelf else "#shelf", state="attached")
        return page

    yield opened
    for context in contexts:
        for page in context.pages:
            surprises += page.evaluate("[...window.newsdeskUntranslated]")
        context.close()
    assert hosts - {""} == {urlsplit(url).netloc}
    assert not surprises, surprises


def ask(page: Any, question: str) -> None:
    """Ask, and wait for the answer."""
    before = page.locator("#settled .turn").count()
    box = page.locator("#question textarea")
    box.fill(question)
    # an answer is shown a moment before gradio takes the next question
    while page.locator("#settled .turn").count() == before and box.input_value():
        box.press("Enter")
        page.wait_for_timeout(200)
    page.wait_for_selector(f"#settled .turn:nth-child({before + 1})")


def reach(page: Any, target: Any, key: str = "Tab") -> None:
    """Press a key until the target has the focus, and can be seen to have it."""
    for _ in range(150):
        page.keyboard.press(key)
        if target.evaluate("it => it === document.activeElement"):
            break
    else:
        raise AssertionError(f"{target} is not reached by {key}")
    # a ring around it or, for a field, around the frame that it stands in
    assert target.evaluate(
        """it => [it, ...[1, 2, 3].map(() => (it = it.parentElement))].some((one) => {
            const { outlineStyle, outlineWidth } = getComputedStyle(one);
            return outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
        })"""
    ), f"nobody sees that {target} has the focus"


def obstacles(page: Any) -> list[tuple[str, list[str]]]:
    """Return what axe finds against WCAG 2.2 AA, in the theme that is shown."""
    from axe_playwright_python.sync_playwright import Axe

    # until colours have faded in
    page.wait_for_function("!document.getAnimations().length")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    found = Axe().run(page, options=rules).response["violations"]
    return [
        (one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found
    ]


def drop(page: Any, selector: str, files: dict[str, str]) -> None:
    """Drag files (name: text) over an element, and let them fall."""
    page.evaluate(
        """([selector, files]) => {
            const dataTransfer = new DataTransfer();
            for (const [name, text] of Object.entries(files))
                dataTransfer.items.add(new File([text], name));
            const how = { dataTransfer, bubbles: true, cancelable: true };
            const target = document.querySelector(selector);
            for (const name of ["dragover", "drop"])
                if (target.dispatchEvent(new DragEvent(name, how)))
                    throw Error(`${name} is left to the browser`);
        }""",
        [selector, files],
    )
