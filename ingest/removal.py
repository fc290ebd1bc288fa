"""Taking articles out of the index."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rag.config import Settings, load_settings
from rag.index import Index
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
    target = Index(settings.index)
    try:
        articles = target.ledger.articles
        with target.writing(settings.lock_timeout, on_wait):
            article_id = articles.resolve(article)
            articles.remove(article_id)
            target.catch_up()
        return articles.article(article_id)
    finally:
        target.close()
