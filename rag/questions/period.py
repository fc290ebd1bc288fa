"""From which day on articles can answer a question, where it says so; pure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from rag.schema import Passage
from rag.wordlist import MONTHS, WEEKDAYS

_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
# counted from today: "yesterday", "this week", "since last month", "in the past 3 days"
_COUNTED = re.compile(
    r"""\b(?:(?:since|in|over|during|within|from|for)\s+)?(?:the\s+)?\b(?:
        (?P<day>today|yesterday)
      | (?P<which>this|last|past|previous)\s+(?P<unit>week|month|year)(?!\s+of)
      | (?:last|past)\s+(?P<count>\d{1,3})\s+(?P<units>day|week|month|year)s
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
# "What is it called today?" means nowadays
_NEWS = re.compile(
    r"\b(?:news?|happen\w*|said|say|report\w*|announce\w*)\b", re.IGNORECASE
)
# a day of its own: "since Monday", "since 12 June", "since June 12, 2026", "2026-06-12"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_SINCE_DAY = re.compile(
    rf"""\bsince\s+(?:(?:last\s+)?(?P<weekday>{"|".join(WEEKDAYS)})
      | (?P<iso>(?:19|20)\d\d-\d\d-\d\d)
      | (?:the\s+)?{_DAY}\s+(?:of\s+)?(?P<month>{"|".join(MONTHS)})
        (?:\s*,?\s*(?P<year>(?:19|20)\d\d))?
      | (?P<first>{"|".join(MONTHS)})\s+{_DAY.replace("day", "date")}
        (?:\s*,\s*(?P<then>(?:19|20)\d\d)|\s+(?P<late>(?:19|20)\d\d))?
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_NAMED = re.compile(
    rf"\b(?P<word>since|in|during)\s+(?=(?:{'|'.join(MONTHS)}|(?:19|20)\d\d)\b)"
    rf"(?:(?P<month>{'|'.join(MONTHS)})\b\s*,?\s*(?:of\s+)?)?"
    r"(?P<year>(?:19|20)\d\d\b)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Period:
    """A time that a question asks about.

    `start` is its first day and `said` how the question says it. `recent` says that
    news from then on are wanted ("since May", "this week"); otherwise `name` is the
    year, or the month, in which something is to have happened.
    """

    start: dt.date
    said: str
    recent: bool
    name: str = ""

    def precludes(self, passage: Passage) -> bool:
        """Whether a passage is too old to tell of this time, and does not name it."""
        start = self.start.isoformat()[: len(passage.published)]
        named = self.name and self.name in passage.text.casefold()
        return bool(passage.published) and passage.published < start and not named

    def without(self, question: str) -> str:
        """Return the question without the words that say a recent time.

        The articles need not have them, unlike the name of a year.
        """
        if not self.recent:
            return question
        return " ".join(question.replace(self.said, " ").split())


def period_of(question: str, today: dt.date) -> Period | None:
    """Return the time that a question asks about, if it has begun by `today`."""
    if (one := _SINCE_DAY.search(question)) and (start := _since_day(one, today)):
        return Period(start, one.group().strip(), recent=True)
    if found := _COUNTED.search(question):
        day = found["day"]
        if day and day.casefold() == "today" and not _NEWS.search(question):
            return None
        return Period(_counted(found, today), found.group().strip(), recent=True)
    for found in _NAMED.finditer(question):
        month, year = (found["month"] or "").casefold(), found["year"]
        number = MONTHS.index(month) + 1 if month else 1
        start = dt.date(int(year or today.year), number, 1)
        if not year and start > today:
            start = start.replace(year=today.year - 1)
        if start <= today:
            recent = found["word"].casefold() == "since"
            name = "" if recent else year or month
            return Period(start, found.group().strip(), recent, name)
    return None


def _counted(found: re.Match[str], today: dt.date) -> dt.date:
    """Return the first day of "last week" and the like."""
    if found["day"]:
        return today - dt.timedelta(found["day"].casefold() == "yesterday")
    if found["count"]:
        return today - dt.timedelta(
            int(found["count"]) * _DAYS[found["units"].casefold()]
        )
    before = found["which"].casefold() != "this"
    unit = found["unit"].casefold()
    if unit == "week":
        return today - dt.timedelta(today.weekday() + 7 * before)
    if unit == "year":
        return dt.date(today.year - before, 1, 1)
    first = today.replace(day=1)
    return (first - dt.timedelta(1)).replace(day=1) if before else first


def _since_day(found: re.Match[str], today: dt.date) -> dt.date | None:
    """Return the day of "since Monday" or "since 12 June", the latest one there was.

    None where there is no such day, or not yet.
    """
    if found["weekday"]:
        back = (today.weekday() - WEEKDAYS.index(found["weekday"].casefold())) % 7
        return today - dt.timedelta(back or 7)
    try:
        if found["iso"]:
            day = dt.date.fromisoformat(found["iso"])
        else:
            month = MONTHS.index((found["month"] or found["first"]).casefold()) + 1
            year = found["year"] or found["then"] or found["late"]
            day = dt.date(
                int(year or today.year), month, int(found["day"] or found["date"])
            )
            if not year and day > today:
                day = day.replace(year=today.year - 1)
    except ValueError:  # 31 June, or 29 February of another year
        return None
    return day if day <= today else None
