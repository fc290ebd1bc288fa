"""Which articles of a folder have vanished from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest.readers import SEVERAL
from ingest.report import Outcome, Status
from ingest.sources import file_of, gone
from rag.index.ledger import Ledger
from rag.schema import ArticleSummary


def folders_among(names: Sequence[str | Path]) -> list[Path]:
    """Return those of `names` that are folders, with their links resolved."""
    paths = [Path(name).expanduser() for name in names]
    return [path.resolve() for path in paths if path.is_dir()]


def withdrawn(folder: Path, files: Sequence[Path], ledger: Ledger) -> Iterator[Outcome]:
    """Withdraw the articles whose file lay under `folder` and is gone; yield each.

    `files` are those that were found there. Call inside `writing()`.
    """
    missing = vanished(folder, ledger.articles.summaries())
    if missing and not any(path.is_relative_to(folder) for path in files):
        reason = (
            f"None of the {len(missing)} articles from {folder} is there any "
            "more, so none was withdrawn (is its disk mounted?); withdraw them "
            "with: newsdesk remove ARTICLE."
        )
        yield Outcome(Status.FAILED, str(folder), reason=reason)
        return
    for one in missing:
        ledger.articles.remove(one.article_id)
        reason = "its file has vanished"
        yield Outcome(
            Status.REMOVED, one.source, one.article_id, one.title, reason=reason
        )


def left_out(
    files: Sequence[Path], outcomes: Sequence[Outcome], ledger: Ledger
) -> Iterator[Outcome]:
    """Withdraw the articles that no longer are in a file which holds several.

    `outcomes` are those of all articles of `files`; where one failed, nothing is
    withdrawn from its file: it may be the one that is missing. Call inside `writing()`.
    """
    present = {str(file) for file in files if file.suffix.lower() in SEVERAL}
    if not present:
        return
    there = {one.source for one in outcomes}
    unread = {Status.FAILED, Status.PASSED}
    present -= {file_of(one.source) for one in outcomes if one.status in unread}
    for one in ledger.articles.summaries():
        file = file_of(one.source)
        if one.state == "live" and file in present and one.source not in there:
            ledger.articles.remove(one.article_id)
            reason = f"it is no longer in {Path(file).name}"
            yield Outcome(
                Status.REMOVED, one.source, one.article_id, one.title, reason=reason
            )


def vanished(folder: Path, articles: Sequence[ArticleSummary]) -> list[ArticleSummary]:
    """Return the live articles whose file lay under `folder` and is gone."""
    return [
        one
        for one in articles
        if one.state == "live"
        and Path(one.source).is_relative_to(folder)
        and gone(one.source)
    ]
