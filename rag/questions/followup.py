"""A question that leans on the conversation, put so that it stands by itself; pure.

Without a model, by rule: pronouns become the person or the thing last spoken of, and a
question cut short ("why?", "and in 2025?", "what about Europe?") is completed by the
one before it. What a rule does not recognise is left alone: a question that is searched
as it stands finds something, one that was completed wrongly misleads.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag import phrases
from rag.languages import language_of_question
from rag.questions.question import speaker, topic
from rag.questions.subject import (
    NAME,
    content_words,
    first_person_named,
    is_person,
    names_in,
    person_of,
    thing_of,
)
from rag.schema import Turn

_TURNS = 6  # how far back a conversation is followed
_LONGEST = 300  # characters of a rewritten question; a model that says more rambles

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Return the question as it has to be searched; itself where it leans on nothing.

    `history` comes oldest first. What earlier questions leaned on is resolved on the
    way, so that "and him?" after "what did he say?" finds the same person.
    """
    asked = ""
    said = ""
    for turn in history[-_TURNS:]:
        asked = _resolved(turn.question, asked, said) if asked else turn.question
        said = turn.answer
    return _resolved(question, asked, said) if asked else question


def leans(question: str) -> bool:
    """Whether a question seems to need the conversation before it."""
    language = language_of_question(question)
    rest = _said("and", language).sub("", question)
    return (
        rest != question
        or any(_said(one, language).match(rest) for one in ("about", "bare", "more"))
        or _pronoun(question) is not None
        or _points_back(question)
    )


def sensible(rewritten: str, question: str, history: Sequence[Turn]) -> bool:
    """Whether a model's rewriting says what was asked, and nothing from elsewhere.

    It keeps half of the question's own words, and takes the others from what was said.
    """
    if not rewritten or len(rewritten) > _LONGEST or "\n" in rewritten:
        return False
    spoken = " ".join(f"{turn.question} {turn.answer}" for turn in history)
    own, new = content_words(question), content_words(rewritten)
    known = own | content_words(spoken)
    return len(own & new) * 2 >= len(own) and new <= known and bool(new)


def _resolved(question: str, asked: str, said: str) -> str:
    """Return `question` completed by the one `asked` before and its answer."""
    language = language_of_question(question)
    rest = _said("and", language).sub("", question).strip()
    if not rest or _said("more", language).match(rest):
        return asked
    if _said("bare", language).match(rest):
        return f"{rest.rstrip(' ?.!').capitalize()}: {asked}"
    if found := _said("about", language).match(rest):
        return _varied(asked, found["rest"] or found["more"], about=bool(found["rest"]))
    if (
        rest != question.strip()
        and names_in(asked)
        and NAME.fullmatch(rest.rstrip(" ?.!"))
    ):
        return _varied(asked, rest, about=True)
    bare = (
        rest != question.strip() and len(content_words(rest)) < 2 and not names_in(rest)
    )
    if names_in(asked):
        at = phrases.entry("followup.at", language)
        there = _said("there", language)
        rest = there.sub(f" {at} {names_in(asked)[-1]}?", rest)
    if _points_back(rest) or bare:  # "and who was responsible?"
        return f"{rest.rstrip(' ?.!')} — {topic(asked).rstrip(' ?.!')}?"
    return _without_pronouns(rest, asked, said)


def _points_back(question: str) -> bool:
    return bool(phrases.search("followup.back", question)) and not names_in(question)


def _varied(asked: str, other: str, *, about: bool) -> str:
    """Return the question before, asked of something else instead, or further."""
    other = other.rstrip(" ?.!")
    before = asked.rstrip(" ?.!")
    old, new = _YEAR.findall(asked), _YEAR.findall(other)
    if len(old) == len(new) == 1:
        return asked.replace(old[0], new[0])
    if not about:
        return f"{before} {other}?"
    named, person = NAME.fullmatch(other), person_of(asked)
    frame = phrases.match("subject.frame", asked)
    if named and person and (is_person(other, asked) or not frame):
        return asked.replace(person, other)
    if frame:
        return f"{frame.group()}{other}?"
    # "the US government" as a whole
    replaced = [*names_in(asked), *filter(None, [speaker(asked)])]
    if named and replaced:
        return asked.replace(replaced[-1], other)
    return f"{before} — {other}?"


def _without_pronouns(question: str, asked: str, said: str) -> str:
    pronoun = _pronoun(question)
    if pronoun is None:
        return question
    word, language = pronoun.group().lower(), language_of_question(question)
    personal = _said("personal", language).fullmatch(word)
    if personal:
        thing = person_of(asked) or first_person_named(said)
    else:
        thing = thing_of(asked)
    if not thing:
        return f"{question.rstrip(' ?.!')} — {topic(asked).rstrip(' ?.!')}?"
    her = word == "her" and question[pronoun.end() :].lstrip()[:1].isalpha()
    possessive = word in phrases.words("followup.possessive", language) or her
    put = f"{thing}'s" if possessive and not thing.endswith("'s") else thing
    rest = question[pronoun.end() :]
    if personal and topic(asked) != asked:  # "does she think it works?"
        rest = _said("things", language).sub(thing_of(asked), rest, count=1)
    return question[: pronoun.start()] + put + rest


def _pronoun(question: str) -> re.Match[str] | None:
    """Return the first pronoun that nothing in the question itself explains."""
    language = language_of_question(question)
    who = bool(_said("who", language).match(question))
    for found in _said("personal", language).finditer(question):
        before = question[: found.start()]
        author = phrases.pattern("subject.author", language).search(before)
        if not (names_in(before) or author or who):
            return found
        is_he = _said("being", language).search(before)  # "who is his lawyer?"
        if who and (is_he or found.group().lower() == "him"):
            return found
    if _said("empty_it", language).search(question):
        return None
    possessive = phrases.words("followup.possessive", language)
    for found in _said("impersonal", language).finditer(question):
        word = found.group().lower()
        points = _said("points", language).match(question, found.start())
        if not points and word in phrases.words("followup.pointing", language):
            continue
        # "how did the barrier get its name", "why did the mill close when it flooded"
        before = question[: found.start()]
        helped = phrases.pattern("subject.helped", language).search(before)
        helped = helped or _said("being", language).search(before)
        if helped and "," not in before and not names_in(before):
            return found  # "how many homes will it protect"
        if len(content_words(before)) <= (word not in possessive and who):
            return found
    return None


def _said(name: str, language: str) -> re.Pattern[str]:
    return phrases.pattern(f"followup.{name}", language)
