"""The doctor: checks everything against everything and mends what can be mended.

The projections are made anew from the ledger. What is wrong in the ledger itself is
told: only a backup has it right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from rag.errors import ArticleNotFound
from rag.index.index import Index
from rag.index.ledger.checks import VersionSpan
from rag.index.upkeep import finish_purge
from rag.index.vectors import VectorProjection
from rag.schema import Chunk

_RESTORE = "restore a backup (newsdesk restore FILE)"
_REPLACE = f"{_RESTORE}, or purge the article and ingest it again"
_REBUILT = "made anew from the ledger"
# Chroma scales vectors to length 1 again: more than rounding is damage
_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was wrong: in a sentence, and what was done or is to be done.

    `mended` is None where nothing is wrong, but something is left to be decided.
    """

    what: str
    mended: bool | None
    then: str

    def line(self) -> str:
        """Say it in a line."""
        kind = {True: "mended", False: "broken", None: "open  "}[self.mended]
        return f"{kind}  {self.what}: {self.then}."


def examine(
    index: Index, timeout: float, on_wait: Callable[[str], None] | None = None
) -> list[Finding]:
    """Check an index, mend what can be mended, and return what was found.

    Be patient: every text and every vector is read. `on_wait` is told where another
    process writes, or reads what was purged; raises IndexBusy if that takes more than
    `timeout` seconds.
    """
    with index.writing(timeout, on_wait):
        findings = [
            Finding(f"The ledger is damaged ({one})", mended=False, then=_RESTORE)
            for one in index.ledger.checks.integrity()
        ]
        if findings:  # nothing that is read from it means anything
            return findings
        findings += _purge(index, timeout, on_wait)
        findings += _versions(index)
        findings += _texts(index)
        findings += _words_projection(index)
        faulty = list(_vectors(index))
        # Chroma is compared with the ledger's vectors, and made of them
        findings += faulty or _vector_projection(index)
        findings += _waiting_vectors(index)
    return findings


def _purge(
    index: Index, timeout: float, on_wait: Callable[[str], None] | None
) -> Iterator[Finding]:
    if article_id := index.ledger.unfinished_purge():
        finish_purge(index, timeout, on_wait)
        yield Finding(f"The purge of {article_id} was cut off", True, "finished")


def _versions(index: Index) -> Iterator[Finding]:
    """Check that versions count from 1 and follow each other, the last one live."""
    spans = index.ledger.checks.versions()
    last = index.ledger.articles.last_change()
    for article_id, group in groupby(spans, key=lambda one: one.article_id):
        own = list(group)
        name = f"The article {own[-1].title} ({article_id})"
        if [one.version for one in own] != list(range(1, len(own) + 1)):
            yield Finding(f"{name} lacks a version", mended=False, then=_RESTORE)
        elif not _in_order(own, last):
            what = f"{name} has versions that overlap or end before they begin"
            yield Finding(what, mended=False, then=_RESTORE)


def _in_order(own: list[VersionSpan], last: int) -> bool:
    # a version may begin with the change that ends the one before; the newest may live
    at = 0
    for one in own:
        until = one.until
        if until is None and one is own[-1]:
            until = last
        if until is None or not at <= one.since <= until <= last:
            return False
        at = until
    return True


def _texts(index: Index) -> Iterator[Finding]:
    """Check each text against its hash, and its chunks against the text."""
    for one in index.ledger.checks.versions():
        name = f"version {one.version} of {one.title} ({one.article_id})"
        try:
            article = index.ledger.articles.article(one.article_id, one.version)
        except ArticleNotFound:  # without a line in the table of articles
            yield Finding(f"The {name} belongs to no article", False, _RESTORE)
            continue
        if _hash(article.text) != article.content_hash:
            what = f"The text of {name} is not the one that was ingested"
            yield Finding(what, mended=False, then=_REPLACE)
        elif not _fit(
            article.text, index.ledger.checks.chunks(one.article_id, one.version)
        ):
            what = f"The chunks of {name} do not fit its text"
            yield Finding(what, mended=False, then=_REPLACE)


def _fit(text: str, chunks: list[Chunk]) -> bool:
    if [one.ordinal for one in chunks] != list(range(len(chunks))):
        return False
    return bool(chunks) and all(
        0 <= one.start < one.end <= len(text)
        and _hash(text[one.start : one.end]) == one.text_hash
        for one in chunks
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _vectors(index: Index) -> Iterator[Finding]:
    checks = index.ledger.checks
    for article_id, count in checks.without_vector():
        title = index.ledger.articles.article(article_id).title
        what = f"{count} chunks of {title} ({article_id}) have no vector"
        yield Finding(what, mended=False, then=_REPLACE)
    if faulty := checks.faulty_vectors():
        what = f"{len(faulty)} vectors have the wrong dimension or length"
        yield Finding(what, mended=False, then=_RESTORE)


def _waiting_vectors(index: Index) -> Iterator[Finding]:
    """Tell of vectors that a `reembed` has made and not put in use.

    None is deleted: it may be running, and one that was cut off goes on with them.
    """
    for embedder, count in index.ledger.checks.waiting_vectors():
        what = f"{count} vectors of {embedder} wait for a newsdesk reembed to end"
        then = "run it again to go on, or with the index's own embedder to drop them"
        yield Finding(what, mended=None, then=then)


def _words_projection(index: Index) -> Iterator[Finding]:
    words, last = index.words, index.ledger.articles.last_change()
    words.reload()
    fault = words.fault
    if not fault and words.applied == last:
        missing = set(index.ledger.checks.live_keys()) ^ set(words.keys())
        fault = f"{len(missing)} chunks too many or too few" if missing else ""
    if fault:
        words.clear()
        index.catch_up()
        yield Finding(f"The words were damaged ({fault})", True, _REBUILT)
    elif words.applied != last:
        lag = abs(last - words.applied)
        if words.applied > last:  # of another ledger than this
            words.clear()
        index.catch_up()
        yield Finding(f"The words were {lag} changes behind", True, "caught up")


def _vector_projection(index: Index) -> Iterator[Finding]:
    vectors = VectorProjection(index.folder / "vectors")
    vectors.reload()
    if fault := vectors.fault or _differs(index, vectors) or vectors.fault:
        vectors.discard()
        index.catch_up()
        yield Finding(f"Chroma's vectors were damaged ({fault})", True, _REBUILT)


def _differs(index: Index, vectors: VectorProjection) -> str:
    """Say how a generation differs from the ledger, "" if it does not."""
    claimed, seen = vectors.generation.count, 0
    if vectors.generation.seq > index.ledger.articles.last_change():
        return "they are of another ledger"
    for keys, matrix in vectors.contents():
        seen += len(keys)
        known, truth = index.ledger.vectors.by_key(keys)
        row_of = {key: row for row, key in enumerate(known)}
        if set(row_of) != set(keys):
            return "some are not in the ledger"
        if matrix.shape[1:] != truth.shape[1:]:
            return "they have another dimension"
        differences = np.abs(matrix - truth[[row_of[key] for key in keys]])
        if not (differences < _TOLERANCE).all():
            return "some are not those of the ledger"
    return "" if seen == claimed else f"{seen} instead of {claimed}"
