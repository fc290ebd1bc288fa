"""The sentences of passages that are nearest to a question, by words and meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from rag.index.word_query import question_words, text_stems
from rag.index.words import WordProjection
from rag.languages import asked_in, language_of_question
from rag.proof.attribution import speaker_of
from rag.questions.kinds import kind_words
from rag.questions.mismatch import with_opposites
from rag.questions.otherwise import in_short, is_short, told_otherwise
from rag.questions.question import (
    asks_to_be_told,
    asks_what_is_said,
    asks_whether,
    telling,
    topic,
)
from rag.questions.slots import asks_for_a_side, holds
from rag.retrieval.rerank import SentenceVectors
from rag.retrieval.retriever import Query
from rag.schema import Passage
from rag.sentences import sentence_spans
from rag.tables import is_head, row_with_head

# On 300 questions of SQuAD the answer holds the gold one in 0.85 of cases, whether 6 or
# 60 sentences are embedded (each takes 20 to 50 ms) and whatever the weight, 3 to 25.
_EMBEDDED = 6
# where several articles may be heard: so many sentences of so many articles
_EMBEDDED_VIEWS, _ARTICLES_ASKED = 15, 5
_VIEWS = 4  # that say "I think": a view seldom has the words of what it is on
_COSINE_WEIGHT = 10.0
_LEAD = 400  # characters with which an article begins, the title among them
_NAMED = 300  # characters before "his lawyer" that tell whose
_OF_HIM = re.compile(r"(?:He|She|His|Her)\b")
_NAME = re.compile(r"\b[^\W\d_a-z]\w+(?: [^\W\d_a-z]\w+)+")


@dataclass(frozen=True, slots=True)
class AskedWords:
    """The words that a question asks for, each as its stems, with their weights.

    The rarer, the heavier; `total` is the weight of all, `rarest` that of a word which
    a single chunk has. `otherwise` are those that texts may tell in another way.
    """

    weights: Mapping[frozenset[str], float]
    total: float
    rarest: float
    otherwise: Mapping[frozenset[str], str]
    languages: Sequence[str]

    @classmethod
    def of(
        cls, words: WordProjection, question: str, passages: Sequence[Passage]
    ) -> Self:
        """Return those of a question, to be compared with passages."""
        asked = asked_in(question, {one.language for one in passages})
        every = question_words(topic(question), asked)
        if asks_whether(question):  # "is it open?" is answered by "it closed"
            language = language_of_question(question)
            every = [with_opposites(one, language) for one in every]
        told = frozenset().union(
            *(text_stems(with_byline(x), x.language) for x in passages)
        )
        kinds = kind_words(question)
        every = [one for one in every if one & told or not one & kinds] or every
        rarities = words.rarities({stem for forms in every for stem in forms})
        weights = {forms: min(rarities[stem] for stem in forms) for forms in every}
        otherwise = _otherwise(words, topic(question), asked)
        total = sum(weights.values()) or 1.0
        return cls(weights, total, words.rarity(1), otherwise, asked)

    def held(self, text: str, language: str) -> float:
        """Return the weight of those that a text has."""
        found = text_stems(text, language)
        return sum(
            weight
            for forms, weight in self.weights.items()
            if forms & found
            or (
                forms in self.otherwise
                and told_otherwise(self.otherwise[forms], text, self.languages)
            )
        )


def _otherwise(
    words: WordProjection, asked: str, languages: Sequence[str]
) -> dict[frozenset[str], str]:
    """Return the words that no chunk has, and short names, by their stems."""
    return {
        forms: word
        for word in re.findall(r"[\w-]+", asked)
        for forms in question_words(word, languages)
        if is_short(word) or not any(words.document_frequencies(forms).values())
    }


@dataclass(frozen=True, slots=True)
class Nearest:
    """A sentence of a passage: `passage.text[start:end]`.

    `share` (0 to 1) is of the question's words, rare ones counting more, that it or the
    title has, `own` of those that it has itself; `cosine` is to the question.
    """

    passage: Passage
    start: int
    end: int
    share: float
    own: float = 0.0
    cosine: float = 0.0

    @property
    def text(self) -> str:
        """The sentence."""
        return self.passage.text[self.start : self.end]

    @property
    def lead(self) -> float:
        """How near it stands to the beginning of its article, 0 to 1."""
        return max(1 - (self.passage.start + self.start) / _LEAD, 0.0)

    @property
    def score(self) -> float:
        """How near it is to the question."""
        return self.share + _COSINE_WEIGHT * self.cosine


def nearest_sentences(
    words: WordProjection,
    vectors: SentenceVectors,
    query: Query,
    passages: Sequence[Passage],
) -> list[Nearest]:
    """Return the sentences nearest to a question, best first.

    Only those that share most words with it are embedded and looked at; some of each
    article where it asks for views.
    """
    asked = AskedWords.of(words, query.question, passages)
    shares = _shares(asked, query.question, passages)
    by_words = [
        Nearest(passage, start, end, *shares(passage, start, end))
        for passage in passages
        for start, end in _telling(passage)
    ]
    chosen = _worth_embedding(query.question, by_words)
    read = [row_with_head(one.passage.text, one.start, one.end) for one in chosen]
    cosines = vectors.cosines(query.vector, read)
    found = [
        replace(one, cosine=float(cosine))
        for one, cosine in zip(chosen, cosines, strict=True)
    ]
    return sorted(found, key=lambda one: -one.score)


def _shares(
    asked: AskedWords, question: str, passages: Sequence[Passage]
) -> Callable[[Passage, int, int], tuple[float, float]]:
    """Return what tells the shares of a sentence: with its title, and its own."""
    said = asks_what_is_said(question)
    titles = {one.title for one in passages}
    told = {one.article_id: "" for one in passages}
    for one in passages:
        told[one.article_id] += f" {one.text}"

    def held(passage: Passage, start: int, end: int) -> tuple[float, float]:
        # what the title tells, and who speaks, every sentence tells
        known = f"{passage.title} {passage.author}"
        if said:
            known += f" {speaker_of(passage.text, start, end, passage.author).name}"
        sentence = _without(titles, row_with_head(passage.text, start, end))
        article = told[passage.article_id]
        naming = f"{_leant_on(passage.text, start, article)} {sentence}"
        known += f" {_whole_names(question, naming, article)}"
        whole, own = (
            asked.held(text, passage.language) / asked.total
            for text in (f"{known} {sentence}", sentence)
        )
        return whole, own

    return held


def _telling(passage: Passage) -> list[tuple[int, int]]:
    """Return the sentences of a passage but the title and heads, which tell nothing."""
    every = sentence_spans(passage.text, passage.language)
    return [
        (start, end)
        for start, end in every
        if not is_head(passage.text, start, end)
        and passage.text[start:end].lstrip("# ") != passage.title
    ] or every


def _leant_on(text: str, start: int, article: str) -> str:
    """Return what stands before a sentence that begins with "he" or "his"."""
    if not _OF_HIM.match(text, start):
        return ""
    return text[max(start - _NAMED, 0) : start] or article


def _without(titles: Iterable[str], sentence: str) -> str:
    """Return a sentence without the titles of articles, whose words say nothing."""
    for title in titles:
        sentence = sentence.replace(title, "")
    return sentence


def with_byline(passage: Passage) -> str:
    """Return the text of a passage with its title and author, which belong to it."""
    return f"{passage.title} {passage.author} {passage.text}"


def _whole_names(question: str, sentence: str, told: str) -> str:
    """Return the names of a question that a sentence gives by their last word.

    Or in short. Articles give a name in full once, and then the surname: `told` is what
    else the article says.
    """
    names = (match[0] for match in _NAME.finditer(question) if match[0] in told)
    words = set(re.findall(r"\w+", sentence))
    return " ".join(
        name for name in names if words & {name.split()[-1], in_short(name)}
    )


def _worth_embedding(question: str, scored: Sequence[Nearest]) -> list[Nearest]:
    """Return those that share most words; some of each article if views are asked for.

    And where somebody's word is, those that say "I think".
    """
    # the passages come best first, and the sort is stable
    ordered = sorted(scored, key=lambda one: (-one.share, -one.own))
    chosen = ordered[:_EMBEDDED]
    if asks_what_is_said(question):
        ids = list(dict.fromkeys(one.passage.article_id for one in scored))
        ids = ids[:_ARTICLES_ASKED]
        chosen = [
            one
            for article_id in ids
            for one in [x for x in ordered if x.passage.article_id == article_id][
                : _EMBEDDED_VIEWS // len(ids)
            ]
        ]
    if asks_what_is_said(question) and (told := telling(question)):
        chosen += _others(chosen, scored, lambda one: bool(told.search(one.text)))
    if asks_to_be_told(question):
        chosen += _others(chosen, scored, lambda one: one.own * one.lead > 0)
    if asks_for_a_side(question):
        chosen += _others(chosen, scored, lambda one: holds(question, one.text))
    return chosen


def _others(
    chosen: Sequence[Nearest],
    scored: Iterable[Nearest],
    fits: Callable[[Nearest], bool],
) -> list[Nearest]:
    """Return the first few that fit and are not chosen yet."""
    return [one for one in scored if one not in chosen and fits(one)][:_VIEWS]
