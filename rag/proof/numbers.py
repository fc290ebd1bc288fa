"""The numbers of a text, with what they count; pure.

Digits and English words are read ("seven", "two dozen", "£86m", "half", "4th").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.proof.meanings import LITTLE, stem, unit_of
from rag.wordlist import COUNTED, wordlist, wordset

_TOKEN = re.compile(
    r"(?<!\d[.,])\d{1,3}(?:[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]\d{3})+"
    r"(?![\d,.]*\d)"
    r"|\d+(?:[.,]\d+)*|[$€£¥%]"
    r"|[^\W\d_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}][^\W\d_]+)?"
)
_TENS = wordlist("twenty thirty forty fifty sixty seventy eighty ninety")
_ORDINALS = wordlist(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
)
_ONES = ("zero", *COUNTED[:-1])
_SMALL = {word: n for n, word in enumerate(_ONES)}
_SMALL |= {word: 20 + 10 * n for n, word in enumerate(_TENS)}
_ORDINAL = {word: n for n, word in enumerate(_ORDINALS, 1)}
# "World War II"; a lone I, V or X is rarely one
ROMAN = {
    word: n
    for n, word in enumerate(
        wordlist("II III IV . VI VII VIII IX . XI XII XIII XIV"), 2
    )
}
_MAGNITUDE = {
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "millions": 1e6,
    "mn": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
    "dozen": 12.0,
}
_FRACTION = {"half": 0.5, "third": 1 / 3, "quarter": 0.25, "fifth": 0.2, "tenth": 0.1}
CURRENCIES = wordset("dollar euro pound yen yuan rupee franc krone rouble")
_CURRENCY = {"$": "dollar", "£": "pound", "€": "euro", "¥": "yen"}
# "several hundred", "the second of May", "per second": no number, or another
_VAGUE = wordset("several few many some hundreds thousands tens dozens")
_ABOUT = re.compile(
    r"(?:\b(?:about|around|roughly|approximately|some|circa|perhaps|maybe|possibly|probably|an\s+estimated|estimated"
    r"|close\s+to|or\s+so|in\s+the\s+region\s+of)|~|\bca?\.)\s*\W?$",
    re.IGNORECASE,
)
_NEARLY = re.compile(
    r"\b(?:nearly|almost|just\s+(?:under|below|short\s+of)|not\s+quite)\s*(?:an?\s+)?\W?$",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"(?:>|\b(?:over|above|(?:more|greater|higher|longer|larger)\s+than|at\s+least"
    r"|exceed\w*|no\s+(?:less|fewer)\s+than|not\s+less\s+than|upwards\s+of|beyond"
    r"|a\s+minimum\s+of|in\s+excess\s+of|past))\s*(?:an?\s+)?\W?$",
    re.IGNORECASE,
)
_UNDER = re.compile(
    r"(?<!\bgo )(?<!goes )(?<!went )(?<!rise )(?<!gone )\b(?:under|below|up\s+to"
    r"|at\s+most|(?:less|fewer|lower|smaller|shorter)\s+than"
    r"|no\s+(?:more|greater)\s+than|not\s+more\s+than|a\s+maximum\s+of|as\s+much\s+as"
    r"|as\s+many\s+as)\s*(?:an?\s+)?\W?$",
    re.IGNORECASE,
)
_BEHIND = {
    "over": re.compile(r"\s*(?:\w+\s+)?or\s+more\b", re.IGNORECASE),
    "under": re.compile(r"\s*(?:\w+\s+)?or\s+(?:less|fewer)\b", re.IGNORECASE),
    "about": re.compile(r"\s*(?:\w+\s+)?or\s+so\b", re.IGNORECASE),
}
_RANK = re.compile(r"(?:first|second|third|th|\dst|nd|rd)$", re.IGNORECASE)
_ORDINAL_ENDING = frozenset(("st", "nd", "rd", "th", "s"))
_NOUNS = 4  # words behind a number, of which one is what it counts
_NO_NOUN = wordset(
    """
    of in on at to and or by for from a an the is are was were will per than that as
    with but which who when more other
    """
)
_WATT_HOURS = re.compile(r"\b(kilo|mega|giga)watt[- ]?hours?\b", re.IGNORECASE)
_NO = re.compile(r"\b(?:no|not|nobody|none|never|cannot)\b[^.;]*$", re.IGNORECASE)
_LESS = re.compile(r"\b(?:less|fewer)\s+than\W*$", re.IGNORECASE)
# "over two years" is mostly during them
_DURING = re.compile(r"\bover\s*(?:the\s+\w+\s+)?$", re.IGNORECASE)
_TIMES = frozenset(("day", "week", "month", "year", "decade", "century"))


@dataclass(frozen=True, slots=True)
class Amount:
    """A number: its value, its unit ("" without one), the stems behind it.

    The first of these is mostly what it counts, or an adjective of it. `bound` is
    "about", "nearly", "over", "under" or "". `said` is how it is written, `before` the
    stem of the word in front of it, "" if that is a little one.
    """

    value: float
    unit: str
    behind: tuple[str, ...]
    bound: str
    before: str
    said: str
    spelled: bool

    @property
    def noun(self) -> str:
        """The stem of the word behind it, "" without one."""
        return self.behind[0] if self.behind else ""

    @property
    def is_year(self) -> bool:
        """Whether it can be a year."""
        whole = self.value == int(self.value) and not self.unit
        return whole and 1500 <= self.value <= 2100 and len(self.said) == 4

    @property
    def ranks(self) -> bool:
        """Whether it says the how manieth something is: "4th", "World War II"."""
        return bool(_RANK.search(self.said)) or self.said in ROMAN

    def same(self, other: Amount) -> bool:
        """Whether the values are equal; half is 50 per cent."""
        if abs(self.value - other.value) < 1e-9 * max(1.0, abs(self.value)):
            return True
        for one, two in ((self, other), (other, self)):
            if one.unit == "percent" and two.value < 1 and two.unit != "percent":
                return abs(one.value - 100 * two.value) < 1
        return False


def amounts(text: str) -> list[Amount]:
    """Return the numbers of an English text in order, but for references like [9]."""
    text = re.sub(r"\[\d+\]", lambda found: " " * len(found.group()), text)
    text = _WATT_HOURS.sub(lambda match: f"{match[1][0]}wh", text)
    tokens = list(_TOKEN.finditer(text))
    found: list[Amount] = []
    at = 0
    while at < len(tokens):
        read = _digits(tokens, at, text) or _spelled(tokens, at)
        if read is None:
            at += 1
            continue
        value, behind = read
        found.append(_amount(value, tokens, at, behind, text))
        at = behind
    for n in range(len(found) - 2, -1, -1):  # "from 15 to 18 per cent"
        one, other = found[n], found[n + 1]
        joined = (
            rf"{re.escape(one.said)}\s*(?:to|and|or|-|\N{{EN DASH}})\s*{other.said}"
        )
        if not (one.unit or one.is_year) and other.unit and re.search(joined, text):
            found[n] = replace(one, unit=other.unit, behind=one.behind or other.behind)
    return found


def _digits(  # noqa: PLR0911  # one return a form
    tokens: Sequence[re.Match[str]], at: int, text: str
) -> tuple[float, int] | None:
    """Return the value of a number in digits, and the token behind it."""
    raw = tokens[at].group()
    if not raw[0].isdecimal():
        return None
    raw = re.sub(r"\s", "", raw)
    grouped = re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", raw)
    plain = raw.replace(",", "") if grouped or raw.count(",") > 1 else raw
    plain = plain.replace(",", ".")
    value = float(plain) if plain.count(".") <= 1 else float(plain.replace(".", ""))
    behind = at + 1
    if behind == len(tokens):
        return value, behind
    word = tokens[behind].group().casefold()
    joined = tokens[behind].start() == tokens[at].end()
    if joined and word in _ORDINAL_ENDING:
        decade = word == "s" and 10 <= value < 100
        return value + 1900 * decade, behind + 1
    priced = at > 0 and tokens[at - 1].group() in _CURRENCY
    if word in _MAGNITUDE and word != "dozen":
        return value * _MAGNITUDE[word], behind + 1
    after = tokens[behind + 1].group() if behind + 1 < len(tokens) else ""
    priced = priced or unit_of(after) in CURRENCIES
    if joined and word in ("m", "b", "k") and (priced or word == "k"):
        return value * {"m": 1e6, "b": 1e9, "k": 1e3}[word], behind + 1
    if text[tokens[at].end() : tokens[at].end() + 1] == "/" and word.isdecimal():
        return value / (float(word) or 1.0), behind + 1
    return value, behind


def _spelled(  # noqa: PLR0911  # one return a form
    tokens: Sequence[re.Match[str]], at: int
) -> tuple[float, int] | None:
    """Return the value of a number in words, and the token behind it."""
    words = [one.group().casefold() for one in tokens[at : at + 9]]
    before = tokens[at - 1].group().casefold() if at else ""
    first, second = words[0], words[1] if len(words) > 1 else ""
    if at and tokens[at].group() in ROMAN:
        return float(ROMAN[tokens[at].group()]), at + 1
    if before in _VAGUE and first in _MAGNITUDE:
        return None
    if first in _SMALL and second.rstrip("s") in _FRACTION and second != "second":
        if second in ("half", "third", "quarter", "fifth", "tenth") and first != "one":
            return None  # "two third parties"
        return _SMALL[first] * _FRACTION[second.rstrip("s")], at + 2
    whole = before not in (*_ORDINAL, "other", "last", "next")
    if first in _ORDINAL and second not in LITTLE and second:
        whole = False  # "a third year"
    if first in _FRACTION and whole and (first == "half" or before in ("a", "one")):
        return _FRACTION[first], at + 1
    if first in _ORDINAL:
        unit = first == "second" and before in ("a", "per", "each", "every")
        return None if unit else (float(_ORDINAL[first]), at + 1)
    if first in ("hundred", "thousand", "million", "billion", "dozen"):
        if before not in ("a", "the", "per", "last"):
            return None
        read = _cardinal(("one", *words), at - 1)  # "a hundred and thirty"
        return read if before == "a" else (_MAGNITUDE[first], at + 1)
    return _cardinal(words, at)


def _cardinal(words: Sequence[str], at: int) -> tuple[float, int] | None:
    total, current, used = 0.0, 0.0, 0
    for n, word in enumerate(words):
        if word in _SMALL and (not n or words[n - 1] not in _ONES):
            current += _SMALL[word]
        elif word in _MAGNITUDE and used:
            size = _MAGNITUDE[word]
            current = max(current, 1.0) * size
            if size >= 1000:
                total, current = total + current, 0.0
        elif word in _ORDINAL and used and words[n - 1] in _TENS:
            current += _ORDINAL[word]
        elif not (word == "and" and used and words[n - 1] in ("hundred", "thousand")):
            break
        used = n + 1
    return (total + current, at + used) if used else None


def _amount(
    value: float, tokens: Sequence[re.Match[str]], at: int, behind: int, text: str
) -> Amount:
    start, end = tokens[at].start(), tokens[behind - 1].end()
    head, tail = text[max(0, start - 30) : start], text[end : end + 40]
    unit, nouns = "", list[str]()
    if at and tokens[at - 1].group() in _CURRENCY:
        unit = _CURRENCY[tokens[at - 1].group()]
        head = head.rstrip("$€£¥ ")
    for n in range(behind, min(behind + _NOUNS, len(tokens))):
        if re.search(r"[,.;:()]", text[end : tokens[n].start()]):
            break
        word = tokens[n].group().casefold()
        if not unit and n < behind + 2 and unit_of(word):
            unit = unit_of(word)
        if word in _NO_NOUN:
            if word == "per" and re.match(r"\s*per\s?cent", tail):
                unit = "percent"
            break
        if word[0].isdecimal():
            break
        nouns.append(stem(word))
    if unit == "decade":  # two of them are twenty years
        value, unit, nouns = 10 * value, "year", ["year"]
    bound = _bound_of(text, start, end, head, unit)
    spelled = not tokens[at].group()[0].isdecimal()
    last = re.search(r"([^\W\d_]{3,})\s*[$€£¥]?$", text[:start])
    before = "" if last is None or last[1].casefold() in LITTLE else stem(last[1])
    return Amount(value, unit, tuple(nouns), bound, before, text[start:end], spelled)


def _bound_of(text: str, start: int, end: int, head: str, unit: str) -> str:
    """Return what the words around a number make of it; `head` are those before it."""
    tail = text[end : end + 40]
    bound = next(
        (
            name
            for name, sign in (
                ("nearly", _NEARLY),
                ("over", _OVER),
                ("under", _UNDER),
                ("about", _ABOUT),
            )
            if sign.search(head)
        ),
        "",
    )
    bound = bound or next((n for n, sign in _BEHIND.items() if sign.match(tail)), "")
    if bound == "over" and _NO.search(text[:start]) and not _LESS.search(head):
        bound = "under"  # "nobody may take more than five"
    if bound == "over" and unit in _TIMES and _DURING.search(head):
        bound = ""
    return bound
