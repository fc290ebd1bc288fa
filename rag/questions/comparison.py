"""The two sides that a question sets against each other, each as a question; pure.

"Which is older, A or B?" becomes "How old is A?" and "How old is B?": what lies nearest
to such a question is mostly all on one side. English.
"""

from __future__ import annotations

import re

_SIDE = r"\S+(?:\s+\S+){0,7}?"
_SAY = (
    r"(?:say|think|write|argue|claim|want|propose|suggest|believe|recommend|expect|feel"
    r"|predict|see|demand)"
)
_ON = r"(?:about|on|of|over|that|whether|regarding)"
_AND = r"(?:and|or|with|to|versus|vs\.?)"
_TWO = rf"(?:both\s+)?(?P<one>{_SIDE})\s+{_AND}\s+(?P<other>{_SIDE})"
# how it is asked of both, and of one; `rest` is what is asked of them
_FORMS = tuple(
    (re.compile(both, re.IGNORECASE), single)
    for both, single in {
        rf"(?:(?:compare|contrast)\s+what|what\s+(?:do|did))\s+{_TWO}\s+"
        rf"(?P<rest>{_SAY}\b.*?)": "What does {side} {rest}?",
        rf"(?:(?:where|how|on\s+what)\s+)?(?:do|did)\s+{_TWO}\s+(?:(?:dis)?agree|differ)"
        rf"\s+(?:{_ON}\s+)?(?P<rest>.+?)": "What does {side} say about {rest}?",
        rf"(?:do|did)\s+{_TWO}\s+see\s+(?P<rest>.+?)\s+(?:(?:in\s+)?the\s+same(?:\s+way)?"
        rf"|alike|differently)": "What does {side} say about {rest}?",
        rf"(?:what\s+(?:is|are|was|were)\s+the\s+(?:\w+\s+)?differences?\s+between"
        rf"|compare|contrast)\s+{_TWO}": "What is said about {side}?",
        rf"how\s+(?:do|did|does|is|are)\s+(?P<one>{_SIDE})\s+(?:and\s+(?P<other>{_SIDE})"
        rf"\s+(?:differ|compare)|(?:differ(?:ent)?\s+from|compare\s+(?:to|with))\s+"
        rf"(?P<another>{_SIDE}))": "What is said about {side}?",
    }.items()
)
_WHICH = re.compile(rf"(?:which|who|what)\b(?P<how>[^,:]*)[,:]\s*{_TWO}", re.IGNORECASE)
_HOW = tuple(
    (re.compile(rf"\b(?:{than})\b", re.IGNORECASE), single)
    for than, single in {
        r"costs?\s+(?:more|less)|cheaper|(?:more|less)\s+expensive|dearer": (
            "How much does {side} cost?"
        ),
        r"lasts?\s+longer|takes?\s+(?:longer|more\s+time)": (
            "How long does {side} last?"
        ),
        "bigger|larger|smaller": "How big is {side}?",
        "longer|shorter": "How long is {side}?",
        "higher|taller|lower": "How high is {side}?",
        "older|younger": "How old is {side}?",
        "faster|slower|quicker": "How fast is {side}?",
        "heavier|lighter": "How heavy is {side}?",
        "first|earlier|later": "When was {side}?",
    }.items()
)


def sides_of(question: str) -> tuple[str, ...]:
    """Return the question of each side, none where a question compares no two."""
    question = question.strip(" ?.!")
    for form, single in _FORMS:
        if found := form.fullmatch(question):
            named = found.groupdict("")
            other = named["other"] or named.get("another", "")
            return _asked(single, named["one"], other, named.get("rest", ""))
    found = _WHICH.fullmatch(question)
    for than, single in _HOW if found else ():
        if found and than.search(found["how"]):
            return _asked(single, found["one"], found["other"], "")
    return ()


def _asked(single: str, one: str, other: str, rest: str) -> tuple[str, ...]:
    if other.startswith("of ") and " of " in one:  # "the price of A or of B"
        other = f"{one.partition(' of ')[0]} {other}"
    return tuple(single.format(side=side, rest=rest) for side in (one, other))
