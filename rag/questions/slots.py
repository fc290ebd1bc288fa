"""What kind of answer a question asks for, and whether a sentence holds one; pure.

It knows English, and the most common words of German.
"""

from __future__ import annotations

import re

from rag.index.word_query import stems

_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November"
    "|December|Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember"
)
_DATE = re.compile(
    rf"\b(?:1\d\d\d|20\d\d|\d+(?:st|nd|rd|th)|\d0s|century|centuries|{_MONTHS}"
    r")\b"
)
_DAY = re.compile(r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|yesterday|today)\b")
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?"
    r"|hundreds?|thousands?|millions?|billions?|half|third|quarter|twice|double|several"
    r"|many|few|most|zwei|drei|vier|fünf|sechs|sieben|acht|neun|elf|zwölf|\w*zehn"
    r"|\w*zig|\w*hundert|\w*tausend|Million(?:en)?|Milliarden?|Hälfte|viele|wenige)\b",
    re.IGNORECASE,
)
# not where a sentence or a quotation begins
_NAME = re.compile(
    r"(?<=[\w,;:)\N{RIGHT SINGLE QUOTATION MARK}'] )"
    r"[A-Z][\w'\N{RIGHT SINGLE QUOTATION MARK}-]+"
)
# who acts without a name: "The government will pay", "three insurers"
_BODY = re.compile(
    r"\b(?:government|council|state|ministry|parliament|congress|court|city|town|county"
    r"|compan(?:y|ies)|firms?|agency|police|army|union|bank|board|committee|university"
    r"|[a-z]+(?:payer|owner|maker|worker|farmer|resident|customer|scientist|engineer"
    r"|official|soldier|expert|researcher)s?)\b"
)
_AMOUNT_ASKED = re.compile(
    r"\bhow\s+(?:many|much|long|old|far|large|big|tall|high|often|fast|heavy|wide|deep)"
    r"\b|\bwhat\s+(?:percent\w*|number|amount|share|fraction|price|cost)\b"
    r"|\bwie\s+(?:viele?|lange|hoch|oft|weit|alt|gro(?:ß|ss)|schnell|teuer)\b",
    re.IGNORECASE,
)
_WHY = r"\bwhy\b|\bfor\s+what\s+reason\b|\bwarum\b|\bw(?:eshalb|ieso)\b"
_AGAINST = (
    r"\bcriti(?:cs?\b|ci[sz])|\boppos(?:e|ing|ition)|\bopponents?\b"
    r"|\bobject(?:s|ed|ions?)?\s+to\b|\bobjections?\b|\bdisadvantage|\bdrawbacks?\b"
    r"|\bdownsides?\b|\bpros\s+and\s+cons\b"
    r"|\b(?:arguments?|case|reasons?|points?|is|are|was|were|voted)\s+against\b"
)
_FOR = (
    r"\badvantages?\b|\bbenefits?\b|\bupsides?\b|\bproponents?\b|\bsupporters\b"
    r"|^who\s+(?:\w+\s+)?(?:supports?|supported|favou?rs|backs|welcome[sd]?)\b"
    r"|\b(?:arguments?|case)\s+for\b|\bin\s+favou?r\s+of\b"
)
# "How long?" wants more than a number: what is asked, and how it is told
_TOLD = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(told, re.IGNORECASE))
    for asked, told in {
        r"\bhow\s+much\b.*\b(?:cost|pa(?:y|id)|price|money|spen[dt]|earn|charge|salary|fee"
        r"|lend|invest|donat|fund|worth|sold)|\bwhat\b.*\bcosts?\W*$": (
            r"[$£€¥]\s?\d|\d.{0,20}\b(?:dollar|euro|pound|cent|pence|franc|yen|buck)"
            r"|\bfree\b|\d\s?%|\bper\s?cent\b|\b(?:pa(?:y|id)|cost|price|spen[dt]|bought"
            r"|sold|fee|earn|wage|salar|budget|sum)\w*\b.*(?:\d|\b(?:an?|half)\b)"
        ),
        r"\bhow\s+long\b"
        r"|\bhow\s+many\s+(?:\w+\s)?(?:second|minute|hour|day|week|month|year"
        r"|decade)s\b": (
            r"\b(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|since"
            r"|centur\w+|generations?|until)\b|\b(?:1\d|20)\d\d\s?[-\N{EN DASH}]\s?\d\d"
            r"|\d\s?(?:m|km|cm|mm|ft)\b|\b(?:met(?:er|re)s|feet|foot|inch|miles?|yards)"
        ),
        _AGAINST: (
            r"\bcriti(?:cs?\b|ci[sz])|\boppos(?:e|ing|ition)|\bopponents?\b|\bobject(?:s|ed"
            r"|ions?)\b|\breject|\bcondemn|\bcomplain|\bs[ck]eptic|\b(?:angry|unhappy"
            r"|worse|doubts?|fears?|risks?|dangers?|warn(?:s|ed|ing)?|excuses?)\b"
            r"|\bworr[iy]|\btoo\s(?:much|many|\w{3,})\b"
            r"|\b(?:vot|argu|sp[eo]k|protest|be|is|are|w)\w*\s+against\b"
        ),
        _FOR: (
            r"\b(?:in\s+favou?r|is\s+right|worth|better|best|agrees?)\b"
            r"|\b(?:support|prais|welcom|favou?r|benefi|endors|defend|advanta)"
        ),
        _WHY: (
            r"\b(?:because|since|due\s+to|owing|so\s+that|therefore|thus|reasons?|caus\w+"
            r"|in\s+order\s+to|as\s+a\s+result|le(?:d|ads)\s+to|result\w*"
            r"|weil|denn|deshalb|daher|wegen|Gr(?:und|ünde))\b"
        ),
    }.items()
)
# "How many homes?" wants a number of homes: the word before or after it
_COUNTED = re.compile(
    r"\bhow\s+many\s+(?:(?:different|other|more|of\s+the|types\s+of|kinds\s+of)\s+)?"
    r"(?P<first>[^\W\d_]+)(?:\s+(?P<second>[^\W\d_]+))?",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"\b(?:(?:wo)?men|children|persons?|staff|[a-z]+(?:er|or|ist|ian|ant|ent|ee)s)\b"
)
_NEAR = 6  # words
_DATE_ASKED = re.compile(
    # not "What happens when it closes?"
    r"\b(?:when|wann)\s+(?:did|do(?:es)?|is|are|was|were|will|would|ha[sd]|have|can"
    r"|could|should|w[iu]rde?n?|ist|sind|soll\w*|kann|kam\w*)\b"
    r"|^\W*(?:when|wann)\b(?!.*\b(?:what|which|who|how|where|why)\b)"
    r"|\b(?:what|which)\s+(?:\w+\s+)?(?:year|date|day|month|century|decade)s?\b"
    r"|\bwhen\W*$",
    re.IGNORECASE,
)
_TO_COME = re.compile(r"\bwill\b|\bwird\b", re.IGNORECASE)
_NAME_ASKED = re.compile(
    r"\bwho(?:m|se)?\b|\bwhere\b|\bwe[rmn]\b|\bwo\b"
    r"|\b(?:what|which)\s+(?:country|city|state|town|place|region|river)\b",
    re.IGNORECASE,
)
_WHO_ASKED = re.compile(r"\bwho\b|\bwer\b", re.IGNORECASE)
_DEFINITION_ASKED = re.compile(
    r"^\s*what(?:'s|\s+is|\s+are|\s+was|\s+were)\s+(?:an?\s+|the\s+)?"
    r"(?P<thing>\w[\w -]{1,40}?)\s*\?*\s*$",
    re.IGNORECASE,
)
_PERSON_ASKED = re.compile(
    r"\s*who(?:'s|\s+is|\s+was)\s+(?!the\b|an?\b)(?P<name>\w[\w .'-]{1,40}?)\s*\?*\s*$",
    re.IGNORECASE,
)
# "chief engineer Robert Imanov", "Pruett, a dispatcher"
_ROLE = r"\b(?!after|under|never|whether|other)\w{3,}(?:er|or|ist|ian|ary|man|dent)\s"
_NEWEST_ASKED = re.compile(
    r"\b(?:latest|newest|now|nowadays|current(?:ly)?|at\s+present|recent(?:ly)?|so\s+far"
    r"|up\s+to\s+date)\b",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"\b(?:wrong(?:ly)?|incorrect(?:ly)?|inaccurate(?:ly)?|mistaken(?:ly)?|misstated"
    r"|correct(?:ed|ion)?|errors?)\b",
    re.IGNORECASE,
)


def holds(question: str, sentence: str) -> bool:
    """Whether a sentence holds what is asked for.

    That is an amount of that kind for "how many", a date for "when", a name that the
    question lacks, or who acts, for "who" and "where", a reason for "why", "X is" for
    "what is X", and what X is for "who is X".
    """
    for wanted, told in _TOLD:
        if wanted.search(question):
            return told.search(sentence) is not None
    for asked, tells in (
        (_AMOUNT_ASKED, _amount),
        (_DATE_ASKED, _date),
        (_NAME_ASKED, _name),
        (_DEFINITION_ASKED, _definition),
    ):
        if asked.search(question):
            return tells(question, sentence)
    return False


def _amount(question: str, sentence: str) -> bool:
    """Whether a number is told, of the things that are to be counted."""
    counted = _COUNTED.search(question)
    if counted is None:
        return _NUMBER.search(sentence) is not None
    things = {stem for noun in counted.groups("") for stem in stems(noun)}
    words = re.findall(r"[\w$£€%@.,-]*\w", sentence)
    for at in (at for at, word in enumerate(words) if _NUMBER.search(word)):
        near = " ".join(words[max(at - _NEAR, 0) : at + _NEAR + 1])
        people = counted["first"] == "people" and _PEOPLE.search(near)
        if people or not things.isdisjoint(stems(near)):
            return True
    return False


def _date(question: str, sentence: str) -> bool:
    told = _DATE.search(sentence)
    if not _TO_COME.search(question):
        told = told or _DAY.search(sentence)  # of the report, and so past
    return told is not None


def _name(question: str, sentence: str) -> bool:
    if person := _PERSON_ASKED.match(question):
        last = re.escape(person["name"].split()[-1].title())
        is_so = (
            rf"{_ROLE}(?:\w+\s)?{last}\b|\b{last}(?:,|\s(?:is|was))\s(?:an?|the|who)\s"
        )
        found = re.search(is_so, sentence) is not None
        if found or person["name"].istitle():
            return found
    known = question.casefold()
    told: list[str] = _NAME.findall(sentence)
    if _WHO_ASKED.search(question):
        told += _BODY.findall(sentence)
    return any(name.casefold() not in known for name in told)


def _definition(question: str, sentence: str) -> bool:
    asked = _DEFINITION_ASKED.match(question)
    thing = re.escape(asked["thing"]) if asked else ""
    defined = rf"\b{thing}s?\s+(?:is|are|was|were|means)\s|\b{thing}s?,\s+an?\s"
    return re.search(defined, sentence, re.IGNORECASE) is not None


def asks_who_that_is(question: str) -> bool:
    """Whether it is asked who somebody is."""
    return _PERSON_ASKED.match(question) is not None


def asks_for_a_side(question: str) -> bool:
    """Whether it is asked what speaks for or against something, or who does."""
    return re.search(f"{_AGAINST}|{_FOR}", question, re.IGNORECASE) is not None


def asks_why(question: str) -> bool:
    """Whether a reason is asked for, which seldom says of itself that it is one."""
    return re.search(_WHY, question, re.IGNORECASE) is not None


def asks_for_a_figure(question: str) -> bool:
    """Whether a number or a date is asked for."""
    return bool(_AMOUNT_ASKED.search(question) or _DATE_ASKED.search(question))


def asks_for_the_newest(question: str) -> bool:
    """Whether what holds now is asked for."""
    return _NEWEST_ASKED.search(question) is not None


def figures(sentence: str) -> frozenset[str]:
    """Return the numbers of a sentence, as digits."""
    found = re.findall(r"\d+(?:[.,]\d+)*", sentence)
    return frozenset(number.replace(",", "") for number in found)


def tells_of_an_error(text: str) -> bool:
    """Whether a text says that something was wrong, or what is correct instead."""
    return _ERROR.search(text) is not None
