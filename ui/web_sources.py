"""Articles by address: pages, feeds that are followed, and what could not be had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import gradio as gr

from ingest import Listener, ingest, retry
from ingest.following import follow
from rag.config import Settings
from rag.engine import QueryEngine
from rag.errors import UsageError
from ui.render_html import report_html
from ui.render_sources import sources_html
from ui.web_desk import clicked
from ui.web_progress import reported


class Sources:
    """What is brought in from elsewhere, for the index of one engine."""

    def __init__(self, engine: QueryEngine) -> None:
        self._engine = engine

    def told(self) -> str:
        """Return what is followed and how it does, and what could not be added."""
        arrivals = self._engine.arrivals
        return sources_html(
            arrivals.followed(), arrivals.failures(), watched=self._engine.watched()
        )

    def page(self, typed: str) -> Iterator[tuple[Any, str]]:
        """Bring in the page at an address; yield (the field, what is told of it).

        What was typed stays there to be corrected where it was of no use.
        """
        left = typed

        def work(listener: Listener) -> Iterable[str]:
            nonlocal left
            address, settings = _address(typed), self._settings
            report = ingest([address], settings=settings, listener=listener)
            left = typed if report.failed else ""
            return ()

        for told in reported(work):
            yield gr.skip(), told
        yield left, told

    def feed(self, typed: str) -> Iterator[tuple[Any, str]]:
        """Follow a feed and bring in what is in it; yield what `page` does."""
        left = typed

        def work(listener: Listener) -> Iterable[str]:
            nonlocal left
            address, settings = _address(typed), self._settings
            feed, report = follow(address, settings=settings, listener=listener)
            left = ""
            known = "" if report.outcomes else "; nothing in it is new"
            return [f"Followed: {feed.title}{known}"]

        for told in reported(work):
            yield gr.skip(), told
        yield left, told

    def change(self, event: gr.EventData) -> Iterator[Any]:
        """Follow a feed no more, or try again what failed; yield what is told of it."""
        data = clicked(event)
        if data.get("act") == "unfollow":
            self._engine.arrivals.unfollow(data["url"])
            yield report_html(["No longer followed; its articles stay."])
        elif data.get("act") == "retry":
            yield from reported(self._retry)
        else:
            yield gr.skip()

    def _retry(self, listener: Listener) -> Iterable[str]:
        retry(settings=self._settings, listener=listener)
        return ()

    @property
    def _settings(self) -> Settings:
        return self._engine.settings.model_copy(update={"index": self._engine.folder})


def _address(typed: str) -> str:
    """Return a web address, and never what could be taken for a path of this machine.

    Raises UsageError for another kind of address.
    """
    typed = typed.strip()
    scheme, found, rest = typed.partition("://")
    if not found:
        scheme, rest = "https", typed
    if scheme.lower() not in {"http", "https"} or not rest:
        raise UsageError("Give an address that begins with http:// or https://.")
    return f"{scheme.lower()}://{rest}"
