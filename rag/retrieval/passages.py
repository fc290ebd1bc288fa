"""Ranked chunks to passages: neighbours joined, what does not bear on them left out."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rag.index.catalog import Rows
from rag.index.searcher import Scores, Searcher
from rag.index.word_query import question_stems, relatives, sentence_stems
from rag.languages import in_another_language
from rag.questions.otherwise import is_short, spelled_out
from rag.questions.question import topic
from rag.schema import Article, ArticleSummary, FoundBy, IndexedChunk, Passage
from rag.sentences import LEANS_BACK, known_sentences
from rag.tables import whole_table

# Figures for these in docs/retrieval.md. Passages are made of the best chunks.
_CHUNKS_A_PASSAGE = 1.8
_LONGEST = 1000  # characters, before its ends are trimmed
_LONGEST_TABLE = 4000  # characters: without its head a row says little
_WORD = re.compile(r"\w+")
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


@dataclass(frozen=True, slots=True)
class _Bears:
    """The stems that are asked for, how words related to them begin, short names."""

    stems: frozenset[str]
    related: tuple[str, ...]
    short: tuple[str, ...]

    def on(self, sentence: str, language: str) -> bool:
        """Whether a sentence has one of these."""
        told = sentence_stems(sentence, language)
        return (
            not self.stems.isdisjoint(told)
            or any(one.startswith(self.related) for one in told)
            or any(spelled_out(one, sentence) for one in self.short)
        )


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
    related = relatives(searcher.words.document_frequencies(asked)).values()
    bears = _Bears(
        asked, tuple(related), tuple(filter(is_short, _WORD.findall(question)))
    )
    tables: list[Passage] = []  # others are no longer than their chunks
    for group in groups:
        if not any(_holds(table, group[0].chunk) for table in tables):
            passage = _passage(searcher, group, question, bears)
            tables += [passage] * ("|" in passage.text)
            yield passage


def _holds(passage: Passage, one: IndexedChunk) -> bool:
    own = passage.article_id == one.article_id
    return own and passage.start <= one.chunk.start and one.chunk.end <= passage.end


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
    searcher: Searcher,
    group: Sequence[_Candidate],
    question: str,
    bears: _Bears,
) -> Passage:
    best = max(group, key=lambda one: one.score)
    article = searcher.article_of(best.chunk)
    parts = sorted((one.chunk for one in group), key=lambda one: one.chunk.ordinal)
    start, end = parts[0].chunk.start, parts[-1].chunk.end
    if not in_another_language(question, article.language):
        start, end = _bearing(parts, article.language, bears) or (start, end)
    if any("|" in part.text for part in (parts[0], parts[-1])):
        start, end = _with_table(searcher, best.chunk, start, end)
    text = _between(searcher, parts, start, end)
    found = {one.found_by for one in group}
    heading = best.chunk.chunk.heading
    return replace(
        passage_of(article, text, start, heading, best.score),
        also_in=searcher.also_in(best.chunk),
        pages=best.chunk.pages,
        cosine=max(one.cosine for one in group),
        bm25=max(one.bm25 for one in group),
        found_by=found.pop() if len(found) == 1 else FoundBy.BOTH,
    )


def passage_of(
    article: Article | ArticleSummary,
    text: str,
    start: int,
    heading: str = "",
    score: float = 0.0,
) -> Passage:
    """Return `text`, which stands at `start` in an article, as found by its words."""
    return Passage(
        article_id=article.article_id,
        version=article.version,
        title=article.title,
        author=article.author,
        published=article.published,
        language=article.language,
        source=article.source,
        heading=heading,
        start=start,
        end=start + len(text),
        text=text,
        score=score,
        cosine=0.0,
        bm25=0.0,
        found_by=FoundBy.WORDS,
    )


def _bearing(
    parts: Sequence[IndexedChunk], language: str, bears: _Bears
) -> tuple[int, int] | None:
    """Return the span [start, end) of some chunks that bears on the words asked for.

    From the first sentence that has one of them, with the one before if it leans on
    that, to the one after the last, which may go on with it as "it" or "he"; None where
    none has one. A table stays whole.
    """
    if any("|" in part.text for part in parts):
        return None
    sentences = [
        (part.chunk.start + start, part.chunk.start + end, part.text[start:end])
        for part in parts
        for start, end in known_sentences(part.text, language)
    ]

    bearing = [at for at, one in enumerate(sentences) if bears.on(one[2], language)]
    if not bearing:
        return None
    first, last = bearing[0], min(bearing[-1] + _BEHIND, len(sentences) - 1)
    if first and LEANS_BACK.match(sentences[first][2]):
        first -= 1
    return sentences[first][0], sentences[last][1]


def _with_table(
    searcher: Searcher, one: IndexedChunk, start: int, end: int
) -> tuple[int, int]:
    """Return a span with all of a table that it begins or ends in, if not too long."""
    text = searcher.ledger.articles.text(one.article_id, one.version)
    first, last = whole_table(text, start, end)
    return (first, last) if last - first <= _LONGEST_TABLE else (start, end)


def _between(
    searcher: Searcher, parts: Sequence[IndexedChunk], start: int, end: int
) -> str:
    """Return the text of an article from `start` to `end`, which these chunks span."""
    for part in parts:
        if part.chunk.start <= start and end <= part.chunk.end:
            return part.text[start - part.chunk.start : end - part.chunk.start]
    # with what stands between the chunks
    first = parts[0]
    return searcher.ledger.articles.text(first.article_id, first.version)[start:end]
