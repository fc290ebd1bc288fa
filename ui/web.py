"""Serve the page: a free port, nothing to any other host, one line in the terminal."""

import errno
import os
import socket
import threading
from ipaddress import ip_address
from pathlib import Path

import click

from ingest import ingest
from rag.config import Settings
from rag.engine import QueryEngine
from rag.errors import UsageError

_PORTS_TRIED = 100
# read by gradio and by huggingface_hub, which it imports, while they are imported
_QUIET = {
    "DO_NOT_TRACK": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
}


def serve(
    index: Path,
    host: str = "127.0.0.1",
    port: int = 7860,
    settings: Settings | None = None,
) -> None:
    """Serve the page over `index` until Ctrl-C; a taken port gives way to the next."""
    free = _free_port(host, port)
    if not index.exists():  # articles can be added on the page
        ingest([], index=index, settings=settings)
    engine = QueryEngine.open(index, settings=settings)
    os.environ.update(_QUIET)
    from ui.web_page import build, launch

    page = build(engine, index)
    launch(page, host, free, engine.settings.max_file_mb)
    shown = f"[{host}]" if ":" in host else host
    taken = f" (port {port} is taken)" if free != port else ""
    click.echo(f"newsdesk is at http://{shown}:{free}{taken}; Ctrl-C stops it.")
    if not _is_loopback(host):
        click.echo(
            "Warning: everybody who can reach this machine over the network can read "
            "these articles, add some, and ask at your expense; there is no login.",
            err=True,
        )
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        page.close(verbose=False)


def _free_port(host: str, port: int) -> int:
    """Return the first port from `port` on that nobody listens on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + _PORTS_TRIED, 65536)):
        try:
            with socket.create_server((host, candidate), family=family):
                return candidate
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                why = str(error.strerror).partition(" (")[0]
                raise UsageError(
                    f"The page cannot be served on {host} ({why}); "
                    "give an address of this machine."
                ) from error
    raise UsageError(
        f"No port from {port} to {port + _PORTS_TRIED - 1} is free on {host}; "
        "choose another."
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
