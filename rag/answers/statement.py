"""What one sentence states: figures and their units, dates, names, a "not"; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rag.index.word_query import stems
from rag.proof.numbers import CURRENCIES, Amount, amounts
from rag.wordlist import MONTHS

_MONTHS = "|".join(MONTHS)
_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+)?(?P<month>{_MONTHS})\b"
    r"(?:\s+(?P<late>\d{1,2})(?:st|nd|rd|th)?(?!\d))?(?:,?\s+(?P<year>(?:1\d|20)\d\d))?"
    r"|\b(?P<alone>(?:1\d|20)\d\d)s?\b(?!\s*(?:[$£€%]|per\b))",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
_NEGATION = re.compile(
    r"\b(?:not|never|neither|nor)\b|n['\N{RIGHT SINGLE QUOTATION MARK}]t\b",
    re.IGNORECASE,
)
# with these a sentence states less, or something else, than its words
_QUALIFIED = re.compile(
    r"\b(?:if|whether|would|could|may|might|should|unless|until|till|just|because"
    r"|before|yet|always|necessarily|entirely|fully|alone|almost|nearly|claims?|allege\w*|rumou?rs?|den(?:y|ies|ied)"
    r"|expects?|hopes?|plans?|wants?|forecasts?|estimates?)\b|\?",
    re.IGNORECASE,
)
# what a sentence is about the whole, a part or nothing of
_LIMIT = re.compile(
    r"\b(?:only|every|each|all|some|most|half|no|none|nobody|nothing|without|both)\b",
    re.IGNORECASE,
)
# who says it: at the beginning, at the end, or "according to"
_SAYS = r"(?:said|says|found|ruled|reported|told\s+\w+)"
_SPEAKER = r"[\w\s.'\N{RIGHT SINGLE QUOTATION MARK}]{3,50}?"
_REPORTED = re.compile(
    rf"^{_SPEAKER}\s{_SAYS}\s+that\b"
    rf"|,\s*(?:{_SPEAKER}\s{_SAYS}|{_SAYS}\s{_SPEAKER})(?:\s+on\s+\w+)?\s*(?=[.,]|$)"
    rf"|\baccording\s+to\s{_SPEAKER}(?=[.,]|$)",
    re.IGNORECASE,
)
# of who says it, and of a figure: they are compared as such
_UNCOMPARED = frozenset(
    stems(
        "said says say accord found told report reported new also about around roughly "
        "nearly almost approximately estimated some more than over least above upwards "
        "exceeding up most fewer less under below percent per cent dollars euros "
        "pounds yen yuan $ £ € ¥ %"
    )
)
_POINTS = re.compile(
    r"(?:It|Its|He|She|They|His|Her|Their|This|That|These|Those|We|I|You)\b"
)
_NAME = re.compile(r"(?<![.!?\"]\s)(?<!^)\b[A-Z][\w'-]*")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number: `bound` is "over" or "under", "about" where it is loose, or ""."""

    value: float
    bound: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """What one sentence states.

    `words` are its stems, in order, without figures, dates, negation and words of
    reporting; `limits` are words like "all" and "no". `figures` are by unit (a stem,
    "money" or "percent"), `dates` are (year, month, day) with 0 for what is not said,
    `names` are stems. `firm` is False where the sentence qualifies what it says or
    points at something outside of it.
    """

    words: tuple[str, ...]
    figures: Mapping[str, tuple[Figure, ...]]
    dates: tuple[tuple[int, int, int], ...]
    weekdays: frozenset[str]
    names: frozenset[str]
    negated: bool
    limits: frozenset[str]
    firm: bool
    passive: bool


def stated(sentence: str) -> Statement:
    """Return what a sentence states."""
    dates, figures = [], dict[str, tuple[Figure, ...]]()
    rest = sentence = _REPORTED.sub(" ", sentence).strip(" ,")
    for found in _DATE.finditer(sentence):
        dates.append(_date(found))
        rest = rest.replace(found.group(), " ", 1)
    bare = _WEEKDAY.sub(" ", _NEGATION.sub(" ", rest))
    for one in amounts(rest):
        if not one.ranks:
            figures[_unit(one)] = (*figures.get(_unit(one), ()), _figure(one))
            bare = re.sub(rf"(?<!\w){re.escape(one.said)}(?!\w)", " ", bare, count=1)
    words = [one for one in stems(bare) if one not in _UNCOMPARED]
    return Statement(
        words=tuple(dict.fromkeys(words)),
        figures=figures,
        dates=tuple(dates),
        weekdays=frozenset(_WEEKDAY.findall(sentence)),
        names=frozenset(s for one in _NAME.findall(bare) for s in stems(one)),
        negated=_NEGATION.search(sentence) is not None,
        limits=frozenset(map(str.casefold, _LIMIT.findall(rest))),
        firm=not (_QUALIFIED.search(rest) or _POINTS.match(sentence)),
        passive=re.search(r"\bby\b", sentence) is not None,
    )


def _date(found: re.Match[str]) -> tuple[int, int, int]:
    if found["alone"]:
        return int(found["alone"]), 0, 0
    month = MONTHS.index(found["month"].casefold()) + 1
    return int(found["year"] or 0), month, int(found["day"] or found["late"] or 0)


def _figure(one: Amount) -> Figure:
    return Figure(one.value, "about" if one.bound == "nearly" else one.bound)


def _unit(one: Amount) -> str:
    return "money" if one.unit in CURRENCIES else one.unit or one.noun
