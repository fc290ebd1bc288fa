"""How what a question says differs from the passage nearest to it; pure.

A passage may be near a question and yet be about another point: another name, the
opposite. `rag.answers.evidence` weighs each difference.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

from rag import phrases
from rag.index.word_query import stems, text_stems
from rag.languages import ENGLISH, language_of_question
from rag.questions.question import topic
from rag.quotations import without_quotations

_WORD = re.compile(r"[^\W\d_][\w'\N{RIGHT SINGLE QUOTATION MARK}-]*")
_ALIKE = 0.6  # of the trigrams of two words: "Normandy" and "Norman" are alike


def lacks_its_not(question: str, sentence: str) -> bool:
    """Whether a question has a "not", and a sentence says nothing of the kind."""
    said = phrases.pattern("mismatch.said_not", language_of_question(question))
    asked = phrases.search("mismatch.asked_not", question)
    return asked is not None and said.search(sentence) is None


def has_an_opposite(question: str, passage: str) -> bool:
    """Whether a passage lacks a word of a question while it has its opposite."""
    language = language_of_question(question)
    held = text_stems(passage, language)
    lacking = text_stems(topic(question), language) - held
    known = opposites(language)
    return any(not held.isdisjoint(known.get(stem, ())) for stem in lacking)


def names_tell(text: str, language: str) -> bool:
    """Whether a name that a text lacks tells something.

    Not where somebody says "I": a speech or a chat seldom names who speaks. Nor in
    German, where every noun has a capital letter.
    """
    said = phrases.pattern("mismatch.first_person", ENGLISH)
    return language != "de" and not said.search(without_quotations(text))


def strange_names(question: str, text: str) -> list[str]:
    """Return the names in a question that no word of a text resembles."""
    held = set(stems(text))
    names = [name for name in _WORD.findall(question)[1:] if name[0].isupper()]
    strange = [name for name in names if stems(name) and held.isdisjoint(stems(name))]
    words = [_trigrams(word) for word in set(_WORD.findall(text))] if strange else []
    return [name for name in strange if not _resembles(_trigrams(name), words)]


def _resembles(name: set[str], words: Sequence[set[str]]) -> bool:
    return any(
        2 * len(name & word) >= _ALIKE * (len(name) + len(word)) for word in words
    )


def _trigrams(word: str) -> set[str]:
    marked = f"^{word.casefold()}$"
    return {marked[at : at + 3] for at in range(len(marked) - 2)}


def with_opposites(stems_of_word: frozenset[str], language: str) -> frozenset[str]:
    """Return the stems of a word with those of its opposites."""
    known = opposites(language)
    return stems_of_word.union(*(known.get(one, ()) for one in stems_of_word))


@cache
def opposites(language: str = ENGLISH) -> Mapping[str, set[str]]:
    """Return the opposites of stems, as stems."""
    found: dict[str, set[str]] = defaultdict(set)
    words = phrases.words("mismatch.opposites", language)
    for one, other in zip(words[::2], words[1::2], strict=True):
        for a in text_stems(one, language):
            for b in text_stems(other, language):
                found[a].add(b)
                found[b].add(a)
    return dict(found)
