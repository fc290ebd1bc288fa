"""What a question is about, apart from how it is asked."""

from __future__ import annotations

import re

from rag import phrases
from rag.errors import UsageError
from rag.languages import language_of_question

MAX_QUESTION = 2000  # characters; longer ones are pasted texts, not questions


def checked(question: str) -> str:
    """Return the question without white space around it.

    Raises UsageError if it is empty or longer than MAX_QUESTION characters.
    """
    question = question.replace("\x00", "").encode("utf-8", "ignore").decode()
    question = " ".join(question.split())
    if not any(character.isalnum() for character in question):
        raise UsageError("The question is empty; ask something about the articles.")
    if len(question) > MAX_QUESTION:
        raise UsageError(
            f"The question has {len(question)} characters, more than {MAX_QUESTION}; "
            "shorten it."
        )
    return question


def is_no_question(question: str) -> bool:
    """Whether somebody only greets, thanks or takes leave."""
    return phrases.fullmatch("question.manners", question) is not None


def asks_whether(question: str) -> bool:
    """Whether a yes or a no would answer."""
    return phrases.match("question.whether", question) is not None


def topic(question: str) -> str:
    """Return what is asked about: the question without "what does the author say".

    Of "What does Bessent say about AI?" it is "Bessent about AI", of "What happened in
    Paris?" it is "Paris".
    """
    language = language_of_question(question)
    behind = phrases.pattern("question.behind", language)
    question = behind.sub("", question) or question
    for frame in ("question.sides", "question.frame", "question.asked_with"):
        if found := phrases.pattern(frame, language).match(question):
            return found["topic"]
    if found := phrases.pattern("question.saying", language).match(question):
        return f"{found['who'].strip()}{question[found.end() :]}"
    return question


def for_embedding(question: str) -> str:
    """Return the words of a question by which its meaning is compared with passages.

    "Tell me about X" lies near nothing: of 120 names from SQuAD's questions, asked in
    the article that has them and in those that have not, the cosine tells .81 apart
    (AUROC), with "What do the articles say about X?" .91.
    """
    if not asks_to_be_told(question):
        return question
    asked = phrases.entry("question.named", language_of_question(question))
    return f"{asked} {topic(question)}"


def asks_to_be_told(question: str) -> bool:
    """Whether only a subject is named: "tell me about X", "the latest on X?"."""
    return phrases.match("question.telling", question) is not None


def asks_for_views(question: str) -> bool:
    """Whether the question asks what those who write or speak hold of something."""
    return any(phrases.match(f"question.{one}", question) for one in ("frame", "sides"))


def asks_who_takes_a_side(question: str) -> bool:
    """Whether it is asked who is for or against something."""
    found = phrases.match("question.sides", question)
    return found is not None and found["who"] is not None


def asks_what_is_said(question: str) -> bool:
    """Whether the question asks what somebody says, the authors or anybody named."""
    return asks_for_views(question) or bool(phrases.match("question.saying", question))


def asks_the_author(question: str) -> bool:
    """Whether the question asks what the author holds, not whom the author quotes."""
    found = phrases.match("question.frame", question)
    asked = question[: found.start("topic")] if found else ""
    author = phrases.pattern("question.author", language_of_question(question))
    return author.search(asked) is not None


def asks_of_a_time(question: str) -> bool:
    """Whether it is asked what happened at some time, and nothing else is said."""
    found = phrases.match("question.asked_with", question)
    time = phrases.pattern("question.time", language_of_question(question))
    return found is not None and bool(time.fullmatch(found["topic"].strip(" ?.!")))


def telling(question: str) -> re.Pattern[str] | None:
    """Return how sentences tell what somebody holds: "should" what he recommends.

    None where it is not asked what he thinks, recommends or concludes, nor for the
    author, who says "I think".
    """
    held = _held(question) or ("think" if asks_the_author(question) else "")
    told = f"question.held.{held}.told"
    return phrases.pattern(told, language_of_question(question)) if held else None


def asks_for_that(question: str) -> bool:
    """Whether it is asked what somebody thinks, recommends or concludes."""
    return bool(_held(question))


def _held(question: str) -> str:
    kinds = phrases.names("question.held", language_of_question(question))
    asks = (
        one for one in kinds if phrases.search(f"question.held.{one}.asked", question)
    )
    return next(asks, "")


def speaker(question: str) -> str:
    """Return X of "What does X say?", or ""."""
    found = phrases.match("question.saying", question)
    return found["who"].strip() if found else ""


def speaks_of(question: str, name: str) -> bool:
    """Whether a question names somebody, by the last word of the `name` at least."""
    last = name.split()[-1:]  # none of a name that is empty
    return bool(last) and last[0].casefold() in re.findall(
        r"[\w-]+", question.casefold()
    )
