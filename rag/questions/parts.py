"""The questions of which one is made: "What does it cost, and who pays?"; pure."""

from __future__ import annotations

from rag import phrases
from rag.languages import language_of_question

# words: not "when and where was it signed?", "which towns and which villages flooded?"
_LEAST, _LEAST_FIRST = 2, 3


def parts_of(question: str) -> tuple[str, ...]:
    """Return the questions that one is made of, in order; only itself if it is one.

    The later ones may lean on those before them.
    """
    language = language_of_question(question)
    between = phrases.pattern("parts.between", language)
    asks = phrases.pattern("parts.question", language)
    parts = [one.strip() for one in between.split(question) if one.strip(" ?.!")]
    if not all(asks.match(one) and len(one.split()) >= _LEAST for one in parts):
        return (question,)
    if len(parts[0].split()) < _LEAST_FIRST:
        return (question,)
    # "what is said of how it began and how it ended?"
    within = phrases.pattern("parts.within", language)
    if any(within.search(one) for one in parts[:-1]):
        return (question,)
    return tuple(f"{one.rstrip(' ?')}?" for one in parts)
