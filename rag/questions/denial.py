"""Whether a question takes for granted what the articles deny: only if sure; pure.

Where the negation stands is a matter of grammar: English and German have phrases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rag import phrases
from rag.languages import language_of_question, stems_in
from rag.questions.question import topic
from rag.schema import Passage
from rag.sentences import sentence_spans

_MOST_MISSING = 0.2  # share of the question's words


def denial(question: str, passages: Sequence[Passage]) -> str:
    """Return the sentence that denies what the question takes for granted, or "".

    A clause must hold the question's words with a negation before its verb, and no
    sentence may hold as many without one.
    """
    language = language_of_question(question)
    presumes = phrases.match("denial.presumes", question)
    if presumes is None:
        return ""
    asked = set(stems_in(language, topic(question)))
    asked.difference_update(stems_in(language, presumes["asks"] or ""))
    if not asked or phrases.search("denial.any", question):
        return ""
    found = ""
    for sentence in _sentences(passages):
        if _lacks(sentence, asked, language):
            continue
        if phrases.pattern("denial.limited", language).search(sentence):
            return ""
        clauses = phrases.pattern("denial.clause", language).split(sentence)
        if not any(_denies(clause, asked, language) for clause in clauses):
            return ""  # it speaks of the same and does not deny it
        found = found or sentence
    return found


def _sentences(passages: Iterable[Passage]) -> Iterator[str]:
    for passage in passages:
        for start, end in sentence_spans(passage.text, passage.language):
            yield passage.text[start:end]


def _lacks(text: str, asked: set[str], language: str) -> bool:
    """Whether a text lacks too many of the words asked."""
    missing = asked.difference(stems_in(language, text))
    return len(missing) > _MOST_MISSING * len(asked)


def _denies(clause: str, asked: set[str], language: str) -> bool:
    negation = phrases.pattern("denial.negation", language).search(clause)
    if negation is None or _lacks(clause, asked, language):
        return False
    verb = negation["verb"]  # none where "nicht" ends the clause
    return not verb or (
        verb[0].islower() and not asked.isdisjoint(stems_in(language, verb))
    )
