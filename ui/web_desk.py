"""What happens when the page is used.

A visitor's conversation is a list of answers in a `gr.State`, which gradio copies for
every visitor; the desk itself holds nothing of anybody's.
"""

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from ingest import Outcome, Status, ingest
from rag.engine import QueryEngine
from rag.errors import NewsdeskError, SourceError
from rag.schema import Answer, Turn
from ui.render_article import Marks, article_html, outdated_html
from ui.render_html import (
    NOTHING_YET,
    answer_html,
    articles_html,
    examples_html,
    pending_html,
    problem_html,
    report_html,
)
from ui.web_uploads import Uploads

_SECONDS_BETWEEN_UPDATES = 0.06
_FAILED = "This did not work, for a reason that the terminal shows; please try again."
_OUTDATED = "This answer is from before newsdesk was restarted; please ask again."
_log = logging.getLogger(__name__)


class Desk:
    """What the page does, for one engine and the index that it reads."""

    def __init__(self, engine: QueryEngine, index: Path) -> None:
        self._engine = engine
        self._index = index
        self._examples: tuple[object, str] = (None, NOTHING_YET)  # as of which articles

    def ask(
        self, typed: str, turns: list[Answer], event: gr.EventData
    ) -> Iterator[tuple[Any, ...]]:
        """Yield (question box, pending exchange, conversation, its answers)."""
        question = _clicked(event).get("question", typed).strip()
        if not question:
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        yield "", pending_html(question, ""), gr.skip(), gr.skip()
        try:
            stream = self._engine.stream(question, history=_history(turns))
            written, shown_at = "", 0.0
            for piece in stream:
                written += piece
                if time.monotonic() - shown_at > _SECONDS_BETWEEN_UPDATES:
                    yield gr.skip(), pending_html(question, written), *[gr.skip()] * 2
                    shown_at = time.monotonic()
            turns = [*turns, stream.answer]
        except Exception as error:  # noqa: BLE001  # whatever it is, the visitor hears
            yield question, problem_html(question, _sentence(error)), *[gr.skip()] * 2
            return
        yield gr.skip(), "", _conversation_html(turns), turns

    def open_cited(self, turns: list[Answer], event: gr.EventData) -> str:
        """Return the article behind a citation or a nearest passage, marked."""
        clicked = _clicked(event)
        try:
            answer = turns[int(clicked["turn"])]
        except IndexError:
            raise gr.Error(_OUTDATED, print_exception=False) from None
        if clicked["act"] == "near":
            near = answer.passages[0]
            return self._read(
                near.article_id, near.version, {0: (near.start, near.end)}, 0
            )
        active = int(clicked["number"])
        cited = next(c for c in answer.citations if c.number == active)
        here = (cited.article_id, cited.version)
        marks = {
            citation.number: (citation.start, citation.end)
            for citation in answer.citations
            if (citation.article_id, citation.version) == here
        }
        return self._read(*here, marks, active)

    def open_listed(self, event: gr.EventData) -> str:
        """Return an article of the list."""
        return self._read(_clicked(event)["article"], None, {}, None)

    def add(self, uploaded: list[str]) -> Iterator[tuple[str, str, str]]:
        """Take in uploaded files; yield (report, list of articles, examples)."""
        names = ", ".join(Path(path).name for path in uploaded)
        yield report_html([f"Reading {names} …"]), gr.skip(), gr.skip()
        try:
            lines = self._ingest(uploaded)
        except Exception as error:  # noqa: BLE001  # whatever it is, the visitor hears
            lines = [_sentence(error)]
        yield report_html(lines), self.shelf(), self.examples()

    def shelf(self) -> str:
        """Return the list of articles as it is now."""
        return articles_html(self._engine.articles())

    def examples(self) -> str:
        """Return questions that the articles answer, none if that cannot be told."""
        articles = self._engine.articles()
        if not articles:
            return NOTHING_YET
        state = tuple((one.article_id, one.version) for one in articles)
        known, shown = self._examples
        if known == state:
            return shown
        try:
            shown = examples_html(self._engine.example_questions(limit=4))
        except NewsdeskError as error:  # the articles can be read all the same
            _log.warning("There are no example questions: %s", error)
            return ""
        self._examples = (state, shown)
        return shown

    def _ingest(self, uploaded: list[str]) -> list[str]:
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

    def _read(
        self, article_id: str, version: int | None, marks: Marks, active: int | None
    ) -> str:
        try:
            article = self._engine.article(article_id, version)
        except NewsdeskError as error:
            raise gr.Error(str(error), print_exception=False) from error
        state = self._engine.version_state(article.article_id, article.version)
        newest = self._engine.article(article.article_id)
        outdated = outdated_html(article, state, newest)
        # opening the same place again must look like a change, or nothing would scroll
        shown = article_html(article, marks, active, outdated)
        return f"{shown}<!--{time.monotonic_ns()}-->"


def _clicked(event: gr.EventData) -> dict[str, str]:
    """Return the data-* attributes of the button that was clicked, if one was."""
    data = event._data  # noqa: SLF001  # its accessor fails where there is none
    return data if isinstance(data, dict) else {}


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


def _conversation_html(turns: list[Answer]) -> str:
    return "".join(answer_html(answer, place) for place, answer in enumerate(turns))


def _history(turns: list[Answer]) -> list[Turn]:
    return [Turn(answer.question, answer.text) for answer in turns]


def _sentence(error: Exception) -> str:
    """Return what a visitor is told; the terminal gets what was not foreseen."""
    if isinstance(error, NewsdeskError):
        return str(error)
    _log.error("The page could not do what was asked.", exc_info=error)
    return _FAILED
