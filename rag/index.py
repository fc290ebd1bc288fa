"""One index: the ledger and its two projections, kept in step."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock

import numpy as np

from rag.atomic import write_atomically
from rag.embedding import Vectors
from rag.errors import IndexBusy, IndexUnusable
from rag.ledger import Ledger, State
from rag.schema import IndexedChunk
from rag.vectors import VectorProjection
from rag.words import WordProjection, Words, words_of

# While an ingest runs, Chroma is rebuilt when it has grown by half: all builds
# together then cost three times the last one. At its end a tenth is enough. What is
# not in Chroma is searched exactly (100 000 vectors: 4 ms).
_GROWTH_WHILE_WRITING = 0.5
_GROWTH_AT_REST = 0.1
_LEAST_GROWTH = 50  # vectors
_MOST_WHILE_WRITING = 10_000  # vectors; takes about 5 seconds
# Chroma computes with the vectors it was given: more than rounding is damage.
_TOLERANCE = 0.01

_log = logging.getLogger(__name__)
_DAMAGED = "The %s of the index were damaged (%s); they are made anew from the ledger."


class Index:
    """Finds live chunks by meaning and by words.

    Every search begins by asking the ledger for its last change, and whatever the
    projections find is looked up in the ledger: a projection that lags can miss
    something for a moment but never shows a removed or replaced text.
    """

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the index in `folder`; raises IndexUnusable where there is none."""
        self.folder = folder
        self.ledger = Ledger(folder, create=create)
        # threads share the engine: what is loaded changes for all of them at once
        self._turn = RLock()
        # the epoch of the ledger that the projections follow
        self._epoch_file = folder / "epoch"
        self.words = WordProjection(folder / "words")
        self._vectors = VectorProjection(folder / "vectors")
        self._seen: State | None = None
        self._recent_base: object = None
        self._recent_until = 0
        self._recent_keys = np.empty(0, dtype=np.int64)
        self._recent: Vectors = np.empty((0, 0), dtype=np.float32)

    def close(self) -> None:
        """Close the ledger's connections."""
        self.ledger.close()

    # -- searching --------------------------------------------------------------------

    def refresh(self) -> int:
        """See everything that any process has committed; return the last change.

        What a process that died has left unfinished is finished, and a projection that
        is damaged is made anew, with a warning in the log.
        """
        with self._turn:
            state = self.ledger.state()
            if state != self._seen or self.words.touched() or self._vectors.touched():
                self._reload()
                if not self._in_step(state):
                    self._mend()
                self._load_recent()
                self._seen = state
            return state.last_change

    def _reload(self) -> None:
        self.words.reload()
        self._vectors.reload()

    def _in_step(self, state: State) -> bool:
        """Whether both projections are sound and follow the ledger as it is."""
        return (
            self._projected_epoch() == state.epoch
            and self.words.applied >= state.last_change
            and not self.words.fault
            and not self._vectors.fault
        )

    def _projected_epoch(self) -> str:
        try:
            return self._epoch_file.read_text("utf-8")
        except (OSError, ValueError):
            return ""

    def _mend(self, vectors_fault: str = "") -> None:
        try:
            with self.ledger.writing(timeout=0):
                if vectors_fault:
                    _log.warning(_DAMAGED, "vectors", vectors_fault)
                    self._vectors.discard()
                # who asks does not wait for a large Chroma: the next writer builds it
                self.catch_up(at_rest=False)
        except IndexUnusable:
            # a writer is at work and does it, or the folder cannot be written to: what
            # is in the ledger is found by meaning all the same
            self._reload()
        if self._projected_epoch() != self.ledger.state().epoch:
            self._vectors.distrust("")  # its keys stand for something else

    def _load_recent(self) -> None:
        """Load the vectors that are not in Chroma, beside those loaded before.

        Those that have left the ledger meanwhile do no harm: nothing live has them.
        """
        base = (self._vectors.generation, self._projected_epoch())
        if base != self._recent_base:
            self._recent_base, self._recent_until = base, base[0].seq
            self._recent_keys = np.empty(0, dtype=np.int64)
        last = self.ledger.state().last_change
        keys, matrix = self.ledger.vectors.live(since=self._recent_until)
        new = ~np.isin(np.asarray(keys, dtype=np.int64), self._recent_keys)
        if new.any():
            fresh = np.asarray(keys, dtype=np.int64)[new]
            old = self._recent[: len(self._recent_keys)].reshape(-1, matrix.shape[1])
            self._recent = np.concatenate([old, matrix[new]])
            self._recent_keys = np.concatenate([self._recent_keys, fresh])
        self._recent_until = last

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[IndexedChunk, float]]:
        """Return about `limit` live chunks with their exact cosines, nearest first."""
        with self._turn:
            wanted = limit
            while True:
                near = self._from_chroma(vector, wanted)
                found = self._with_chunks(near | self._nearest_recent(vector, limit))
                # removed articles stay in Chroma, and take up places, till it is built
                if len(found) >= limit or self._vectors.generation.count <= wanted:
                    return found[:limit]
                wanted *= 4

    def _from_chroma(self, vector: Vectors, limit: int) -> dict[int, float]:
        """Return near vectors with exact cosines; mend Chroma if it fails or is wrong.

        A vector that has left the ledger has no cosine and is left out.
        """
        for may_mend in (True, False):
            found = dict(self._vectors.nearest(vector, limit))
            exact = self._exact(list(found), vector)
            if any(abs(found[key] - exact[key]) > _TOLERANCE for key in exact):
                self._vectors.distrust("its distances are wrong")
            if not self._vectors.fault:
                return exact
            if may_mend:
                self._mend(self._vectors.fault)
            self._load_recent()
        self._vectors.distrust("")  # without Chroma everything is searched exactly
        self._load_recent()
        return {}

    def _exact(self, vector_keys: Sequence[int], vector: Vectors) -> dict[int, float]:
        keys, matrix = self.ledger.vectors.by_key(vector_keys)
        cosines = matrix @ vector if keys else ()
        return {key: float(one) for key, one in zip(keys, cosines, strict=True)}

    def _nearest_recent(self, vector: Vectors, limit: int) -> dict[int, float]:
        if not len(self._recent_keys):
            return {}
        cosines = self._recent @ vector
        best = np.argsort(-cosines, kind="stable")[:limit]
        return {int(self._recent_keys[i]): float(cosines[i]) for i in best}

    def _with_chunks(
        self, cosines: dict[int, float]
    ) -> list[tuple[IndexedChunk, float]]:
        chunks = self.ledger.chunks.by_vector(list(cosines))
        found = [(chunk, cosines[chunk.vector_key]) for chunk in chunks]
        return sorted(found, key=lambda item: (-item[1], item[0].chunk_key))

    def matching(self, question: str, limit: int) -> list[tuple[IndexedChunk, float]]:
        """Return up to `limit` live chunks with their BM25 scores, best first."""
        with self._turn:
            scores = dict(self.words.search(question, limit))
            chunks = self.ledger.chunks.by_key(list(scores))
            found = [(chunk, scores[chunk.chunk_key]) for chunk in chunks]
            return sorted(found, key=lambda item: (-item[1], item[0].chunk_key))

    def cosines(self, chunks: Sequence[IndexedChunk], vector: Vectors) -> list[float]:
        """Return the exact cosine of each chunk."""
        with self._turn:
            by_key = self._exact(sorted({chunk.vector_key for chunk in chunks}), vector)
            return [by_key[chunk.vector_key] for chunk in chunks]

    def of_article(self, article_id: str) -> list[IndexedChunk]:
        """Return the live chunks of an article; none where it was removed."""
        return self.ledger.chunks.of_article(article_id)

    # -- following the ledger ---------------------------------------------------------

    @contextmanager
    def writing(
        self, timeout: float, on_wait: Callable[[str], None] | None = None
    ) -> Iterator[None]:
        """Be the only writer; see `Ledger.writing`."""
        with self.ledger.writing(timeout, on_wait):
            yield

    def catch_up(self, *, at_rest: bool = True) -> None:
        """Apply to the projections what the ledger has and they have not.

        `at_rest` says that nothing more follows soon. Call inside `writing()`. Raises
        IndexUnusable where the disk refuses; the ledger is complete all the same.
        """
        self._reload()
        if self._projected_epoch() != self.ledger.state().epoch:
            self.forget()
        try:
            self._catch_up_words()
            self._catch_up_vectors(at_rest=at_rest)
        except (OSError, ValueError) as error:  # tantivy raises ValueError for I/O
            what = str(error).split("\n")[0].split(". ")[0]
            raise IndexUnusable(
                f"What is stored in {self.folder} is safe but cannot be searched yet "
                f"({what}); check the disk, then repeat the command."
            ) from error
        if self.ledger.unfinished_purge():  # readers of the old state may hinder it
            with suppress(IndexBusy):
                self.ledger.scrub(timeout=1)

    def forget(self) -> None:
        """Throw the projections away. Call inside `writing()`."""
        self.words.clear()
        self._vectors.clear()
        write_atomically(self._epoch_file, self.ledger.state().epoch)

    def _catch_up_words(self) -> None:
        if self.words.fault:
            _log.warning(_DAMAGED, "words", self.words.fault)
            self.words.clear()
        last = self.ledger.articles.last_change()
        if self.words.applied < last:
            changed = self.ledger.articles.changes_since(self.words.applied)
            ids = dict.fromkeys(change.article_id for change in changed)
            self.words.apply(((one, self._words_of(one)) for one in ids), last)

    def _catch_up_vectors(self, *, at_rest: bool) -> None:
        if self._vectors.fault:
            _log.warning(_DAMAGED, "vectors", self._vectors.fault)
            self._vectors.discard()
            self._vectors.reload()
        generation = self._vectors.generation
        growth = self.ledger.vectors.churn(since=generation.seq)
        share = _GROWTH_AT_REST if at_rest else _GROWTH_WHILE_WRITING
        least = 0 if at_rest and not generation.count else _LEAST_GROWTH
        if not at_rest and growth > _MOST_WHILE_WRITING:
            return
        if growth > max(share * generation.count, least):
            last = self.ledger.articles.last_change()
            keys, matrix = self.ledger.vectors.live()
            self._vectors.build(last, keys, matrix)
            self._vectors.reload()

    def _words_of(self, article_id: str) -> Iterator[Words]:
        chunks = self.of_article(article_id)
        if not chunks:
            return
        article = self.ledger.articles.article(article_id, chunks[0].version)
        yield from words_of(article, chunks)
