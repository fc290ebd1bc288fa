"""What happens when the page is used.

A visitor's conversation is a list of answers in a `gr.State`, which gradio copies for
every visitor; the desk itself holds nothing of anybody's.
"""

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import gradio as gr

from rag.answers.asked import AnswerStream, turn_of
from rag.engine import QueryEngine
from rag.errors import NewsdeskError
from rag.evaluation.ratings import rate
from rag.schema import Answer
from ui.news import last_visit
from ui.render.article import actions_html, article_html, outdated_html
from ui.render.body import Marks
from ui.render.html import (
    NOTHING_YET,
    examples_html,
    pending_html,
    problem_html,
)
from ui.web.acts import Clicked, answer_of, clicked, hears, sentence, told
from ui.web.scope import Chosen, chosen, fields_of, noted, only, scope_html, without
from ui.web.talk import talk_html

_SECONDS_BETWEEN_UPDATES = 0.06
_log = logging.getLogger(__name__)


class Desk:
    """What the page does for those who ask and read, with one engine."""

    def __init__(self, engine: QueryEngine, *, read_only: bool = False) -> None:
        self._engine = engine
        self._read_only = read_only
        self._examples: tuple[object, str] = (None, NOTHING_YET)  # as of which articles

    def ask(  # noqa: PLR0913, PLR0917  # all that the page knows
        self,
        typed: str,
        turns: list[Answer],
        wanted: Chosen,
        chosen: QueryEngine | None,
        seen: Any,
        event: gr.EventData,
    ) -> Iterator[tuple[Any, ...]]:
        """Yield (question box, pending exchange, conversation, its answers).

        `chosen` is the engine of the visitor's own settings, if there are any; `seen`
        is the visit that the browser keeps: "since I last asked" begins with the one
        before it, where nothing was asked yet in this conversation.
        """
        question = clicked(event).get("question", typed).strip()
        if not question:
            yield (gr.skip(),) * 4
            return
        pending = partial(_pending, question, time.monotonic_ns())
        yield "", *pending("")
        engine = chosen or self._engine
        try:
            stream = engine.stream(
                question,
                history=[last_visit(seen), *map(turn_of, turns)],
                scope=wanted.scope,
                as_of=wanted.day,
            )
            for written in _growing(stream, by_model=engine.settings.has_model):
                yield gr.skip(), *pending(written)
            turns = [*turns, self._kept(stream.answer, wanted)]
        except Exception as error:  # noqa: BLE001  # whatever it is, the visitor hears
            yield question, problem_html(question, sentence(error)), *[gr.skip()] * 2
            return
        yield gr.skip(), "", talk_html(self._engine, turns), turns

    def _kept(self, answer: Answer, wanted: Chosen) -> Answer:
        notes = noted(answer.notes, wanted, self._engine.articles())
        # of what was found only the nearest is shown again, by a refusal
        return replace(answer, passages=answer.passages[:1], notes=notes)

    @hears("cite", "near")
    def open_cited(self, data: Clicked, turns: list[Answer]) -> str:
        """Return the article behind a citation or a nearest passage, marked."""
        answer = answer_of(turns, data)
        if data["act"] == "near":
            near = answer.passages[0]
            marks = {0: (near.start, near.end)}
            return self._read(near.article_id, near.version, marks, 0)
        active = int(data["number"])
        cited = next(one for one in answer.proofs if one.number == active)
        here = (cited.article_id, cited.version)
        marks = {
            one.number: (one.start, one.end)
            for one in answer.proofs
            if (one.article_id, one.version) == here
        }
        return self._read(*here, marks, active)

    @hears("open")
    def open_listed(self, data: Clicked) -> str:
        """Return an article of a list."""
        return self._read(data["article"], None, {}, None)

    @hears("rated")
    def rate(self, data: Clicked, turns: list[Answer]) -> Any:
        """Keep what a visitor thinks of an answer."""
        answer, good = answer_of(turns, data), bool(data["good"])
        rate(self._engine, answer, good=good, reason=data["reason"])
        return gr.skip()

    # -- which articles are asked -----------------------------------------------------

    def asking(self, wanted: Chosen) -> str:
        """Return the line that says which articles are asked."""
        return scope_html(wanted, self._engine.articles())

    def choose(self, before: Chosen, *fields: Any) -> tuple[Chosen, str]:
        """Take what the fields say; return the choice and the line that says it."""
        wanted = told(chosen, before, *fields)
        return wanted, self.asking(wanted)

    @hears("widen", "only")
    def change_scope(self, data: Clicked, wanted: Chosen) -> tuple[Any, ...]:
        """Take one restriction back, or ask only the article that is read.

        Return the choice, its line and the fields.
        """
        if data["act"] == "only":
            now = only(data["article"], wanted)
        else:
            now = without(wanted, data["kind"], data["value"])
        return now, self.asking(now), *fields_of(now)

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

    def _read(
        self, article_id: str, version: int | None, marks: Marks, active: int | None
    ) -> str:
        article = self._engine.article(article_id, version)
        state = self._engine.version_state(article.article_id, article.version)
        newest = self._engine.article(article.article_id)
        outdated = outdated_html(article, state, newest)
        # opening the same place again must look like a change, or nothing would scroll
        acts = actions_html(state, read_only=self._read_only)
        shown = article_html(article, marks, active, outdated, acts)
        return f"{shown}<!--{time.monotonic_ns()}-->"


def _growing(stream: AnswerStream, *, by_model: bool) -> Iterator[str]:
    """Yield what is written so far, a few times a second.

    The articles' own words come all at once: nobody needs to see them grow.
    """
    written, shown_at = "", 0.0
    for piece in stream:
        written += piece
        if by_model and time.monotonic() - shown_at > _SECONDS_BETWEEN_UPDATES:
            yield written
            shown_at = time.monotonic()


def _pending(question: str, asked: int, written: str) -> tuple[str, Any, Any]:
    """Return the outputs but the first; `asked` tells the question from the next."""
    shown = f'<div data-asked="{asked}">{pending_html(question, written)}</div>'
    return shown, gr.skip(), gr.skip()
