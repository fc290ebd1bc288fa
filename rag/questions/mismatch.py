"""How what a question says differs from the passage nearest to it; pure.

A passage may be near a question and yet be about another point: another name, the
opposite. `rag.answers.evidence` weighs each difference.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

from rag.index.word_query import stems
from rag.questions.question import topic
from rag.quotations import without_quotations

_WORD = re.compile(r"[^\W\d_][\w'\N{RIGHT SINGLE QUOTATION MARK}-]*")
_ASKED_NOT = re.compile(
    r"\b(?:not|never|cannot|unable|without|nobody|neither|nor|except|non)\b"
    r"|\b(?:do|did|does|is|are|was|were|has|have|had|ca|could|would|should|wo)"
    r"n['\N{RIGHT SINGLE QUOTATION MARK}]?t\b",
    re.IGNORECASE,
)
# how a text may say what a question asks with a "not"
_SAID_NOT = re.compile(
    rf"{_ASKED_NOT.pattern}|\b(?:no|none|instead\s+of|rather\s+than|fail\w*|lack\w*"
    r"|refus\w*|reject\w*|den(?:y|ied|ies)|prevent\w*|prohibit\w*|im?possible|only)\b",
    re.IGNORECASE,
)
# Common English opposites; tuned to nothing, chosen before any was counted.
_OPPOSITES = """
first last, before after, increase decrease, largest smallest, larger smaller,
high low, higher lower, highest lowest, early late, earlier later, above below,
north south, east west, northern southern, eastern western, better worse, best worst,
inside outside, internal external, internally externally, start end, began ended,
begin end, beginning end, accept reject, allow forbid, allow prohibit,
permit prohibit, support oppose, agree disagree, win lose, won lost, gain lose,
rich poor, old new, oldest newest, old young, older younger, male female,
father mother, men women, son daughter, brother sister, king queen, husband wife,
public private, include exclude, common rare, common uncommon, always never,
popular unpopular, likely unlikely, legal illegal, right left, upper lower,
long short, longest shortest, fast slow, faster slower, easy difficult, strong weak,
stronger weaker, positive negative, minimum maximum, import export, buy sell,
bought sold, rise fall, rose fell, major minor, primary secondary, direct indirect,
directly indirectly, formal informal, active passive, hot cold, dry wet, heavy light,
over under, nearest farthest, similar different, success failure,
successful unsuccessful, succeed fail, build destroy, create destroy, open close,
join leave, joined left, arrive leave, attack defend, advantage disadvantage,
simple complex, temporary permanent, wide narrow, deep shallow, thick thin,
full empty, known unknown, natural artificial, cause prevent, help hinder,
raise lower, add remove, present absent, ancient modern, past future, native foreign,
domestic foreign, friend enemy, ally enemy, victory defeat, peace war, true false,
majority minority, day night, summer winter, spring autumn, morning evening,
top bottom, front back, forward backward, multiple single, several single, whole part,
entire partial, expand shrink, grow shrink, quickly slowly, quick slow,
exactly roughly, fully partially, completely partially, officially unofficially"""
_FIRST_PERSON = re.compile(
    r"\b(?:I|I['\N{RIGHT SINGLE QUOTATION MARK}](?:m|ve|ll|d)|[Mm]y|[Mm]e|[Ww]e|[Oo]ur"
    r"|[Uu]s|[Jj]e|[Nn]ous|[Yy]o|[Nn]osotros)\b"
)
_ALIKE = 0.6  # of the trigrams of two words: "Normandy" and "Norman" are alike


def lacks_its_not(question: str, sentence: str) -> bool:
    """Whether a question has a "not", and a sentence says nothing of the kind."""
    return bool(_ASKED_NOT.search(question) and not _SAID_NOT.search(sentence))


def has_an_opposite(question: str, passage: str) -> bool:
    """Whether a passage lacks a word of a question while it has its opposite."""
    held = set(stems(passage))
    lacking = set(stems(topic(question))) - held
    return any(not held.isdisjoint(opposites().get(stem, ())) for stem in lacking)


def names_tell(text: str, language: str) -> bool:
    """Whether a name that a text lacks tells something.

    Not where somebody says "I": a speech or a chat seldom names who speaks. Nor in
    German, where every noun has a capital letter.
    """
    return language != "de" and not _FIRST_PERSON.search(without_quotations(text))


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


def with_opposites(stems_of_word: frozenset[str]) -> frozenset[str]:
    """Return the stems of a word with those of its opposites."""
    return stems_of_word.union(*(opposites().get(one, ()) for one in stems_of_word))


@cache
def opposites() -> Mapping[str, set[str]]:
    """Return the opposites of stems, as stems."""
    found: dict[str, set[str]] = defaultdict(set)
    words = _OPPOSITES.replace(",", " ").split()
    for one, other in zip(words[::2], words[1::2], strict=True):
        for a in stems(one):
            for b in stems(other):
                found[a].add(b)
                found[b].add(a)
    return dict(found)
