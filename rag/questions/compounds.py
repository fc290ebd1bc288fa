"""Whether a text tells a German compound in parts; pure.

A question for the "Hubschrauberflug" is answered by a "Flug mit dem Hubschrauber", one
for the "Sonntagsöffnung" by "sonntags geöffnet": German makes such words as it speaks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_LINKS = ("", "s", "es", "n", "en", "er")
_SHORTEST = 4  # letters of a part
_INFLECTED = 3  # letters that a word may have more than the part: "Hubschraubers"
_OF_A_VERB = re.compile(r"(?<=.{4})ung$")


def in_parts(compound: str, text: str) -> bool:
    """Whether a text has the parts of a compound, each as a word of its own."""
    words = _words(text)
    return any(
        _stands(rest, words, noun=True) and _stands(first, words, noun=False)
        for first, rest in _splits(plain(compound))
    )


def _splits(word: str) -> Iterator[tuple[str, str]]:
    """Yield the ways in which a word may be made of two, without what links them."""
    for at in range(_SHORTEST, len(word) - _SHORTEST + 1):
        for link in _LINKS:
            first = word[:at].removesuffix(link)
            if word[:at] == first + link and len(first) >= _SHORTEST:
                yield first, word[at:]


def _stands(part: str, words: frozenset[str], *, noun: bool) -> bool:
    """Whether a part is one of the words, inflected perhaps, or is told in parts.

    The last part of a noun is one; "Öffnung" is told by "geöffnet", too.
    """
    verb = _OF_A_VERB.sub("", part)
    known = ([part.capitalize()] if noun else [part, part.capitalize()]) + (
        [verb, f"ge{verb}", verb.capitalize()] if verb != part else []
    )
    longest = len(part) + _INFLECTED
    if any(word.startswith(tuple(known)) and len(word) <= longest for word in words):
        return True
    return any(
        _stands(rest, words, noun=noun) and _stands(first, words, noun=False)
        for first, rest in _splits(part)
    )


@lru_cache(maxsize=1000)  # of the sentences of a few passages
def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d_]{4,}", _unmarked(text)))


def plain(word: str) -> str:
    """Return a text in small letters, without umlauts."""
    return _unmarked(word).casefold()


def _unmarked(text: str) -> str:
    """Return a text without its umlauts: "Flüge" begins with "Flug"."""
    marked = unicodedata.normalize("NFD", text.replace("ß", "ss"))
    return "".join(one for one in marked if not unicodedata.combining(one))
