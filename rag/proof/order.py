"""Whether a sentence puts the words of its passage in another order of meaning; pure.

"The bank sued the city" has all words of "The city sued the bank", and half of one
sentence with half of another has only words that were said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from difflib import SequenceMatcher
from itertools import combinations

from rag.proof.claims import WORD, content
from rag.proof.meanings import LITTLE, alike, direction, opposed, stem, unit_of
from rag.proof.names import names
from rag.proof.numbers import amounts
from rag.wordlist import MONTHS, wordlist, wordset

_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being|gets?|got|having)\s+(?:\w+\s+){0,2}?\w+"
    r"(?:ed|en|wn|ght|ld|de|lt|pt|ft|nt|id|ne|ost|ut|et)\b[^.;]*?\bby\b"
    r"|\b\w+(?:ed|en|wn|ght)\s+by\b",
    re.IGNORECASE,
)
_SYMMETRIC = re.compile(
    r"\b(?:met|meet\w*|marr\w+|agree\w*|between|together|both|each\s+other|tal(?:k|ks"
    r"|ked|king)|merg\w+|equal\w*|same|differ\w*|compet\w+|like|and|as\s+well\s+as"
    r"|neighbou?r\w*|border\w*|with)\b",
    re.IGNORECASE,
)
_MUTUAL = re.compile(
    r"\b(?:met|meets?|marr\w+|agree\w*|differ\w*|compet\w+|merg\w+|equal\w*|border\w*)\b",
    re.IGNORECASE,
)
_REPORTS = frozenset(
    map(
        stem,
        wordlist(
            "said says say told added argued wrote called warned according asked "
            "explained noted insisted claimed"
        ),
    )
)
_PREPOSITION = wordset(
    "to from by for with of against on at in into over under than after before about "
    "through between until"
)
_LONGEST = 5  # stems of a part that changes places with another
_NEARLY = 0.75  # of the words of a sentence: it is one of the passage, altered
_RUN = 3  # words in a row that make half a sentence
_TOLD = 2  # words of a sentence with one or two sides and a verb


def reversal(sentence: str, passage: str) -> str:
    """Return which two things of the passage change places in the sentence, or "".

    Names, numbers and parts around a verb are looked at. A passive ("was sued by")
    may turn them round.
    """
    said, held = content(sentence), content(passage)
    held = [word for word in held if word in said]
    if bool(_PASSIVE.search(sentence)) != bool(_PASSIVE.search(passage)):
        whole = len(content(passage)) == len(said) > _TOLD
        return (
            f"“{said[0]}” and “{said[-1]}” change places"
            if (whole and said == held)
            else ""
        )
    pair = _exchanged(said, held) if sorted(said) == sorted(held) else None
    if pair and not _may_turn(pair, sentence, passage):
        return f"“{pair[0][0]}” and “{pair[2][0]}” change places"
    ours, theirs = _roles(sentence), _roles(passage)
    for one, two in combinations(sorted(ours.keys() & theirs.keys()), 2):
        swapped = ours[one] == theirs[two] and ours[two] == theirs[one]
        if swapped and theirs[one] != theirs[two]:
            subject = "subject" in (theirs[one], theirs[two])
            if not (subject and _SYMMETRIC.search(passage)):
                return f"“{one}” and “{two}” change places"
    return ""


def misled(sentence: str) -> str:
    """Return the "from 41 to 63" of a sentence that says that something fell, or "".

    Or the other way round. A clause with words of both directions is let pass.
    """
    for one in _FROM_TO.finditer(sentence):
        numbers = [amounts(one[2])[-1:], amounts(one[3])[:1]]
        ends = [end for [end] in filter(None, numbers) if not end.is_year]
        if len(ends) < 2 or ends[1].value / (ends[0].value or 1.0) > _FAR:
            continue  # "from 63 to 41 million"
        clause = re.split(r"[,;:]\s", sentence[: one.start()])[-1]
        ways = {direction(stem(word.group())) for word in WORD.finditer(clause)} - {0}
        rises = (
            ends[0].value < ends[1].value
            if one[1] == "from"
            else (ends[0].value > ends[1].value)
        )
        if ways == {-1 if rises else 1} and ends[0].value != ends[1].value:
            return one.group()
    return ""


def _may_turn(
    parts: tuple[Sequence[str], Sequence[str], Sequence[str]],
    sentence: str,
    passage: str,
) -> bool:
    """Whether two parts may change places, for what stands between or before them."""
    first, middle, last = parts
    before = {_word_before(passage, last[0]), _word_before(sentence, first[0])}
    if len(before) == 2 and not before.isdisjoint(_PREPOSITION):
        return True  # "they benefit from trade", "trade benefits them"
    verbs = _MUTUAL.search(sentence)
    return _REPORTS.issuperset(middle) or bool(len(middle) == 1 and verbs)


def _word_before(text: str, word: str) -> str:
    """Return the word in front of the first one with the stem `word`, or ""."""
    words = [one.group().casefold() for one in WORD.finditer(text)]
    words = [one for one in words if one not in ("the", "a", "an")]
    at = next((n for n, one in enumerate(words) if stem(one) == word), 0)
    return words[at - 1] if at else ""


def _exchanged(
    said: Sequence[str], held: Sequence[str]
) -> tuple[Sequence[str], Sequence[str], Sequence[str]] | None:
    """Return X, M, Y where the passage has "X M Y" and the sentence "Y M X"."""
    differs = [n for n, (a, b) in enumerate(zip(said, held, strict=True)) if a != b]
    if not differs:
        return None
    ours, theirs = (list(some[differs[0] : differs[-1] + 1]) for some in (said, held))
    size = len(theirs)
    for first in range(1, min(_LONGEST, size - 2) + 1):
        for last in range(1, min(_LONGEST, size - first - 1) + 1):
            x, m, y = theirs[:first], theirs[first : size - last], theirs[-last:]
            if ours == y + m + x:
                return x, m, y
    return None


def _roles(text: str) -> dict[str, str]:
    """Return each name and number with its part: subject, object or a preposition.

    What stands twice has none.
    """
    things = [
        (one.words[-1], one.start)
        for one in names(text)
        if one.words[-1].casefold() not in MONTHS
        and not _OWNS.search(text[one.start : one.end])
    ]
    counts = [thing for thing, _ in things]
    roles = {thing: _role(text, at) for thing, at in things if counts.count(thing) == 1}
    for one in _PLACED.finditer(text):
        roles[one["number"]] = (one["before"] or f"{one['to']}...").casefold()
    return roles


# "from 15 to 18", "9 to 4": numbers that a preposition tells apart
_FROM_TO = re.compile(r"\b(from|to)\s(.{1,40}?)\s(?:from|to)\s(\S+(?:\s\S+)?)")
_FAR = 1000.0  # times
_BETWEEN = re.compile(r"\bbetween\s(?:[\w\s](?!\sand\s))*\w\sand\s(?:the\s)?$")
_OWNS = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}]s?$")  # it is of a thing
_PLACED = re.compile(
    r"(?:\b(?P<before>from|to|by|than|at)\s+|\b)[$€£]?(?P<number>\d[\d.,]*\d|\d)"
    r"(?(before)|(?=\s+(?P<to>to|by|against)\s+[$€£]?\d))",
    re.IGNORECASE,
)


def _role(text: str, start: int) -> str:
    before = [one.group() for one in WORD.finditer(text[:start])]
    while before and before[-1].casefold() in ("the", "a", "an", "about", "some"):
        before.pop()
    if before and before[-1].casefold() in _PREPOSITION:
        return before[-1].casefold()
    if _BETWEEN.search(text[:start]):
        return "between"
    clause = re.split(r"[,;:]", text[:start])[-1]
    acts = any(
        one.group()[0].islower() and one.group() not in LITTLE
        for one in WORD.finditer(clause)
    )
    return "object" if acts else "subject"


def spliced(sentence: str, sources: Sequence[str]) -> bool:
    """Whether a sentence is half of one source and half of another.

    The sources are sentences. Halves that end and begin where clauses do may be joined.
    """
    words = [one.group().casefold() for one in WORD.finditer(sentence)]
    runs = [[one.group().casefold() for one in WORD.finditer(s)] for s in sources]
    heads = [(_head(words, run), n) for n, run in enumerate(runs)]
    tails = [(_head(words[::-1], run[::-1]), n) for n, run in enumerate(runs)]
    (head, first), (tail, last) = max(heads, default=(0, 0)), max(tails, default=(0, 0))
    whole = max(head, tail) >= len(words) - 1
    if whole or min(head, tail) < _RUN or head + tail < len(words) - 1:
        return False
    if first == last:
        return False
    ends = head == len(runs[first]) or _breaks(sources[first], head)
    begins = tail == len(runs[last]) or _breaks(sources[last], len(runs[last]) - tail)
    return not (ends and begins)


def shortened(sentence: str, passage: str) -> bool:
    """Whether a sentence has no word but of the passage, in its order."""
    held = iter([one.group().casefold() for one in WORD.finditer(passage)])
    return all(one.group().casefold() in held for one in WORD.finditer(sentence))


def _head(words: Sequence[str], source: Sequence[str]) -> int:
    """Return with how many of the first words a source begins."""
    pairs = zip(words, source, strict=False)
    return next(
        (n for n, (a, b) in enumerate(pairs) if a != b), min(len(words), len(source))
    )


def _breaks(source: str, count: int) -> bool:
    """Whether a clause ends behind the first `count` words of a source."""
    found = list(WORD.finditer(source))
    if count >= len(found):
        return True
    between = source[found[count - 1].end() : found[count].start()]
    word = found[count].group().casefold()
    return bool(re.search(r"[,;:\u2013\u2014]", between)) or word in (
        "and",
        "but",
        "while",
    )


def replaced(
    sentence: str, sources: Sequence[str], known: Callable[[str], bool]
) -> tuple[str, str]:
    """Return what a sentence that is nearly one of `sources` says instead of it.

    That is a word in the place of another that means something else, or one that was
    put in and of which nothing is `known`; two empty strings where there is none.
    """
    ours = [one.group().casefold() for one in WORD.finditer(sentence)]
    read = [[one.group().casefold() for one in WORD.finditer(s)] for s in sources]
    aligned = [(SequenceMatcher(None, ours, one, autojunk=False), one) for one in read]
    matcher, theirs = max(aligned, key=lambda one: _same(one[0]), default=(None, []))
    if matcher is None or _same(matcher) < _NEARLY * len(ours):
        return "", ""
    held = {stem(word) for word in theirs}
    changes = [
        (ours[a:b], theirs[c:d])
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind in ("replace", "delete")
    ]
    for new, old in changes:
        for one in new:
            if any(opposed(one, other) for other in old):
                return one, " ".join(old)
            if len(changes) == 1 and not _means_the_same(one, old, held, known):
                return one, " ".join(old)
    return "", ""


def _same(matcher: SequenceMatcher[str]) -> int:
    """Return how many words stand in both, in order."""
    return sum(block.size for block in matcher.get_matching_blocks())


def _means_the_same(
    word: str, old: Sequence[str], held: AbstractSet[str], known: Callable[[str], bool]
) -> bool:
    if word in LITTLE or word[0].isdecimal() or word == "one" or stem(word) in held:
        return True
    if unit_of(word) and unit_of(word) in map(unit_of, old):
        return True
    stems = [stem(other) for other in old if other not in LITTLE]
    if any(alike(stem(word), other) for other in stems):
        return True
    return not stems and known(word)
