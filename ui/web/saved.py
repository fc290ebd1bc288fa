"""Saved questions: asked again when the articles have something new to say to them."""

import datetime as dt
import hashlib
import logging
from dataclasses import replace
from typing import Any

import gradio as gr

from rag.config import NO_MODEL
from rag.engine import QueryEngine
from rag.errors import NewsdeskError
from rag.questions.scope import Scope
from rag.schema import Answer
from ui import conversations as talks
from ui import saved as questions
from ui.render.text import written
from ui.saved import Saved
from ui.web.acts import Clicked, answer_of, hears

_log = logging.getLogger(__name__)


class SavedQuestions:
    """Asks visitors' saved questions of one engine; keeps none of them.

    They are asked without a model: nobody pays for what nobody has just asked.
    """

    def __init__(self, engine: QueryEngine) -> None:
        self._engine = engine
        plain = engine.settings.model_copy(update={"model": NO_MODEL})
        self._plain = engine.answering_by(plain)

    def listed(self, kept: Any) -> str:
        """Return the list of what a browser kept."""
        return questions.saved_html(questions.read(kept))

    @hears("save")
    def save(self, data: Clicked, kept: Any, turns: list[Answer]) -> tuple[Any, str]:
        """Keep the question of an answer; return (kept, the list)."""
        answer = answer_of(turns, data)
        state = self._engine.state()  # before asking: what comes meanwhile is new
        question = answer.asked or answer.question
        said = _digest(self._plain.query(question))
        one = Saved(question, state.epoch, state.last_change, said)
        saved = questions.with_question(questions.read(kept), one)
        return questions.kept_form(saved), questions.saved_html(saved)

    @hears("unsave")
    def forget(self, data: Clicked, kept: Any) -> tuple[Any, str]:
        """Take a question off the list; return what `save` does."""
        saved = questions.without(questions.read(kept), data["question"])
        return questions.kept_form(saved), questions.saved_html(saved)

    def ask_again(self, kept: Any, kept_talks: Any) -> tuple[Any, ...]:
        """Ask what something new bears on.

        Each new answer is a conversation of its own, so that what was said before stays
        as it was. Returns (kept, conversations, list of the questions, list of the
        conversations, what was asked again).
        """
        saved = questions.read(kept)[: questions.MOST]
        conversations = talks.read(kept_talks)
        asked, found = [], []
        for one in saved:
            now, answer = self._asked(one)
            asked.append(now)
            if answer:
                conversations = talks.with_turns(conversations, "", [answer])
                found.append((conversations[0].conversation_id, one.question))
        kept_now = questions.kept_form(asked) if asked != saved else gr.skip()
        if not found:
            return kept_now, gr.skip(), questions.saved_html(saved), gr.skip(), ""
        rows = talks.conversations_html(conversations)
        kept_talks = talks.kept_form(conversations)
        return (
            kept_now,
            kept_talks,
            questions.saved_html(saved),
            rows,
            questions.again_html(found),
        )

    def _asked(self, one: Saved) -> tuple[Saved, Answer | None]:
        """Return how things stand now, and the answer if it is another one."""
        state = self._engine.state()
        now = replace(one, epoch=state.epoch, seq=state.last_change)
        if one.epoch != state.epoch:  # numbers of changes begin anew
            return now, None
        changed = {change.article_id for change in self._engine.changes_since(one.seq)}
        new = {x.article_id for x in self._engine.articles() if x.article_id in changed}
        try:
            scope = Scope(articles=tuple(sorted(new)))
            near = self._engine.retrieve(one.question, scope=scope) if new else []
            if not near or not self._engine.weigh(one.question, near).sufficient:
                return now, None
            answer = self._plain.query(one.question)
        except NewsdeskError as error:  # next time, then
            _log.warning("A saved question could not be asked again: %s", error)
            return one, None
        titles = {c.article_id: c.title for c in answer.citations}
        named = ", ".join(f"“{titles[key]}”" for key in titles if key in new)
        said = _digest(answer)
        if not named or said == one.said:
            return replace(now, said=said), None
        today = written(dt.datetime.now(dt.UTC).date().isoformat())
        note = f"Asked again on {today}, because of what is new: {named}."
        answer = replace(answer, notes=(note, *answer.notes))
        return replace(now, said=said), answer


def _digest(answer: Answer) -> str:
    return hashlib.sha256(answer.text.encode()).hexdigest()
