"""Of whom and of what a question speaks: its names, its person, its thing; pure."""

from __future__ import annotations

import re
from functools import cache

from rag import phrases
from rag.languages import language_of_question
from rag.questions.question import topic

_WORD = r"[A-Z\u00c0-\u00de][\w'\u2019-]*"
NAME = re.compile(
    rf"{_WORD}(?:\s+(?:(?:of|the|de|von|van|for)\s+)*{_WORD})*(?:\s\d{{1,2}}\b)?"
)


def names_in(text: str) -> list[str]:
    """Return the names in a text; a capital that only begins a sentence is none."""
    language = language_of_question(text)
    small = {*_plain(language), *phrases.words("subject.listing", language)}
    found = []
    for match in NAME.finditer(text):
        words = match.group().split()
        begins = (
            not text[: match.start()].strip()
            or text[: match.start()].rstrip()[-1] in ".?!:"
        )
        if begins and words[0].lower() in small:
            words = words[1:]
        if words:
            found.append(" ".join(words))
    return found


def person_of(asked: str) -> str:
    """Return the person that a question is about, "" where it names none."""
    author = phrases.search("subject.author", asked)
    if author:
        return author.group()
    names = [name for name in names_in(asked) if is_person(name, asked)]
    return names[0] if names else ""


def is_person(name: str, asked: str) -> bool:
    """Whether a name that a question has is that of a person, by what stands beside."""
    beside = phrases.filled("subject.beside", language_of_question(asked), name)
    return len(name.split()) in {2, 3} or beside.search(asked) is not None


def first_person_named(said: str) -> str:
    """Return the first person that an answer names."""
    names = [name for name in names_in(said) if len(name.split()) in {2, 3}]
    return names[0] if names else ""


def thing_of(asked: str) -> str:
    """Return what a question is about, as words that can stand for "it"."""
    frame = phrases.match("subject.frame", asked)
    if frame or topic(asked) != asked:
        return (asked[frame.end() :] if frame else topic(asked)).rstrip(" ?.!")
    wanted = phrases.match("subject.asked_for", asked)
    if wanted:
        the = phrases.entry("subject.the", language_of_question(asked))
        return f"{the} {wanted['thing']}"
    found = phrases.search("subject.doer", asked) or phrases.search(
        "subject.phrase", asked
    )
    if found:
        return found["thing"]
    names = names_in(asked)
    return names[-1] if names else ""


@cache
def _plain(language: str) -> frozenset[str]:
    return frozenset(phrases.words("subject.plain", language))


def content_words(text: str) -> set[str]:
    """Return the words of a text that mean something, shortened to compare."""
    small = _plain(language_of_question(text))
    return {
        word.casefold()[:6]
        for word in re.findall(r"\w+", text)
        if word.lower() not in small
    }
