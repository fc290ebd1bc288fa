"""The commands of what arrives: `newsdesk follow`, `watch`, `articles`, ..."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from rag.errors import SourceError
from ui.cli.shared import (
    command,
    json_option,
    listener,
    opened,
    restricted,
    scope_of,
    tell,
    tell_json,
)

if TYPE_CHECKING:
    from rag.config import Settings
    from rag.index.ledger import Followed
    from rag.schema import ArticleSummary
    from ui.watching import Watcher

_MINUTES = click.IntRange(5, 10_080)


@command()
@click.argument("url", required=False)
@click.option("--every", type=_MINUTES, help="Minutes between two visits (30).")
@click.option(
    "--opml",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Follow the feeds of an OPML file.",
)
def follow(
    settings: Settings, url: str | None, every: int | None, opml: Path | None
) -> None:
    """Follow the feed at URL (RSS, Atom, JSON Feed, a sitemap, or a page that has one).

    What is in it is brought in now; `newsdesk watch` brings in what comes later.
    """
    if (url is None) == (opml is None):
        raise click.UsageError("Name the URL of a feed, or a file with --opml.")
    from ingest.following import follow as run
    from ingest.opml import read_opml

    failed = False
    for one in read_opml(opml.read_bytes(), str(opml)) if opml else (str(url),):
        try:
            feed, report = run(
                one, every and every * 60, settings=settings, listener=listener()
            )
        except SourceError as error:
            if not opml:
                raise
            failed = True
            tell(f"not followed: {error}", err=True)
            continue
        tell(f"following {feed.title} ({feed.url}), every {feed.every // 60} minutes")
        tell(report.summary())
        failed = failed or bool(report.failed)
    if failed:
        sys.exit(1)


@command()
@json_option
@click.option("--opml", is_flag=True, help="Print OPML, for other programs.")
def following(settings: Settings, *, as_json: bool, opml: bool) -> None:
    """List the feeds that are followed, and how they do."""
    from ingest.opml import write_opml

    with opened(settings) as target:
        feeds = target.ledger.arrivals.followed()
    if as_json:
        tell_json(feeds)
    elif opml:
        click.echo(write_opml(feeds))
    else:
        for feed in feeds:
            _tell_feed(feed)
        if not feeds:
            tell("No feed is followed; newsdesk follow URL begins with one.")


def _tell_feed(feed: Followed) -> None:
    tell(f"{feed.title}  {feed.url}")
    last = f"last {feed.last_at[:16]}" if feed.last_at else "never answered"
    then = "paused" if feed.paused else f"next {feed.next_at[:16]} UTC"
    tell(f"    every {feed.every // 60} minutes, {last}, {then}")
    if feed.failed:
        tell(f"    failed {feed.failed} times: {feed.reason}")


@command()
@click.argument("url")
def unfollow(settings: Settings, url: str) -> None:
    """Follow the feed at URL no more; its articles stay."""
    with opened(settings) as target:
        if not target.ledger.arrivals.unfollow(url):
            raise SourceError(
                f"{url} is not followed; newsdesk following lists what is."
            )
    tell(f"no longer following {url}")


@command()
@click.argument("folders", nargs=-1)
@click.option("--prune", is_flag=True, help="Withdraw what vanishes from the folders.")
def watch(settings: Settings, folders: tuple[str, ...], *, prune: bool) -> None:
    """Bring in files as they are saved in FOLDERS, and what the followed feeds bring.

    It ends with Ctrl-C or SIGTERM, after the article at hand.
    """
    from ingest.watch import watch as run

    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    tell("watching; end with Ctrl-C", err=True)
    run(folders, settings, stop, listener=listener(), prune=prune)
    tell("stopped watching", err=True)


@contextmanager
def watching(
    settings: Settings, folders: tuple[str, ...] | None
) -> Iterator[Watcher | None]:
    """Watch beside something else, while the block lasts; None watches nothing."""
    if folders is None:
        yield None
        return
    from rag.index.index import Index
    from ui.watching import Watcher

    Index(settings.index, create=True).close()  # both sides find it made
    # A service is ended by SIGTERM: let it end as by Ctrl-C. What a script starts with
    # "&" ignores SIGINT itself.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    watcher = Watcher(settings, folders, listener(), partial(tell, err=True))
    watcher.begin()
    try:
        yield watcher
    finally:
        watcher.end()


@command()
def retry(settings: Settings) -> None:
    """Ingest again what failed; `newsdesk articles --state failed` lists it."""
    from ingest import retry as run

    with opened(settings):  # there is nothing to retry where there is no index
        pass
    report = run(settings=settings, listener=listener())
    click.echo(report.summary())
    if report.failed:
        sys.exit(1)


@command()
@restricted
@click.option(
    "--state",
    type=click.Choice(["live", "removed", "failed"]),
    help="Only these; by default live and removed ones.",
)
@json_option
def articles(
    settings: Settings, *, as_json: bool, state: str | None, **given: Any
) -> None:
    """List the articles of the index, or what could not be ingested."""
    from ui.shelf import FAILED, within

    with opened(settings) as target:
        failures = target.ledger.arrivals.failures()
        known = target.ledger.articles.summaries()
    found: list[Any]
    if state == FAILED:
        parts = given["source"]
        found = [one for one in failures if all(part in one.name for part in parts)]
        lines = [f"{one.name}\n              {one.reason}" for one in found]
    else:
        fits = within(known, scope_of(given))
        found = [one for one in fits if state in (None, one.state)]
        lines = list(map(_line, found))
    if as_json:
        tell_json(found)
        return
    for line in lines:
        tell(line)


def _line(one: ArticleSummary) -> str:
    about = ", ".join(part for part in (one.author, one.published) if part)
    tags = [*(["removed"] if one.state == "removed" else []), *one.flags]
    tagged = f" [{', '.join(tags)}]" if tags else ""
    return (
        f"{one.article_id}  {one.title}{tagged}\n"
        f"              {about + ' - ' if about else ''}{one.source}"
    )
