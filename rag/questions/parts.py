"""The questions of which one is made: "What does it cost, and who pays?"; pure."""

from __future__ import annotations

import re

_ASKS = r"(?:who(?:m|se)?|what|when|where|why|how|which)\b"
_HELPS = r"(?:do|does|did|is|are|was|were|has|have|had|will|would|can|could|should)\b"
_BETWEEN = re.compile(
    rf"\?+\s+(?:and\s+)?(?=\w)|\s*[,;]?\s+and\s+(?={_ASKS})", re.IGNORECASE
)
_QUESTION = re.compile(rf"(?:and\s+)?(?:{_ASKS}|{_HELPS})", re.IGNORECASE)
# words: not "when and where was it signed?", "which towns and which villages flooded?"
_LEAST, _LEAST_FIRST = 2, 3


def parts_of(question: str) -> tuple[str, ...]:
    """Return the questions that one is made of, in order; only itself if it is one.

    The later ones may lean on those before them.
    """
    parts = [one.strip() for one in _BETWEEN.split(question) if one.strip(" ?.!")]
    if not all(_QUESTION.match(one) and len(one.split()) >= _LEAST for one in parts):
        return (question,)
    if len(parts[0].split()) < _LEAST_FIRST:
        return (question,)
    # "what is said of how it began and how it ended?"
    if any(re.search(rf"\s{_ASKS}", one, re.IGNORECASE) for one in parts[:-1]):
        return (question,)
    return tuple(f"{one.rstrip(' ?')}?" for one in parts)
