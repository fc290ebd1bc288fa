"""From which day on articles can answer a question, where it says so; pure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from rag import phrases
from rag.languages import language_of_question
from rag.schema import Passage

_DAYS = {"days": 1, "weeks": 7, "months": 30, "years": 365}


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
    one = phrases.search("period.since_day", question)
    if one and (start := _since_day(one, today, language_of_question(question))):
        return Period(start, one.group().strip(), recent=True)
    if found := phrases.search("period.counted", question):
        if found["today"] and not phrases.search("period.news", question):
            return None
        return Period(_counted(found, today), found.group().strip(), recent=True)
    return _named(question, today, language_of_question(question))


def _named(question: str, today: dt.date, language: str) -> Period | None:
    """Return the year or the month that a question names."""
    for found in phrases.pattern("period.named", language).finditer(question):
        month, year = (found["month"] or "").casefold(), found["year"]
        number = month_number(month, language) if month else 1
        start = dt.date(int(year or today.year), number, 1)
        if not year and start > today:
            start = start.replace(year=today.year - 1)
        if start <= today:
            recent = found["since"] is not None
            name = "" if recent else year or month
            return Period(start, found.group().strip(), recent, name)
    return None


def month_number(month: str, language: str) -> int:
    """Return the number of a month that is named in a language."""
    months: list[str] = phrases.entry("words.months", language)
    return months.index(month.casefold()) + 1


def _counted(found: re.Match[str], today: dt.date) -> dt.date:
    """Return the first day of "last week" and the like."""
    if found["today"] or found["yesterday"]:
        return today - dt.timedelta(found["yesterday"] is not None)
    if found["count"]:
        unit = next(unit for unit in _DAYS if found[unit])
        return today - dt.timedelta(int(found["count"]) * _DAYS[unit])
    before = found["this"] is None
    if found["week"]:
        return today - dt.timedelta(today.weekday() + 7 * before)
    if found["year"]:
        return dt.date(today.year - before, 1, 1)
    first = today.replace(day=1)
    return (first - dt.timedelta(1)).replace(day=1) if before else first


def _since_day(found: re.Match[str], today: dt.date, language: str) -> dt.date | None:
    """Return the day of "since Monday" or "since 12 June", the latest one there was.

    None where there is no such day, or not yet.
    """
    said = found.groupdict("")
    if said["weekday"]:
        weekdays: list[str] = phrases.entry("words.weekdays", language)
        back = (today.weekday() - weekdays.index(said["weekday"].casefold())) % 7
        return today - dt.timedelta(back or 7)
    try:
        if said["iso"]:
            day = dt.date.fromisoformat(said["iso"])
        else:
            month = month_number(said["month"] or said.get("first", ""), language)
            year = said["year"] or said.get("then") or said.get("late")
            date = int(said["day"] or said.get("date", ""))
            day = dt.date(int(year or today.year), month, date)
            if not year and day > today:
                day = day.replace(year=today.year - 1)
    except ValueError:  # 31 June, or 29 February of another year
        return None
    return day if day <= today else None
