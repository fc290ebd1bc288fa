"""Question to passages: two retrievers, one ranking, whole sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Vectors
from rag.errors import ArticleNotFound
from rag.ledger import Ledger
from rag.question import asks_for_views, topic
from rag.schema import FoundBy, IndexedChunk, Passage
from rag.words import WordProjection


class Searchable(Protocol):
    """What is asked: the live collection (`Index`) or a past one (`Snapshot`)."""

    @property
    def ledger(self) -> Ledger:
        """Where texts are looked up."""
        ...

    @property
    def words(self) -> WordProjection:
        """How words are counted and weighed."""
        ...

    def refresh(self) -> object:
        """See what has been committed."""
        ...

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[IndexedChunk, float]]:
        """Return chunks with exact cosines, nearest first."""
        ...

    def matching(self, question: str, limit: int) -> list[tuple[IndexedChunk, float]]:
        """Return chunks with BM25 scores, best first."""
        ...

    def cosines(self, chunks: Sequence[IndexedChunk], vector: Vectors) -> list[float]:
        """Return the exact cosine of each chunk."""
        ...

    def of_article(self, article_id: str) -> list[IndexedChunk]:
        """Return the chunks of an article."""
        ...


# How many chunks each retriever proposes.
_CANDIDATES = 100
# For questions of views: with ten chunks, three articles at least are heard.
_MOST_OF_ONE_ARTICLE = 4
_LONGEST_PASSAGE = 1500  # characters


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk proposed for a question, with what each retriever says of it.

    `cosine` is exact; `bm25` is 0 where the words were not among the candidates;
    `score` is the fused one.
    """

    chunk: IndexedChunk
    cosine: float
    bm25: float
    score: float
    found_by: FoundBy


def retrieve(
    index: Searchable, question: str, vector: Vectors, limit: int
) -> list[Passage]:
    """Return the passages for a question, best first, made of up to `limit` chunks.

    `vector` is the question's embedding. Chunks that touch one another in an article
    become one passage. Where the question asks what is held of something, no article
    takes more than a few of the places, so that the others have their say.
    """
    for last_try in (False, True):
        index.refresh()
        try:
            ranked = rank(index, question, vector)
            if asks_for_views(question):
                ranked = _spread(ranked)
            return merge(index, ranked[:limit])
        except (ArticleNotFound, KeyError):
            # what was found has been purged before it was looked at
            if last_try:
                raise
    return []


def widen(index: Searchable, passage: Passage) -> Passage:
    """Return the passage with the chunks before and after it in the same section."""
    chunks = index.of_article(passage.article_id)
    parts = sorted((one.chunk for one in chunks), key=lambda part: part.ordinal)
    inside = [n for n, part in enumerate(parts) if part.start < passage.end]
    inside = [n for n in inside if parts[n].end > passage.start]
    if not inside or chunks[0].version != passage.version:
        return passage  # the article has changed since the passage was found
    near = parts[max(inside[0] - 1, 0) : inside[-1] + 2]
    near = [part for part in near if part.heading == passage.heading]
    start = min(passage.start, *(part.start for part in near))
    end = max(passage.end, *(part.end for part in near))
    text = index.ledger.articles.text(passage.article_id, passage.version)
    return replace(passage, start=start, end=end, text=text[start:end])


def rank(index: Searchable, question: str, vector: Vectors) -> list[Candidate]:
    """Return the chunks that either retriever proposes, best first.

    Fused by the sum of z-scores over the candidates: unlike reciprocal ranks it keeps
    how much better one chunk is than the next (figures in docs/retrieval.md).
    """
    near = {
        chunk.chunk_key: (chunk, cosine)
        for chunk, cosine in index.nearest(vector, _CANDIDATES)
    }
    matching = index.matching(topic(question), _CANDIDATES)
    bm25_by_key = {chunk.chunk_key: score for chunk, score in matching}
    others = [chunk for chunk, _ in matching if chunk.chunk_key not in near]
    chunks = [chunk for chunk, _ in near.values()] + others
    if not chunks:
        return []
    cosines = np.array(
        [cosine for _, cosine in near.values()] + index.cosines(others, vector)
    )
    bm25 = np.array([bm25_by_key.get(chunk.chunk_key, 0.0) for chunk in chunks])
    fused = _standardised(cosines) + _standardised(bm25)
    candidates = [
        Candidate(
            chunk,
            float(cosines[i]),
            float(bm25[i]),
            float(fused[i]),
            _found_by(chunk.chunk_key in near, chunk.chunk_key in bm25_by_key),
        )
        for i, chunk in enumerate(chunks)
    ]
    return sorted(candidates, key=lambda one: (-one.score, one.chunk.chunk_key))


def _spread(ranked: Sequence[Candidate]) -> list[Candidate]:
    taken: Counter[str] = Counter()
    kept = []
    for one in ranked:
        taken[one.chunk.article_id] += 1
        if taken[one.chunk.article_id] <= _MOST_OF_ONE_ARTICLE:
            kept.append(one)
    return kept


def _standardised(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = float(scores.std())
    if spread == 0.0:
        return np.zeros_like(scores)
    standardised: NDArray[np.float64] = (scores - scores.mean()) / spread
    return standardised


def _found_by(by_meaning: bool, by_words: bool) -> FoundBy:
    if by_meaning and by_words:
        return FoundBy.BOTH
    return FoundBy.MEANING if by_meaning else FoundBy.WORDS


def merge(index: Searchable, ranked: Sequence[Candidate]) -> list[Passage]:
    """Turn chunks into passages, neighbours in a section into one.

    A passage ranks where the best of its chunks ranked, and none grows so long that
    those after it would find no room.
    """
    groups: list[list[Candidate]] = []
    for one in ranked:
        for group in groups:
            if _touches(one, group):
                group.append(one)
                break
        else:
            groups.append([one])
    return [_passage(index, group) for group in groups]


def _touches(one: Candidate, group: Sequence[Candidate]) -> bool:
    a, b = one.chunk, group[0].chunk
    parts = [member.chunk.chunk for member in group]
    ordinals = [part.ordinal for part in parts]
    length = max(a.chunk.end, *(part.end for part in parts)) - min(
        a.chunk.start, *(part.start for part in parts)
    )
    return (
        (a.article_id, a.version, a.chunk.heading)
        == (b.article_id, b.version, b.chunk.heading)
        and a.chunk.ordinal in {min(ordinals) - 1, max(ordinals) + 1}
        and length <= _LONGEST_PASSAGE
    )


def _passage(index: Searchable, group: Sequence[Candidate]) -> Passage:
    best = max(group, key=lambda one: one.score)
    start = min(one.chunk.chunk.start for one in group)
    end = max(one.chunk.chunk.end for one in group)
    article = index.ledger.articles.article(best.chunk.article_id, best.chunk.version)
    found = {one.found_by for one in group}
    return Passage(
        article_id=article.article_id,
        version=article.version,
        title=article.title,
        author=article.author,
        published=article.published,
        language=article.language,
        source=article.source,
        heading=best.chunk.chunk.heading,
        start=start,
        end=end,
        text=article.text[start:end],
        score=best.score,
        cosine=max(one.cosine for one in group),
        bm25=max(one.bm25 for one in group),
        found_by=found.pop() if len(found) == 1 else FoundBy.BOTH,
    )
