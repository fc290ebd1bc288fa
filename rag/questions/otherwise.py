"""Whether a text tells a word that it has not: spelled out, in parts, related; pure.

"BA" is British Airways, a "Hubschrauberflug" is a flight with a helicopter, and who
sought "bankruptcy" protection went bankrupt.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from rag.questions.compounds import in_parts

_SHORT = re.compile(r"[A-Z]{2,5}")
_SMALL = "(?:(?:of|and|for|the|on|in|de|des|für|und|der) )?"
_COMMON = 6  # letters that related words have in common, at least
# what may follow on these letters in English: bankrupt, bankruptcy; respond, response
_ENDINGS = re.compile(
    r"(?:s|d|t|de?s?|se?s?|te?s?|e[ds]?|ing|y|ies|cy|cies|al|ic|ical|i?ons?|ations?|ive"
    r"|ity|ment|ments|[eo]rs?|i?sts?|isms?|an[ct]e?s?|en[ct]e?s?|ness|ly|ful|able)?"
)


def told_otherwise(word: str, text: str, languages: Collection[str]) -> bool:
    """Whether a text tells a word of a question in one of these ways."""
    if is_short(word):
        return spelled_out(word, text)
    if "de" in languages and in_parts(word, text):
        return True
    return not languages and _related(word.casefold(), text)


def is_short(word: str) -> bool:
    """Whether a word is letters that stand for a name, such as BA."""
    return _SHORT.fullmatch(word) is not None


@lru_cache(maxsize=1000)  # of the sentences of a few passages
def spelled_out(short: str, text: str) -> bool:
    """Whether a text has words that begin with these letters, one behind another."""
    words = rf"[ -]{_SMALL}".join(rf"{letter}[^\W\d_]{{3,}}" for letter in short)
    return re.search(rf"\b{words}", text, re.IGNORECASE) is not None


def in_short(name: str) -> str:
    """Return the letters with which the words of a name begin, "" for less than two."""
    letters = "".join(word[0] for word in re.findall(r"\b[A-Z]\w{3,}", name))
    return letters if is_short(letters) else ""


def _related(word: str, text: str) -> bool:
    """Whether a text has a word that is made of the same one."""
    if len(word) < _COMMON:
        return False
    found = re.finditer(rf"\b{re.escape(word[:_COMMON])}\w*", text.casefold())
    return any(_same_root(word, one[0]) for one in found)


def _same_root(one: str, other: str) -> bool:
    common = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    rests = one[common:], other[common:]
    return all(_ENDINGS.fullmatch(rest) for rest in rests)
