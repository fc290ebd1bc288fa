"""The two sides that a question sets against each other, each as a question; pure.

"Which is older, A or B?" becomes "How old is A?" and "How old is B?": what lies nearest
to such a question is mostly all on one side.
"""

from __future__ import annotations

from rag import phrases
from rag.languages import language_of_question


def sides_of(question: str) -> tuple[str, ...]:
    """Return the question of each side, none where a question compares no two."""
    question = question.strip(" ?.!")
    language = language_of_question(question)
    for form in phrases.names("comparison.forms", language):
        both = phrases.pattern(f"comparison.forms.{form}.both", language)
        if found := both.fullmatch(question):
            named = found.groupdict("")
            other = named["other"] or named.get("another", "")
            single = phrases.entry(f"comparison.forms.{form}.single", language)
            return _asked(single, named["one"], other, named.get("rest", ""))
    found = phrases.pattern("comparison.which", language).fullmatch(question)
    for than in phrases.names("comparison.than", language) if found else ():
        how = phrases.pattern(f"comparison.than.{than}.how", language)
        if found and how.search(found["how"]):
            single = phrases.entry(f"comparison.than.{than}.single", language)
            return _asked(single, found["one"], found["other"], "")
    return ()


def _asked(single: str, one: str, other: str, rest: str) -> tuple[str, ...]:
    if other.startswith("of ") and " of " in one:  # "the price of A or of B"
        other = f"{one.partition(' of ')[0]} {other}"
    return tuple(single.format(side=side, rest=rest) for side in (one, other))
