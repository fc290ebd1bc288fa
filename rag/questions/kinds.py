"""Words by which a question says what kind of statement it wants; pure.

"What are the arguments against the barrier?" An article that argues against it seldom
has the word "arguments", and says "opposes" or "warns" rather than "against".
"""

from __future__ import annotations

from functools import cache

from rag import phrases
from rag.index.word_query import text_stems
from rag.languages import ENGLISH, language_of_question


def kind_words(question: str) -> frozenset[str]:
    """Return the stems of words that name a kind of statement, not its content.

    They are those of the question's language, and of English.
    """
    language = language_of_question(question)
    kinds = _kind_words(ENGLISH, "words") | _kind_words(language, "words")
    if phrases.search("slots.told.old.asked", question):
        kinds |= _kind_words(language, "old")
    return kinds


@cache
def _kind_words(language: str, name: str) -> frozenset[str]:
    return text_stems(" ".join(phrases.words(f"kinds.{name}", language)), language)
