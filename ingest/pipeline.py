"""Files, folders and pages into an index: what is read, and what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from ingest.failures import keep_failures
from ingest.fetch import Fetcher
from ingest.listener import Listener, Progress
from ingest.pages import Pages
from ingest.pruning import folders_among, left_out, withdrawn
from ingest.readers import SEVERAL, read_file
from ingest.readers.draft import too_large
from ingest.readers.fields import read_mapping
from ingest.report import Outcome, Report, Status
from ingest.several import READINGS, Several
from ingest.sources import FoundFile, FoundPage, find_files
from ingest.storing import Store
from rag.config import Settings, load_settings
from rag.embedding import Embedder, open_embedder
from rag.errors import SourceError
from rag.index.index import Index


def ingest(  # noqa: PLR0913  # each is named at the call
    paths: Sequence[str | Path],
    index: str | Path | None = None,
    *,
    settings: Settings | None = None,
    embedder: Embedder | None = None,
    listener: Listener | None = None,
    prune: bool = False,
    fetcher: Fetcher | None = None,
) -> Report:
    """Bring files, folders and web pages into the index and return what happened.

    `index` is the index folder; by default the one of the settings. It is made where
    there is none. An article that cannot be read is reported as failed and the rest
    goes on; what was stored before stays. An unchanged file costs a hash, a moved one
    keeps its identity. With `prune`, articles that were read from one of the folders
    and whose file has vanished from it are withdrawn afterwards, and so are those that
    vanished from an archive or a file of records; a folder that is not there, or in
    which no article is left, may be a disk that is not: it prunes nothing.
    Pages (http and https addresses) come through `fetcher`, by default one that fetches
    from public addresses only. What fails is kept in the index with its reason.

    Raises IndexUnusable (or IndexBusy, EmbedderMismatch) if the index cannot be used,
    UsageError if the settings name a field that no article has,
    and EmbeddingError if the embedder gives up; articles ingested until then stay.
    """
    settings = settings or load_settings(index=index)
    if index is not None:
        settings = settings.model_copy(update={"index": Path(index)})
    with running(settings, embedder, listener, fetcher) as run:
        return run.over(paths, prune=prune)


@contextmanager
def running(
    settings: Settings,
    embedder: Embedder | None = None,
    listener: Listener | None = None,
    fetcher: Fetcher | None = None,
) -> Iterator[Run]:
    """Open the index of the settings for what arrives; it is made where there is none.

    Raises IndexUnusable or EmbedderMismatch.
    """
    with closing(Index(settings.index, create=True)) as target:
        vectors = target.ledger.vectors
        if embedder is None:
            embedder = open_embedder(settings, vectors.dimension(), vectors.embedder())
        fetcher = fetcher or Fetcher(settings.max_file_bytes)
        yield Run(target, embedder, settings, listener or Listener(), fetcher)


class Run:
    """Brings articles into an open index, and keeps their outcomes until `finish`."""

    def __init__(
        self,
        index: Index,
        embedder: Embedder,
        settings: Settings,
        listener: Listener,
        fetcher: Fetcher,
    ) -> None:
        self._store = Store(index, embedder, settings.lock_timeout, listener)
        self._mapped = read_mapping(settings.fields)
        self.ledger = index.ledger
        self.embedder = embedder
        self.pages = Pages(index.ledger, fetcher, self._store.take)
        self._index = index
        self.limit = settings.max_file_bytes
        self._listener = listener
        self._outcomes: list[Outcome] = []

    def over(
        self,
        paths: Sequence[str | Path],
        *,
        prune: bool = False,
        removed: bool = True,
        named: bool = True,
    ) -> Report:
        """Bring in files, folders and pages; see `ingest`.

        Without `removed`, articles that somebody removed stay so. A file that holds no
        articles fails if it is one of `paths` and these are what a person has `named`.
        """
        found = list(find_files(paths))
        files = [one for one in found if isinstance(one, FoundFile)]
        done, total = 0, sum(one.size for one in files)
        try:
            for one in found:
                if isinstance(one, FoundFile):
                    told = partial(self._progress, one, done, total)
                    for outcome in self._arrive(one, told, removed=removed):
                        self.tell(_as_meant(outcome, one) if named else outcome)
                    told(1.0)
                    done += one.size
                elif isinstance(one, FoundPage):
                    self.tell(self.pages.ingest(one.url))
                else:
                    status = Status.FAILED if one.wanted else Status.PASSED
                    self.tell(Outcome(status, one.name, reason=one.reason))
            if prune:
                self._prune(folders_among(paths), [one.path for one in files])
        finally:
            report = self.finish()
        return report

    def finish(self) -> Report:
        """Make all findable, keep what failed, and return what was told since the last.

        Afterwards the run may go on.
        """
        with self._store.writing():
            self._index.catch_up()
        told, self._outcomes = self._outcomes, []
        keep_failures(self._index.ledger, told)
        return Report(tuple(told))

    def tell(self, outcome: Outcome) -> None:
        """Count an outcome, and say it."""
        self._outcomes.append(outcome)
        self._listener.outcome(outcome)

    def _arrive(
        self, file: FoundFile, tell: Callable[[float], None], *, removed: bool
    ) -> Iterator[Outcome]:
        """Bring in what is in a file; yield what became of it."""
        with self.ledger.held():
            if file.path.suffix.lower() in SEVERAL:
                several = Several(
                    self._store, self.limit, self._mapped, removed=removed
                )
                yield from several.articles_of(file, tell)
            elif removed or not self._store.removed(str(file.path)):
                yield self._ingest(file, tell)

    def _progress(self, file: FoundFile, done: int, total: int, share: float) -> None:
        at = done + int(share * file.size)
        self._listener.progress(Progress(at, total, str(file.path)))

    def _prune(self, folders: Sequence[Path], files: Sequence[Path]) -> None:
        """Withdraw what vanished, and tell it."""
        with self._store.writing():
            left = list(left_out(files, self._outcomes, self.ledger))
            for folder in folders:
                left += withdrawn(folder, files, self.ledger)
        for outcome in left:
            self.tell(outcome)

    def _ingest(self, file: FoundFile, tell: Callable[[float], None]) -> Outcome:
        try:
            for _ in range(READINGS):
                if outcome := self._attempt(file, tell):
                    return outcome
        except SourceError as error:
            return _failed(file, str(error))
        return _failed(
            file, f"{file.path} keeps changing; ingest it again when it is finished."
        )

    def _attempt(
        self, file: FoundFile, tell: Callable[[float], None]
    ) -> Outcome | None:
        """Ingest a file as it is; return None if it was changed in the meantime."""
        raw = self._read(file)
        source, raw_hash = str(file.path), hashlib.sha256(raw).hexdigest()
        if known := self._store.known(source, raw_hash):
            return known
        draft = read_file(file.path, raw)
        return self._store.take_if(
            source, draft, raw_hash, lambda: self._read(file) == raw, tell
        )

    def _read(self, file: FoundFile) -> bytes:
        if trouble := too_large(file.size, self.limit):
            raise SourceError(f"{file.path} {trouble}.")
        try:
            with file.path.open("rb") as opened:
                return opened.read(self.limit)
        except OSError as error:
            raise SourceError(
                f"{file.path} cannot be read ({error.strerror}); check its rights."
            ) from error


def _as_meant(outcome: Outcome, file: FoundFile) -> Outcome:
    """Let a file fail that somebody named and that holds no articles."""
    passed = outcome.status is Status.PASSED and outcome.source == str(file.path)
    return replace(outcome, status=Status.FAILED) if passed and file.named else outcome


def _failed(file: FoundFile, reason: str) -> Outcome:
    return Outcome(Status.FAILED, str(file.path), reason=reason)
