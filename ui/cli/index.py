"""The commands that look after an index: `newsdesk log`, `newsdesk status`, ..."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.cli.shared import command, json_option, on_wait, opened, tell, tell_json

if TYPE_CHECKING:
    from rag.config import Settings


@command()
@json_option
def log(settings: Settings, *, as_json: bool) -> None:
    """Tell what arrived, changed, moved and left, and when (UTC)."""
    with opened(settings) as target:
        entries = target.ledger.history()
    if as_json:
        tell_json(entries)
        return
    for entry in entries:
        version = f" (version {entry.version})" if entry.version else ""
        tell(
            f"{entry.at[:19]}  {entry.kind:<8} {entry.article_id}  "
            f"{entry.title}{version}".rstrip()
        )


@command()
@json_option
def status(settings: Settings, *, as_json: bool) -> None:
    """Tell what the index holds, how large it is and whether it is well."""
    from rag.index.status import status as look

    with opened(settings) as target:
        found = look(target)
    if as_json:
        tell_json(found)
        return
    lag, last = found.lag, found.last_change
    for name, told in {
        "articles": f"{found.articles} ({found.versions} versions)",
        "chunks": f"{found.chunks} ({found.vectors} vectors)",
        "size": ", ".join(f"{k} {_size(size)}" for k, size in found.bytes.items()),
        "last change": f"{last} at {found.last_at}" if found.last_at else "none",
        "lag": f"words {lag['words']} changes, vectors {lag['vectors']} chunks",
        "embedder": found.embedder or "none yet",
        "health": found.health,
    }.items():
        click.echo(f"{name:<13}{told}")


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} kB"


@command()
@click.argument("article")
@click.option("--version", type=click.IntRange(1), help="By default the newest.")
def show(settings: Settings, article: str, version: int | None) -> None:
    """Print a version of ARTICLE, and how the newest differs from it."""
    from ui.render.version import version_text

    with opened(settings) as target:
        articles = target.ledger.articles
        newest = articles.article(articles.resolve(article, removed=True))
        shown = articles.article(newest.article_id, version)
        state = target.ledger.version_state(shown.article_id, shown.version)
    click.echo(version_text(shown, state, newest))


@command()
@click.argument("article")
def purge(settings: Settings, article: str) -> None:
    """Delete ARTICLE with all its versions and every byte of them, for good."""
    from ingest import purge as run

    purged = run(article, settings=settings, on_wait=on_wait)
    for line in purged.lines():
        tell(line)


@command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(settings: Settings, file: Path) -> None:
    """Copy the index's ledger, which is all of it that counts, to FILE."""
    with opened(settings) as target:
        target.ledger.back_up(file.expanduser().resolve())
        counts = target.ledger.counts()
    tell(f"backed up {counts.articles} articles to {file}")


@command()
@click.argument("file", type=click.Path(path_type=Path))
def restore(settings: Settings, file: Path) -> None:
    """Make the index what it was when the backup FILE was made."""
    from rag.index.upkeep import restore as run

    backup = file.expanduser().resolve()
    run(settings.index, backup, settings.lock_timeout, on_wait)
    with opened(settings) as target:
        counts = target.ledger.counts()
    tell(f"restored {counts.articles} articles from {file}")


@command()
@json_option
def doctor(settings: Settings, *, as_json: bool) -> None:
    """Check everything, mend what can be; exit status 1 if something stays broken."""
    from rag.index.doctor import examine

    with opened(settings) as target:
        findings = examine(target, settings.lock_timeout, on_wait)
        counts = target.ledger.counts()
    if as_json:
        tell_json(findings)
    else:
        for finding in findings:
            tell(finding.line())
        if not findings:
            click.echo(
                f"All is well: {counts.articles} articles, {counts.versions} versions, "
                f"{counts.chunks} chunks, {counts.vectors} vectors."
            )
    if any(finding.mended is False for finding in findings):
        sys.exit(1)
