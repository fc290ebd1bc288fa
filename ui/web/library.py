"""What happens in the list of articles: find, add, read again, remove, take back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from ingest import Listener, ingest, reinstate, remove
from rag.engine import QueryEngine
from rag.errors import NewsdeskError, SourceError
from rag.index.ledger import State
from rag.schema import ArticleSummary
from ui.render.html import report_html, undo_html
from ui.render.library import articles_html, failures_html, tally_html
from ui.render.map import map_html
from ui.render.timeline import timeline_html
from ui.shelf import FAILED, MAP, REMOVED, TIMELINE, Wanted, matching, sorted_by, within
from ui.watching import Watcher
from ui.web.acts import Clicked, clicked, hears, sentence
from ui.web.progress import reported
from ui.web.scope import names_of
from ui.web.sources import Sources
from ui.web.uploads import Uploads

_FILES_AT_ONCE = 200


class Library:
    """The articles of one engine, and the index that it reads."""

    def __init__(
        self,
        engine: QueryEngine,
        index: Path,
        watcher: Watcher | None = None,
        *,
        read_only: bool = False,
    ) -> None:
        self.sources = Sources(engine, watcher)
        self._engine = engine
        self._index = index
        self._read_only = read_only
        self._listed: dict[bool, tuple[State, list[ArticleSummary]]] = {}

    # -- the list ---------------------------------------------------------------------

    def shelf(self, *fields: Any) -> str:
        """Return the first page of what the fields of `Wanted` ask for."""
        return self._shelf(Wanted(*fields), 0)

    @hears("page", "period", "clear")
    def turned(self, data: Clicked, *fields: Any) -> list[Any]:
        """Do what was clicked: turn the page, choose months, or show all again.

        Return the page, the field of the search and those that filter.
        """
        wanted, same = Wanted(*fields), [gr.skip()] * 7
        if data["act"] == "page":
            return [self._shelf(wanted, int(data["page"])), *same]
        if data["act"] == "clear":
            return [self.shelf("", *fields[1:4]), "", [], [], [], "", "", ""]
        dates = data["since"], data["until"]
        if (wanted.since, wanted.until) == dates:  # it is chosen already
            dates = "", ""
        return [self.shelf(*fields[:-2], *dates), *same[:-2], *dates]

    def names(self) -> list[Any]:
        """Return the names that can be chosen, as they are now."""
        return [gr.update(choices=names) for names in names_of(self._articles(False))]

    def _shelf(self, wanted: Wanted, page: int) -> str:
        if wanted.state == FAILED:
            failures = [
                one
                for one in reversed(self._engine.arrivals.failures())
                if wanted.search.casefold() in f"{one.name} {one.reason}".casefold()
            ]
            return failures_html(failures, page, read_only=self._read_only)
        every = [
            one
            for one in self._articles(wanted.state == REMOVED)
            if one.state == wanted.state
        ]
        try:
            dates, timeless = wanted.dates, wanted.timeless
            found = within(matching(every, wanted.search), timeless)
            fitting = within(found, dates)
            plot = timeline_html(found, dates) if wanted.view == TIMELINE else ""
            if wanted.view == MAP:
                plot = map_html(fitting, self._engine.places())
        except NewsdeskError as error:
            return report_html([str(error)])
        told = [f"with “{wanted.search.strip()}”"] * bool(wanted.search.strip())
        told += [str(one) for one in (timeless, dates) if one]
        tally = tally_html(len(fitting), len(every), ", ".join(told))
        listed = articles_html(sorted_by(fitting, wanted.order), page)
        return f"{plot if every else ''}{tally}{listed}"

    def _articles(self, removed: bool) -> list[ArticleSummary]:
        """Return the articles; they are read anew where they have changed."""
        state = self._engine.state()
        known = self._listed.get(removed)
        if known is None or known[0] != state:
            listed = self._engine.articles(removed=removed)
            known = self._listed[removed] = (state, listed)
        return known[1]

    # -- what changes the articles ----------------------------------------------------

    def add(self, uploaded: list[str]) -> Iterator[str]:
        """Take in uploaded files; yield what is told of it."""
        uploads = Uploads(self._index, self._engine.articles())

        def work(listener: Listener) -> Iterator[str]:
            if (count := len(uploaded)) > _FILES_AT_ONCE:
                yield f"These are {count} files; add {_FILES_AT_ONCE} at a time."
                return
            paths = []
            for path in uploaded:
                try:
                    paths.append(uploads.keep(Path(path)))
                except SourceError as error:
                    yield str(error)
            if paths:
                settings = self._engine.settings
                report = ingest(
                    paths, index=self._index, settings=settings, listener=listener
                )
                uploads.undo(report.outcomes)

        yield from reported(work, uploads.shown)

    def change(self, event: gr.EventData) -> Iterator[Any]:
        """Remove the article that is read, take that back, read it again, or retry.

        Yield what is told of it.
        """
        data = clicked(event)
        act, article = data.get("act"), data.get("article", "")
        settings = self._engine.settings.model_copy(update={"index": self._index})
        try:
            if act == "reread":
                yield from self.sources.reread(article)
            elif act == "retry":
                yield from self.sources.retry()
            elif act == "remove":
                gone = remove(article, settings=settings)
                yield undo_html(gone.title, gone.article_id)
            elif act == "reinstate":
                back = reinstate(article, settings=settings)
                yield report_html([f"Put back: {back.title}"])
            else:
                yield gr.skip()
        except Exception as error:  # noqa: BLE001  # whatever it is, the visitor hears
            yield report_html([sentence(error)])
