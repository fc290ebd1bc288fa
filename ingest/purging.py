"""Purging articles: every version and every byte of them is deleted."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ingest.sources import file_of
from rag.config import Settings, load_settings
from rag.evaluation.ratings import forget_ratings
from rag.index.index import Index
from rag.index.upkeep import finish_purge


@dataclass(frozen=True, slots=True)
class Purged:
    """What was purged, and where it still is: files that are not the index's to delete.

    `file` is the one it was read from, "" where that is gone; `backups` those known to
    the index that hold the article.
    """

    article_id: str
    title: str
    file: str
    backups: tuple[str, ...]

    def lines(self) -> list[str]:
        """Say it as a person reads it."""
        told = [f"purged {self.title} ({self.article_id}) with all its versions"]
        if self.file:
            told.append(
                f"Its file {self.file} is still there; delete it, or the next ingest "
                "brings it back."
            )
        told += [
            f"The backup {backup} still holds it; delete it and make another."
            for backup in self.backups
        ]
        return told


def purge(
    article: str,
    index: str | Path | None = None,
    *,
    settings: Settings | None = None,
    on_wait: Callable[[str], None] | None = None,
) -> Purged:
    """Delete an article, named by its id, source or file name, with all its versions.

    Afterwards no file of the index folder holds its text, its title or its vectors:
    the ledger is rewritten, the projections are made anew, the page's copy of an
    upload is deleted. Removed articles can be purged too. `on_wait` is told where
    another process writes, or reads the old state. Raises ArticleNotFound,
    IndexUnusable or IndexBusy.
    """
    settings = settings or load_settings(index=index)
    with (
        closing(Index(settings.index)) as target,
        target.writing(settings.lock_timeout, on_wait),
    ):
        target.catch_up()
        known = target.ledger.articles
        newest = known.article(known.resolve(article, removed=True))
        file = Path(file_of(newest.source))
        if file.is_relative_to((target.folder / "uploads").resolve()):
            file.unlink(missing_ok=True)
        forget_ratings(target.folder, newest.article_id)
        target.ledger.purge(newest.article_id)
        finish_purge(target, settings.lock_timeout, on_wait)
        backups = target.ledger.backups_holding(newest.article_id)
    return Purged(
        newest.article_id, newest.title, str(file) if file.is_file() else "", backups
    )
