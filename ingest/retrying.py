"""Trying again what failed, reading again what is there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ingest.failures import to_retry
from ingest.fetch import Fetcher
from ingest.listener import Listener
from ingest.pipeline import running
from ingest.report import Report
from rag.config import Settings, load_settings
from rag.embedding import Embedder
from rag.errors import ArticleNotFound


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


def reread(  # noqa: PLR0913  # each is named at the call
    article_ids: Sequence[str] | None = None,
    index: str | Path | None = None,
    *,
    settings: Settings | None = None,
    embedder: Embedder | None = None,
    listener: Listener | None = None,
    fetcher: Fetcher | None = None,
) -> Report:
    """Ingest again the files and pages of live articles, by default of all.

    See `ingest`: what has not changed stays as it is. Raises ArticleNotFound where one
    of the articles is not live.
    """
    settings = settings or load_settings(index=index)
    with running(settings, embedder, listener, fetcher) as run:
        live = run.ledger.articles.standing(article_ids)
        if missing := set(article_ids or ()) - {one.article_id for one in live}:
            raise ArticleNotFound(
                f"There is no article {min(missing)} in the index any more; put it "
                "back before it is read again."
            )
        return run.over([one.source for one in live])
