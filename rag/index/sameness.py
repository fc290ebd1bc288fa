"""Near-duplicates: how much of a text stands in another, by hashed runs of words.

Runs of three words are hashed and a fixed share of the hashes is kept, always the
same one, so that two texts are compared by what was kept of each ("FracMinHash", Irber
and others 2022; Broder 1997 calls the measure containment). Unlike one number for a
whole text this finds a copy that was cut or put into a longer text. Figures and how
they were chosen: docs/arriving.md.
"""

from __future__ import annotations

import re
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Marks = NDArray[np.uint32]  # distinct, ascending

_RUN = 3  # words
_KEPT = 4  # one of so many hashes
LEAST = 8  # marks in common: some 35 words
_COPIED = 0.3  # share of the shorter text
_OF_LONGER = 0.1  # a digest of many stories is none of them
_WORD = re.compile(r"\w+")
# odd constants of splitmix64 (Steele, Lea and Flood 2014)
_STEP, _MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)


def runs_of(text: str) -> Marks:
    """Return the hashes of all runs of three words of a text."""
    words = [crc32(word.encode()) for word in _WORD.findall(text.casefold())]
    if len(words) < _RUN:
        return np.empty(0, dtype=np.uint32)
    codes = np.array(words, dtype=np.uint64)
    count = len(codes) - _RUN + 1
    hashes = np.zeros(count, dtype=np.uint64)
    for at in range(_RUN):
        hashes = hashes * _STEP + codes[at : at + count]
    hashes = (hashes ^ (hashes >> np.uint64(31))) * _MIX
    ordered = np.sort((hashes >> np.uint64(32)).astype(np.uint32))
    distinct: Marks = ordered[np.append(True, ordered[1:] != ordered[:-1])]
    return distinct


def marks_of(text: str) -> Marks:
    """Return the share of `runs_of` a text that is kept to compare it with others."""
    runs = runs_of(text)
    return runs[runs < 2**32 // _KEPT]


def is_copy(common: int, one: int, other: int) -> bool:
    """Whether two texts with so many marks, `common` in both, tell one story."""
    least = max(LEAST, _COPIED * min(one, other), _OF_LONGER * max(one, other))
    return common >= least


def repeats(one: Marks, other: Marks) -> bool:
    """Whether two short texts, given as `runs_of` them, say the same."""
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common > 0 and common >= _COPIED * min(len(one), len(other))
