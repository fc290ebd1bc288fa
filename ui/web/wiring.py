"""What happens on the page when: which part's event calls what, and shows it where."""

from functools import partial
from typing import Any, NamedTuple

import gradio as gr
from gradio.events import Dependency

from ui.web.desk import Desk
from ui.web.files import Files
from ui.web.library import Library
from ui.web.news import NewsRoom
from ui.web.past import begin, change, keep, listed
from ui.web.saved import SavedQuestions
from ui.web.scope import Chosen, Panel
from ui.web.settings import Fields, Preferences
from ui.web.shelf import Listing
from ui.web.sources import Sources

_ASKING_AT_ONCE = 16
_FETCHING_AT_ONCE = 4
# the browser saves what the server wrote into a field that nobody sees
_SAVE = """(written) => {
    if (written) {
        const { name, type, text } = JSON.parse(written);
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([text], { type }));
        link.download = name;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    }
    return "";
}"""

# which conversation was open before the page was loaded anew, see visit.js
_OPENED = "(kept) => [kept, sessionStorage.getItem('newsdesk-open') ?? '']"


class Talk(NamedTuple):
    """The left side: the conversation and the question box."""

    masthead: gr.HTML
    settled: gr.HTML
    pending: gr.HTML
    news: gr.HTML
    again: gr.HTML
    examples: gr.HTML
    file: gr.Textbox
    scope: gr.HTML
    fields: Panel
    question: gr.Textbox
    ask: gr.Button
    stop: gr.Button


class Addresses(NamedTuple):
    """Where articles come from by their address."""

    links: gr.HTML
    address: gr.Textbox
    page: gr.Button
    feed: gr.Button
    report: gr.HTML
    followed: gr.HTML


class Side(NamedTuple):
    """The right side: the list of articles, or one of them."""

    head: gr.HTML
    filtering: gr.HTML
    listing: Listing
    shelf: gr.HTML
    upload: gr.UploadButton
    report: gr.HTML
    reader: gr.HTML
    past: gr.HTML
    saved: gr.HTML
    settings: Fields
    told: gr.HTML
    sources: Addresses | None  # where nobody may add any there are none


def wire(  # noqa: PLR0913, PLR0917  # all that there is
    desk: Desk,
    library: Library,
    preferences: Preferences,
    news: NewsRoom,
    files: Files,
    saved: SavedQuestions,
    talk: Talk,
    side: Side,
    page: gr.Blocks,
    *,
    read_only: bool,
) -> None:
    """Connect the parts of the page with what they do."""
    wanted, turns, chosen = gr.State(Chosen()), gr.State([]), gr.State(None)
    seen = gr.BrowserState(storage_key="newsdesk-visit", secret="newsdesk")  # noqa: S106
    asking = _wire_talk(desk, files, talk, side, turns, [wanted, chosen, seen])
    fields = side.settings
    _on(
        fields.apply.click,
        preferences.choose,
        [turns, *fields[:5]],
        [chosen, fields.key, side.told],
    )
    _on(side.head.click, preferences.tell, [chosen, turns], side.told)
    if not read_only:
        _on_each(talk.settled.click, desk.rate, turns, None)
    kept = _wire_past(news, files, talk, side, turns, asking, page)
    page.load(news.told, [seen, kept], [seen, talk.news], **_QUIETLY)
    _wire_saved(saved, talk, side, turns, kept, page)
    _wire_scope(desk, library, talk, side, wanted)
    _wire_listing(library, side, page)
    _wire_library(desk, library, talk, side, read_only=read_only)
    # lazily: they need the embedder, which may be out of reach
    page.load(desk.examples, None, talk.examples, **_QUIETLY)


# "private" keeps an event out of the API that gradio would publish for it
_QUIETLY: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_on = partial(gr.on, **_QUIETLY)
# gradio drops a click while one before it on the same part is not answered: here each
# click goes to all who may know its act, so that one to open would cost one to remove
_on_each = partial(_on, trigger_mode="multiple")


def _wire_talk(  # noqa: PLR0913, PLR0917  # all that there is
    desk: Desk,
    files: Files,
    talk: Talk,
    side: Side,
    turns: gr.State,
    how: list[gr.State | gr.BrowserState],
) -> Dependency:
    asking: Dependency = _on(
        [talk.question.submit, talk.ask.click, talk.examples.click],
        desk.ask,
        [talk.question, turns, *how],
        [talk.question, talk.pending, talk.settled, turns],
        trigger_mode="once",
        concurrency_limit=_ASKING_AT_ONCE,
    )
    _on(talk.stop.click, None, None, None, cancels=[asking])
    _on_each(
        talk.settled.click, desk.open_cited, turns, side.reader, concurrency_limit=None
    )
    _on_each(
        [side.shelf.click, talk.news.click],
        desk.open_listed,
        None,
        side.reader,
        concurrency_limit=None,
    )
    _on_each(talk.settled.click, files.receipt, turns, talk.file).then(
        None, talk.file, talk.file, js=_SAVE, **_QUIETLY
    )
    return asking


def _wire_past(  # noqa: PLR0913, PLR0917  # all that there is
    news: NewsRoom,
    files: Files,
    talk: Talk,
    side: Side,
    turns: gr.State,
    asking: Dependency,
    page: gr.Blocks,
) -> gr.BrowserState:
    """Return the conversations that the browser keeps."""
    # in the visitor's browser and nowhere else; the secret keeps nothing from anybody,
    # it only has to be the same after a restart
    kept = gr.BrowserState([], storage_key="newsdesk", secret="newsdesk")  # noqa: S106
    current = gr.State("")
    opened = [current, turns, talk.settled, talk.pending]
    told = [kept, current, side.past]
    asking.then(keep, [kept, current, turns], told, **_QUIETLY)
    _on(side.past.click, change, [kept, current], told)
    _on_each(side.past.click, files.conversation, kept, talk.file).then(
        None, talk.file, talk.file, js=_SAVE, **_QUIETLY
    )
    resumed = [side.past.click, talk.news.click, talk.again.click]
    _on_each(resumed, news.resume, kept, opened)
    _on(talk.masthead.click, begin, None, opened)
    page.load(listed, kept, side.past, **_QUIETLY)
    page.load(news.reopen, [kept, talk.file], opened, js=_OPENED, **_QUIETLY)
    return kept


def _wire_saved(  # noqa: PLR0913, PLR0917  # all that there is
    saved: SavedQuestions,
    talk: Talk,
    side: Side,
    turns: gr.State,
    talks: gr.BrowserState,
    page: gr.Blocks,
) -> None:
    kept = gr.BrowserState([], storage_key="newsdesk-saved", secret="newsdesk")  # noqa: S106
    told = [kept, side.saved]
    _on_each(talk.settled.click, saved.save, [kept, turns], told)
    _on(side.saved.click, saved.forget, kept, told)
    page.load(saved.listed, kept, side.saved, **_QUIETLY)
    page.load(
        saved.ask_again,
        [kept, talks],
        [kept, talks, side.saved, side.past, talk.again],
        **_QUIETLY,
    )


def _wire_scope(
    desk: Desk, library: Library, talk: Talk, side: Side, wanted: gr.State
) -> None:
    fields = list(talk.fields)
    shown = [wanted, talk.scope, *fields]
    # a date is taken when it is finished, not at each key
    named, dates = list(talk.fields[:3]), talk.fields[3:]
    told = [one.change for one in named] + [one.blur for one in dates]
    told += [one.submit for one in dates]
    _on(told, desk.choose, [wanted, *fields], [wanted, talk.scope])
    _on(talk.scope.click, desk.widen, wanted, shown, concurrency_limit=None)
    _on(talk.scope.click, library.names, None, named)
    _on_each(side.reader.click, desk.narrow, wanted, shown, concurrency_limit=None)


def _wire_library(
    desk: Desk, library: Library, talk: Talk, side: Side, *, read_only: bool
) -> None:
    if read_only or side.sources is None:
        return
    added = _on(
        side.upload.upload, library.add, side.upload, side.report, concurrency_limit=1
    )
    changed = _on_each(
        # what changes articles: after it the list is drawn anew
        [side.reader.submit, side.report.submit, side.shelf.submit],
        library.change,
        None,
        side.report,
    )
    came = _wire_sources(side.sources, library.sources)
    for event in (added, changed, *came):
        event.then(library.shelf, [*side.listing], side.shelf, **_QUIETLY).then(
            desk.examples, None, talk.examples, **_QUIETLY
        )


def _wire_listing(library: Library, side: Side, page: gr.Blocks) -> None:
    fields, by = list(side.listing), side.listing
    # a date or an address is taken when it is finished, not at each key
    typed = [by.source, by.since, by.until]
    told = [one.input for one in (by.order, by.state, by.view)]
    told += [one.change for one in (by.authors, by.publishers, by.languages)]
    told += [one.blur for one in typed] + [one.submit for one in typed]
    _on(
        [page.load, by.search.change, *told],
        library.shelf,
        fields,
        side.shelf,
        queue=False,
        trigger_mode="always_last",
    )
    _on_each(
        side.shelf.click, library.turned, fields, [side.shelf, by.search, *fields[4:]]
    )
    names = [by.authors, by.publishers, by.languages]
    _on(side.filtering.click, library.names, None, names)


def _wire_sources(parts: Addresses, sources: Sources) -> list[Dependency]:
    """Return the events after which there may be other articles."""
    told = [parts.address, parts.report]
    came = [
        _on(
            [parts.address.submit, parts.page.click],
            sources.page,
            parts.address,
            told,
            concurrency_limit=_FETCHING_AT_ONCE,
        ),
        _on(
            parts.feed.click,
            sources.feed,
            parts.address,
            told,
            concurrency_limit=_FETCHING_AT_ONCE,
        ),
        _on_each(  # one may be unfollowed while another is fetched
            parts.followed.click,
            sources.change,
            None,
            parts.report,
            concurrency_limit=_FETCHING_AT_ONCE,
        ),
    ]
    _on(parts.links.click, sources.told, None, parts.followed)
    for event in came:
        event.then(sources.told, None, parts.followed, **_QUIETLY)
    return came
