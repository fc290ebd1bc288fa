"""Question to passages: two retrievers, one ranking, a second look, whole sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from rag.embedding import Vectors
from rag.errors import ArticleNotFound
from rag.index.catalog import Catalog, Rows, distinct
from rag.index.searcher import Scores, Searcher
from rag.questions.question import asks_for_views, topic
from rag.questions.scope import EVERYTHING, Scope
from rag.retrieval.notes import without_notes
from rag.retrieval.passages import Ranking, chunks_for, passage_of, passages_of
from rag.retrieval.repeats import without_copies
from rag.retrieval.rerank import Reranker, SentenceReranker
from rag.schema import Passage
from rag.sentences import known_sentences
from rag.tables import row_with_head, whole_table

# How many passages an answer is made from.
PASSAGES = 5
# How many chunks each retriever proposes.
CANDIDATES = 100
# How much a chunk gains by a good neighbour: figures in docs/retrieval.md.
_NEIGHBOUR_SHARE = 0.3
# For questions of views: with ten chunks, three articles at least are heard.
_MOST_OF_ONE_ARTICLE = 4
# Where the author is asked: of so many articles, so many chunks of each.
_READ, _MOST_CHUNKS = 3, 12


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """A question, its embedding, and the articles that it is asked of."""

    question: str
    vector: Vectors
    scope: Scope = EVERYTHING


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
            # all that will be looked at, in one query
            searcher.chunks(ranking.rows[: max(reranker.depth, chunks_for(limit))])
            ranking = rerank(searcher, query, ranking, reranker)
            found = passages_of(searcher, ranking, query.question, limit)
            return list(islice(found, limit))
        except (ArticleNotFound, KeyError):
            # what was found has been removed before it was looked at
            if last_try:
                raise
    return []


def widen(searcher: Searcher, passage: Passage) -> Passage:
    """Return the passage with the chunks before and after it in the same section.

    And with all of a table that it begins or ends in, whose head its rows need.
    """
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
    start, end = whole_table(text, start, end)
    return replace(passage, start=start, end=end, text=text[start:end])


def whole(
    searcher: Searcher, vector: Vectors, passages: Iterable[Passage]
) -> list[Passage]:
    """Return the chunks of the articles of `passages`, as passages, nearest first.

    Of the first few articles: what somebody holds of something seldom has its words.
    Without those that have changed since the passages were found.
    """
    articles = searcher.catalog.articles
    ids = list(dict.fromkeys(one.article_id for one in passages))[:_READ]
    found: list[Passage] = []
    for at in (n for n, one in enumerate(articles) if one.article_id in ids):
        rows = np.flatnonzero(searcher.catalog.owners == at)
        cosines = searcher.cosines(rows, vector)
        order = np.argsort(-cosines, kind="stable")[:_MOST_CHUNKS]
        with suppress(KeyError):
            chunks = searcher.chunks(rows[order])
            found += (
                replace(
                    passage_of(articles[at], x.text, x.chunk.start, x.chunk.heading),
                    cosine=float(cosine),
                    pages=x.pages,
                )
                for cosine, x in zip(cosines[order], chunks, strict=True)
            )
    return sorted(found, key=lambda one: -one.cosine)


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
    near, cosines_near = searcher.nearest(query.vector, CANDIDATES, allowed)
    matching, scores = searcher.matching(words_asked, CANDIDATES, allowed)
    rows = distinct(np.concatenate([near, matching]))
    if not len(rows):
        return Ranking(rows, *(np.empty(0),) * 3, np.empty(0, dtype=bool))
    at = np.searchsorted(rows, near)
    is_near = np.zeros(len(rows), dtype=bool)
    is_near[at] = True
    cosines, words = np.empty(len(rows)), np.zeros(len(rows))
    cosines[at] = cosines_near
    cosines[~is_near] = searcher.cosines(rows[~is_near], query.vector)
    words[np.searchsorted(rows, matching)] = scores
    fused = _standardised(cosines) + _standardised(words)
    if searcher.catalog.copied:
        kept = without_copies(searcher, rows, fused)
        rows, cosines, is_near = rows[kept], cosines[kept], is_near[kept]
        words, fused = words[kept], fused[kept]
    first = np.lexsort((rows, -fused))[:depth]
    lifted = fused + _NEIGHBOUR_SHARE * _best_neighbour(searcher.catalog, rows, fused)
    lifted[first] = np.inf
    order = np.lexsort((rows, -fused, -lifted))
    scores = np.where(np.isinf(lifted), fused, lifted)
    return Ranking(rows, cosines, words, scores, is_near).best(order)


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
        spans = known_sentences(one.text, article.language)
        passages.append([row_with_head(one.text, start, end) for start, end in spans])
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


def pertinent(searcher: Searcher, passages: Iterable[Passage]) -> list[Passage]:
    """Return the passages without what articles say of themselves."""
    kept = (without_notes(one, widen(searcher, one)) for one in passages)
    return [one for one in kept if one is not None]
