"""What stands on the page, how it looks, and how it is launched."""

import asyncio
from collections.abc import Awaitable, Callable
from copy import copy
from importlib import resources
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
from ui.logins import may_enter
from ui.render.button import button_html
from ui.watching import Watcher
from ui.web import language
from ui.web.desk import Desk
from ui.web.files import Files
from ui.web.first_paint import paint_first
from ui.web.guard import Guard
from ui.web.install import ROUTES
from ui.web.library import Library
from ui.web.news import NewsRoom
from ui.web.past import WELCOME, listed
from ui.web.saved import SavedQuestions
from ui.web.scope import Chosen, panel, scope_html
from ui.web.service import Service
from ui.web.settings import Preferences
from ui.web.shelf import Listing, finding, listing, view
from ui.web.wiring import Addresses, Side, Talk, wire

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
_FILTER = button_html("filter", "Filter", aria_expanded="false")
# whose conversations are in memory, a megabyte each; the longest idle begin anew
_VISITORS = 300
_SCRIPTS = ("script.js", "visit.js", "library.js")
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
    desk = Desk(engine, read_only=read_only)
    library = Library(engine, index, watcher, read_only=read_only)
    preferences, news = Preferences(engine, service), NewsRoom(engine)
    files = Files(engine)
    page = _Page(
        title="newsdesk",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(3600, 3600),  # uploads are copied: gradio's copies may go
    )
    with page:
        with gr.Row(elem_id="desk", elem_classes="read-only" if read_only else None):
            with gr.Column(elem_id="talk"):
                talk = _talk(engine)
            with gr.Column(elem_id="side"):
                side = _side(engine, preferences, read_only=read_only)
        rooms = (desk, library, preferences, news, files, SavedQuestions(engine))
        wire(*rooms, talk, side, page, read_only=read_only)
    return page


def launch(page: gr.Blocks, service: Service, max_file_mb: float) -> None:
    """Start serving the page and return."""
    public = urlsplit(service.public_url)
    guard = Middleware(Guard, loopback=service.loopback, host=public.hostname or "")
    small = Middleware(GZipMiddleware)  # but for streams, which it lets pass
    paint_first()
    page.launch(
        server_name=service.host,
        server_port=service.port,
        root_path=service.public_url or None,
        auth=_doorkeeper(service.auth),  # type: ignore[arg-type]  # may be async, too
        auth_message=f"<b>newsdesk</b><style>{_data('login.css')}</style>",
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
        css=_data("style.css") + _data("library.css"),
        head=language.head() + _script(),
        app_kwargs={
            "middleware": [small, guard],
            "openapi_url": None,
            "routes": [*ROUTES],  # before gradio's own
        },
    )


def _doorkeeper(file: Path | None) -> Callable[[str, str], Awaitable[bool]] | None:
    """Return what gradio asks whether a name and a password may enter."""
    if file is None:
        return None

    async def enters(name: str, password: str) -> bool:
        # hashing takes a fifth of a second, in which the others are served
        return await asyncio.to_thread(may_enter, file, name, password)

    return enters


def _talk(engine: QueryEngine) -> Talk:
    masthead = _html(_MASTHEAD, "masthead")
    with gr.Column(elem_id="conversation"):
        settled = _html(WELCOME, "settled")
        pending = _html("", "pending")
        again = _html("", "again")
        news = _html("", "news")
        examples = _html("", "examples")
        file = gr.Textbox(visible="hidden")
    articles = engine.articles()
    scope = _html(scope_html(Chosen(), articles), "scope")
    with gr.Column(elem_id="scope-panel", elem_classes="fields"):
        fields = panel(articles)
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
    shown = (settled, pending, news, again, examples, file, scope)
    return Talk(masthead, *shown, fields, question, ask, stop)


def _side(engine: QueryEngine, preferences: Preferences, *, read_only: bool) -> Side:
    head = _html(_SIDE_HEAD, "side-head")
    with gr.Column(elem_id="library"):
        filtering, fields = _listing(engine)
        with gr.Column(elem_id="shelves"):
            shelf = _html("", "shelf")
        # what it does is not there either: see `_wire_library`
        with gr.Column(elem_id="add-row", visible=not read_only):
            report = _html("", "report")
            upload = gr.UploadButton(
                "Add articles",
                elem_id="upload",
                file_count="multiple",
                file_types=sorted(SUFFIXES),
            )
            links = _html(_BY_ADDRESS, "links")
    with gr.Column(elem_id="reader"):
        reader = _html("", "article")
    with gr.Column(elem_id="past-room"):
        saved = _html("", "saved")
        past = _html(listed(None), "past")
    with gr.Column(elem_id="sources-room", elem_classes="fields"):
        sources = None if read_only else _addresses(links)
    with gr.Column(elem_id="settings-room"):
        settings = preferences.fields()
        with gr.Column(elem_classes="fields"):
            language.field()
        told = _html("", "told")
    rooms = (reader, past, saved, settings, told, sources)
    return Side(head, filtering, fields, shelf, upload, report, *rooms)


def _listing(engine: QueryEngine) -> tuple[gr.HTML, Listing]:
    found = finding()
    with gr.Row(elem_id="view-row"):
        shown = view()
        filtering = _html(_FILTER, "filtering")
    with gr.Column(elem_id="filter-panel", elem_classes="fields"):
        return filtering, listing(engine.articles(), found, shown)


def _addresses(links: gr.HTML) -> Addresses:
    address = gr.Textbox(
        elem_id="address",
        label="Address of a page, or of a feed",
        placeholder="https://…",
        max_length=2000,
    )
    with gr.Row(elem_id="address-row"):
        page = gr.Button("Add the page", elem_id="add-page")
        feed = gr.Button("Follow the feed", elem_id="add-feed")
    report = _html("", "arrived")
    followed = _html("", "followed")
    return Addresses(links, address, page, feed, report, followed)


def _html(value: Any, name: str) -> gr.HTML:
    return gr.HTML(
        value,
        elem_id=name,
        apply_default_css=False,
        js_on_load="newsdeskPart(element, trigger, watch)",
    )


def _script() -> str:
    """Return what each HTML part of the page calls: once, not a copy in each of them.

    gradio looks through a part's own script for events at each answer, too.
    """
    script = "".join(map(_data, _SCRIPTS))
    return (
        f"<script>function newsdeskPart(element, trigger, watch) {{{script}}}</script>"
    )


def _data(name: str) -> str:
    return resources.files("ui.web").joinpath(name).read_text(encoding="utf-8")
