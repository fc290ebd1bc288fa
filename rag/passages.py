"""Ranked chunks to passages: neighbours joined, what does not bear on them left out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.catalog import Rows
from rag.languages import in_another_language, stems_in
from rag.question import topic
from rag.schema import ArticleSummary, FoundBy, IndexedChunk, Passage
from rag.searcher import Scores, Searcher
from rag.sentences import sentence_spans
from rag.word_query import question_stems, stems

# Figures for these in docs/retrieval.md. Passages are made of the best chunks.
_CHUNKS_A_PASSAGE = 1.8
_LONGEST = 1000  # characters, before its ends are trimmed
_BEHIND = 1  # sentences kept after the last one that has a word of the question


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


def chunks_for(limit: int) -> int:
    """Return of how many of the best chunks `limit` passages are made."""
    return math.ceil(_CHUNKS_A_PASSAGE * limit)


def passages_of(
    searcher: Searcher, ranking: Ranking, question: str, limit: int
) -> Iterator[Passage]:
    """Yield the passages that the chunks for `limit` of them make, best first.

    Neighbours in a section become one, which ranks where the best of them ranked; none
    grows so long that those after it would find no room. Sentences at its ends that
    have no word of the question are left out.
    """
    best = ranking.best(range(min(chunks_for(limit), len(ranking.rows))))
    groups: list[list[_Candidate]] = []
    for one in _candidates(searcher, best):
        for group in groups:
            if _touches(one, group):
                group.append(one)
                break
        else:
            groups.append([one])
    asked = question_stems(topic(question), searcher.catalog.languages)
    for group in groups:
        yield _passage(searcher, group, question, asked)


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
        return last.end - a.chunk.start <= _LONGEST
    if a.chunk.ordinal == last.ordinal + 1:
        return a.chunk.end - first.start <= _LONGEST
    return False


def _passage(
    searcher: Searcher, group: Sequence[_Candidate], question: str, asked: set[str]
) -> Passage:
    best = max(group, key=lambda one: one.score)
    start = min(one.chunk.chunk.start for one in group)
    end = max(one.chunk.chunk.end for one in group)
    article = searcher.article_of(best.chunk)
    text = best.chunk.text
    if len(group) > 1:  # with what stands between them
        whole = searcher.ledger.articles.text(article.article_id, article.version)
        text = whole[start:end]
    if not in_another_language(question, article.language):
        first, last = _bearing(text, article, asked)
        start, end, text = start + first, start + last, text[first:last]
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
        heading=best.chunk.chunk.heading,
        start=start,
        end=end,
        text=text,
        score=best.score,
        cosine=max(one.cosine for one in group),
        bm25=max(one.bm25 for one in group),
        found_by=found.pop() if len(found) == 1 else FoundBy.BOTH,
    )


def _bearing(text: str, article: ArticleSummary, asked: set[str]) -> tuple[int, int]:
    """Return the span [start, end) of a text that bears on the words that are asked.

    From the first sentence that has one of them to that after the last, which may go on
    with it as "it" or "he"; everything where none has one. A table stays whole.
    """
    spans = [] if "|" in text else sentence_spans(text, article.language)

    def held(places: Iterable[int]) -> int | None:
        for place in places:
            start, end = spans[place]
            if not asked.isdisjoint(_stems(text[start:end], article.language)):
                return place
        return None

    first = held(range(len(spans)))
    last = held(reversed(range(len(spans))))
    if first is None or last is None:
        return 0, len(text)
    return spans[first][0], spans[min(last + _BEHIND, len(spans) - 1)][1]


def _stems(text: str, language: str) -> list[str]:
    """Return the stems of a text that a question's are compared with."""
    own = stems_in(language, text) if language != "en" else []
    return [*stems(text), *own]
