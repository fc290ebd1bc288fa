"""Whether a sentence and its passage agree in their numbers; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from rag.proof.meanings import stem
from rag.proof.numbers import Amount, amounts

# words of a passage that make a number a bound
_LIMITS = {
    "under": re.compile(
        r"\b(?:ceiling|limit\w*|maxim\w+|cap|caps|capped|most|within)\b", re.IGNORECASE
    ),
    "over": re.compile(r"\b(?:floor|minim\w+|least|threshold|record)\b", re.IGNORECASE),
}
_REACHES = re.compile(r"\b(?:ris(?:es?|ing)|rose|reach\w*|climb\w*|peak\w*)\b")
_ANYBODY = frozenset(map(stem, ("people", "persons", "others", "more", "times")))
# what a bound of the passage may be told as; that it is dropped `unbounded` tells
_FAITHFUL = {
    "": {"", "about"},
    "about": {"about"},
    "nearly": {"nearly", "about", "under"},
    "over": {"over", "about"},
    "under": {"under", "about", "nearly"},
}


def contradiction(
    said: str, held: str, context: AbstractSet[float], around: str = ""
) -> str:
    """Return why the numbers of `said` do not agree with the text `held`, or "".

    `context` are values that may be taken from around it, such as the year in which the
    article appeared; from the text `around` only numbers of the same thing are.
    """
    ours, theirs = amounts(said), amounts(held)
    for one in ours:
        equal = [other for other in theirs if one.same(other)]
        if equal:
            why = _differs(one, equal, ours, theirs, held)
            if why:
                return why
        elif not _allowed(one, ours, theirs, context) and not _near(
            one, theirs, around
        ):
            return f"the passage does not say {one.said}"
    return ""


def unbounded(said: str, held: str) -> str:
    """Return the first number that is told as exact where `held` has a bound, or ""."""
    theirs = amounts(held)
    for one in amounts(said):
        equal = [other for other in theirs if one.same(other)]
        alike = [o for o in equal if (o.unit, o.noun) == (one.unit, one.noun)]
        bounds = {other.bound for other in alike or equal}
        if bounds == {"under"} and _REACHES.search(said):
            continue  # "up to 121": it rises to 121
        if not one.bound and bounds and "" not in bounds:
            return f"{min(bounds)} {one.said}"
    return ""


def _allowed(
    one: Amount,
    ours: Sequence[Amount],
    theirs: Sequence[Amount],
    context: AbstractSet[float],
) -> bool:
    """Whether a number that the passage does not have may be said all the same."""
    left = [other for other in theirs if not any(other.same(mine) for mine in ours)]
    if one.value == 1 and one.spelled:
        return True  # "one of them"
    if any(_rounds(one, other) for other in left):
        return True
    if one.value in context:
        return not any(
            other.is_year == one.is_year and other.unit == one.unit for other in left
        )
    return one.spelled and one.value < 5 and not left  # "both", listed by name


def _near(one: Amount, theirs: Sequence[Amount], around: str) -> bool:
    """Whether a number of the same thing, and no other, stands around the passage.

    "The four data centres" may be "they" in the passage itself, and "Fab 2" "it".
    """
    numbered = bool(one.before) and not (one.is_year or one.unit or one.spelled)
    if numbered and not any(other.before == one.before for other in theirs):
        return any(
            one.same(other) for other in amounts(around) if other.before == one.before
        )
    if not one.noun or any(other.noun == one.noun for other in theirs):
        return False
    near = [other for other in amounts(around) if other.noun == one.noun]
    return bool(near) and all(map(one.same, near))


def _rounds(one: Amount, other: Amount) -> bool:
    """Whether "about 90" is said of 89.6: rounder, near enough, on the right side."""
    if not one.bound or not other.value or _figures(one) >= _figures(other):
        return False
    if one.unit != other.unit and one.unit and other.unit:
        return False
    if abs(one.value - other.value) > 0.06 * abs(other.value):
        return False
    if one.bound == "over":
        return other.value >= one.value
    if one.bound in ("under", "nearly"):
        return other.value <= one.value
    return True


def _figures(one: Amount) -> int:
    """Return the number of significant figures."""
    return len(f"{one.value:.10g}".replace(".", "").strip("0"))


def _differs(
    one: Amount,
    equal: Sequence[Amount],
    ours: Sequence[Amount],
    theirs: Sequence[Amount],
    held: str,
) -> str:
    """Return how a number is used otherwise than all of those equal to it."""
    told = any(mine.unit == "percent" for mine in ours)  # "18 per cent, not 15"
    units = [other for other in equal if other.unit or one.unit == "percent"]
    units = [] if told and not one.unit else units
    if units and all(_other_unit(one, other) for other in units):
        return f"{one.said} has another unit in the passage"
    limits = _LIMITS.get(one.bound)
    bounded = limits is not None and limits.search(held)
    if (
        one.bound
        and not bounded
        and all(one.bound not in _FAITHFUL[o.bound] for o in equal)
    ):
        return f"{one.said} is not exactly what the passage says"
    others = [other for other in theirs if not one.same(other)]
    counted = {word for other in equal for word in other.behind}
    elsewhere = one.noun in map(stem, re.findall(r"[^\W\d_]+", held))
    loose = one.ranks or one.noun in _ANYBODY or one.said == "one"
    alien = all(o.behind for o in equal) and counted.isdisjoint(one.behind)
    alien = alien and not any(one.unit == other.unit for other in equal if one.unit)
    if alien and elsewhere and not loose:
        return f"{one.said} counts something else in the passage"
    allowed = (one.before,) if one.is_year else ("", one.before)
    alien = all(other.before not in allowed for other in equal)
    if one.before and alien and one.before in (other.before for other in others):
        return f"another number than {one.said} stands there in the passage"
    return ""


def _other_unit(one: Amount, other: Amount) -> bool:
    if one.unit and other.unit:
        return one.unit != other.unit
    fraction = min(one.value, other.value) < 1
    return "percent" in (one.unit, other.unit) and not fraction
