"""What happens on the page when: which part's event calls what, and shows it where.

Parts are named by their ids, as in style.css; `ui/web/page.py` puts them there.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import gradio as gr
from gradio.events import Dependency

from ui.web.conversations import Conversations
from ui.web.desk import Desk
from ui.web.library import Library
from ui.web.saved import SavedQuestions
from ui.web.scope import SCOPE, Chosen
from ui.web.settings import CHOICE, Preferences
from ui.web.shelf import LISTING

_ASKING_AT_ONCE = 16
_FETCHING_AT_ONCE = 4
_SECONDS_BETWEEN_LOOKS = 15  # at whether articles have changed
_Parts = Mapping[str, Any]  # by their ids
_Event = Callable[..., Any]
# which conversation was open before the page was loaded anew, see visit.js
_OPENED = "(kept) => [kept, sessionStorage.getItem('newsdesk-open') ?? '']"

# "private" keeps an event out of the API that gradio would publish for it
_QUIETLY: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_on = partial(gr.on, **_QUIETLY)
# gradio drops a click while one before it on the same part is not answered: here each
# click goes to all who may know its act, so that one to open would cost one to remove
_on_each = partial(_on, trigger_mode="multiple")
_reads = partial(_on_each, concurrency_limit=None)


class Rooms(NamedTuple):
    """All that the page does."""

    desk: Desk
    library: Library
    preferences: Preferences
    conversations: Conversations
    saved: SavedQuestions


class Kept(NamedTuple):
    """What is kept of a visit: by the server for its length, or by the browser.

    The secret of what the browser keeps keeps nothing from anybody: it only has to be
    the same after a restart.
    """

    turns: gr.State
    current: gr.State  # the id of the conversation
    wanted: gr.State  # which articles are asked
    chosen: gr.State  # the engine of the visitor's own settings
    drawn: gr.State  # as of which state of the articles the talk is shown
    seen: gr.BrowserState
    talks: gr.BrowserState
    saved: gr.BrowserState


def wire(page: gr.Blocks, rooms: Rooms, *, read_only: bool) -> None:
    """Connect the parts of the page with what its rooms do."""
    at: dict[str, Any] = {
        str(one.elem_id): one for one in page.blocks.values() if one.elem_id
    }
    browser = partial(gr.BrowserState, secret="newsdesk")  # noqa: S106
    kept = Kept(
        turns=gr.State([]),
        current=gr.State(""),
        wanted=gr.State(Chosen()),
        chosen=gr.State(None),
        drawn=gr.State(None),
        seen=browser(storage_key="newsdesk-visit"),
        talks=browser([], storage_key="newsdesk"),
        saved=browser([], storage_key="newsdesk-saved"),
    )
    at_load: _Event = partial(page.load, **_QUIETLY)
    _wire_talk(at, rooms, kept, read_only=read_only)
    _wire_conversations(at, rooms.conversations, kept, at_load)
    _wire_saved(at, rooms.saved, kept, at_load)
    _wire_scope(at, rooms, kept)
    choice = [at[name] for name in CHOICE]
    told = [kept.chosen, at["key"], at["told"]]
    _on(at["apply"].click, rooms.preferences.choose, [kept.turns, *choice], told)
    asked = [kept.chosen, kept.turns]
    _on(at["side-head"].click, rooms.preferences.tell, asked, at["told"])
    _wire_listing(at, rooms.library, page)
    if not read_only:
        _wire_library(at, rooms)
    # lazily: they need the embedder, which may be out of reach
    at_load(rooms.desk.examples, None, at["examples"])


def _wire_talk(at: _Parts, rooms: Rooms, kept: Kept, *, read_only: bool) -> None:
    desk, turns, settled, reader = rooms.desk, kept.turns, at["settled"], at["article"]
    asking: Dependency = _on(
        [at["question"].submit, at["ask"].click, at["examples"].click],
        desk.ask,
        [at["question"], turns, kept.wanted, kept.chosen, kept.seen],
        [at["question"], at["pending"], settled, turns],
        trigger_mode="once",
        concurrency_limit=_ASKING_AT_ONCE,
    )
    told = [kept.talks, kept.current, at["past"]]
    keep = rooms.conversations.keep
    asking.then(keep, [kept.talks, kept.current, turns], told, **_QUIETLY)
    _on(at["stop"].click, None, None, None, cancels=[asking])
    _reads(settled.click, desk.open_cited, turns, reader)
    lists = [at[name].click for name in ("shelf", "news", "article")]
    _reads(lists, desk.open_listed, None, reader)
    _saves(settled.click, rooms.conversations.receipt, turns, at["file"])
    if not read_only:
        _on_each(settled.click, desk.rate, turns, turns)


def _wire_conversations(
    at: _Parts, talks: Conversations, kept: Kept, at_load: _Event
) -> None:
    past, news = at["past"], at["news"]
    opened = [kept.current, kept.turns, at["settled"], at["pending"]]
    changed = [kept.talks, kept.current]
    _on(past.click, talks.change, changed, [*changed, past])
    _saves(past.click, talks.export, kept.talks, at["file"])
    looks = gr.Timer(_SECONDS_BETWEEN_LOOKS).tick
    for event in (partial(_reads, looks), at_load):
        event(talks.redrawn, [kept.turns, kept.drawn], [at["settled"], kept.drawn])
    clicks = [past.click, news.click, at["again"].click]
    _on_each(clicks, talks.resume, kept.talks, opened)
    _on(at["masthead"].click, talks.begin, None, opened)
    at_load(talks.listed, kept.talks, past)
    at_load(talks.reopen, [kept.talks, at["file"]], opened, js=_OPENED)
    at_load(talks.news, [kept.seen, kept.talks], [kept.seen, news])


def _saves(event: _Event, act: _Event, inputs: Any, file: gr.Textbox) -> None:
    """Let a click write a file, which the browser then saves."""
    written: Dependency = _on_each(event, act, inputs, file)
    written.then(None, file, file, js="(it) => newsdeskSaves(it)", **_QUIETLY)


def _wire_saved(at: _Parts, saved: SavedQuestions, kept: Kept, at_load: _Event) -> None:
    shown = at["saved"]
    told = [kept.saved, shown]
    _on_each(at["settled"].click, saved.save, [kept.saved, kept.turns], told)
    _on(shown.click, saved.forget, kept.saved, told)
    at_load(saved.listed, kept.saved, shown)
    both = [kept.saved, kept.talks]
    at_load(saved.ask_again, both, [*both, shown, at["past"], at["again"]])


def _wire_scope(at: _Parts, rooms: Rooms, kept: Kept) -> None:
    desk, line, fields = rooms.desk, at["scope"], [at[name] for name in SCOPE]
    names, dates = fields[:3], fields[3:]
    # a date is taken when it is finished, not at each key
    told = [one.change for one in names]
    told += [event for one in dates for event in (one.blur, one.submit)]
    _on(told, desk.choose, [kept.wanted, *fields], [kept.wanted, line])
    shown = [kept.wanted, line, *fields]
    _reads([line.click, at["article"].click], desk.change_scope, kept.wanted, shown)
    _on(line.click, rooms.library.names, None, names)


def _wire_listing(at: _Parts, library: Library, page: gr.Blocks) -> None:
    fields, shelf = [at[name] for name in LISTING], at["shelf"]
    search, *picked, authors, publishers, languages, source, since, until = fields
    names, typed = [authors, publishers, languages], [source, since, until]
    told = [one.input for one in picked] + [one.change for one in (search, *names)]
    # a date or an address is taken when it is finished, not at each key
    told += [event for one in typed for event in (one.blur, one.submit)]
    once: dict[str, Any] = {"queue": False, "trigger_mode": "always_last"}
    _on([page.load, *told], library.shelf, fields, shelf, **once)
    _on_each(shelf.click, library.turned, fields, [shelf, search, *fields[4:]])
    _on(at["filtering"].click, library.names, None, names)


def _wire_library(at: _Parts, rooms: Rooms) -> None:
    """Let articles be added and removed; after that the list is drawn anew."""
    library, sources, report = rooms.library, rooms.library.sources, at["report"]
    changes = [at[name].submit for name in ("article", "report", "shelf")]
    files, address, followed = at["upload"], at["address"], at["followed"]
    told = [address, at["arrived"]]
    fetching = {"concurrency_limit": _FETCHING_AT_ONCE}
    came: list[Dependency] = [
        _on(
            [address.submit, at["add-page"].click],
            *(sources.page, address, told),
            **fetching,
        ),
        _on(at["add-feed"].click, sources.feed, address, told, **fetching),
        # one may be unfollowed while another is fetched
        _on_each(followed.click, sources.change, None, at["arrived"], **fetching),
    ]
    _on(at["links"].click, sources.told, None, followed)
    for event in came:
        event.then(sources.told, None, followed, **_QUIETLY)
    came += [
        _on(files.upload, library.add, files, report, concurrency_limit=1),
        _on_each(changes, library.change, None, report),
    ]
    for event in came:
        listed = [at[name] for name in LISTING]
        shown = event.then(library.shelf, listed, at["shelf"], **_QUIETLY)
        shown.then(rooms.desk.examples, None, at["examples"], **_QUIETLY)
