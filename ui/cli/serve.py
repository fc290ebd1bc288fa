"""The commands of the page: `newsdesk serve` and `newsdesk login`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.cli.shared import command
from ui.cli.sources import watching

if TYPE_CHECKING:
    from rag.config import Settings


@command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=7860, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--auth",
    type=click.Path(path_type=Path),
    help="Ask for a login; the file is made by: newsdesk login.",
)
@click.option("--insecure", is_flag=True, help="Serve other machines without a login.")
@click.option("--read-only", is_flag=True, help="Nobody adds articles on the page.")
@click.option(
    "--public-url", default="", help="The address that a reverse proxy gives the page."
)
@click.option(
    "--watch",
    "folders",
    multiple=True,
    is_flag=False,
    flag_value="",
    help="Also bring in what is saved in this folder, and what followed feeds bring "
    "(without a folder: only the feeds). May be given again.",
)
def serve(  # noqa: PLR0913  # each is an option
    settings: Settings,
    *,
    host: str,
    port: int,
    auth: Path | None,
    insecure: bool,
    read_only: bool,
    public_url: str,
    folders: tuple[str, ...],
) -> None:
    """Open the page."""
    from ui.web.server import serve as run
    from ui.web.service import Service

    service = Service(host, port, auth, insecure, read_only, public_url)
    named = tuple(filter(None, folders)) if folders else None
    with watching(settings, named) as watcher:
        run(settings.index, service, settings=settings, watcher=watcher)


@command()
@click.argument("name")
@click.option("--auth", required=True, type=click.Path(path_type=Path))
@click.password_option()
def login(name: str, auth: Path, password: str) -> None:
    """Let NAME log in to a page that is served with --auth; asks for the password."""
    from ui.logins import add_login

    add_login(auth, name, password)
    click.echo(f"{name} may log in to: newsdesk serve --auth {auth}")
