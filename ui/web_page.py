"""What stands on the page, how it looks, and how it is launched."""

from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.engine import QueryEngine
from rag.question import MAX_QUESTION
from ui.web_desk import Desk

_ASKING_AT_ONCE = 16
_MASTHEAD = """
<header class="masthead"><h1>newsdesk</h1><p>Every sentence opens its source</p>
<button type="button" class="plain" data-act="side">Articles</button></header>
"""
_WELCOME = """
<div class="welcome"><p class="large">Ask the articles.</p>
<p>The answer is put together from what they say. Each small number opens the very
sentence it rests on.</p></div>
"""
_SIDE_HEAD = """
<header class="side-head"><h2>Articles</h2>
<button type="button" class="plain" data-act="list">← All articles</button>
<p aria-hidden="true"></p>
<button type="button" class="plain" data-act="close">Close</button>
</header>
"""
_ICON = (
    '<link rel="icon" href="data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg'
    "%22 viewBox=%220 0 16 16%22><circle cx=%228%22 cy=%228%22 r=%227%22 "
    'fill=%22%2317604a%22/></svg>">'
)
# system fonts: gradio's own themes fetch theirs
_SANS = ("-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
_MONO = ("ui-monospace", "Menlo", "Consolas", "monospace")
# the browser itself holds the page to this server, whatever gradio's files ask for
_POLICY = (
    b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    b"style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    b"font-src 'self' data:; object-src 'none'; base-uri 'self'; "
    b"form-action 'self'; frame-ancestors 'self'"
)


class _Talk(NamedTuple):
    """The left side: the conversation and the question box."""

    settled: gr.HTML
    pending: gr.HTML
    examples: gr.HTML
    question: gr.Textbox
    ask: gr.Button
    stop: gr.Button


class _Side(NamedTuple):
    """The right side: the list of articles, or one of them."""

    shelf: gr.HTML
    upload: gr.UploadButton
    report: gr.HTML
    reader: gr.HTML


def build(engine: QueryEngine, index: Path) -> gr.Blocks:
    """Return the page over `engine`; files that are added go into `index`."""
    desk = Desk(engine, index)
    page = gr.Blocks(
        title="newsdesk",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(3600, 3600),  # uploads are copied: gradio's copies may go
    )
    with page:
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="talk"):
                talk = _talk()
            with gr.Column(elem_id="side"):
                side = _side(desk)
        _wire(desk, talk, side)
        # lazily: they need the embedder, which may be out of reach
        page.load(
            desk.examples,
            None,
            talk.examples,
            show_progress="hidden",
            api_visibility="private",
        )
    return page


def launch(page: gr.Blocks, host: str, port: int, max_file_mb: float) -> None:
    """Start serving the page and return."""
    page.launch(
        server_name=host,
        server_port=port,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        ssr_mode=False,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        mcp_server=False,
        max_file_size=int(max_file_mb * 1_000_000),
        theme=gr.themes.Base(font=_SANS, font_mono=_MONO),
        css=_data("web_style.css"),
        head=_ICON,
        app_kwargs={"middleware": [Middleware(_Policy)], "openapi_url": None},
    )


def _talk() -> _Talk:
    _html(_MASTHEAD, "masthead")
    with gr.Column(elem_id="conversation"):
        settled = _html(_WELCOME, "settled")
        pending = _html("", "pending")
        examples = _html("", "examples")
    with gr.Row(elem_id="ask-row"):
        question = gr.Textbox(
            elem_id="question",
            label="Your question",
            show_label=False,
            container=False,
            placeholder="Ask the articles …",
            lines=1,
            max_lines=6,
            max_length=MAX_QUESTION,
            autofocus=True,
        )
        ask = gr.Button("Ask", elem_id="ask", variant="primary")
        stop = gr.Button("Stop", elem_id="stop")
    return _Talk(settled, pending, examples, question, ask, stop)


def _side(desk: Desk) -> _Side:
    _html(_SIDE_HEAD, "side-head")
    with gr.Column(elem_id="library"):
        with gr.Column(elem_id="shelves"):
            shelf = _html(desk.shelf, "shelf")
        with gr.Column(elem_id="add-row"):
            report = _html("", "report")
            upload = gr.UploadButton(
                "Add articles (.txt, .md)",
                elem_id="upload",
                file_count="multiple",
                file_types=[".txt", ".md"],
            )
    with gr.Column(elem_id="reader"):
        reader = _html("", "article")
    return _Side(shelf, upload, report, reader)


def _wire(desk: Desk, talk: _Talk, side: _Side) -> None:
    turns = gr.State([])
    # "private" keeps an event out of the API that gradio would publish for it
    on = partial(gr.on, show_progress="hidden", api_visibility="private")
    asking = on(
        [talk.question.submit, talk.ask.click, talk.examples.click],
        desk.ask,
        [talk.question, turns],
        [talk.question, talk.pending, talk.settled, turns],
        trigger_mode="once",
        concurrency_limit=_ASKING_AT_ONCE,
    )
    on(
        talk.stop.click,
        None,
        talk.pending,
        talk.pending,
        cancels=[asking],
        js="(html) => html.replace('turn pending', 'turn stopped')",
    )
    on(talk.settled.click, desk.open_cited, turns, side.reader, concurrency_limit=None)
    on(side.shelf.click, desk.open_listed, None, side.reader, concurrency_limit=None)
    added = [side.report, side.shelf, talk.examples]
    on(side.upload.upload, desk.add, side.upload, added, concurrency_limit=1)


def _html(value: Any, name: str) -> gr.HTML:
    return gr.HTML(
        value,
        elem_id=name,
        apply_default_css=False,
        js_on_load=_data("web_script.js"),
    )


def _data(name: str) -> str:
    return files("ui").joinpath(name).read_text(encoding="utf-8")


class _Policy:
    """Adds the headers that hold the page to this server."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    (b"content-security-policy", _POLICY),
                    (b"referrer-policy", b"no-referrer"),
                ]
            await send(message)

        await self._app(scope, receive, with_policy)
