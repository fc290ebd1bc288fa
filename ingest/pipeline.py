"""Article -> chunks -> vectors -> ledger -> projections."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from ingest.chunking import split_chunks
from ingest.embedding import embed_missing
from ingest.failures import keep_failures
from ingest.fetch import Fetcher
from ingest.listener import Listener, Progress
from ingest.pages import Pages
from ingest.pruning import folders_among, withdrawn
from ingest.readers import Draft, read_file
from ingest.report import Outcome, Report, Status
from ingest.sources import FoundFile, FoundPage, find_files, gone
from rag.config import Settings, load_settings
from rag.embedding import Embedder, open_embedder
from rag.errors import SourceError
from rag.index import Index
from rag.schema import Article, Chunk

# How often a file is read that changes while it is embedded.
_READINGS = 3
# While articles keep coming, they are made findable this often (seconds).
_CATCH_UP_EVERY = 0.5


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
    and whose file has vanished from it are withdrawn afterwards; a folder that is not
    there, or in which no article is left, may be a disk that is not: it prunes nothing.
    Pages (http and https addresses) come through `fetcher`, by default one that fetches
    from public addresses only. What fails is kept in the index with its reason.

    Raises IndexUnusable (or IndexBusy, EmbedderMismatch) if the index cannot be used,
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
    target = Index(settings.index, create=True)
    try:
        vectors = target.ledger.vectors
        if embedder is None:
            embedder = open_embedder(settings, vectors.dimension(), vectors.embedder())
        fetcher = fetcher or Fetcher(int(settings.max_file_mb * 1_000_000))
        yield Run(target, embedder, settings, listener or Listener(), fetcher)
    finally:
        target.close()


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
        index.ledger.vectors.check_embedder(embedder.fingerprint)
        self.ledger = index.ledger
        self.pages = Pages(index.ledger, fetcher, self.take)
        self._index = index
        self.embedder = embedder
        self._settings = settings
        self._listener = listener
        self._outcomes: list[Outcome] = []
        self._caught_up_at = time.monotonic()

    def over(self, paths: Sequence[str | Path], *, prune: bool = False) -> Report:
        """Bring in files, folders and pages; see `ingest`."""
        found = list(find_files(paths))
        total = sum(one.size for one in found if isinstance(one, FoundFile))
        done = 0
        try:
            for one in found:
                if isinstance(one, FoundFile):
                    self.tell(self._ingest(one, done, total))
                    done += one.size
                    self._listener.progress(Progress(done, total, str(one.path)))
                elif isinstance(one, FoundPage):
                    self.tell(self.pages.ingest(one.url))
                else:
                    self.tell(Outcome(Status.FAILED, one.name, reason=one.reason))
            if prune:
                files = [one.path for one in found if isinstance(one, FoundFile)]
                for folder in folders_among(paths):
                    with self._writing():
                        left = list(withdrawn(folder, files, self._index.ledger))
                    for outcome in left:
                        self.tell(outcome)
        finally:
            report = self.finish()
        return report

    def finish(self) -> Report:
        """Make all findable, keep what failed, and return what was told since the last.

        Afterwards the run may go on.
        """
        with self._writing():
            self._index.catch_up()
        told, self._outcomes = self._outcomes, []
        keep_failures(self._index.ledger, told)
        return Report(tuple(told))

    def tell(self, outcome: Outcome) -> None:
        """Count an outcome, and say it."""
        self._outcomes.append(outcome)
        self._listener.outcome(outcome)

    def _writing(self) -> AbstractContextManager[None]:
        return self._index.writing(self._settings.lock_timeout, self._listener.waiting)

    def _ingest(self, file: FoundFile, done: int, total: int) -> Outcome:
        source = str(file.path)

        def _embedded(share: float) -> None:
            at = done + int(share * file.size)
            self._listener.progress(Progress(at, total, source))

        try:
            for _ in range(_READINGS):
                if outcome := self._attempt(file, _embedded):
                    return outcome
        except SourceError as error:
            return Outcome(Status.FAILED, source, reason=str(error))
        reason = f"{source} keeps changing; ingest it again when it is finished."
        return Outcome(Status.FAILED, source, reason=reason)

    def _attempt(
        self, file: FoundFile, tell: Callable[[float], None]
    ) -> Outcome | None:
        """Ingest a file as it is; return None if it was changed in the meantime."""
        source = str(file.path)
        raw = self._read(file)
        raw_hash = hashlib.sha256(raw).hexdigest()
        if known := self._known(source, raw_hash):
            return known
        draft = read_file(file.path, raw)
        chunks = split_chunks(draft.text, draft.language)
        embedded = self._embed(draft.text, chunks, tell)
        with self._writing():
            # another process may have committed the newer text: never put the old back
            if self._read(file) != raw:
                return None
            # a purge may have taken a vector that was there a moment ago
            embedded += self._embed(draft.text, chunks, tell)
            return self._commit(source, draft, chunks, raw_hash, embedded)

    def take(self, source: str, draft: Draft, raw_hash: str) -> Outcome:
        """Make a draft that was read from no file the newest version of `source`."""
        chunks = split_chunks(draft.text, draft.language)
        embedded = self._embed(draft.text, chunks, lambda _: None)
        with self._writing():
            embedded += self._embed(draft.text, chunks, lambda _: None)
            return self._commit(source, draft, chunks, raw_hash, embedded)

    def _read(self, file: FoundFile) -> bytes:
        limit = int(self._settings.max_file_mb * 1_000_000)
        if file.size > limit:
            raise SourceError(
                f"{file.path} has {file.size / 1e6:.0f} MB, more than the "
                f"{self._settings.max_file_mb:g} MB of NEWSDESK_MAX_FILE_MB; split it "
                "or raise the limit."
            )
        try:
            with file.path.open("rb") as opened:
                return opened.read(limit)
        except OSError as error:
            raise SourceError(
                f"{file.path} cannot be read ({error.strerror}); check its rights."
            ) from error

    def _known(self, source: str, raw_hash: str) -> Outcome | None:
        """Return what to report of a file that needs no embedding."""
        stored = self._index.ledger.articles.current(source)
        if stored is None:
            return self._moved(source, raw_hash)
        if not stored.live or stored.raw_hash != raw_hash:
            return None
        return Outcome(Status.UNCHANGED, source, stored.article_id)

    def _moved(self, source: str, raw_hash: str) -> Outcome | None:
        """Follow an article whose file was moved or renamed to `source`."""
        articles = self._index.ledger.articles
        if not articles.same_file(raw_hash):  # nearly always: no lock for it
            return None
        with self._writing():
            left = [one for one in articles.same_file(raw_hash) if gone(one.source)]
            if not left or articles.current(source):
                return None
            # of several with one text, the one that kept its name
            name = Path(source).name
            before = min(left, key=lambda one: Path(one.source).name != name)
            articles.move(before.article_id, source)
        return Outcome(
            Status.MOVED,
            source,
            before.article_id,
            before.title,
            before.chunks,
            reason=f"before at {before.source}",
        )

    def _embed(
        self, text: str, chunks: Sequence[Chunk], tell: Callable[[float], None]
    ) -> int:
        vectors = self._index.ledger.vectors
        return embed_missing(vectors, self.embedder, text, chunks, tell)

    def _commit(
        self,
        source: str,
        draft: Draft,
        chunks: Sequence[Chunk],
        raw_hash: str,
        embedded: int,
    ) -> Outcome:
        articles = self._index.ledger.articles
        # another process may have been faster, or swapped the embedder
        self._index.ledger.vectors.check_embedder(self.embedder.fingerprint)
        stored = articles.current(source)
        if stored and stored.live and stored.raw_hash == raw_hash:
            return Outcome(Status.UNCHANGED, source, stored.article_id)
        article_id = stored.article_id if stored else articles.new_id(source)
        version = stored.version + 1 if stored else 1
        article = _article(draft, source, article_id, version)
        articles.commit(article, chunks, raw_hash)
        if time.monotonic() - self._caught_up_at > _CATCH_UP_EVERY:
            self._index.catch_up(at_rest=False)
            self._caught_up_at = time.monotonic()
        replaced = stored is not None and stored.live
        return Outcome(
            Status.CHANGED if replaced else Status.ADDED,
            source,
            article_id,
            draft.title,
            len(chunks),
            embedded,
            draft.note,
        )


def _article(draft: Draft, source: str, article_id: str, version: int) -> Article:
    return Article(
        article_id=article_id,
        version=version,
        title=draft.title,
        author=draft.author,
        publisher=draft.publisher,
        published=draft.published,
        language=draft.language,
        source=source,
        url=draft.url,
        text=draft.text,
        content_hash=hashlib.sha256(draft.text.encode()).hexdigest(),
    )
