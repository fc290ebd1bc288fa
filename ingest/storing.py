"""A draft becomes the newest version of its source: chunks, vectors, ledger."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from ingest.chunking import split_chunks
from ingest.embedding import embed_missing
from ingest.listener import Listener
from ingest.readers import Draft
from ingest.readers.flags import flags_of
from ingest.report import Outcome, Status
from ingest.sources import gone
from rag.embedding import Embedder
from rag.index.index import Index
from rag.schema import Article, Chunk

# While articles keep coming, their words are made findable this often (seconds), and
# no more than a fifth of the time goes into it.
_CATCH_UP_EVERY = 0.5
_REST = 4  # times what the last took


class Store:
    """Puts what was read into an open index."""

    def __init__(
        self, index: Index, embedder: Embedder, lock_timeout: float, listener: Listener
    ) -> None:
        index.ledger.vectors.check_embedder(embedder.fingerprint)
        self.embedder = embedder
        self._index = index
        self._lock_timeout = lock_timeout
        self._listener = listener
        self._catch_up_at = time.monotonic() + _CATCH_UP_EVERY
        self._epoch: str | None = None  # in which all vectors were seen to be there

    def writing(self) -> AbstractContextManager[None]:
        """Be the index's only writer; see `Ledger.writing`."""
        return self._index.writing(self._lock_timeout, self._listener.waiting)

    def removed(self, source: str) -> bool:
        """Whether somebody removed the article of `source`."""
        stored = self._index.ledger.articles.current(source)
        return stored is not None and not stored.live

    def known(self, source: str, raw_hash: str) -> Outcome | None:
        """Return what to report of an article that needs no embedding."""
        stored = self._index.ledger.articles.current(source)
        if stored is None:
            return self._moved(source, raw_hash)
        if not stored.live or stored.raw_hash != raw_hash:
            return None
        return Outcome(Status.UNCHANGED, source, stored.article_id)

    def take(self, source: str, draft: Draft, raw_hash: str) -> Outcome:
        """Make a draft that was read from no file the newest version of `source`."""
        outcome = self.take_if(source, draft, raw_hash, lambda: True)
        assert outcome is not None  # noqa: S101  # for the types: it is still so
        return outcome

    def take_if(
        self,
        source: str,
        draft: Draft,
        raw_hash: str,
        still: Callable[[], bool],
        tell: Callable[[float], None] = lambda _: None,
    ) -> Outcome | None:
        """Make a draft the newest version of `source`, or return None.

        `still` says, while nobody else can write, whether the file is as it was read:
        another process may have committed the newer text, and the old one must not be
        put back. `tell` hears which share of the text is embedded.
        """
        chunks = split_chunks(draft.text, draft.language)
        embedded = self._embed(draft.text, chunks, tell)
        with self.writing():
            if not still():
                return None
            embedded += self._embed_again(draft.text, chunks, tell)
            return self._commit(source, draft, chunks, raw_hash, embedded)

    def _moved(self, source: str, raw_hash: str) -> Outcome | None:
        """Follow an article whose file was moved or renamed to `source`."""
        articles = self._index.ledger.articles
        if not articles.same_file(raw_hash):  # nearly always: no lock for it
            return None
        with self.writing():
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

    def _embed_again(
        self, text: str, chunks: Sequence[Chunk], tell: Callable[[float], None]
    ) -> int:
        """Embed what a purge took meanwhile, or another embedder's vectors replaced.

        Both make a new epoch. Raises EmbedderMismatch.
        """
        ledger = self._index.ledger
        epoch = ledger.state().epoch
        if epoch == self._epoch:
            return 0
        ledger.vectors.check_embedder(self.embedder.fingerprint)
        # without a vector the index has no embedder yet
        self._epoch = epoch if chunks else None
        return self._embed(text, chunks, tell)

    def _commit(
        self,
        source: str,
        draft: Draft,
        chunks: Sequence[Chunk],
        raw_hash: str,
        embedded: int,
    ) -> Outcome:
        articles = self._index.ledger.articles
        stored = articles.current(source)  # another process may have been faster
        if stored and stored.live and stored.raw_hash == raw_hash:
            return Outcome(Status.UNCHANGED, source, stored.article_id)
        article_id = stored.article_id if stored else articles.new_id(source)
        version = stored.version + 1 if stored else 1
        flags = (*draft.flags, *flags_of(f"{draft.title}\n{draft.text}"))
        article = _article(draft, flags, source, article_id, version)
        articles.commit(article, chunks, raw_hash)
        if (started := time.monotonic()) > self._catch_up_at:
            self._index.catch_up(at_rest=False)
            now = time.monotonic()
            self._catch_up_at = now + max(_CATCH_UP_EVERY, _REST * (now - started))
        flagged = f"flagged: {', '.join(flags)}" if flags else ""
        replaced = stored is not None and stored.live
        return Outcome(
            Status.CHANGED if replaced else Status.ADDED,
            source,
            article_id,
            draft.title,
            len(chunks),
            embedded,
            "; ".join(filter(None, (draft.note, flagged))),
        )


def _article(
    draft: Draft, flags: tuple[str, ...], source: str, article_id: str, version: int
) -> Article:
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
        pages=draft.pages,
        flags=flags,
    )
