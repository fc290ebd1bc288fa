"""Whether a sentence gives the reason that its passage gives; pure, English."""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.proof.claims import content, has

# "A because B", and what turns it round: "B caused A"
_BACK = re.compile(
    r"\b(?:because(?:\s+of)?|due\s+to|owing\s+to|thanks\s+to|as\s+a\s+result\s+of"
    r"|(?:is|are|was|were)\s+(?:the|a)\s+(?:result|consequence|effect)\s+of"
    r"|caused\s+by|resulted\s+from|on\s+account\s+of)\b",
    re.IGNORECASE,
)
_ON = re.compile(
    r"\b(?:caus(?:e|es|ed|ing)(?!\s+by)|led\s+to|leads?\s+to|leading\s+to|results?\s+in"
    r"|resulted\s+in|resulting\s+in|contributed\s+to|brought\s+about|gave\s+rise\s+to"
    r"|which\s+is\s+why|that\s+is\s+why|increases?|reduces?|lets?|allow(?:s|ed|ing))\b",
    re.IGNORECASE,
)
_FOUND = 0.5  # of the words of a reason


def strange_cause(sentence: str, passage: str, covered: Callable[[str], float]) -> str:
    """Return the reason in a sentence that its passage does not give for it, or "".

    `covered` tells which share of a text's words the passage has.
    """
    ours, theirs = _sides(sentence), _sides(passage)
    if ours is None:
        return ""
    cause, effect, why = ours
    if why and len(content(cause)) > 1 and covered(cause) < _FOUND:
        return cause
    if theirs is None:
        return ""
    cause_held, effect_held, _ = theirs
    turned = _more(cause, effect_held, cause_held)
    return cause if turned and _more(effect, cause_held, effect_held) else ""


def _sides(text: str) -> tuple[str, str, bool] | None:
    """Return cause and effect as a text tells them, and whether as a "because"."""
    back, on = _BACK.search(text), _ON.search(text)
    found = back or on
    if found is None:
        return None
    before, behind = text[: found.start()], text[found.end() :]
    if back is None:
        return before, behind, False
    if not content(before):  # "Because of B, A"
        cause, _, effect = behind.partition(", ")
        return (cause, effect, True) if effect else None
    return re.split(r",\s(?:and|but|which|who)\b|;", behind)[0], before, True


def _more(words: str, one: str, other: str) -> bool:
    """Whether more of some words stand in one text than in another, and not few."""
    stems = content(words)
    here, there = (
        sum(has(content(text), [word]) for word in stems) for text in (one, other)
    )
    return here > there and 2 * here >= len(stems)
