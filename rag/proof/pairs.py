"""Whether a number or a year stands with the words that it stands with elsewhere; pure.

"In 1945 1.3 million people lived there" has only words of "In 1939 1.3 million people
lived there, but in 1945 only 420,000".
"""

from __future__ import annotations

from rag.proof.claims import clauses, content, has
from rag.proof.numbers import Amount, amounts

_TIMES = frozenset(("hour", "day", "week", "month", "year", "second", "minute"))


def moved(sentence: str, passage: str) -> str:
    """Return the number of a sentence that the passage says of something else, or "".

    That is one whose clause has nothing of what the sentence says with it, where that
    stands with another number of its kind, which the sentence leaves out.
    """
    said = amounts(sentence)
    held = [
        (amount, content(clause))
        for clause in clauses(passage)
        for amount in amounts(clause)
    ]
    for clause in clauses(sentence):
        words = [word for word in content(clause) if not word[0].isdecimal()]
        for one in amounts(clause):
            words_of_it = [w for w in words if w not in one.said.casefold()]
            own = [around for amount, around in held if amount.same(one)]
            others = [
                around
                for amount, around in held
                if _kind(amount) == _kind(one)
                and not any(amount.same(mine) for mine in said)
            ]
            if len(own) != 1 or not others:
                continue
            best = max(_both(words_of_it, around) for around in others)
            if best > 1 and best >= _both(words_of_it, own[0]) + 2:
                return one.said
    return ""


def _kind(one: Amount) -> str:
    if one.is_year:
        return "a year"
    return "time" if one.unit in _TIMES else one.unit


def _both(words: list[str], around: list[str]) -> int:
    return sum(has(around, [word]) for word in words)
