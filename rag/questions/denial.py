"""Whether a question takes for granted what the articles deny: only if sure; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rag.index.word_query import stems
from rag.questions.question import topic
from rag.schema import Passage
from rag.sentences import sentence_spans

# "Why did X do Y?" takes it for granted that X did Y; "Did X do Y?" does not
_PRESUMES = re.compile(
    r"\s*(?:(?:why|when|where|how|for\s+what\s+reason)\s+"
    r"(?:did|does|do|was|were|is|are|has|have|had|will|would)"
    r"|what\s+(?:made|caused|led|prompted))\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"(?:\b(?:not|never|neither)|n['\N{RIGHT SINGLE QUOTATION MARK}]t)\s+"
    r"(?:(?:yet|even|be|been|have|\w+ly)\s+)*(?P<verb>[^\W\d_]+)",
    re.IGNORECASE,
)
_ANY_NEGATION = re.compile(
    r"\b(?:not|never|neither|nor|no|none|nobody|without)\b"
    r"|n['\N{RIGHT SINGLE QUOTATION MARK}]t\b",
    re.IGNORECASE,
)
# with these it is not the deed that is denied, but its reason, time or extent
_LIMITED = re.compile(
    r"\b(?:because|until|till|unless|only|just|merely|simply|solely|before|if|whether"
    r"|always|every|all|necessarily|entirely|fully|alone|yet|say|said)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[,;:\N{EM DASH}()]|\s(?:but|while|although|though|whereas|which|who)\b"
)
_MOST_MISSING = 0.2  # share of the question's words


def denial(question: str, passages: Sequence[Passage]) -> str:
    """Return the sentence that denies what the question takes for granted, or "".

    A clause must hold the question's words with a negation before its verb, and no
    sentence may hold as many without one.
    """
    asked = set(stems(topic(question)))
    if not asked or not _PRESUMES.match(question) or _ANY_NEGATION.search(question):
        return ""
    found = ""
    for sentence in _sentences(passages):
        if len(asked - set(stems(sentence))) > _MOST_MISSING * len(asked):
            continue
        if _LIMITED.search(sentence):
            return ""
        if not any(_denies(clause, asked) for clause in _CLAUSE.split(sentence)):
            return ""  # it speaks of the same and does not deny it
        found = found or sentence
    return found


def _sentences(passages: Iterable[Passage]) -> Iterator[str]:
    for passage in passages:
        for start, end in sentence_spans(passage.text, passage.language):
            yield passage.text[start:end]


def _denies(clause: str, asked: set[str]) -> bool:
    negation = _NEGATION.search(clause)
    if negation is None:
        return False
    if len(asked - set(stems(clause))) > _MOST_MISSING * len(asked):
        return False
    verb = negation["verb"]
    return verb[0].islower() and not asked.isdisjoint(stems(verb))
