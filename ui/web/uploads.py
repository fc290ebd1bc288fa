"""Where the files that visitors add are kept, each under a name of its own.

An article is known by its source. So a file that is added again must lie where it lay
before, to become the next version; another one of the same name must not.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from ingest import Outcome, Status
from ingest.readers import SEVERAL, read_file
from rag.errors import SourceError
from rag.schema import ArticleSummary


class Uploads:
    """The files of one upload: copied, and put back if nothing came of them."""

    def __init__(self, index: Path, articles: Iterable[ArticleSummary]) -> None:
        self._folder = (index / "uploads").resolve()
        self._titles = {one.source: one.title for one in articles}
        self._before: dict[Path, bytes | None] = {}

    def keep(self, uploaded: Path) -> Path:
        """Copy a file to its place and return that; raises SourceError."""
        raw = _read(uploaded)
        for path in self._places(uploaded):
            before = path.read_bytes() if path.exists() else None
            several = path.suffix.lower() in SEVERAL  # known by its name
            title = path.name if several else read_file(path, raw).title
            if before == raw or self._titles.get(str(path), title) == title:
                break
        self._folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
        self._before.setdefault(path, before)
        self._titles[str(path)] = title
        return path

    def undo(self, outcomes: Iterable[Outcome]) -> None:
        """Put back what lay where a file was kept that failed."""
        failed = {Path(one.source) for one in outcomes if one.status is Status.FAILED}
        for path in failed & self._before.keys():
            before = self._before[path]
            if before is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(before)

    def shown(self, line: str) -> str:
        """Leave out of a line where files lie: that is nobody's business."""
        return line.replace(f"{self._folder}{os.sep}", "")

    def _places(self, uploaded: Path) -> Iterator[Path]:
        """Yield name.txt, name-2.txt, name-3.txt and so on."""
        yield self._folder / uploaded.name
        number = 2
        while True:
            yield self._folder / f"{uploaded.stem}-{number}{uploaded.suffix}"
            number += 1


def _read(uploaded: Path) -> bytes:
    try:
        return uploaded.read_bytes()
    except OSError as error:
        raise SourceError(
            f"{uploaded.name} cannot be read ({error.strerror}); add it again."
        ) from error
