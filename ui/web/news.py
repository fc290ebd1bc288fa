"""What is new since a visitor's last visit, and what it means for kept answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

import gradio as gr

from rag.engine import QueryEngine
from rag.errors import ArticleNotFound
from rag.schema import Answer, Citation
from ui.conversations import Conversation, find, read
from ui.news import News, news, news_html, recent, visit
from ui.render.html import answer_html, outdated_answer_html
from ui.web.desk import clicked
from ui.web.language import of_visitor
from ui.web.past import resume


class NewsRoom:
    """Tells each visitor what happened to the articles of one engine."""

    def __init__(self, engine: QueryEngine) -> None:
        self._engine = engine

    def told(self, last: Any, kept: Any) -> tuple[Any, str]:
        """Return the visit to be kept and what is new; `kept` are conversations."""
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

    def resume(self, kept: Any, event: gr.EventData) -> tuple[Any, ...]:
        """Open a conversation again; answers whose proof has changed are marked."""
        data = clicked(event)
        if data.get("act") != "resume":
            return self._opened(None)
        return self._opened(find(read(kept), data.get("id", "")))

    def reopen(self, kept: Any, wanted: str) -> tuple[Any, ...]:
        """Go on with a conversation of this visit; `wanted` is its id, or "newest"."""
        every = read(kept)
        found = every[0] if wanted == "newest" and every else find(every, wanted or "")
        if found and not recent(found.at, dt.datetime.now(dt.UTC)):
            found = None
        return self._opened(found)

    def _opened(self, found: Conversation | None) -> tuple[Any, ...]:
        current, turns, shown, pending = resume(found)
        if isinstance(turns, list):
            live, language = self._live(), of_visitor()
            shown = "".join(
                outdated_answer_html(self._outdated(one, live))
                + answer_html(one, at, language)
                for at, one in enumerate(turns)
            )
        return current, turns, shown, pending

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
