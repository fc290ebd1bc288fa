"""Which articles of a folder have vanished from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ingest.sources import gone
from rag.schema import ArticleSummary


def folders_among(names: Sequence[str | Path]) -> list[Path]:
    """Return those of `names` that are folders, with their links resolved."""
    paths = [Path(name).expanduser() for name in names]
    return [path.resolve() for path in paths if path.is_dir()]


def vanished(folder: Path, articles: Sequence[ArticleSummary]) -> list[ArticleSummary]:
    """Return the live articles whose file lay under `folder` and is gone."""
    return [
        one
        for one in articles
        if one.state == "live"
        and Path(one.source).is_relative_to(folder)
        and gone(one.source)
    ]
