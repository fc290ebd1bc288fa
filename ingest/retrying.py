"""Trying again what failed."""

from __future__ import annotations

from pathlib import Path

from ingest.failures import to_retry
from ingest.fetch import Fetcher
from ingest.listener import Listener
from ingest.pipeline import running
from ingest.report import Report
from rag.config import Settings, load_settings
from rag.embedding import Embedder


def retry(
    index: str | Path | None = None,
    *,
    settings: Settings | None = None,
    embedder: Embedder | None = None,
    listener: Listener | None = None,
    fetcher: Fetcher | None = None,
) -> Report:
    """Ingest again what failed before and is still there; see `ingest`."""
    settings = settings or load_settings(index=index)
    with running(settings, embedder, listener, fetcher) as run:
        return run.over(to_retry(run.ledger))
