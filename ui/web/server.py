"""Serve the page: a free port, nothing to any other host, one line in the terminal."""

import os
import sys
import threading
from pathlib import Path

import click

from ingest import ingest
from rag.config import Settings
from rag.engine import QueryEngine
from ui.watching import Watcher
from ui.web.service import Service

# read by gradio and by huggingface_hub, which it imports, while they are imported
_QUIET = {
    "DO_NOT_TRACK": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    # or it sums up the last 10 000 events after each
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000",
    "GRADIO_ANALYTICS_MAX_EVENTS": "100",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
}


def serve(
    index: Path,
    service: Service = Service(),  # noqa: B008  # frozen
    settings: Settings | None = None,
    watcher: Watcher | None = None,
) -> None:
    """Serve the page over `index` until Ctrl-C; `watcher` can be switched on it.

    Raises UsageError or SettingsError where it cannot be served so.
    """
    free = service.checked()
    if not index.exists():  # articles can be added on the page
        ingest([], index=index, settings=settings)
    engine = QueryEngine.open(index, settings=settings)
    os.environ.update(_QUIET)
    # gradio looks for it twice at each event, which takes long where there is none
    sys.modules.setdefault("matplotlib", None)  # type: ignore[arg-type]
    from ui.web.page import build, launch

    page = build(engine, index, free, watcher)
    launch(page, free, engine.settings.max_file_mb)
    shown = f"[{free.host}]" if ":" in free.host else free.host
    taken = f" (port {service.port} is taken)" if free.port != service.port else ""
    click.echo(f"newsdesk is at http://{shown}:{free.port}{taken}; Ctrl-C stops it.")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        page.close(verbose=False)
