"""The quotations of a sentence, and whether an article has them word for word; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

_QUOTATION = re.compile('["“„«]([^"“”„«»]+)["“”»]')
_CURLY = str.maketrans({"\N{RIGHT SINGLE QUOTATION MARK}": "'"})
# where a quotation leaves words out, or ends with the sentence's own punctuation
_GAP = re.compile(r"\.{3}|…|\[[^\]]*\]|[.,;:!?]+$")
# shorter ones are names of things and words held at arm's length, not quotations
_QUOTED_WORDS = 3
_LEAST = 0.7  # of its words that an altered quotation shares with what it was made of
_WORD = re.compile(r"\w+(?:['\N{RIGHT SINGLE QUOTATION MARK}-]\w+)*")


def quotations(sentence: str) -> list[re.Match[str]]:
    """Return the quotations of a sentence; group 1 is what stands between the marks."""
    return [
        found
        for found in _QUOTATION.finditer(sentence)
        if len(found[1].split()) >= _QUOTED_WORDS
    ]


def altered(sentence: str, text: str) -> str:
    """Return the first quotation of `sentence` that `text` does not have, or "".

    Compared without case, and with gaps where they are shown.
    """
    return next((q[1] for q in quotations(sentence) if not _stands(q[1], [text])), "")


def restored(sentence: str, texts: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return a sentence whose quotations stand in one of `texts`, and notes.

    An altered quotation gets the article's words, or else loses its marks.
    """
    notes: list[str] = []
    for quotation in reversed(quotations(sentence)):
        if _stands(quotation[1], texts):
            continue
        own = next(filter(None, (_nearest(quotation[1], text) for text in texts)), "")
        start, end = quotation.span(1) if own else quotation.span()
        sentence = sentence[:start] + (own or quotation[1]) + sentence[end:]
        notes.append(
            "A quotation that was altered has the article's words again."
            if own
            else "A quotation that no article has lost its quotation marks."
        )
    return sentence, tuple(notes)


def _stands(quotation: str, texts: Sequence[str]) -> bool:
    parts = [_plain(part) for part in _GAP.split(quotation.translate(_CURLY))]
    return any(_in_order(parts, _plain(text.translate(_CURLY))) for text in texts)


def _in_order(parts: Sequence[str], text: str) -> bool:
    at = 0
    for part in parts:
        found = re.search(rf"(?<!\w){re.escape(part)}(?!\w)", text[at:])
        if found is None:
            return False
        at += found.end()
    return True


def _nearest(quotation: str, text: str) -> str:
    """Return the words of `text` of which a quotation was made, or ""."""
    ours = [word.casefold() for word in _WORD.findall(quotation)]
    found = list(_WORD.finditer(text))
    theirs = [word.group().casefold() for word in found]
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    longest = matcher.find_longest_match()
    # what stands around the longest run that both have
    low = max(0, longest.b - longest.a - 3)
    high = longest.b + len(ours) - longest.a + 3
    near = SequenceMatcher(None, ours, theirs[low:high], autojunk=False)
    blocks = [block for block in near.get_matching_blocks() if block.size]
    if sum(block.size for block in blocks) < max(_LEAST * len(ours), 2):
        return ""
    first = low + max(blocks[0].b - blocks[0].a, 0)
    rest = len(ours) - blocks[-1].a - blocks[-1].size
    last = min(low + blocks[-1].b + blocks[-1].size - 1 + rest, len(found) - 1)
    own = " ".join(text[found[first].start() : found[last].end()].split())
    return "" if re.search('["“”„«»]', own) else own


def _plain(text: str) -> str:
    # some texts have spaces around the marks: "There 's"
    return re.sub(r"\s+(?=')", "", " ".join(text.casefold().split()))
