"""Lists of words as one writes them: words with blanks between; pure."""

from __future__ import annotations


def wordlist(words: str) -> tuple[str, ...]:
    """Return the words of a text, in order.

    A quoted list of two hundred words takes two hundred lines, a text a dozen.
    """
    return tuple(words.split())


def wordset(words: str) -> frozenset[str]:
    """Return the words of a text, in no order."""
    return frozenset(words.split())


MONTHS = wordlist(
    "january february march april may june july august september october november "
    "december"
)
WEEKDAYS = wordlist("monday tuesday wednesday thursday friday saturday sunday")
# one to twenty
COUNTED = wordlist(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
)
