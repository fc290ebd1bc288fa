"""Ingests files that hold several articles (records, archives), each by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from ingest.readers.draft import NoArticles, Part, too_large
from ingest.readers.fields import Mapped
from ingest.readers.parts import read_parts
from ingest.report import Outcome, Status
from ingest.sources import FoundFile
from ingest.storing import Store
from rag.errors import SourceError

READINGS = 3  # so often a file is read that changes meanwhile
_MOST_FAILED = 1000


class Several:
    """Brings in the articles of files that hold several of at most `limit` bytes.

    `mapped` says what the fields of records mean. Without `removed`, articles that
    somebody removed stay so.
    """

    def __init__(
        self, store: Store, limit: int, mapped: Mapped, *, removed: bool = True
    ) -> None:
        self._store = store
        self._limit = limit
        self._mapped = mapped
        self._removed = removed

    def articles_of(
        self, file: FoundFile, tell: Callable[[float], None]
    ) -> Iterator[Outcome]:
        """Yield what became of each article of a file, as it comes.

        A file that changes meanwhile is read again; nothing is told twice. `tell` hears
        which share of it is done. Where the file as a whole is of no use, that is the
        last outcome, under its own name. What holds no articles is passed over.
        """
        source, told, failed = str(file.path), set[str](), 0
        for _ in range(READINGS):
            for outcome in self._once(file, tell):
                if outcome is None:
                    break
                if outcome.source not in told:
                    told.add(outcome.source)
                    failed += outcome.status is Status.FAILED
                    yield outcome
                if failed > _MOST_FAILED:
                    reason = (
                        f"More than {_MOST_FAILED:,} articles of {source} cannot be "
                        "read, so the rest was left; mend it, then ingest it again."
                    )
                    yield Outcome(Status.FAILED, source, reason=reason)
                    return
            else:
                return
        reason = f"{source} keeps changing; ingest it again when it is finished."
        yield Outcome(Status.FAILED, source, reason=reason)

    def _once(
        self, file: FoundFile, tell: Callable[[float], None]
    ) -> Iterator[Outcome | None]:
        """Yield what became of each article, None where the file has changed."""
        before = _stamp(file.path)

        def still() -> bool:
            return _stamp(file.path) == before

        reason, status = "", Status.FAILED
        try:
            if trouble := too_large(file.size, self._limit):
                raise SourceError(f"{file.path} {trouble}.")  # noqa: TRY301  # as others
            with file.path.open("rb") as opened:
                for part in read_parts(file.path, opened, self._limit, self._mapped):
                    source = f"{file.path}{part.key}"
                    if self._removed or not self._store.removed(source):
                        yield self._arrived(source, part, still)
                    tell(min(opened.tell() / max(file.size, 1), 1.0))
        except SourceError as error:
            reason, status = str(error), _status(error)
        except OSError as error:
            reason = f"{file.path} cannot be read ({error.strerror}); check its rights."
        if reason:
            failed = Outcome(status, str(file.path), reason=reason)
            yield failed if still() else None

    def _arrived(
        self, source: str, part: Part, still: Callable[[], bool]
    ) -> Outcome | None:
        try:
            if part.raw_hash and (known := self._store.known(source, part.raw_hash)):
                return known
            return self._store.take_if(source, part.read(), part.raw_hash, still)
        except SourceError as error:
            failed = Outcome(_status(error), source, reason=str(error))
            return failed if still() else None


def _status(error: SourceError) -> Status:
    return Status.PASSED if isinstance(error, NoArticles) else Status.FAILED


def _stamp(file: Path) -> tuple[int, ...]:
    """Return what changes with a file's contents; () where it is gone."""
    try:
        found = file.stat()
    except OSError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns
