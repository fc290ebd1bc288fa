"""One index: the ledger and its two projections, kept in step."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from threading import RLock

import numpy as np

from rag.embedding import Vectors
from rag.errors import IndexBusy, IndexUnusable
from rag.index.atomic import write_atomically
from rag.index.catalog import Catalog
from rag.index.ledger import Ledger, State
from rag.index.searcher import Searcher, VectorTable
from rag.index.vectors import Stored, VectorProjection
from rag.index.words import WordProjection, words_of

# So few vectors are searched exactly, in half the time that Chroma takes, and nobody
# waits for Chroma to be imported or built. From there on Chroma is built anew when it
# has grown by a fifth, at the end of an ingest.
SEARCHED_EXACTLY = 20_000  # vectors, which take 1 ms
_GROWTH = 0.2
# Chroma scales vectors to length 1 again: more than rounding is damage.
_TOLERANCE = 1e-3
_COMPARED = 8  # vectors of a generation that are compared with the ledger's

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
        self._searcher: Searcher | None = None
        self._compared: Stored | None = None
        self._asked = False

    def close(self) -> None:
        """Close the ledger's connections and Chroma's files."""
        with self._turn:
            self._searcher = None
            self._vectors.close()
            self.ledger.close()

    # -- searching --------------------------------------------------------------------

    def searcher(self) -> Searcher:
        """Return the collection as any process has committed it, ready to be searched.

        What a process that died has left unfinished is finished, and a projection that
        is damaged is made anew, with a warning in the log.
        """
        with self._turn:
            state = self.ledger.state()
            if (
                self._searcher is None
                or state != self._seen
                or self.words.touched()
                or self._vectors.touched()
            ):
                failed = self._vectors.fault
                self._reload()
                if failed or not self._in_step(state):
                    self._mend(failed)
                try:
                    self._searcher = self._searching(state)
                except KeyError:  # a purge took vectors while they were being read
                    self._seen = None
                    self._searcher = self._searching(self.ledger.state())
                self._seen = state
            return self._searcher

    def _reload(self) -> None:
        self.words.reload()
        self._vectors.reload()
        if self._vectors.stored is not self._compared and self._foreign():
            self._vectors.distrust("its vectors are not the ledger's")
        self._compared = self._vectors.stored

    def _foreign(self) -> bool:
        """Whether a sample of the stored vectors differs from the ledger's.

        Those that have left the ledger since are not looked at.
        """
        stored = self._vectors.stored
        if not len(stored.keys):
            return False
        some = np.linspace(0, len(stored.keys) - 1, _COMPARED).astype(int)
        at = dict(zip(stored.keys[some].tolist(), stored.rows[some], strict=True))
        keys, matrix = self.ledger.vectors.by_key(list(at))
        if not keys:
            return False
        mapped = stored.matrix[[at[key] for key in keys]]
        return not np.allclose(mapped, matrix, atol=_TOLERANCE)

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

    def _mend(self, failed: str) -> None:
        try:
            with self.ledger.writing(timeout=0):
                if failed:  # in a search, though its files are sound
                    _log.warning(_DAMAGED, "vectors", failed)
                    self._vectors.discard()
                # who asks does not wait for a large Chroma: the next writer builds it
                self.catch_up(at_rest=False)
        except IndexUnusable:
            # a writer is at work and does it, or the folder cannot be written to: what
            # is in the ledger is found by meaning all the same
            self._reload()
        if self._projected_epoch() != self.ledger.state().epoch:
            self._vectors.distrust("")  # its keys stand for something else

    def _searching(self, state: State) -> Searcher:
        known, seen = self._searcher, self._seen
        if known is None or seen is None or seen.epoch != state.epoch:
            known, catalog = None, Catalog.of(self.ledger)
        else:
            catalog = known.catalog.after(self.ledger, seen.last_change)
        before = known.vectors if known is not None else None
        stored = self._vectors.stored
        return Searcher(
            self.ledger,
            catalog,
            VectorTable.of(catalog, stored, self.ledger, before),
            self.words,
            self._approximate if len(stored.keys) else None,
        )

    def _approximate(self, vector: Vectors, limit: int) -> list[int]:
        """Ask Chroma, from the second search on.

        Who asks once does not wait for it to be imported: the first is exact.
        """
        if not self._asked:
            self._asked = True
            return []
        return self._vectors.nearest(vector, limit)

    # -- following the ledger ---------------------------------------------------------

    def writing(
        self, timeout: float, on_wait: Callable[[str], None] | None = None
    ) -> AbstractContextManager[None]:
        """Be the only writer; see `Ledger.writing`."""
        return self.ledger.writing(timeout, on_wait)

    def catch_up(self, *, at_rest: bool = True) -> None:
        """Apply to the projections what the ledger has and they have not.

        `at_rest` says that nothing more follows soon. Call inside `writing()`. Raises
        IndexUnusable where the disk refuses; the ledger is complete all the same.
        """
        if self.words.touched() or self._vectors.touched():
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
        try:
            self._apply_words()
        except ValueError as error:
            # of a write that was cut off, or of a merge, whose name tantivy uses again
            if "FileAlreadyExists" not in str(error):
                raise
            _log.warning(_DAMAGED, "words", "a file that does not belong is in the way")
            self.words.clear()
            self._apply_words()

    def _apply_words(self) -> None:
        last = self.ledger.articles.last_change()
        if self.words.applied < last:
            changed = self.ledger.articles.changes_since(self.words.applied)
            ids = dict.fromkeys(change.article_id for change in changed)
            live = {a.article_id: a for a in self.ledger.articles.standing([*ids])}
            words = (
                words_of(live[one], self.ledger.chunks.of_article(one))
                if one in live
                else ()
                for one in ids
            )
            self.words.apply(zip(ids, words, strict=True), last)

    def _catch_up_vectors(self, *, at_rest: bool) -> None:
        if self._vectors.fault:
            _log.warning(_DAMAGED, "vectors", self._vectors.fault)
            self._vectors.discard()
            self._vectors.reload()
        if not at_rest:
            return
        generation = self._vectors.generation
        growth = self.ledger.vectors.churn(since=generation.seq)
        if growth > max(_GROWTH * generation.count, SEARCHED_EXACTLY):
            last = self.ledger.articles.last_change()
            keys, matrix = self.ledger.vectors.live()
            self._vectors.build(last, keys, matrix)
            self._vectors.reload()
