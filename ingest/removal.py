"""Removing articles from the index, and undoing that."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from ingest.chunking import split_chunks
from rag.config import Settings, load_settings
from rag.errors import SourceError
from rag.index.index import Index
from rag.schema import Article


def remove(
    article: str,
    index: str | Path | None = None,
    *,
    settings: Settings | None = None,
    on_wait: Callable[[str], None] | None = None,
) -> Article:
    """Withdraw an article, named by its id, its source or its file name; return it.

    From then on nobody finds it. Its versions stay readable for citations given
    before. `on_wait` is told where another process writes. Raises ArticleNotFound,
    IndexUnusable or IndexBusy.
    """
    settings = settings or load_settings(index=index)
    with closing(Index(settings.index)) as target:
        articles = target.ledger.articles
        with target.writing(settings.lock_timeout, on_wait):
            article_id = articles.resolve(article)
            articles.remove(article_id)
            target.catch_up()
        return articles.article(article_id)


def reinstate(
    article: str,
    index: str | Path | None = None,
    *,
    settings: Settings | None = None,
    on_wait: Callable[[str], None] | None = None,
) -> Article:
    """Take a removal back: the article is found again, as its next version; return it.

    `article` is its id or its source. An article that is live is left as it is. Raises
    ArticleNotFound, IndexUnusable, IndexBusy, or SourceError where the index was given
    another embedder since, so that its text has to be embedded.
    """
    settings = settings or load_settings(index=index)
    with closing(Index(settings.index)) as target:
        articles, vectors = target.ledger.articles, target.ledger.vectors
        with target.writing(settings.lock_timeout, on_wait):
            last = articles.article(articles.resolve(article, removed=True))
            stored = articles.current(last.source)
            if stored is None or stored.live:
                return last
            parts = split_chunks(last.text, last.language)
            hashes = [part.text_hash for part in parts]
            if vectors.missing(hashes, vectors.embedder() or ""):
                raise SourceError(f"{last.title} has to be read anew; ingest it again.")
            again = replace(last, version=last.version + 1)
            articles.commit(again, parts, stored.raw_hash)
            target.catch_up()
        return again
