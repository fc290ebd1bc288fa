"""What happens in the list of articles: search, add, remove, take back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from ingest import Outcome, Status, ingest, reinstate, remove
from rag.engine import QueryEngine
from rag.errors import SourceError
from ui.render_html import report_html, undo_html
from ui.render_library import REMOVED, articles_html, matching, sorted_by
from ui.web_desk import clicked, sentence
from ui.web_uploads import Uploads

_FILES_AT_ONCE = 200


class Library:
    """The articles of one engine, and the index that it reads."""

    def __init__(self, engine: QueryEngine, index: Path) -> None:
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
        names = ", ".join(Path(path).name for path in uploaded[:3])
        more = f" and {len(uploaded) - 3} more" if len(uploaded) > 3 else ""
        yield report_html([f"Reading {names}{more} …"])
        try:
            lines = self._ingest(uploaded)
        except Exception as error:  # noqa: BLE001  # whatever it is, the visitor hears
            lines = [sentence(error)]
        yield report_html(lines)

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

    def _ingest(self, uploaded: list[str]) -> list[str]:
        if len(uploaded) > _FILES_AT_ONCE:
            return [f"These are {len(uploaded)} files; add {_FILES_AT_ONCE} at a time."]
        uploads = Uploads(self._index, self._engine.articles())
        paths, lines = [], []
        for path in uploaded:
            try:
                paths.append(uploads.keep(Path(path)))
            except SourceError as error:
                lines.append(str(error))
        if paths:
            report = ingest(paths, index=self._index, settings=self._engine.settings)
            uploads.undo(report.outcomes)
            lines += map(_outcome, report.outcomes)
        return [uploads.shown(line) for line in lines]


def _outcome(outcome: Outcome) -> str:
    name = outcome.title or Path(outcome.source).name
    remark = f" ({outcome.reason})" if outcome.reason else ""
    match outcome.status:
        case Status.ADDED:
            return f"Added: {name}{remark}"
        case Status.CHANGED:
            return f"New version: {name}{remark}"
        case Status.UNCHANGED | Status.MOVED:
            return f"Already there: {name}"
    return outcome.reason
