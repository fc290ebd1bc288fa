"""Whether a question takes for granted what the articles deny: only if sure; pure.

English: where the negation stands is a matter of grammar.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rag import phrases
from rag.index.word_query import stems
from rag.languages import ENGLISH
from rag.questions.question import topic
from rag.schema import Passage
from rag.sentences import sentence_spans

_MOST_MISSING = 0.2  # share of the question's words


def denial(question: str, passages: Sequence[Passage]) -> str:
    """Return the sentence that denies what the question takes for granted, or "".

    A clause must hold the question's words with a negation before its verb, and no
    sentence may hold as many without one.
    """
    asked = set(stems(topic(question)))
    if not asked or not phrases.match("denial.presumes", question):
        return ""
    if phrases.search("denial.any", question):
        return ""
    found = ""
    for sentence in _sentences(passages):
        if len(asked - set(stems(sentence))) > _MOST_MISSING * len(asked):
            continue
        if phrases.pattern("denial.limited", ENGLISH).search(sentence):
            return ""
        clauses = phrases.pattern("denial.clause", ENGLISH).split(sentence)
        if not any(_denies(clause, asked) for clause in clauses):
            return ""  # it speaks of the same and does not deny it
        found = found or sentence
    return found


def _sentences(passages: Iterable[Passage]) -> Iterator[str]:
    for passage in passages:
        for start, end in sentence_spans(passage.text, passage.language):
            yield passage.text[start:end]


def _denies(clause: str, asked: set[str]) -> bool:
    negation = phrases.pattern("denial.negation", ENGLISH).search(clause)
    if negation is None:
        return False
    if len(asked - set(stems(clause))) > _MOST_MISSING * len(asked):
        return False
    verb = negation["verb"]
    return verb[0].islower() and not asked.isdisjoint(stems(verb))
