"""What kind of answer a question asks for, and whether a sentence holds one; pure.

What is asked for is told by the question's language, how it is told by those of the
question and of the sentence.
"""

from __future__ import annotations

import re

from rag import phrases
from rag.index.word_query import text_stems
from rag.languages import language_of_question, stems_in
from rag.questions.compounds import in_parts, plain
from rag.questions.otherwise import spelled_out

_NEAR = 6  # words
_NO_COUNT = re.compile(r"(?:1[5-9]|20)\d\d|[^\W\d_]+\d.*")  # a year, a name: "CS2"


def holds(question: str, sentence: str) -> bool:
    """Whether a sentence holds what is asked for.

    That is an amount of that kind for "how many", a date for "when", a name that the
    question lacks, or who acts, for "who" and "where", a reason for "why", "X is" for
    "what is X", and what X is for "who is X".
    """
    language = language_of_question(question)
    for kind in phrases.names("slots.told", language):
        if _asks(f"told.{kind}.asked", question):
            return _told(f"told.{kind}.told", question, sentence)
    for asked, tells in (
        ("amount", _amount),
        ("when", _date),
        ("name", _name),
        ("definition", _definition),
        ("stands_for", _stands_for),
    ):
        if _asks(asked, question):
            return tells(question, sentence)
    return False


def _asks(kind: str, question: str) -> bool:
    return phrases.search(f"slots.{kind}", question) is not None


def _told(kind: str, question: str, sentence: str) -> bool:
    """Whether a sentence has an entry of its language, or of the question's."""
    return any(one.search(sentence) for one in _tells(kind, question, sentence))


def _tells(kind: str, question: str, sentence: str) -> list[re.Pattern[str]]:
    languages = {language_of_question(question), language_of_question(sentence)}
    return [phrases.pattern(f"slots.{kind}", language) for language in languages]


def _amount(question: str, sentence: str) -> bool:
    """Whether a number is told, of the things that are to be counted."""
    counted = phrases.search("slots.counted", question)
    if counted is None:
        return _told("number", question, sentence)
    language = language_of_question(question)
    things = text_stems(" ".join(counted.groups("")), language)
    people = _tells("people", question, sentence)
    if not phrases.pattern("slots.people_asked", language).match(counted["first"]):
        people = []
    numbers = _tells("number", question, sentence)
    words = re.findall(r"[\w$£€%@.,-]*\w", sentence)
    for at, word in enumerate(words):
        if any(one.search(word) for one in numbers) and not _NO_COUNT.fullmatch(word):
            near = " ".join(words[max(at - _NEAR, 0) : at + _NEAR + 1])
            if any(one.search(near) for one in people):
                return True
            if not things.isdisjoint(text_stems(near, language)):
                return True
    return False


def _date(question: str, sentence: str) -> bool:
    if _told("date", question, sentence):
        return True
    # a day is of the report, and so past
    return not _asks("to_come", question) and _told("day", question, sentence)


def _name(question: str, sentence: str) -> bool:
    language = language_of_question(question)
    if person := phrases.match("slots.person", question):
        last = person["name"].split()[-1].title()
        found = phrases.filled("slots.is_so", language, last).search(sentence)
        if found or person["name"].istitle():
            return found is not None
    known = question.casefold()
    wanted = ("proper", "body") if _asks("who", question) else ("proper",)
    return any(
        told.group().casefold() not in known
        for kind in wanted
        for told in phrases.pattern(f"slots.{kind}", language).finditer(sentence)
    )


def _definition(question: str, sentence: str) -> bool:
    asked = phrases.match("slots.definition", question)
    thing = asked["thing"] if asked else ""
    language = language_of_question(question)
    return bool(phrases.filled("slots.defined", language, thing).search(sentence))


def _stands_for(question: str, sentence: str) -> bool:
    asked = phrases.search("slots.stands_for", question)
    return asked is not None and spelled_out(asked["short"], sentence)


def asks_who_that_is(question: str) -> bool:
    """Whether it is asked who somebody is, or for what name letters stand."""
    return any(
        phrases.match(f"slots.{one}", question) for one in ("person", "stands_for")
    )


def asks_for_a_side(question: str) -> bool:
    """Whether it is asked what speaks for or against something, or who does."""
    return _asks("side", question)


def asks_why(question: str) -> bool:
    """Whether a reason is asked for, which seldom says of itself that it is one."""
    return _asks("told.why.asked", question)


def asks_for_a_figure(question: str) -> bool:
    """Whether a number or a date is asked for."""
    return _asks("amount", question) or _asks("when", question)


def names_thing(question: str, text: str) -> bool:
    """Whether a text names the thing of which a question asks a figure.

    Only in German, where a capital tells a noun; else it is taken for granted.
    """
    thing = phrases.search("slots.thing", question)
    if thing is None:
        return True
    told = plain(text)
    return any(
        in_parts(word, text) or any(one in told for one in stems_in("de", word))
        for word in thing["thing"].split()
    )


def asks_how_many(question: str) -> bool:
    """Whether a number of things is asked for, which are named."""
    return _asks("counted", question)


def asks_for_the_newest(question: str) -> bool:
    """Whether what holds now is asked for."""
    return _asks("newest", question)


def figures(sentence: str) -> frozenset[str]:
    """Return the numbers of a sentence, as digits."""
    found = re.findall(r"\d+(?:[.,]\d+)*", sentence)
    return frozenset(number.replace(",", "") for number in found)


def tells_of_an_error(text: str) -> bool:
    """Whether a text says that something was wrong, or what is correct instead."""
    return _asks("error", text)
