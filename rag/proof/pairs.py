"""Whether a number or a year stands with the words that it stands with elsewhere; pure.

"In 1945 1.3 million people lived there" has only words of "In 1939 1.3 million people
lived there, but in 1945 only 420,000".
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.proof.claims import clauses, content, has
from rag.proof.meanings import unit_of
from rag.proof.numbers import Amount, amounts
from rag.sentences import sentence_spans

_TIMES = frozenset(("hour", "day", "week", "month", "year", "second", "minute"))


def moved(sentence: str, passage: str) -> str:
    """Return the number of a sentence that the passage says of something else, or "".

    That is one whose clause has nothing of what the sentence says with it, where that
    stands with another number of its kind, which the sentence leaves out.
    """
    whole = [passage[a:b] for a, b in sentence_spans(passage)]
    found = _moved(_joined(sentence), sentence, _joined(passage))
    return found or (_moved([sentence], sentence, whole) if len(whole) > 1 else "")


def _joined(text: str) -> list[str]:
    """Return the clauses of a text; a lone "In 1945," belongs to the next one."""
    found: list[str] = []
    begun = ""
    for clause in clauses(text):
        whole = f"{begun}{clause} "
        alone = all(word[0].isdecimal() for word in content(whole))
        begun = whole if alone else ""
        if not alone:
            found.append(whole)
    return [*found, begun] if begun else found


def _moved(parts: Sequence[str], sentence: str, sources: Sequence[str]) -> str:
    said = amounts(sentence)
    held = [(one, content(source)) for source in sources for one in amounts(source)]
    for part in parts:
        words = [word for word in content(part) if not word[0].isdecimal()]
        for one in amounts(part):
            beside = [
                w for w in words if w not in one.said.casefold() and unit_of(w) == ""
            ]
            own = [around for amount, around in held if amount.same(one)]
            others = [
                around
                for amount, around in held
                if _kind(amount) == _kind(one)
                and not any(amount.same(mine) for mine in said)
            ]
            if len(own) != 1 or not others:
                continue
            best, here = max(_both(beside, o) for o in others), _both(beside, own[0])
            if best >= here + 2 or (not here and 0 < best == len(beside)):
                return one.said
    return ""


def _kind(one: Amount) -> str:
    if one.is_year:
        return "a year"
    return "time" if one.unit in _TIMES else one.unit


def _both(words: list[str], around: list[str]) -> int:
    return sum(has(around, [word]) for word in words)
