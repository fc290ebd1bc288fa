"""Which questions want all of something, and of what; pure.

"Which articles mention tariffs?" wants each article that does, "who wrote about
tariffs?" those who wrote them, "what is this collection about?" all there are.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag import phrases
from rag.languages import language_of_question


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: words ("" for all), and the stance beside them ("" for any).

    `authors` says that those who wrote them are asked for, `by` that the question
    names one, `lacking` that the articles without these words are.
    """

    terms: str
    stance: str = ""
    authors: bool = False
    by: bool = False
    lacking: bool = False


_STANCES = ("criticise", "support")


def sought_by(question: str) -> Sought | None:
    """Return what a question wants all of; None where it wants an answer."""
    found = phrases.match("sought.asks", question)
    if found and not _is_clause(found["terms"], question):
        groups = found.groupdict()
        return Sought(found["terms"], next(filter(groups.get, _STANCES), ""))
    found = phrases.match("sought.lack", question)
    if found and not _is_clause(found["terms"], question):
        return Sought(found["terms"], lacking=True)
    if found := phrases.match("sought.every", question):
        return Sought(found["terms"])
    if found := phrases.match("sought.all", question):
        return Sought("", by=found["by"] is not None)
    return _byline_sought_by(question)


def _is_clause(terms: str, question: str) -> bool:
    """Whether the terms say something: "articles on tariffs are the newest"."""
    clause = phrases.pattern("sought.clause", language_of_question(question))
    return clause.search(terms) is not None


def _byline_sought_by(question: str) -> Sought | None:
    """Return the articles of which it is asked who wrote them, or when."""
    if found := phrases.match("sought.authors", question):
        return Sought(found["terms"], authors=True)
    if found := phrases.match("sought.byline", question):
        _, _, terms = (found["before"] or found["after"] or "").strip().partition(" ")
        return Sought(terms, authors=found["who"] is not None)
    return Sought("", authors=True) if phrases.match("sought.who", question) else None
