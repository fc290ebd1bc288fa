"""Whether the names of a sentence are those of its passage; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from rag.proof.meanings import LITTLE, unit_of
from rag.proof.numbers import ROMAN
from rag.wordlist import MONTHS, wordlist, wordset

_APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}"
_TOKEN = re.compile(rf"(?:[^\W\d_]\.){{2,}}|[^\W_]+(?:[{_APOSTROPHES}-][^\W_]+)*")
# capitals make no name of these
_TITLES = wordset(
    """
    mr mrs ms miss dr prof professor president minister mayor senator governor chairman
    chairwoman chancellor secretary judge king queen prince princess sir lord lady saint
    st general captain councillor congressman director chief i monday tuesday wednesday
    thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays
    saturdays sundays ok
    """
)
_ALIASES = """
us u.s usa u.s.a america american americans states
uk u.k britain british briton britons kingdom
eu e.u european europe
un u.n nations
france french frenchman
netherlands dutch holland
switzerland swiss
wales welsh
ireland irish
denmark danish dane danes
sweden swedish swede
poland polish pole poles
turkey turkish turk turkiye
scotland scottish scots scot
greece greek greeks
spain spanish spaniard
germany german germans
china chinese beijing
russia russian russians moscow kremlin
finland finnish finn
norway norwegian
philippines filipino
peru peruvian
cyprus cypriot
jew jews jewish
thailand thai
venice venetian venetians
naples neapolitan
florence florentine
rome roman romans
flanders flemish
portugal portuguese
lebanon lebanese
slovenia slovene slovenes
"""
# what makes an adjective or a people of a place, or a place of a people
_ENDINGS = wordlist(
    "ese ian ians ean eans an ans n and ns ish i is ic ia ium ine istan ist ists ism "
    "isms er ers ern y dy a e o s"
)
_ROOT = 4  # letters
_OPENS = '.!?:"“„«*->(\N{LEFT SINGLE QUOTATION MARK}\N{EN DASH}\N{EM DASH}'
_PRONOUN = re.compile(
    r"\b(?:he|she|him|her|his|hers|they|them|their|theirs|it|its|who|whose|i|my|we|our"
    r"|us)\b",
    re.IGNORECASE,
)
_LOCAL = re.compile(r"\b(?:the|this|that|these|those|its|their)\s+[a-z]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Name:
    """A name as a run of capitalised words; `first` if the sentence begins with it."""

    words: tuple[str, ...]
    start: int
    end: int
    first: bool


def names(text: str) -> list[Name]:
    """Return the names of a text in order.

    A word with which the text begins is one only if another name follows.
    """
    found: list[Name] = []
    tokens = list(_TOKEN.finditer(text))
    at = 0
    while at < len(tokens):
        run = at
        while run < len(tokens) and _capital(tokens[run].group()):
            if run > at and text[tokens[run - 1].end() : tokens[run].start()] != " ":
                break
            run += 1
        words = [one.group() for one in tokens[at:run]]
        start = tokens[at].start()
        begins = _begins(text, start)
        if begins and words and words[0].casefold() in LITTLE:
            words, start = words[1:], tokens[at + 1].start() if run > at + 1 else start
            begins = False
        if words and not all(
            one.casefold() in _TITLES or unit_of(one) for one in words
        ):
            end = tokens[run - 1].end()
            lone = begins and len(words) == 1 and not words[0].isupper()
            found.append(Name(tuple(map(_bare, words)), start, end, lone))
        at = max(run, at + 1)
    return found


def _capital(word: str) -> bool:
    return word[0].isupper() and word.casefold() not in ("i", "i'm", "i've")


def _begins(text: str, start: int) -> bool:
    """Whether a sentence or a quotation begins there."""
    before = text[:start].rstrip()
    return not before or before[-1] in _OPENS or not re.search(r"\w", before)


def _bare(word: str) -> str:
    return re.sub(rf"[{_APOSTROPHES}]s?$", "", word).rstrip(".")


def strange_name(sentence: str, passage: str, around: str, author: str) -> str:
    """Return the first name in `sentence` that its passage does not have, or "".

    `around` is what else may be known: title, author, date and neighbouring sentences.
    A name that stands only there is taken where the passage has a pronoun for it, or no
    name that it would replace; that of the `author` always is.
    """
    held, near, own = _Known(passage), _Known(around), _Known(author)
    ours = names(sentence)
    kept = [name for name in ours if held.has_any(name)]
    said = {root for name in ours for word in name.words for root in _roots(word)}
    lost = [
        name
        for name in names(passage)
        if (not name.first or near.is_name(name.words[0]))
        and not any(_roots(word) & said for word in name.words)
        and not all(word.casefold() in MONTHS for word in name.words)
    ]
    for name in ours:
        if held.has(name) or own.has(name):
            continue
        if name.first and not near.capital(name.words[0]):
            if held.has_lower(name.words[0]) or not lost:
                continue
            if not _replaces(sentence, name, passage, lost):
                continue
            return name.words[0]
        if not (held | near).has(name):
            return " ".join(name.words)
        if all(word.casefold() in MONTHS for word in name.words):
            continue  # the day of the article
        stands_for = _PRONOUN.search(passage) or (not lost) or name in kept
        if not stands_for or _replaces(sentence, name, passage, lost):
            return " ".join(name.words)
    return ""


def _replaces(sentence: str, name: Name, passage: str, lost: Sequence[Name]) -> bool:
    """Whether a name stands where the passage has another one that was lost."""
    before, after = _beside(sentence, name)
    return any(
        (before, after) == (left, right)
        or (before and before == left and before not in ("", "the", "of", "in"))
        or (after and after == right and after not in ("of", "and", "in", "s"))
        for left, right in (_beside(passage, one) for one in lost)
    )


def _beside(text: str, name: Name) -> tuple[str, str]:
    """Return the words before and behind a name, "" at the ends of a sentence."""
    before = re.search(r"(\w+)\W*$", text[: name.start])
    after = re.match(r"\W*(\w+)", text[name.end :])
    left = before[1].casefold() if before and not _begins(text, name.start) else ""
    return left, after[1].casefold() if after else ""


class _Known:
    """The words of a text, to look names up in."""

    def __init__(self, text: str, words: Iterable[str] = ()) -> None:
        self._words = [*map(_bare, _TOKEN.findall(text)), *words]
        self._lower = {word for word in self._words if word[:1].islower()}
        capitals = [word for word in self._words if word[:1].isupper()]
        self._capitals = set(capitals)
        self._roots = {root for word in self._words for root in _roots(word)}
        self._initials = "".join(word[0] for word in capitals)
        self._acronyms = {word.replace(".", "") for word in capitals if word.isupper()}

    def __or__(self, other: _Known) -> _Known:
        return _Known("", [*self._words, *other._words])

    def has(self, name: Name) -> bool:
        """Whether every word of a name is there, or the whole as an acronym."""
        letters = name.words[0].replace(".", "")
        short = len(name.words) == 1 and letters.isupper() and len(letters) > 1
        if short and letters in self._initials:
            return True
        initials = "".join(word[0] for word in name.words)
        if len(initials) > 1 and initials in self._acronyms:
            return True
        return all(
            word.casefold() in _TITLES
            or word in ROMAN  # compared as a number
            or unit_of(word)
            or bool(_roots(word) & self._roots)
            for word in name.words
        )

    def has_any(self, name: Name) -> bool:
        """Whether a word of a name is there."""
        return any(_roots(word) & self._roots for word in name.words)

    def has_lower(self, word: str) -> bool:
        """Whether a word is there as one that is no name."""
        return word.casefold() in self._lower

    def is_name(self, word: str) -> bool:
        """Whether a word is there with a capital, and never without."""
        return word in self._capitals and word.casefold() not in self._lower

    def capital(self, word: str) -> bool:
        """Whether a word is there with a capital."""
        return word in self._capitals


@cache
def _aliases() -> dict[str, str]:
    return {
        word: line.split()[0]
        for line in _ALIASES.strip().splitlines()
        for word in line.split()
    }


def _roots(word: str) -> frozenset[str]:
    """Return what a name may come from: "Chinese" and "China" share "chin"."""
    plain = word.casefold().rstrip(".")
    plain = re.sub(rf"[{_APOSTROPHES}]s?$", "", plain)
    roots = {plain, plain.replace("-", ""), *plain.split("-")}
    if plain in _aliases():
        roots.add("=" + _aliases()[plain])
    cuts = {plain.removesuffix(one) for one in _ENDINGS if plain.endswith(one)}
    roots |= {cut for cut in cuts if len(cut) >= _ROOT}
    return frozenset(roots - {""})
