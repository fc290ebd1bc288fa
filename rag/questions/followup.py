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
from rag.schema import Turn

_TURNS = 6  # how far back a conversation is followed
_LONGEST = 300  # characters of a rewritten question; a model that says more rambles

_WORD = r"[A-Z\u00c0-\u00de][\w'\u2019-]*"
_NAME = re.compile(
    rf"{_WORD}(?:\s+(?:(?:of|the|de|von|van|for)\s+)*{_WORD})*(?:\s\d{{1,2}}\b)?"
)
# people as a question names them: two names, or one beside a verb of saying
_SPEAKS = r"(?:say|think|write|argue|claim|mention|suggest|believe|want|expect|warn)s?"
_AUTHOR = re.compile(r"\bthe\s+(?:author|writer|columnist|reporter)\b", re.IGNORECASE)

_PERSONAL = re.compile(r"\b(he|she|him|her|his|hers)\b(?!\s+or\b)", re.IGNORECASE)
# a verb follows, whose subject stands between or is the pronoun
_HELPED = re.compile(
    r"\b(?:do|does|did|will|would|can|could|may|might|should)\s*$", re.IGNORECASE
)
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
# "then" and "there", "that" with a verb: what they stand for is put behind
_BACK = re.compile(
    r"^(?!.*\b(?:is|are|was|were)\s+there\b).*\b(?:there|then)\s*[?.!]*$"
    r"|^(?:\w+\s+){0,3}?(?:do|does|did|will|would|can|could)\s+(?:that|this)\s"
    r"|\b(?:one|first|last|most|many|some|all|any|none|which)\s+of\s+(?:them|these)\b",
    re.IGNORECASE,
)
# "Which data centres are in the county?": they are what is asked about
_ASKED_FOR = re.compile(
    r"^(?:which|what)\s+(?P<thing>[\w' -]+?)\s+(?:is|are|was|were|has|have|had|will"
    r"|would|can|could|do|does|did)\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"^(?:(?:please\s+)?(?:tell|say|explain|know)?\s*(?:me\s+|us\s+)?(?:some\s+)?more"
    r"|go\s+on|continue|anything\s+else|what\s+else|any\s+details?|details)"
    r"(?:\s+(?:about|on)\s+(?:it|this|that))?\s*[?.!]*$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_PLAIN_WORDS = (
    "a an the of in on at to for from by with about and or but so is are was were be "
    "been do does did has have had will would can could may might should what who whom "
    "whose which when where why how much many long far old often say says said think "
    "thinks not no any some there than as if"
)
_PLAIN = frozenset(_PLAIN_WORDS.split())
# "What does Bessent say about": what is asked about follows
_FRAME = re.compile(
    rf"^.*\b(?:(?:{_SPEAKS}|said|thought|wrote|argued|views?|opinions?|position|known)"
    r"\s+(?:about|on|of|regarding)|(?:decided?|ask(?:ed)?|know|knew) about)\s+(?=\S)",
    re.IGNORECASE,
)


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
    own, new = _content(question), _content(rewritten)
    known = own | _content(spoken)
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
        and _names(asked)
        and _NAME.fullmatch(rest.rstrip(" ?.!"))
    ):
        return _varied(asked, rest.rstrip(" ?.!"), about=True)
    bare = rest != question.strip() and len(_content(rest)) < 2 and not _names(rest)
    if _points_back(rest) or bare:  # "and who was responsible?"
        return f"{rest.rstrip(' ?.!')} — {topic(asked).rstrip(' ?.!')}?"
    return _without_pronouns(rest, asked, said)


def _points_back(question: str) -> bool:
    return bool(_BACK.search(question)) and not _names(question)


def _varied(asked: str, other: str, *, about: bool) -> str:
    """Return the question before, asked of something else instead, or further."""
    before = asked.rstrip(" ?.!")
    old, new = _YEAR.findall(asked), _YEAR.findall(other)
    if len(old) == len(new) == 1:
        return asked.replace(old[0], new[0])
    if not about:
        return f"{before} {other}?"
    named, person = _NAME.fullmatch(other), _person(asked)
    frame = _FRAME.match(asked)
    if named and person and (_is_person(other, asked) or not frame):
        return asked.replace(person, other)
    if frame:
        return f"{frame.group()}{other}?"
    names = _names(asked)
    if named and names:
        return asked.replace(names[-1], other)
    return f"{before} — {other}?"


def _without_pronouns(question: str, asked: str, said: str) -> str:
    pronoun = _pronoun(question)
    if pronoun is None:
        return question
    word = pronoun.group().lower()
    if _PERSONAL.fullmatch(word):
        thing = _person(asked) or _speaker(said)
    else:
        thing = _thing(asked)
    if not thing:
        return f"{question.rstrip(' ?.!')} — {topic(asked).rstrip(' ?.!')}?"
    her = word == "her" and question[pronoun.end() :].lstrip()[:1].isalpha()
    possessive = word in _POSSESSIVE or her
    put = f"{thing}'s" if possessive and not thing.endswith("'s") else thing
    return question[: pronoun.start()] + put + question[pronoun.end() :]


def _pronoun(question: str) -> re.Match[str] | None:
    """Return the first pronoun that nothing in the question itself explains."""
    for found in _PERSONAL.finditer(question):
        before = question[: found.start()]
        own = _names(before) or _AUTHOR.search(before) or _WHO.match(question)
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
        helped = _HELPED.search(before) or _BEING.search(before)
        if helped and "," not in before and not _names(before):
            return found  # "how many homes will it protect"
        own_words = _content(before)
        if len(own_words) <= (word not in _POSSESSIVE and bool(_WHO.match(question))):
            return found
    return None


def _names(text: str) -> list[str]:
    """Return the names in a text; a capital that only begins a sentence is none."""
    found = []
    for match in _NAME.finditer(text):
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


def _person(asked: str) -> str:
    """Return the person that a question is about, "" where it names none."""
    author = _AUTHOR.search(asked)
    if author:
        return author.group()
    names = [name for name in _names(asked) if _is_person(name, asked)]
    return names[0] if names else ""


def _is_person(name: str, asked: str) -> bool:
    beside = rf"(?:does|did|do)\s+{re.escape(name)}\b|\b{re.escape(name)}\s+{_SPEAKS}\b"
    return len(name.split()) in {2, 3} or bool(re.search(beside, asked))


def _speaker(said: str) -> str:
    """Return the first person that an answer names."""
    names = [name for name in _names(said) if len(name.split()) in {2, 3}]
    return names[0] if names else ""


def _thing(asked: str) -> str:
    """Return what a question is about, as words that can stand for "it"."""
    frame = _FRAME.match(asked)
    if frame or topic(asked) != asked:
        return (asked[frame.end() :] if frame else topic(asked)).rstrip(" ?.!")
    wanted = _ASKED_FOR.match(asked)
    if wanted:
        return f"the {wanted['thing']}"
    phrase = re.search(
        r"\b(?:the|a|an)\s+(?:[\w'-]+)(?:\s+(?:of|on|in|for)\s+(?:the\s+)?[\w'-]+"
        r"|\s+[\w'-]+(?=\s+(?:of|on|in|for|will|is|was|are|were|has|have|had|do|does|did"
        r"|can|could|be)\b)|\s+[\w'-]+(?=\s*[?.!]?$))*",
        asked,
    )
    if phrase:
        found, ends = phrase.group(), not asked[phrase.end() :].strip(" ?.!")
        if ends and _HELPED.search(asked[: phrase.start()]) and found.count(" ") > 1:
            found = found.rpartition(" ")[0]  # "did the mill close?": a verb
        more = re.match(
            r"((?:\s[a-z]+)+)\s(?:at|in|on|its|their|from|to)\b", asked[phrase.end() :]
        )
        # "does a heat pump work at"
        if more and _HELPED.search(asked[: phrase.start()]):
            found += more[1].rpartition(" ")[0]
        return found
    names = _names(asked)
    return names[-1] if names else ""


def _content(text: str) -> set[str]:
    """Return the words of a text that mean something, shortened to compare."""
    return {
        word.casefold()[:6]
        for word in re.findall(r"\w+", text)
        if word.lower() not in _PLAIN
    }
