"""A question that leans on the conversation, put so that it stands by itself; pure.

Without a model, by rule: pronouns become the person or the thing last spoken of, and a
question cut short ("why?", "and in 2025?", "what about Europe?") is completed by the
one before it. What a rule does not recognise is left alone: a question that is searched
as it stands finds something, one that was completed wrongly misleads.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.questions.question import topic
from rag.questions.subject import (
    AUTHOR,
    FRAME,
    HELPED,
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

_PERSONAL = re.compile(r"\b(he|she|him|her|his|hers)\b(?!\s+or\b)", re.IGNORECASE)
_BEING = re.compile(r"\b(?:is|was|are|were|has|have|had)\s*$", re.IGNORECASE)
_WHO = re.compile(r"\s*(?:who|whose)\b", re.IGNORECASE)
_POINTING = {"this", "that", "these", "those"}
_POSSESSIVE = {"his", "hers", "its", "their"}
_IMPERSONAL = re.compile(
    r"\b(it|its|they|them|their|this|that|these|those)\b", re.IGNORECASE
)
# "it" that stands for nothing: is it true that, how long does it take to
_EMPTY_IT = re.compile(
    r"\bit\s+(?:(?:is|was)\s+)?(?:true|possible|(?:un)?likely|mean\s+to|takes?\s|took\s"
    r"|costs?\s+to|said|thought|called|known|clear|essential|held|easier|harder|important"
    r"|necessary|common|usual|rain|snow)\b",
    re.IGNORECASE,
)
# "that" and "this" as pronouns, not before a noun or a clause
_POINTS = re.compile(
    r"\b(?:this|that|these|those)\b(?=\s*(?:[?.!,]|$)|\s+(?:is|was|are|were|mean|happen"
    r"|matter|work|affect|change|come|so)\w*\b)",
    re.IGNORECASE,
)
_AND = re.compile(
    r"^\s*(?:(?:and|but|so|ok|okay|also|then|well)\b[\s,]*)+", re.IGNORECASE
)
_ABOUT = re.compile(
    r"^(?:(?:what|how)\s+)?about\s+(?P<rest>(?!what|which|how).+?)[?.!\s]*$"
    r"|^(?P<more>(?:in|on|at|during|since|before|after|by|from|for|under|without|with)"
    r"\s+(?!what|which|whom|whose|how)\S+(?:\s+\S+){0,3}?)[?.!\s]*$",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^(?P<ask>why(?:\s+not)?|when|where|who|how|how\s+(?:much|many|long|far|often|so)"
    r"|since\s+when|until\s+when|by\s+whom|with\s+whom|what\s+for|really|and"
    r"|(?:by|in|on|to|for|at)\s+(?:how\s+much|(?:what|which)(?:\s+\w+)?)"
    r"|is\s+(?:that|it|this)\s+(?:really\s+)?(?:true|right|correct|so|certain))"
    r"\s*[?.!]*$",
    re.IGNORECASE,
)
_THINGS = re.compile(r"\b(?:it|they|them)\b", re.IGNORECASE)
_THERE = re.compile(r"\s+there\s*[?.!]*$", re.IGNORECASE)
# "then" and "there", "that" with a verb: what they stand for is put behind
_BACK = re.compile(
    r"^(?!.*\b(?:is|are|was|were)\s+there\b).*\b(?:there|then)\s*[?.!]*$"
    r"|^(?:\w+\s+){0,3}?(?:do|does|did|will|would|can|could)\s+(?:that|this)\s"
    r"|\b(?:one|first|last|most|many|some|all|any|none|which)\s+of\s+(?:them|these)\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"^(?:(?:please\s+)?(?:tell|say|explain|know)?\s*(?:me\s+|us\s+)?(?:some\s+)?more"
    r"|go\s+on|continue|anything\s+else|what\s+else|any\s+details?|details)"
    r"(?:\s+(?:about|on)\s+(?:it|this|that))?\s*[?.!]*$",
    re.IGNORECASE,
)
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
    rest = _AND.sub("", question)
    return (
        rest != question
        or bool(_ABOUT.match(rest) or _BARE.match(rest) or _MORE.match(rest))
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
    rest = _AND.sub("", question).strip()
    if not rest or _MORE.match(rest):
        return asked
    if _BARE.match(rest):
        return f"{rest.rstrip(' ?.!').capitalize()}: {asked}"
    if found := _ABOUT.match(rest):
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
        rest = _THERE.sub(f" at {names_in(asked)[-1]}?", rest)
    if _points_back(rest) or bare:  # "and who was responsible?"
        return f"{rest.rstrip(' ?.!')} — {topic(asked).rstrip(' ?.!')}?"
    return _without_pronouns(rest, asked, said)


def _points_back(question: str) -> bool:
    return bool(_BACK.search(question)) and not names_in(question)


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
    frame = FRAME.match(asked)
    if named and person and (is_person(other, asked) or not frame):
        return asked.replace(person, other)
    if frame:
        return f"{frame.group()}{other}?"
    names = names_in(asked)
    if named and names:
        return asked.replace(names[-1], other)
    return f"{before} — {other}?"


def _without_pronouns(question: str, asked: str, said: str) -> str:
    pronoun = _pronoun(question)
    if pronoun is None:
        return question
    word = pronoun.group().lower()
    if _PERSONAL.fullmatch(word):
        thing = person_of(asked) or first_person_named(said)
    else:
        thing = thing_of(asked)
    if not thing:
        return f"{question.rstrip(' ?.!')} — {topic(asked).rstrip(' ?.!')}?"
    her = word == "her" and question[pronoun.end() :].lstrip()[:1].isalpha()
    possessive = word in _POSSESSIVE or her
    put = f"{thing}'s" if possessive and not thing.endswith("'s") else thing
    rest = question[pronoun.end() :]
    if (
        _PERSONAL.fullmatch(word) and topic(asked) != asked
    ):  # "does she think it works?"
        rest = _THINGS.sub(thing_of(asked), rest, count=1)
    return question[: pronoun.start()] + put + rest


def _pronoun(question: str) -> re.Match[str] | None:
    """Return the first pronoun that nothing in the question itself explains."""
    for found in _PERSONAL.finditer(question):
        before = question[: found.start()]
        own = names_in(before) or AUTHOR.search(before) or _WHO.match(question)
        if not own or (_WHO.match(question) and found.group().lower() == "him"):
            return found
    if _EMPTY_IT.search(question):
        return None
    for found in _IMPERSONAL.finditer(question):
        word = found.group().lower()
        if word in _POINTING and not _POINTS.match(question, found.start()):
            continue
        # "how did the barrier get its name", "why did the mill close when it flooded"
        before = question[: found.start()]
        helped = HELPED.search(before) or _BEING.search(before)
        if helped and "," not in before and not names_in(before):
            return found  # "how many homes will it protect"
        own_words = content_words(before)
        if len(own_words) <= (word not in _POSSESSIVE and bool(_WHO.match(question))):
            return found
    return None
