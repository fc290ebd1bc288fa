"""Whether a sentence puts the words of its passage in another order of meaning; pure.

"The bank sued the city" has all words of "The city sued the bank".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from difflib import SequenceMatcher

from rag.proof.claims import WORD, content
from rag.proof.meanings import LITTLE, alike, opposed, stem, unit_of
from rag.wordlist import wordlist, wordset

_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being|gets?|got|having)\s+(?:\w+\s+){0,2}?\w+"
    r"(?:ed|en|wn|ght|ld|de|lt|pt|ft|nt|id|ne|ost|ut|et)\b[^.;]*?\bby\b"
    r"|\b\w+(?:ed|en|wn|ght)\s+by\b",
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


def reversal(sentence: str, passage: str) -> str:
    """Return which two parts of the passage change places in the sentence, or "".

    They stand around a verb, and nothing else differs. A passive ("was sued by") may
    turn them round.
    """
    said, held = content(sentence), content(passage)
    held = [word for word in held if word in said]
    if bool(_PASSIVE.search(sentence)) != bool(_PASSIVE.search(passage)):
        return ""
    pair = _exchanged(said, held) if sorted(said) == sorted(held) else None
    if pair and not _may_turn(pair, sentence, passage):
        return f"“{pair[0][0]}” and “{pair[2][0]}” change places"
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


def shortened(sentence: str, passage: str) -> bool:
    """Whether a sentence has no word but of the passage, in its order."""
    held = iter([one.group().casefold() for one in WORD.finditer(passage)])
    return all(one.group().casefold() in held for one in WORD.finditer(sentence))


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
