"""What one sentence states: figures and their units, dates, names, a "not"; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rag.index.word_query import stems
from rag.wordlist import COUNTED, MONTHS

_SCALES = {"hundred": 2, "thousand": 3, "k": 3, "million": 6, "m": 6, "billion": 9}
_SCALES |= {"bn": 9, "trillion": 12}
_COUNTED = {word: n for n, word in enumerate(COUNTED, 1)}
_FIGURE = re.compile(
    rf"""(?P<loose>\b(?:about|around|roughly|nearly|almost|some|approximately|or\s+so
          |an\s+estimated)\s+)?
    (?P<least>\b(?:more\s+than|over|at\s+least|above|upwards\s+of|exceeding)\s+)?
    (?P<most>\b(?:up\s+to|at\s+most|fewer\s+than|less\s+than|under|below)\s+)?
    (?P<sign>[$£€¥])?\s?
    (?<![\w.,-])(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?
       |(?:{"|".join(_COUNTED)})\b)
    (?:\s?(?P<scale>{"|".join(_SCALES)})\b)?
    (?:\s?(?P<percent>%|per\s?cent\b)
      |\s?(?P<money>dollars?|euros?|pounds?|yen)\b
      |[\s-](?P<unit>[^\W\d_]{{2,}}))?""",
    re.IGNORECASE | re.VERBOSE,
)
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
_REPORTING = frozenset(
    stems("said says say accord found told report reported new also")
)
_POINTS = re.compile(
    r"(?:It|Its|He|She|They|His|Her|Their|This|That|These|Those|We|I|You)\b"
)
_NAME = re.compile(r"(?<![.!?\"]\s)(?<!^)\b[A-Z][\w'-]*")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number: `kind` is "=", or ">" and "<" for a bound, or "~" where it is loose."""

    value: float
    kind: str = "="


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
    for found in _FIGURE.finditer(rest):
        unit = _unit(found)
        figures[unit] = (*figures.get(unit, ()), _figure(found))
    bare = _WEEKDAY.sub(" ", _NEGATION.sub(" ", _FIGURE.sub(_without_number, rest)))
    words = [one for one in stems(bare) if one not in _REPORTING]
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


def _figure(found: re.Match[str]) -> Figure:
    number = found["number"].replace(",", "").casefold()
    value = float(_COUNTED.get(number, 0) or number)
    if found["scale"]:
        value *= 10.0 ** _SCALES[found["scale"].casefold()]
    bounds = (("loose", "~"), ("least", ">"), ("most", "<"))
    kind = next((sign for name, sign in bounds if found[name]), "=")
    return Figure(value, kind)


def _unit(found: re.Match[str]) -> str:
    if found["percent"]:
        return "percent"
    if found["sign"] or found["money"]:
        return "money"
    return next(iter(stems(found["unit"] or "")), "")


def _without_number(found: re.Match[str]) -> str:
    return f" {found['unit'] or ''} "
