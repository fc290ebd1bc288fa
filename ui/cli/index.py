"""The commands that look after an index: `newsdesk log`, `newsdesk status`, ..."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.render.text import printable

if TYPE_CHECKING:
    from rag.config import Settings
    from rag.index.index import Index


def settings_for(index: Path | None) -> Settings:
    """Return the settings, with the index folder of the command line if one is."""
    from rag.config import load_settings

    return load_settings(index=index)


@contextmanager
def opened(index: Path | None) -> Iterator[Index]:
    """Open the index for a command."""
    from rag.index.index import Index

    target = Index(settings_for(index).index)
    try:
        yield target
    finally:
        target.close()


def tell(line: str, *, err: bool = False) -> None:
    """Print a line that may hold what an article or a file is called."""
    click.echo(printable(line), err=err)


def on_wait(text: str) -> None:
    """Say on standard error that another process is waited for."""
    tell(text, err=True)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.pass_obj
def log(index: Path | None, *, as_json: bool) -> None:
    """Tell what arrived, changed, moved and left, and when (UTC)."""
    with opened(index) as target:
        entries = target.ledger.history()
    if as_json:
        click.echo(json.dumps([asdict(entry) for entry in entries], ensure_ascii=False))
        return
    for entry in entries:
        version = f" (version {entry.version})" if entry.version else ""
        tell(
            f"{entry.at[:19]}  {entry.kind:<8} {entry.article_id}  "
            f"{entry.title}{version}".rstrip()
        )


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def status(index: Path | None, *, as_json: bool) -> None:
    """Tell what the index holds, how large it is and whether it is well."""
    from rag.index.status import status as look

    with opened(index) as target:
        found = look(target)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False))
        return
    sizes = ", ".join(f"{k} {_size(size)}" for k, size in found.bytes.items())
    click.echo(f"articles     {found.articles} ({found.versions} versions)")
    click.echo(f"chunks       {found.chunks} ({found.vectors} vectors)")
    click.echo(f"size         {sizes}")
    last = f"{found.last_change} at {found.last_at}" if found.last_at else "none"
    click.echo(f"last change  {last}")
    lag = found.lag
    click.echo(f"lag          words {lag['words']} changes, ", nl=False)
    click.echo(f"vectors {lag['vectors']} chunks")
    click.echo(f"embedder     {found.embedder or 'none yet'}")
    click.echo(f"health       {found.health}")


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} kB"


@click.command()
@click.argument("article")
@click.option("--version", type=click.IntRange(1), help="By default the newest.")
@click.pass_obj
def show(index: Path | None, article: str, version: int | None) -> None:
    """Print a version of ARTICLE, and how the newest differs from it."""
    from ui.render.version import version_text

    with opened(index) as target:
        articles = target.ledger.articles
        newest = articles.article(articles.resolve(article, removed=True))
        shown = articles.article(newest.article_id, version)
        state = target.ledger.version_state(shown.article_id, shown.version)
    click.echo(version_text(shown, state, newest))


@click.command()
@click.argument("article")
@click.pass_obj
def purge(index: Path | None, article: str) -> None:
    """Delete ARTICLE with all its versions and every byte of them, for good."""
    from ingest import purge as run

    purged = run(article, settings=settings_for(index), on_wait=on_wait)
    for line in purged.lines():
        tell(line)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def backup(index: Path | None, file: Path) -> None:
    """Copy the index's ledger, which is all of it that counts, to FILE."""
    with opened(index) as target:
        target.ledger.back_up(file.expanduser().resolve())
        counts = target.ledger.counts()
    tell(f"backed up {counts.articles} articles to {file}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def restore(index: Path | None, file: Path) -> None:
    """Make the index what it was when the backup FILE was made."""
    from rag.index.upkeep import restore as run

    settings = settings_for(index)
    run(
        settings.index,
        file.expanduser().resolve(),
        settings.lock_timeout,
        on_wait,
    )
    with opened(index) as target:
        counts = target.ledger.counts()
    tell(f"restored {counts.articles} articles from {file}")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.pass_obj
def doctor(index: Path | None, *, as_json: bool) -> None:
    """Check everything, mend what can be; exit status 1 if something stays broken."""
    from rag.index.doctor import examine

    with opened(index) as target:
        findings = examine(target, settings_for(index).lock_timeout, on_wait)
        counts = target.ledger.counts()
    if as_json:
        found = [asdict(finding) for finding in findings]
        click.echo(json.dumps(found, ensure_ascii=False))
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


COMMANDS: tuple[click.Command, ...] = (
    log,
    status,
    show,
    purge,
    backup,
    restore,
    doctor,
)
