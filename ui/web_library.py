"""What happens in the list of articles: search, add, remove, take back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from ingest import Listener, ingest, reinstate, remove
from rag.engine import QueryEngine
from rag.errors import SourceError
from ui.render_html import report_html, undo_html
from ui.render_library import REMOVED, articles_html, matching, sorted_by
from ui.web_desk import clicked, sentence
from ui.web_progress import reported
from ui.web_sources import Sources
from ui.web_uploads import Uploads

_FILES_AT_ONCE = 200


class Library:
    """The articles of one engine, and the index that it reads."""

    def __init__(self, engine: QueryEngine, index: Path) -> None:
        self.sources = Sources(engine)
        self._engine = engine
        self._index = index

    def shelf(self, search: str, order: str, state: str, page: int = 0) -> str:
        """Return a page of the articles that fit, in order."""
        every = self._engine.articles(removed=state == REMOVED)
        there = [one for one in every if one.state == state]
        return articles_html(sorted_by(matching(there, search), order), page)

    def turned(self, search: str, order: str, state: str, event: gr.EventData) -> Any:
        """Return the page whose number was clicked."""
        data = clicked(event)
        if data.get("act") != "page":
            return gr.skip()
        return self.shelf(search, order, state, int(data["page"]))

    def add(self, uploaded: list[str]) -> Iterator[str]:
        """Take in uploaded files; yield what is told of it."""
        uploads = Uploads(self._index, self._engine.articles())

        def work(listener: Listener) -> Iterator[str]:
            if len(uploaded) > _FILES_AT_ONCE:
                count = f"These are {len(uploaded)} files"
                yield f"{count}; add {_FILES_AT_ONCE} at a time."
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

    def change(self, event: gr.EventData) -> Any:
        """Remove the article that is read, or take a removal back; tell it."""
        data = clicked(event)
        settings = self._engine.settings.model_copy(update={"index": self._index})
        try:
            if data.get("act") == "remove":
                gone = remove(data["article"], settings=settings)
                return undo_html(gone.title, gone.article_id)
            if data.get("act") == "reinstate":
                back = reinstate(data["article"], settings=settings)
                return report_html([f"Put back: {back.title}"])
        except Exception as error:  # noqa: BLE001  # whatever it is, the visitor hears
            return report_html([sentence(error)])
        return gr.skip()
