"""Why an article was found or not: its way through the stages of a retrieval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.errors import ArticleNotFound
from rag.index.searcher import Searcher
from rag.questions.question import topic
from rag.retrieval.passages import Ranking, chunks_for, passages_of
from rag.retrieval.rerank import Reranker
from rag.retrieval.retriever import CANDIDATES, Query, rank, rerank
from rag.schema import Passage


@dataclass(frozen=True, slots=True)
class Stage:
    """How far an article came in one stage.

    `rank` is that of its best chunk or passage among `of`, 0 where it has none;
    `needed` is the last rank that goes on to the next stage. `score` is on the stage's
    own scale: cosine, weight of the words found, sum of z-scores.
    """

    name: str
    rank: int
    of: int
    needed: int
    score: float

    @property
    def passed(self) -> bool:
        """Whether the article went on."""
        return 0 < self.rank <= self.needed


@dataclass(frozen=True, slots=True)
class Explanation:
    """The stages of one question for one article, and what would have kept it.

    `missing` are the words of the question that the article has nowhere.
    """

    stages: tuple[Stage, ...]
    missing: tuple[str, ...]
    verdict: str


def explain(
    searcher: Searcher, query: Query, article_id: str, limit: int, reranker: Reranker
) -> Explanation:
    """Follow an article of the collection through the retrieval of `limit` passages.

    Raises ArticleNotFound where the collection does not have it.
    """
    ids = [one.article_id for one in searcher.catalog.articles]
    if article_id not in ids:
        raise ArticleNotFound(
            f"Article {article_id} was not live then; newsdesk log tells when it was."
        )
    place = ids.index(article_id)
    missing = _missing(searcher, query.question, place)
    allowed = query.scope.allowed(searcher.catalog.articles)
    if allowed is not None and not allowed[place]:
        verdict = f"It was not asked: only articles {query.scope} were."
        return Explanation((), missing, verdict)
    ranking = rank(searcher, query, reranker.depth)
    again = rerank(searcher, query, ranking, reranker)
    chunks = chunks_for(limit)
    found = list(passages_of(searcher, again, query.question, limit))
    stages = (
        _by_meaning(searcher, query, place),
        _by_words(searcher, query, place),
        _among("both together", searcher, ranking, place, max(reranker.depth, chunks)),
        _among("second look", searcher, again, place, chunks),
        _passages(found, article_id, limit),
    )
    return Explanation(stages, missing, _verdict(stages, missing, limit))


def _by_meaning(searcher: Searcher, query: Query, place: int) -> Stage:
    everything = np.arange(len(searcher.catalog))
    own = searcher.catalog.owners == place
    asked = query.scope.allowed(searcher.catalog.articles)
    cosines = searcher.cosines(everything, query.vector)
    if asked is not None:
        cosines[~asked[searcher.catalog.owners]] = -2.0
    best = float(cosines[own].max())
    above = int((cosines > best).sum())
    return Stage("by meaning", 1 + above, int((cosines > -2.0).sum()), CANDIDATES, best)


def _by_words(searcher: Searcher, query: Query, place: int) -> Stage:
    asked = query.scope.allowed(searcher.catalog.articles)
    count = len(searcher.catalog)
    rows, scores = searcher.matching(topic(query.question), count, asked)
    own = np.flatnonzero(searcher.catalog.owners[rows] == place)
    first = int(own[0]) if len(own) else -1
    score = float(scores[first]) if len(own) else 0.0
    return Stage("by words", 1 + first, len(rows), CANDIDATES, score)


def _among(
    name: str, searcher: Searcher, ranking: Ranking, place: int, needed: int
) -> Stage:
    own = np.flatnonzero(searcher.catalog.owners[ranking.rows] == place)
    first = int(own[0]) if len(own) else -1
    score = float(ranking.scores[first]) if len(own) else 0.0
    return Stage(name, 1 + first, len(ranking.rows), needed, score)


def _passages(passages: Sequence[Passage], article_id: str, limit: int) -> Stage:
    ranks = [n for n, one in enumerate(passages, 1) if one.article_id == article_id]
    first = ranks[0] if ranks else 0
    score = passages[first - 1].score if ranks else 0.0
    return Stage("passages", first, len(passages), limit, score)


def _missing(searcher: Searcher, question: str, place: int) -> tuple[str, ...]:
    article = searcher.catalog.articles[place]
    text = searcher.ledger.articles.text(article.article_id, article.version)
    known = set(searcher.words.terms(f"{article.title} {article.author} {text}"))
    words = topic(question).rstrip("?!. ").split()
    stems = {word: searcher.words.terms(word) for word in words}
    return tuple(word for word, own in stems.items() if own and known.isdisjoint(own))


def _verdict(stages: tuple[Stage, ...], missing: tuple[str, ...], limit: int) -> str:
    *_, fused, second, passages = stages
    if passages.passed:
        return f"It was found: passage {passages.rank} of {limit}."
    if not fused.rank:
        lost = f"Neither search proposed it among its {CANDIDATES} candidates"
    elif not second.passed:
        lost = (
            f"It was proposed, but its best chunk only came to rank {second.rank}, and "
            f"the first {second.needed} become passages"
        )
    else:
        lost = (
            f"Its best chunk came to rank {second.rank}, but chunks of others filled "
            f"the {limit} passages"
        )
    lacks = ""
    if missing:
        lacks = f"it lacks {', '.join(missing)}; ask with words that it has, or "
    return f"{lost}: {lacks}ask it alone (newsdesk ask --article)."
