"""A visitor's conversations and what is new to them; the server keeps none of it."""

import datetime as dt
import json
import re
from dataclasses import asdict
from typing import Any

import gradio as gr

from rag.engine import QueryEngine
from rag.receipt import conversation_of, receipt_of, receipt_text
from rag.schema import Answer
from ui import conversations as talks
from ui import news
from ui.conversations import Conversation
from ui.render.copy import conversation_markdown
from ui.render.receipt import receipt_html
from ui.web.acts import Clicked, answer_of, hears
from ui.web.language import of_visitor
from ui.web.talk import live_versions, outdated, talk_html

_TYPES = {"md": "text/markdown", "html": "text/html", "json": "application/json"}
_UNFIT = re.compile(r"[^\w-]+")
WELCOME = """
<div class="welcome"><p class="large">Ask the articles.</p>
<p>The answer is put together from what they say. Each small number opens the very
sentence it rests on.</p></div>
"""


class Conversations:
    """What happens with what a browser keeps, beside the articles of one engine."""

    def __init__(self, engine: QueryEngine) -> None:
        self._engine = engine

    def listed(self, kept: Any) -> str:
        """Return the list of what a browser kept."""
        return talks.conversations_html(talks.read(kept))

    def keep(self, kept: Any, current: str, turns: list[Answer]) -> Any:
        """Keep the conversation as it is; return (kept, its id, the list)."""
        if not turns:
            return gr.skip()
        every = talks.with_turns(talks.read(kept), current, turns)
        now = every[0].conversation_id
        return talks.kept_form(every), now, talks.conversations_html(every)

    @hears("rename", "forget")
    def change(self, data: Clicked, kept: Any, current: str) -> tuple[Any, ...]:
        """Rename or delete a conversation; return (kept, current id, the list)."""
        every, key = talks.read(kept), data["id"]
        if data["act"] == "rename":
            every = talks.renamed(every, key, data.get("name", ""))
        else:
            every = talks.without(every, key)
            current = "" if key == current else current
        return talks.kept_form(every), current, talks.conversations_html(every)

    @hears("new")
    def begin(self, _: Clicked) -> tuple[Any, ...]:
        """Begin a new conversation; return what `resume` does."""
        return "", [], WELCOME, ""

    @hears("resume")
    def resume(self, data: Clicked, kept: Any) -> Any:
        """Open one again; return (its id, its answers, the talk, pending).

        Answers whose proof has changed are marked.
        """
        return self._opened(talks.find(talks.read(kept), data["id"]))

    def reopen(self, kept: Any, wanted: str) -> Any:
        """Go on with a conversation of this visit; `wanted` is its id, or "newest"."""
        every = talks.read(kept)
        found = (
            every[0]
            if wanted == "newest" and every
            else talks.find(every, wanted or "")
        )
        if found and not news.recent(found.at, dt.datetime.now(dt.UTC)):
            found = None
        return self._opened(found)

    def _opened(self, found: Conversation | None) -> Any:
        if found is None:
            return gr.skip()
        shown = talk_html(self._engine, found.turns)
        return found.conversation_id, list(found.turns), shown, ""

    def redrawn(self, turns: list[Answer], drawn: Any) -> Any:
        """Return (the talk, its state) where the articles changed since `drawn`."""
        state = tuple(self._engine.state())
        if state == drawn:
            return gr.skip()
        fresh = talk_html(self._engine, turns) if turns and drawn else gr.skip()
        return fresh, state

    # -- files that the browser saves -----------------------------------------------

    @hears("receipt")
    def receipt(self, data: Clicked, turns: list[Answer]) -> str:
        """Return the receipt of an answer as a file."""
        record = receipt_of(answer_of(turns, data), self._engine)
        return _file("receipt", "html", receipt_html(record, of_visitor()))

    @hears("export")
    def export(self, data: Clicked, kept: Any) -> Any:
        """Return a kept conversation as a file."""
        found, form = talks.find(talks.read(kept), data["id"]), data["form"]
        if found is None or form not in _TYPES:
            return gr.skip()
        return _file(found.name, form, self._written(found, form))

    def _written(self, one: Conversation, form: str) -> str:
        if form == "md":
            return conversation_markdown(one.name, one.turns, of_visitor())
        record = conversation_of(one.name, one.turns, self._engine)
        if form == "html":
            return receipt_html(record, of_visitor())
        return receipt_text(record)

    # -- what is new ------------------------------------------------------------------

    def news(self, last: Any, kept: Any) -> tuple[Any, str]:
        """Return the visit to be kept, and what is new since the `last` one.

        `kept` are the conversations: some may cite what has changed.
        """
        state = self._engine.state()
        now = news.visit(last, state, dt.datetime.now(dt.UTC))
        new = news.News()
        if now.before >= 0:
            changes = self._engine.changes_since(now.before)
            new = news.news(changes, self._engine.articles(removed=True))
        conversations = talks.read(kept)
        live = live_versions(self._engine) if conversations else {}
        bears_on = [
            one
            for one in conversations
            if any(outdated(self._engine, turn, live) for turn in one.turns)
        ]
        return asdict(now), news.news_html(new, now.before_at, bears_on)


def _file(name: str, form: str, text: str) -> str:
    """Return a file in the form in which the page's script takes it."""
    fit = _UNFIT.sub("-", name).strip("-")[:60] or "conversation"
    return json.dumps({"name": f"{fit}.{form}", "type": _TYPES[form], "text": text})
