"""Answers without a model: the articles' own sentences, chosen and ordered."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.embedding import Vectors
from rag.proof import Bound, Citations
from rag.question import asks_for_views, topic
from rag.rerank import SentenceVectors
from rag.schema import Passage, Sentence, Verdict
from rag.sentences import sentence_spans
from rag.words import WordProjection

# On 300 questions of SQuAD the answer holds the gold one in 0.85 of cases, whether 6 or
# 60 sentences are embedded (each takes 20 to 50 ms) and whatever the weight, 3 to 25.
_EMBEDDED = 6
# where several articles may be heard: so many sentences of so many articles
_EMBEDDED_OF_EACH, _ARTICLES_ASKED = 3, 5
_COSINE_WEIGHT = 10.0
_LONGEST_GROUP = 600  # characters of sentences that belong together
_MOST_ARTICLES = 3
# How much worse (in the score of `_scored`) a sentence of another article may be.
_MARGIN = 0.6
# A sentence that begins so is not understood without the one before it ...
_LEANS_BACK = re.compile(
    r"(?:This|That|These|Those|It|Its|They|Their|He|His|She|Her|Such|However|But|And|So"
    r"|Then|Yet|Thus|Therefore|Instead|While this|What this)\b"
)
_MOST_BEFORE = 2  # sentences that are put before the best one
# ... and one that begins so may go on with the thought of the one before.
_GOES_ON = re.compile(rf"{_LEANS_BACK.pattern}|If\b")


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


class Extractor:
    """Chooses sentences; `widen` returns a passage with what stands around it."""

    def __init__(
        self,
        words: WordProjection,
        sentences: SentenceVectors,
        widen: Callable[[Passage], Passage],
    ) -> None:
        self._words = words
        self._sentences = sentences
        self._widen = widen

    def extract(
        self, question: str, vector: Vectors, passages: Sequence[Passage]
    ) -> Bound:
        """Return the few verbatim sentences that answer, each with its citation.

        The best sentence comes first, with those around it that belong to it; then,
        where the question asks for views, those of other articles that answer about as
        well. `vector` is the question's embedding. The same index and question give the
        same answer.
        """
        scored = self._score(question, vector, passages)
        citations = Citations()
        sentences: list[Sentence] = []
        for best in _best(scored, several=asks_for_views(question)):
            passage = self._widen(best.passage)
            for start, end in _grown(passage, best):
                number = citations.add(passage, start, end)
                text = passage.text[start:end]
                sentences.append(Sentence(text, (number,), Verdict.QUOTED))
        return Bound(tuple(sentences), citations.all(), ())

    def _score(
        self, question: str, vector: Vectors, passages: Sequence[Passage]
    ) -> list[_Scored]:
        """Score the sentences that share most words with the question.

        The score is the share of the question's words, rare ones counting more, and the
        cosine to the question, weighted.
        """
        rarities = self._words.rarities(
            dict.fromkeys(self._words.terms(topic(question)))
        )
        by_words = [
            _Scored(
                passage, start, end, self._coverage(passage.text[start:end], rarities)
            )
            for passage in passages
            for start, end in sentence_spans(passage.text, passage.language)
        ]
        chosen = _worth_embedding(by_words, several=asks_for_views(question))
        if not chosen:
            return []
        cosines = self._sentences.cosines(vector, [one.text for one in chosen])
        return [
            replace(one, score=one.score + _COSINE_WEIGHT * float(cosine))
            for one, cosine in zip(chosen, cosines, strict=True)
        ]

    def _coverage(self, text: str, rarities: Mapping[str, float]) -> float:
        found = set(self._words.terms(text))
        covered = sum(weight for stem, weight in rarities.items() if stem in found)
        return covered / (sum(rarities.values()) or 1.0)


def _worth_embedding(scored: Sequence[_Scored], *, several: bool) -> list[_Scored]:
    """Return those that share most words; some of each article if `several`."""
    # the passages come best first, and the sort is stable
    ordered = sorted(scored, key=lambda one: -one.score)
    if not several:
        return ordered[:_EMBEDDED]
    ids = list(dict.fromkeys(one.passage.article_id for one in scored))
    return [
        one
        for article_id in ids[:_ARTICLES_ASKED]
        for one in [x for x in ordered if x.passage.article_id == article_id][
            :_EMBEDDED_OF_EACH
        ]
    ]


def _best(scored: Sequence[_Scored], *, several: bool) -> list[_Scored]:
    """Return the best sentence, and the best of other articles if `several`."""
    ordered = sorted(scored, key=lambda one: -one.score)
    firsts = {one.passage.article_id: one for one in reversed(ordered)}
    chosen = sorted(firsts.values(), key=lambda one: -one.score)
    chosen = chosen[: _MOST_ARTICLES if several else 1]
    return [one for one in chosen if one.score >= chosen[0].score - _MARGIN]


def _grown(passage: Passage, best: _Scored) -> list[tuple[int, int]]:
    """Return the spans of `best` and of the sentences around it that belong to it."""
    spans = sentence_spans(passage.text, passage.language)
    offset = best.passage.start - passage.start
    at = next(n for n, span in enumerate(spans) if span[1] > best.start + offset)
    first = last = at
    while first > max(at - _MOST_BEFORE, 0) and _LEANS_BACK.match(
        passage.text, *spans[first]
    ):
        first -= 1
    while last + 1 < len(spans) and _GOES_ON.match(passage.text, *spans[last + 1]):
        if spans[last + 1][1] - spans[first][0] > _LONGEST_GROUP:
            break
        last += 1
    return spans[first : last + 1]
