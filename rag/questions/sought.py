"""Which questions want all of something, and of what; pure.

"Which articles mention tariffs?" wants each article that does, "who wrote about
tariffs?" those who wrote them, "what is this collection about?" all there are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_VERBS = {
    "criticise": r"criti(?:cis|ciz)es?|opposes?|attacks?|rejects?|(?:are|is)\s+against",
    "support": r"supports?|praises?|welcomes?|favou?rs?|endorses?|defends?"
    r"|(?:are|is)\s+for",
    "": r"mentions?|discuss(?:es)?|covers?|names?|contains?|refers?\s+to|talks?\s+about"
    r"|deals?\s+with|writes?\s+about|says?\s+(?:anything|something)\s+about|report\s+on"
    r"|(?:are|is|were|was)\s+about|about|on",
}
_ARTICLES = r"(?:articles?|stor(?:y|ies)|texts?|pieces?|reports?)"
_OPENING = (
    r"(?:which|what|how\s+many|in\s+(?:which|how\s+many)|do(?:es)?\s+any"
    r"|(?:is|are)\s+there\s+(?:any|an)|(?:please\s+)?(?:list|show|name|find|count)"
    r"(?:\s+me)?(?:\s+(?:all|every|each|the))*(?:\s+of\s+the)?)"
)
_ASKS = {
    stance: re.compile(
        rf"^\s*{_OPENING}\s+(?:of\s+the\s+)?{_ARTICLES}\s+(?:(?:that|which|who)\s+)?"
        rf"(?:{verbs})\s+(?P<terms>\S.*?)[\s?.!]*$",
        re.IGNORECASE,
    )
    for stance, verbs in _VERBS.items()
}
_MENTION = r"(?:mention|discuss|cover|name|contain|refer\s+to|talk\s+about|deal\s+with)"
_LACK = re.compile(
    rf"^\s*{_OPENING}\s+(?:of\s+the\s+)?{_ARTICLES}\s+(?:(?:that|which)\s+)?"
    r"(?:(?:(?:do|does|did)(?:\s+not|n['\N{RIGHT SINGLE QUOTATION MARK}]t)|fails?\s+to)"
    rf"\s+(?:(?:even|ever)\s+)?(?:{_MENTION}|say\s+any\s?thing\s+(?:about|on|of))"
    rf"|never\s+{_MENTION}s?|says?\s+nothing\s+(?:about|on|of)|(?:are|is)\s+silent\s+on"
    r"|(?:have|has)\s+no\s+mention\s+of|lacks?|omits?"
    r"|(?:are|is)\s+not\s+(?:about|on))\s+(?P<terms>\S.*?)[\s?.!]*$",
    re.IGNORECASE,
)
_EVERY = re.compile(
    r"^\s*(?:please\s+)?(?:list|show(?:\s+me)?|find|count)\s+(?:all|every|each)\s+"
    r"(?:the\s+)?(?:mentions?|occurrences?)\s+of\s+(?P<terms>\S.*?)[\s?.!]*$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"\b(?:is|are|was|were|do|does|did|has|have|say|says)\b")
# "who wrote about tariffs?", not "who wrote the report?"
_AUTHORS = re.compile(
    r"^\s*(?:who(?:\s+has)?|which\s+(?:authors?|journalists?|writers?|reporters?)(?:\s+have)?)"
    r"\s+(?:wrote|written|writes?|reported|reports?)\s+(?:(?:articles?|anything|something)"
    r"\s+)?(?:about|on)\s+(?P<terms>\S.*?)[\s?.!]*$",
    re.IGNORECASE,
)
# "Who wrote the article about tariffs?", "When was this article published?"
_BYLINE = re.compile(
    rf"^\s*(?:(?P<who>who)\s+(?:wrote|is\s+the\s+(?:author|writer)\s+of)\s+(?:the|this|that)"
    rf"\s+{_ARTICLES}|when\s+was\s+(?:the|this|that)\s+{_ARTICLES}"
    r"(?P<before>\s+(?:about|on)\s+\S.*?)?\s+(?:written|published))"
    r"(?P<after>\s+(?:about|on)\s+\S.*?)?[\s?.!]*$",
    re.IGNORECASE,
)
_THESE = r"(?:(?:the|this|these|my|your|our)\s+)?(?:collection|index|articles)"
_ALL = re.compile(
    rf"^\s*(?:"
    rf"{_OPENING}\s+{_ARTICLES}(?:\s+(?:are\s+there|do\s+you\s+have|(?:have|did)\s+you"
    rf"\s+read|(?:are\s+)?in\s+{_THESE}|are\s+(?:known|indexed)))?"
    rf"|what\s+(?:is|are)\s+{_THESE}\s+about"
    rf"|what\s+(?:do|does)\s+{_THESE}\s+(?:cover|hold|contain)"
    rf"|what\s+is\s+in\s+{_THESE}|what\s+can\s+i\s+ask(?:\s+(?:you|about))*"
    rf"|(?:summari[sz]e|describe)\s+(?:all\s+(?:of\s+)?)?{_THESE}"
    rf")(?P<by>\s+(?:(?:are|were)\s+)?(?:written\s+)?by\s+\S.*?)?[\s?.!]*$",
    re.IGNORECASE,
)
_WHO = re.compile(
    rf"^\s*(?:who\s+are\s+the\s+(?:authors|writers)"
    rf"|who\s+wrote\s+{_THESE}|(?:which|what)\s+authors\s+are\s+there"
    rf"|list\s+(?:all\s+)?(?:the\s+)?authors)(?:\s+of\s+{_THESE})?[\s?.!]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: words ("" for all), and the stance beside them ("" for any).

    `authors` says that those who wrote them are asked for, `by` that the question
    names one, `lacking` that the articles without these words are.
    """

    terms: str
    stance: str = ""
    authors: bool = False
    by: bool = False
    lacking: bool = False


def sought_by(question: str) -> Sought | None:
    """Return what a question wants all of; None where it wants an answer."""
    for stance, asks in _ASKS.items():
        found = asks.match(question)
        # "which articles on tariffs are the newest?" asks something else
        if found and not _CLAUSE.search(found["terms"]):
            return Sought(found["terms"], stance)
    found = _LACK.match(question)
    if found and not _CLAUSE.search(found["terms"]):
        return Sought(found["terms"], lacking=True)
    if found := _EVERY.match(question):
        return Sought(found["terms"])
    if found := _ALL.match(question):
        return Sought("", by=found["by"] is not None)
    return _byline_sought_by(question)


def _byline_sought_by(question: str) -> Sought | None:
    """Return the articles of which it is asked who wrote them, or when."""
    if found := _AUTHORS.match(question):
        return Sought(found["terms"], authors=True)
    if found := _BYLINE.match(question):
        _, _, terms = (found["before"] or found["after"] or "").strip().partition(" ")
        return Sought(terms, authors=found["who"] is not None)
    return Sought("", authors=True) if _WHO.match(question) else None
