"""A visitor's conversations and what is new to them; the server keeps none of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

import gradio as gr

from rag.engine import QueryEngine
from rag.errors import ArticleNotFound
from rag.schema import Answer, Citation
from ui.conversations import (
    Conversation,
    conversations_html,
    find,
    kept_form,
    read,
    renamed,
    with_turns,
    without,
)
from ui.news import News, news, news_html, recent, visit
from ui.render.html import answer_html, outdated_answer_html
from ui.web.acts import Clicked, hears
from ui.web.language import of_visitor

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
        return conversations_html(read(kept))

    def keep(self, kept: Any, current: str, turns: list[Answer]) -> Any:
        """Keep the conversation as it is; return (kept, its id, the list)."""
        if not turns:
            return gr.skip()
        conversations = with_turns(read(kept), current, turns)
        now = conversations[0].conversation_id
        return kept_form(conversations), now, conversations_html(conversations)

    @hears("rename", "forget")
    def change(self, data: Clicked, kept: Any, current: str) -> tuple[Any, ...]:
        """Rename or delete a conversation; return (kept, current id, the list)."""
        conversations = read(kept)
        if data["act"] == "rename":
            conversations = renamed(conversations, data["id"], data.get("name", ""))
        else:
            conversations = without(conversations, data["id"])
            current = "" if data["id"] == current else current
        return kept_form(conversations), current, conversations_html(conversations)

    @hears("new")
    def begin(self, _: Clicked) -> tuple[Any, ...]:
        """Begin a new conversation; return what `resume` does."""
        return "", [], WELCOME, ""

    @hears("resume")
    def resume(self, data: Clicked, kept: Any) -> Any:
        """Open one again; return (its id, its answers, the talk, pending).

        Answers whose proof has changed are marked.
        """
        return self._opened(find(read(kept), data["id"]))

    def reopen(self, kept: Any, wanted: str) -> Any:
        """Go on with a conversation of this visit; `wanted` is its id, or "newest"."""
        every = read(kept)
        found = every[0] if wanted == "newest" and every else find(every, wanted or "")
        if found and not recent(found.at, dt.datetime.now(dt.UTC)):
            found = None
        return self._opened(found)

    def _opened(self, found: Conversation | None) -> Any:
        if found is None:
            return gr.skip()
        live, language = self._live(), of_visitor()
        shown = "".join(
            outdated_answer_html(self._outdated(one, live))
            + answer_html(one, at, language)
            for at, one in enumerate(found.turns)
        )
        return found.conversation_id, list(found.turns), shown, ""

    # -- what is new ------------------------------------------------------------------

    def news(self, last: Any, kept: Any) -> tuple[Any, str]:
        """Return the visit to be kept, and what is new since the `last` one.

        `kept` are the conversations: some may cite what has changed.
        """
        state = self._engine.state()
        now = visit(last, state, dt.datetime.now(dt.UTC))
        new = News()
        if now.before >= 0:
            changes = self._engine.changes_since(now.before)
            new = news(changes, self._engine.articles(removed=True))
        conversations = read(kept)
        live = self._live() if conversations else {}
        outdated = [
            one
            for one in conversations
            if any(self._outdated(turn, live) for turn in one.turns)
        ]
        return asdict(now), news_html(new, now.before_at, outdated)

    def _live(self) -> dict[str, int]:
        return {one.article_id: one.version for one in self._engine.articles()}

    def _outdated(self, answer: Answer, live: dict[str, int]) -> list[str]:
        """Return the titles of articles that no longer say what an answer cites."""
        found = {}
        for one in answer.citations:
            if live.get(one.article_id) == one.version:
                continue
            if one.article_id in live and self._says(one.article_id, one.quote):
                continue
            if not self._stood_so(one, answer.asked_at):
                found[one.article_id] = one.title
        return list(found.values())

    def _stood_so(self, cited: Citation, asked_at: str) -> bool:
        """Whether it was no other when it was cited: old versions are quoted, too."""
        try:
            state = self._engine.version_state(cited.article_id, cited.version)
        except ArticleNotFound:  # purged
            return False
        return max(state.newest_at, state.removed_at) <= asked_at

    def _says(self, article_id: str, quote: str) -> bool:
        try:
            return quote in self._engine.article(article_id).text
        except ArticleNotFound:  # purged just now
            return False
