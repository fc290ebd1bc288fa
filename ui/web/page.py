"""What stands on the page, how it looks, and how it is launched."""

import asyncio
from copy import copy
from functools import partial
from itertools import compress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.state_holder import SessionState
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from ingest.readers import SUFFIXES
from rag.engine import QueryEngine
from rag.questions.question import MAX_QUESTION
from ui.conversations import conversations_html
from ui.logins import may_enter
from ui.render.pieces import button_html
from ui.watching import Watcher
from ui.web import language
from ui.web.conversations import WELCOME, Conversations
from ui.web.desk import Desk
from ui.web.first_paint import paint_first
from ui.web.guard import Guard
from ui.web.install import ROUTES
from ui.web.library import Library
from ui.web.parts import data, html, script
from ui.web.saved import SavedQuestions
from ui.web.scope import Chosen, panel, scope_html
from ui.web.service import Service
from ui.web.settings import Preferences
from ui.web.shelf import listing
from ui.web.wiring import Rooms, wire

_MASTHEAD = """
<header class="masthead"><h1 translate="no">newsdesk</h1>
<p>Every sentence opens its source</p>
<nav><button type="button" class="plain" data-act="new">New</button>
<button type="button" class="plain" data-act="past">Conversations</button>
<button type="button" class="plain" data-act="side">Articles</button></nav></header>
"""
_SIDE_HEAD = """
<header class="side-head"><h2 data-of="list">Articles</h2>
<h2 data-of="past">Conversations</h2>
<h2 data-of="settings">Settings</h2>
<h2 data-of="sources">Pages and feeds</h2>
<button type="button" class="plain" data-act="list">← All articles</button>
<p aria-hidden="true" translate="no"></p>
<span class="steps"><button type="button" class="plain" data-act="step" data-by="-1"
aria-label="Previous citation">↑</button>
<button type="button" class="plain" data-act="step" data-by="1"
aria-label="Next citation">↓</button></span>
<button type="button" class="plain" data-act="settings">Settings</button>
<button type="button" class="plain" data-act="close">Close</button>
</header>
"""
_BY_ADDRESS = button_html("sources", "Add by link or feed")
# whose conversations are in memory, a megabyte each; the longest idle begin anew
_VISITORS = 300
# system fonts: gradio's own themes fetch theirs
_SANS = ("-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
_MONO = ("ui-monospace", "Menlo", "Consolas", "monospace")


class _Page(gr.Blocks):
    """gradio's page, in which what is not changed costs nothing.

    For each output that is skipped gradio makes a component anew, under another number,
    and keeps what is shown in it next under that number, until the visit ends. And it
    keeps a copy of the whole page for links to a visit, which `Guard` turns away.
    """

    async def postprocess_data(
        self, block_fn: BlockFunction, predictions: Any, state: SessionState | None
    ) -> list[Any]:
        """Return what is sent to the browser, for each output of an event."""
        sent = await self._sent(block_fn, predictions, state)
        if state:
            state.config_values.clear()
        return sent

    async def _sent(
        self, block_fn: BlockFunction, predictions: Any, state: SessionState | None
    ) -> list[Any]:
        outputs = block_fn.outputs
        values = predictions if isinstance(predictions, list | tuple) else [predictions]
        if predictions == gr.skip():
            values = [predictions] * len(outputs)
        kept = [value != gr.skip() for value in values]
        if all(kept) or len(values) != len(outputs):
            return await super().postprocess_data(block_fn, predictions, state)
        changing = copy(block_fn)
        changing.outputs = list(compress(outputs, kept))
        given = list(compress(values, kept))
        sent = iter(
            await super().postprocess_data(
                changing, given if len(given) > 1 else given[0], state
            )
            if given
            else ()
        )
        unchanged = (None if one.stateful else gr.skip() for one in outputs)
        return [
            next(sent) if keep else same
            for keep, same in zip(kept, unchanged, strict=True)
        ]


def build(
    engine: QueryEngine, index: Path, service: Service, watcher: Watcher | None = None
) -> gr.Blocks:
    """Return the page over `engine`; files that are added go into `index`.

    The folders of `watcher` can be switched on it.
    """
    read_only = service.read_only
    rooms = Rooms(
        Desk(engine, read_only=read_only),
        Library(engine, index, watcher, read_only=read_only),
        Preferences(engine, service),
        Conversations(engine),
        SavedQuestions(engine),
    )
    page = _Page(
        title="newsdesk",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(3600, 3600),  # uploads are copied: gradio's copies may go
    )
    with page:
        with gr.Row(elem_id="desk", elem_classes="read-only" if read_only else None):
            with gr.Column(elem_id="talk"):
                _talk(engine)
            with gr.Column(elem_id="side"):
                _side(engine, rooms.preferences, read_only=read_only)
        wire(page, rooms, read_only=read_only)
    return page


def launch(page: gr.Blocks, service: Service, max_file_mb: float) -> None:
    """Start serving the page and return."""
    public = urlsplit(service.public_url)
    guard = Middleware(Guard, loopback=service.loopback, host=public.hostname or "")
    small = Middleware(GZipMiddleware)  # but for streams, which it lets pass
    aside: Any = asyncio.to_thread  # hashing takes a fifth of a second
    enters = partial(aside, may_enter, service.auth) if service.auth else None
    paint_first()
    page.launch(
        server_name=service.host,
        server_port=service.port,
        root_path=service.public_url or None,
        auth=enters,
        auth_message=f"<b>newsdesk</b><style>{data('login.css')}</style>",
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        ssr_mode=False,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        state_session_capacity=_VISITORS,
        mcp_server=False,
        max_file_size=int(max_file_mb * 1_000_000),
        theme=gr.themes.Base(font=_SANS, font_mono=_MONO).set(
            body_background_fill="#f3f4f0",  # before the style is there
            body_background_fill_dark="#161a1b",
        ),
        css=data("style.css") + data("library.css"),
        head=language.head() + script(),
        app_kwargs={
            "middleware": [small, guard],
            "openapi_url": None,
            "routes": [*ROUTES],  # before gradio's own
        },
    )


def _talk(engine: QueryEngine) -> None:
    html(_MASTHEAD, "masthead")
    with gr.Column(elem_id="conversation"):
        html(WELCOME, "settled")
        for name in ("pending", "again", "news", "examples"):
            html("", name)
        gr.Textbox(visible="hidden", elem_id="file")
    articles = engine.articles()
    html(scope_html(Chosen(), articles), "scope")
    with gr.Column(elem_id="scope-panel", elem_classes="fields"):
        panel(articles)
    with gr.Row(elem_id="ask-row"):
        gr.Textbox(
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
        gr.Button("Ask", elem_id="ask", variant="primary")
        gr.Button("Stop", elem_id="stop")


def _side(engine: QueryEngine, preferences: Preferences, *, read_only: bool) -> None:
    html(_SIDE_HEAD, "side-head")
    with gr.Column(elem_id="library"):
        listing(engine.articles())
        with gr.Column(elem_id="shelves"):
            html("", "shelf")
        # what it does is not there either: see `wire`
        with gr.Column(elem_id="add-row", visible=not read_only):
            html("", "report")
            gr.UploadButton(
                "Add articles",
                elem_id="upload",
                file_count="multiple",
                file_types=sorted(SUFFIXES),
            )
            html(_BY_ADDRESS, "links")
    with gr.Column(elem_id="reader"):
        html("", "article")
    with gr.Column(elem_id="past-room"):
        html("", "saved")
        html(conversations_html([]), "past")
    with gr.Column(elem_id="sources-room", elem_classes="fields"):
        if not read_only:
            _addresses()
    with gr.Column(elem_id="settings-room"):
        preferences.fields()
        with gr.Column(elem_classes="fields"):
            language.field()
        html("", "told")


def _addresses() -> None:
    gr.Textbox(
        elem_id="address",
        label="Address of a page, or of a feed",
        placeholder="https://…",
        max_length=2000,
    )
    with gr.Row(elem_id="address-row"):
        gr.Button("Add the page", elem_id="add-page")
        gr.Button("Follow the feed", elem_id="add-feed")
    html("", "arrived")
    html("", "followed")
