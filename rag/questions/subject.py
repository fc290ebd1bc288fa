"""Of whom and of what a question speaks: its names, its person, its thing; pure."""

from __future__ import annotations

import re

from rag.questions.question import topic

_WORD = r"[A-Z\u00c0-\u00de][\w'\u2019-]*"
NAME = re.compile(
    rf"{_WORD}(?:\s+(?:(?:of|the|de|von|van|for)\s+)*{_WORD})*(?:\s\d{{1,2}}\b)?"
)
# people as a question names them: two names, or one beside a verb of saying
_SPEAKS = r"(?:say|think|write|argue|claim|mention|suggest|believe|want|expect|warn)s?"
AUTHOR = re.compile(r"\bthe\s+(?:author|writer|columnist|reporter)\b", re.IGNORECASE)

# a verb follows, whose subject stands between or is the pronoun
HELPED = re.compile(
    r"\b(?:do|does|did|will|would|can|could|may|might|should)\s*$", re.IGNORECASE
)
# "Which data centres are in the county?": they are what is asked about
_ASKED_FOR = re.compile(
    r"^(?:which|what)\s+(?P<thing>[\w' -]+?)\s+(?:is|are|was|were|has|have|had|will"
    r"|would|can|could|do|does|did)\b",
    re.IGNORECASE,
)
_NOUNS = r"(?:the|a|an)\s+[\w'-]+"
# "did the old mill close in 2008?", "does the flood barrier cost?"
_DOER = re.compile(
    rf"{HELPED.pattern.removesuffix('$')}\s+(?P<thing>{_NOUNS}(?:\s+[\w'-]+){{0,3}}?)"
    r"\s+[\w'-]+(?=\s*[?.!]*$|\s+(?:at|in|on|its|their|from|to|for|by|with|when|after"
    r"|before)\b)",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    rf"\b(?P<thing>{_NOUNS}(?:\s+(?:of|on|in|for)\s+(?:the\s+)?[\w'-]+"
    r"|\s+[\w'-]+(?=\s+(?:of|on|in|for|will|is|was|are|were|has|have|had|do|does|did"
    r"|can|could|be)\b)|\s+[\w'-]+(?=\s*[?.!]?$))*)"
)
_PLAIN_WORDS = (
    "a an the of in on at to for from by with about and or but so is are was were be "
    "been do does did has have had will would can could may might should what who whom "
    "whose which when where why how much many long far old often say says said think "
    "thinks not no any some there than as if"
)
_PLAIN = frozenset(_PLAIN_WORDS.split())
# "What does Bessent say about": what is asked about follows
FRAME = re.compile(
    rf"^.*\b(?:(?:{_SPEAKS}|said|thought|wrote|argued|views?|opinions?|position|known)"
    r"\s+(?:about|on|of|regarding)|(?:decided?|ask(?:ed)?|know|knew) about)\s+(?=\S)",
    re.IGNORECASE,
)


def names_in(text: str) -> list[str]:
    """Return the names in a text; a capital that only begins a sentence is none."""
    found = []
    for match in NAME.finditer(text):
        words = match.group().split()
        begins = (
            not text[: match.start()].strip()
            or text[: match.start()].rstrip()[-1] in ".?!:"
        )
        if begins and words[0].lower() in _PLAIN | {"tell", "list", "name"}:
            words = words[1:]
        if words:
            found.append(" ".join(words))
    return found


def person_of(asked: str) -> str:
    """Return the person that a question is about, "" where it names none."""
    author = AUTHOR.search(asked)
    if author:
        return author.group()
    names = [name for name in names_in(asked) if is_person(name, asked)]
    return names[0] if names else ""


def is_person(name: str, asked: str) -> bool:
    """Whether a name that a question has is that of a person, by what stands beside."""
    beside = rf"(?:does|did|do)\s+{re.escape(name)}\b|\b{re.escape(name)}\s+{_SPEAKS}\b"
    return len(name.split()) in {2, 3} or bool(re.search(beside, asked))


def first_person_named(said: str) -> str:
    """Return the first person that an answer names."""
    names = [name for name in names_in(said) if len(name.split()) in {2, 3}]
    return names[0] if names else ""


def thing_of(asked: str) -> str:
    """Return what a question is about, as words that can stand for "it"."""
    frame = FRAME.match(asked)
    if frame or topic(asked) != asked:
        return (asked[frame.end() :] if frame else topic(asked)).rstrip(" ?.!")
    wanted = _ASKED_FOR.match(asked)
    if wanted:
        return f"the {wanted['thing']}"
    found = _DOER.search(asked) or _PHRASE.search(asked)
    if found:
        return found["thing"]
    names = names_in(asked)
    return names[-1] if names else ""


def content_words(text: str) -> set[str]:
    """Return the words of a text that mean something, shortened to compare."""
    return {
        word.casefold()[:6]
        for word in re.findall(r"\w+", text)
        if word.lower() not in _PLAIN
    }
