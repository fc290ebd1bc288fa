"""Flags texts with hidden words, invisible characters or orders to a model; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

HIDDEN = "hidden text"
INVISIBLE = "zero-width characters"
ORDERS = "instructions to a model"

# what nobody sees: zero-width signs, changes of direction, tags. The joiners belong to
# many scripts and to emoji, but not between two Latin letters.
_INVISIBLE = re.compile(
    "[\u200b\u2060-\u2064\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
    "|(?<=[A-Za-z])[\u200c\u200d](?=[A-Za-z])"
)
_GAP = r"[^\w.,:;!?]{1,3}(?:\w{1,20}[^\w.,:;!?]{1,3}){0,4}?"
_ORDERS = re.compile(
    rf"\b(?:(?:ignore|disregard|forget|override){_GAP}"
    rf"(?:previous|prior|above|earlier|preceding|system|your|all){_GAP}"
    r"(?:instructions?|prompts?|directions|rules|guidelines)\b"
    r"|(?:new|real) (?:system )?instructions? (?:for|to) the (?:ai|model|llm)\b"
    rf"|ignorier\w*{_GAP}(?:bisher|vorher|vorig|obig|früher)\w*{_GAP}anweisungen\b"
    rf"|ignore[rz]?{_GAP}(?:instructions|consignes)\W{{1,3}}(?:pr\w+c\w+dentes|ci)\b"
    rf"|ignor[ae]{_GAP}instrucciones\W{{1,3}}(?:anteriores|previas)\b)"
    r"|<\|(?:im_start|im_end|system|endoftext)\|>|\[/?INST\]|<</?SYS>>",
    re.IGNORECASE,
)
_UNSEEN = re.compile(
    r"display:none|visibility:hidden|(?:left|top|text-indent):-\d{3}"
    r"|(?:font-size|opacity|max-height):0(?:\.0+)?(?:[a-z%]*)(?:;|!|$)"
    r"|(?:^|;)color:transparent"
)
_WHITE = re.compile(
    r"(?:^|;)color:(?:white|#fff(?:fff)?|rgba?\(255,255,255(?:,1)?\))(?:;|!|$)"
)
_LEFT_OUT = {"script", "style", "noscript", "template", "head", "svg"}
_WORDS = 3  # fewer of them are no text
_MOST = 200  # pieces of hidden text that are looked for


def flags_of(text: str) -> tuple[str, ...]:
    """Return what is suspect about a text as it is read."""
    seen = text if text.isascii() else _INVISIBLE.sub("", text)
    found = {INVISIBLE: len(seen) != len(text), ORDERS: bool(_ORDERS.search(seen))}
    return tuple(flag for flag, there in found.items() if there)


def hides(tree: Any, text: str) -> bool:
    """Whether anything that a page hides from its readers came into the text of it.

    Only what an element says of itself counts (`style`, `hidden`, `aria-hidden`), not
    style sheets. What is hidden and did not come into the text is of no account.
    """
    said = _plain(text)
    pieces = (_plain(piece) for piece in _hidden(tree))
    long = (piece for piece in pieces if piece.count(" ") >= _WORDS - 1)
    return any(piece in said for piece, _ in zip(long, range(_MOST), strict=False))


def _hidden(tree: Any) -> Iterator[str]:
    """Yield the pieces of text inside of elements that hide them."""
    left = [(tree, False)]  # an element, and whether something behind it has a colour
    while left:
        element, painted = left.pop()
        if not isinstance(element.tag, str) or element.tag in _LEFT_OUT:
            continue
        style = re.sub(r"\s", "", element.get("style") or "").lower()
        painted = painted or "background" in style or "bgcolor" in element.attrib
        unseen = _UNSEEN.search(style) or (not painted and _WHITE.search(style))
        marked = "hidden" in element.attrib or element.get("aria-hidden") == "true"
        if unseen or marked or _same_colours(style):
            yield from element.itertext()
        else:
            left += [(child, painted) for child in reversed(element)]


def _same_colours(style: str) -> bool:
    found = dict(part.split(":", 1) for part in style.split(";") if ":" in part)
    behind = found.get("background-color") or found.get("background")
    return bool(behind) and behind == found.get("color")


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()
