"""What a question is about, apart from how it is asked."""

from __future__ import annotations

import re

from rag.errors import UsageError

MAX_QUESTION = 2000  # characters; longer ones are pasted texts, not questions

# "What does the author say about X?": only X can be found in the articles.
_SPEAKER = (
    r"(?:the\s+|this\s+|these\s+)?"
    r"(?:author|writer|article|text|piece|essay|report|story|stories)s?"
)
_SPEAKING = (
    r"(?:say|think|write|argue|claim|mention|suggest|believe|state|report|explain|feel"
    r"|tell\s+us)s?"
)
_COMPARED = r"(?:articles|authors|views|opinions|positions|accounts)"
_FRAME = re.compile(
    rf"""^\s*
    (?:
        (?:what|how)\s+(?:do|does|did)\s+{_SPEAKER}\s+{_SPEAKING}
      | what\s+(?:is|are|was|were)\s+{_SPEAKER}(?:'s|\u2019s|')?
        \s+(?:views?|opinions?|positions?|take)
      | what\s+(?:is|was)\s+said
      | compare\s+(?:what\s+{_SPEAKER}\s+{_SPEAKING}|(?:the\s+)?{_COMPARED})
      | (?:(?:how|where|on\s+what)\s+)?do\s+{_SPEAKER}\s+(?:(?:dis)?agree|differ)
      | what\s+(?:are\s+)?(?:the\s+)?different\s+{_COMPARED}
      | according\s+to\s+{_SPEAKER}\s*,?
    )
    (?:\s+(?:about|of|on|regarding|concerning|that))?\s+
    (?P<topic>.*\w.*)$""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)

# "What does Bessent think of ...?"
_SAYING = re.compile(
    rf"\s*(?:what|how)\s+(?:do|does|did|has|have)(?P<who>\s.{{2,80}}?\s){_SPEAKING}\b",
    re.IGNORECASE,
)


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


def topic(question: str) -> str:
    """Return what is asked about: the question without "what does the author say".

    Of "What does Bessent say about AI?" it is "Bessent about AI".
    """
    if found := _FRAME.match(question):
        return found["topic"]
    if found := _SAYING.match(question):
        return f"{found['who'].strip()}{question[found.end() :]}"
    return question


def asks_for_views(question: str) -> bool:
    """Whether the question asks what those who write or speak hold of something."""
    return _FRAME.match(question) is not None


def asks_what_is_said(question: str) -> bool:
    """Whether the question asks what somebody says, the authors or anybody named."""
    return asks_for_views(question) or _SAYING.match(question) is not None


def asks_the_author(question: str) -> bool:
    """Whether the question asks what the author holds, not whom the author quotes."""
    found = _FRAME.match(question)
    asked = question[: found.start("topic")] if found else ""
    return re.search(r"\b(?:author|writer)", asked, re.IGNORECASE) is not None


def speaker(question: str) -> str:
    """Return who is asked for in "What does X say?", with the word before it."""
    found = _SAYING.match(question)
    return f"does{found['who']}" if found else ""


def speaks_of(question: str, name: str) -> bool:
    """Whether a question names somebody, by the last word of the `name` at least."""
    last = name.split()[-1:]  # none of a name that is empty
    return bool(last) and last[0].casefold() in re.findall(
        r"[\w-]+", question.casefold()
    )
