"""Articles by address: pages, feeds that are followed, and what could not be had."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from ingest import Listener, Outcome, Status, ingest, reread, retry
from ingest.following import follow
from rag.config import Settings
from rag.engine import QueryEngine
from rag.errors import UsageError
from ui.render.html import report_html
from ui.render.sources import sources_html
from ui.watching import Watcher
from ui.web.acts import clicked
from ui.web.progress import reported


class Sources:
    """What is brought in from elsewhere, for the index of one engine."""

    def __init__(self, engine: QueryEngine, watcher: Watcher | None = None) -> None:
        self._engine = engine
        self._watcher = watcher

    def told(self) -> str:
        """Return what is followed and how it does, and what could not be added."""
        arrivals = self._engine.arrivals
        return sources_html(
            arrivals.followed(),
            self._watcher.folders() if self._watcher else [],
            arrivals.failures(),
            len(self._engine.articles()),
            watched=self._engine.watched(),
        )

    def page(self, typed: str) -> Iterator[tuple[Any, str]]:
        """Bring in the page at an address; yield (the field, what is told of it)."""

        def bring(address: str, listener: Listener) -> Iterable[str] | None:
            report = ingest([address], settings=self._settings, listener=listener)
            return None if report.failed else ()

        yield from _typed(typed, bring)

    def feed(self, typed: str) -> Iterator[tuple[Any, str]]:
        """Follow a feed and bring in what is in it; yield what `page` does."""

        def bring(address: str, listener: Listener) -> Iterable[str]:
            feed, report = follow(address, settings=self._settings, listener=listener)
            known = "" if report.outcomes else "; nothing in it is new"
            return [f"Followed: {feed.title}{known}"]

        yield from _typed(typed, bring)

    def change(self, event: gr.EventData) -> Iterator[Any]:
        """Switch a feed or a folder, or read again; yield what is told of it."""
        data = clicked(event)
        act, url = data.get("act"), data.get("url", "")
        arrivals = self._engine.arrivals
        if act == "unfollow":
            arrivals.unfollow(url)
            yield report_html(["No longer followed; its articles stay."])
        elif act == "feed":
            (arrivals.resume if data["on"] == "true" else arrivals.pause)(url)
            yield gr.skip()
        elif act == "folder" and self._watcher:
            self._watcher.switch(int(data["folder"]), on=data["on"] == "true")
            yield gr.skip()
        elif act == "retry":
            yield from self.retry()
        elif act == "reread-all":
            yield from self.reread()
        else:
            yield gr.skip()

    def retry(self) -> Iterator[str]:
        """Try again what failed; yield what is told of it."""

        def work(listener: Listener) -> Iterable[str]:
            report = retry(settings=self._settings, listener=listener)
            return () if report.outcomes else ["There is nothing to try again."]

        return reported(work)

    def reread(self, article_id: str = "") -> Iterator[str]:
        """Read what an article came from again, or all; yield what is told of it."""
        ids = [article_id] if article_id else None
        every = 1 if ids else len(self._engine.articles())

        def work(listener: Listener) -> Iterable[str]:
            done: Counter[Status] = Counter()

            def tell(outcome: Outcome) -> None:
                done[outcome.status] += 1
                if outcome.status is not Status.UNCHANGED:
                    listener.outcome(outcome)
                else:
                    listener.waiting(f"{done.total():,} of {every:,} read again …")

            quiet = replace(listener, outcome=tell)
            reread(ids, settings=self._settings, listener=quiet)
            return [_read_again(done)]

        return reported(work)

    @property
    def _settings(self) -> Settings:
        return self._engine.settings.model_copy(update={"index": self._engine.folder})


def _typed(
    typed: str, bring: Callable[[str, Listener], Iterable[str] | None]
) -> Iterator[tuple[Any, str]]:
    """Bring in what is at an address; it stays to be corrected if it was of no use."""
    left = typed

    def work(listener: Listener) -> Iterable[str]:
        nonlocal left
        lines = bring(_address(typed), listener)
        left = typed if lines is None else ""
        return lines or ()

    for told in reported(work):
        yield gr.skip(), told
    yield left, told


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


def _read_again(done: Counter[Status]) -> str:
    if done.total() == done[Status.UNCHANGED] == 1:
        return "Read again; nothing has changed in it."
    parts = {
        Status.CHANGED: "new versions",
        Status.UNCHANGED: "unchanged",
        Status.FAILED: "failed",
    }
    said = ", ".join(f"{done[one]:,} {name}" for one, name in parts.items())
    return f"{done.total():,} read again: {said}."
