"""Question to passages: two retrievers, one ranking, a second look, whole sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rag.catalog import Catalog, Rows
from rag.embedding import Vectors
from rag.errors import ArticleNotFound
from rag.question import asks_for_views, topic
from rag.repeats import without_copies
from rag.rerank import Reranker, SentenceReranker
from rag.schema import FoundBy, IndexedChunk, Passage
from rag.scope import EVERYTHING, Scope
from rag.searcher import Scores, Searcher
from rag.sentences import sentence_spans

# How many chunks each retriever proposes.
CANDIDATES = 100
# How much a chunk gains by a good neighbour: figures in docs/retrieval.md.
_NEIGHBOUR_SHARE = 0.3
# For questions of views: with ten chunks, three articles at least are heard.
_MOST_OF_ONE_ARTICLE = 4
_LONGEST_PASSAGE = 900  # characters
# Passages are made of the best chunks, so many for each.
CHUNKS_A_PASSAGE = 2


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """A question, its embedding, and the articles that it is asked of."""

    question: str
    vector: Vectors
    scope: Scope = EVERYTHING


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """The chunks that either retriever proposes, best first, as rows of a catalog.

    All have one entry per chunk. `cosines` are exact; `words` is 0 where the words were
    not among the candidates; `scores` are the fused ones.
    """

    rows: Rows
    cosines: Scores
    words: Scores
    scores: Scores
    near: NDArray[np.bool_]

    def best(self, order: Sequence[int] | Rows) -> Ranking:
        """Return these places of the ranking, in this order."""
        at = np.asarray(order, dtype=np.int64)
        return Ranking(
            self.rows[at],
            self.cosines[at],
            self.words[at],
            self.scores[at],
            self.near[at],
        )


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A chunk on its way into a passage, with what each retriever says of it."""

    chunk: IndexedChunk
    cosine: float
    bm25: float
    score: float
    found_by: FoundBy


def retrieve(
    current: Callable[[], Searcher],
    query: Query,
    limit: int,
    reranker: Reranker,
) -> list[Passage]:
    """Return up to `limit` passages for a question, best first.

    `current` returns the collection as it is.
    Chunks that touch one another in an article become one passage.
    """
    for last_try in (False, True):
        try:
            searcher = current()
            ranking = rank(searcher, query, reranker.depth)
            count = CHUNKS_A_PASSAGE * limit
            # all that will be looked at, in one query
            searcher.chunks(ranking.rows[: max(reranker.depth, count)])
            ranking = rerank(searcher, query, ranking, reranker)
            best = ranking.best(range(min(count, len(ranking.rows))))
            return merge(searcher, best)[:limit]
        except (ArticleNotFound, KeyError):
            # what was found has been removed before it was looked at
            if last_try:
                raise
    return []


def widen(searcher: Searcher, passage: Passage) -> Passage:
    """Return the passage with the chunks before and after it in the same section."""
    chunks = searcher.of_article(passage.article_id)
    parts = sorted((one.chunk for one in chunks), key=lambda part: part.ordinal)
    inside = [n for n, part in enumerate(parts) if part.start < passage.end]
    inside = [n for n in inside if parts[n].end > passage.start]
    if not inside or chunks[0].version != passage.version:
        return passage  # the article has changed since the passage was found
    near = parts[max(inside[0] - 1, 0) : inside[-1] + 2]
    near = [part for part in near if part.heading == passage.heading]
    start = min(passage.start, *(part.start for part in near))
    end = max(passage.end, *(part.end for part in near))
    text = searcher.ledger.articles.text(passage.article_id, passage.version)
    return replace(passage, start=start, end=end, text=text[start:end])


def rank(
    searcher: Searcher, query: Query, depth: int = SentenceReranker.depth
) -> Ranking:
    """Return the chunks that either retriever proposes, best first.

    The first `depth` are the ones to be looked at again.
    Fused by the sum of z-scores over the candidates: unlike reciprocal ranks it keeps
    how much better one chunk is than the next (figures in docs/retrieval.md).
    """
    allowed = query.scope.allowed(searcher.catalog.articles)
    words_asked = topic(query.question)
    near, _ = searcher.nearest(query.vector, CANDIDATES, allowed)
    matching, scores = searcher.matching(words_asked, CANDIDATES, allowed)
    rows = np.union1d(near, matching)
    if not len(rows):
        return Ranking(rows, *(np.empty(0),) * 3, np.empty(0, dtype=bool))
    cosines = searcher.cosines(rows, query.vector)
    words = np.zeros(len(rows))
    words[np.searchsorted(rows, matching)] = scores
    fused = _standardised(cosines) + _standardised(words)
    if searcher.catalog.copied:
        kept = without_copies(searcher, rows, fused)
        rows, cosines = rows[kept], cosines[kept]
        words, fused = words[kept], fused[kept]
    first = np.lexsort((rows, -fused))[:depth]
    lifted = fused + _NEIGHBOUR_SHARE * _best_neighbour(searcher.catalog, rows, fused)
    lifted[first] = np.inf
    order = np.lexsort((rows, -fused, -lifted))
    scores = np.where(np.isinf(lifted), fused, lifted)
    return Ranking(rows, cosines, words, scores, np.isin(rows, near)).best(order)


def _best_neighbour(catalog: Catalog, rows: Rows, scores: Scores) -> Scores:
    """Return, for ascending rows, the better score of the chunks before and after.

    Where neither is a candidate it is the least score.
    """
    best = np.full(len(rows), scores.min())
    owners = catalog.owners[rows]
    pairs = np.flatnonzero((np.diff(rows) == 1) & (np.diff(owners) == 0))
    best[pairs] = scores[pairs + 1]
    best[pairs + 1] = np.maximum(best[pairs + 1], scores[pairs])
    return best


def rerank(
    searcher: Searcher, query: Query, ranking: Ranking, reranker: Reranker
) -> Ranking:
    """Look at the best chunks again; the others stay as they are, behind them.

    Where the question asks what is held of something, no article keeps more than a few
    chunks, so that the others have their say.
    """
    count = min(reranker.depth, len(ranking.rows))
    if count < 2:
        return ranking
    passages = []
    for one in searcher.chunks(ranking.rows[:count]):
        article = searcher.article_of(one)
        spans = sentence_spans(one.text, article.language)
        passages.append([one.text[start:end] for start, end in spans])
    again = np.asarray(reranker.scores(query.question, query.vector, passages), float)
    scores = ranking.scores.copy()
    scores[:count] += _standardised(again)
    if len(scores) > count:
        scores[count:] -= max(scores[count:].max() - scores[:count].min(), 0.0)
    order = np.arange(len(scores))
    order[:count] = np.argsort(-scores[:count], kind="stable")
    ranking = replace(ranking, scores=scores).best(order)
    if asks_for_views(query.question):
        return _spread(searcher.catalog, ranking)
    return ranking


def _spread(catalog: Catalog, ranking: Ranking) -> Ranking:
    taken: Counter[int] = Counter()
    kept = []
    for place, owner in enumerate(catalog.owners[ranking.rows].tolist()):
        taken[owner] += 1
        if taken[owner] <= _MOST_OF_ONE_ARTICLE:
            kept.append(place)
    return ranking.best(kept)


def _standardised(scores: Scores) -> Scores:
    spread = float(scores.std())
    if spread == 0.0:
        return np.zeros_like(scores)
    standardised: Scores = (scores - scores.mean()) / spread
    return standardised


def merge(searcher: Searcher, ranking: Ranking) -> list[Passage]:
    """Turn chunks into passages, neighbours in a section into one.

    A passage ranks where the best of its chunks ranked, and none grows so long that
    those after it would find no room.
    """
    groups: list[list[_Candidate]] = []
    for one in _candidates(searcher, ranking):
        for group in groups:
            if _touches(one, group):
                group.append(one)
                break
        else:
            groups.append([one])
    return [_passage(searcher, group) for group in groups]


def _candidates(searcher: Searcher, ranking: Ranking) -> list[_Candidate]:
    columns = zip(
        searcher.chunks(ranking.rows),
        ranking.cosines.tolist(),
        ranking.words.tolist(),
        ranking.scores.tolist(),
        ranking.near.tolist(),
        strict=True,
    )
    return [
        _Candidate(chunk, cosine, words, score, _found_by(near, words > 0))
        for chunk, cosine, words, score, near in columns
    ]


def _found_by(by_meaning: bool, by_words: bool) -> FoundBy:
    if by_meaning and by_words:
        return FoundBy.BOTH
    return FoundBy.MEANING if by_meaning else FoundBy.WORDS


def _touches(one: _Candidate, group: Sequence[_Candidate]) -> bool:
    """Whether a chunk stands before or after a group, and both make one passage."""
    a, b = one.chunk, group[0].chunk
    if (a.article_id, a.chunk.heading) != (b.article_id, b.chunk.heading):
        return False
    first = min(group, key=lambda member: member.chunk.chunk.ordinal).chunk.chunk
    last = max(group, key=lambda member: member.chunk.chunk.ordinal).chunk.chunk
    if a.chunk.ordinal == first.ordinal - 1:
        return last.end - a.chunk.start <= _LONGEST_PASSAGE
    if a.chunk.ordinal == last.ordinal + 1:
        return a.chunk.end - first.start <= _LONGEST_PASSAGE
    return False


def _passage(searcher: Searcher, group: Sequence[_Candidate]) -> Passage:
    best = max(group, key=lambda one: one.score)
    start = min(one.chunk.chunk.start for one in group)
    end = max(one.chunk.chunk.end for one in group)
    article = searcher.article_of(best.chunk)
    text = best.chunk.text
    if len(group) > 1:  # with what stands between them
        whole = searcher.ledger.articles.text(article.article_id, article.version)
        text = whole[start:end]
    found = {one.found_by for one in group}
    return Passage(
        article_id=article.article_id,
        version=article.version,
        title=article.title,
        author=article.author,
        published=article.published,
        language=article.language,
        source=article.source,
        also_in=searcher.also_in(best.chunk),
        pages=searcher.ledger.articles.pages(article.article_id, article.version),
        heading=best.chunk.chunk.heading,
        start=start,
        end=end,
        text=text,
        score=best.score,
        cosine=max(one.cosine for one in group),
        bm25=max(one.bm25 for one in group),
        found_by=found.pop() if len(found) == 1 else FoundBy.BOTH,
    )
