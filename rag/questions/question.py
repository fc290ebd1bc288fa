"""What a question is about, apart from how it is asked."""

from __future__ import annotations

import re

from rag.errors import UsageError
from rag.wordlist import MONTHS

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
_HOLDING = (
    rf"(?:{_SPEAKING}|(?:conclude|recommend|propose|predict|warn|expect|want|criticise"
    r"|criticize|object\s+to|oppose|support|favou?r|defend|approve|like|prefer|fear|hope"
    r"|describe|discuss|see|call\s+for|(?:dis)?agree\s+with)s?)"
)
_TELL = (
    r"(?:please\s+|can\s+you\s+|could\s+you\s+)?(?:tell\s+(?:me|us)|what\s+do\s+(?:you|we|they)"
    r"\s+(?:know|say|have))(?:\s+(?:more|something|anything|everything|all))?(?=\s+(?:about|on)\b)"
)
_COMPARED = r"(?:articles|authors|views|opinions|positions|accounts)"
_FRAME = re.compile(
    rf"""^\s*
    (?:
        (?:(?:what|how|why)\s+)?(?:do|does|did|would)\s+{_SPEAKER}\s+{_HOLDING}
      | (?:what|which)\s+(?:\w+\s+)?\w+\s+(?:do|does|did)\s+{_SPEAKER}
        \s+(?:give|offer|make|cite|name|present|use|see|mention)s?
      | what\s+(?:is|are|was|were)\s+{_SPEAKER}(?:'s|\u2019s|')?
        \s+(?:views?|opinions?|positions?|take)
      | what\s+(?:is|was)\s+said
      | {_TELL}
      | compare\s+(?:what\s+{_SPEAKER}\s+{_SPEAKING}|(?:the\s+)?{_COMPARED})
      | (?:(?:how|where|on\s+what)\s+)?do\s+{_SPEAKER}\s+(?:(?:dis)?agree|differ)
      | what\s+(?:are\s+)?(?:the\s+)?different\s+{_COMPARED}
      | according\s+to\s+{_SPEAKER}\s*,?
    )
    (?:\s+(?:about|of|on|for|against|regarding|concerning|that))?\s+
    (?P<topic>.*\w.*)$""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)

# "... according to the author?", "... in the writer's view?"
_BEHIND = re.compile(
    rf"\s*,?\s*(?:according\s+to\s+{_SPEAKER}|in\s+{_SPEAKER}(?:'s|\u2019s|')?\s+"
    r"(?:view|opinion|eyes|words))\s*[?.]*\s*$",
    re.IGNORECASE,
)
# What speaks for or against something: a view, though nobody is named who holds it.
_SIDES = re.compile(
    r"""^\s*(?:
        what\s+(?:is|are|was|were)\s+(?:the|some)?\s*(?:main\s+)?
        (?:arguments?|case|reasons?|objections?|criticisms?|advantages?|disadvantages?
          |benefits?|drawbacks?|downsides?|pros\s+and\s+cons)\s+(?:for|against|to|of)
      | (?:the\s+)?pros\s+and\s+cons\s+of
      | (?P<who>who\s+(?:else\s+)?(?:criticis|criticiz|oppos|support|favou?r|welcom|back
        |prais|reject)(?:es|ed|s|e)?|(?:does|did)\s+any(?:one|body)\s+(?:criticise
        |criticize|oppose|support|reject))
      | what\s+(?:do|does|did)\s+(?:the\s+)?
        (?:critics|opponents|supporters|proponents)\s+of
    )\s+(?P<topic>.*?\w.*?)(?:\s+(?:say|think|argue|claim|fear|want))?\s*\??\s*$""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)

# "What does Bessent think of ...?"
_SAYING = re.compile(
    rf"\s*(?:what|how)\s+(?:do|does|did|has|have)(?P<who>\s.{{2,80}}?\s){_SPEAKING}\b",
    re.IGNORECASE,
)

# How it is asked, where no articles have these words: "what happened in".
_ASKED_WITH = re.compile(
    r"""^\s*(?:
        what\s+(?:ha[sd]\s+|have\s+|did\s+)?happen(?:s|ed)?\b
        (?:\s+(?:to|in|at|on|with|after|during|when))?
      | what\s+(?:is|are|was|were)\s+the\s+
        (?:relation(?:ship)?|connection|link|differences?)s?\s+between
    )\s+(?P<topic>.*\w.*)$""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_TIME = re.compile(
    rf"(?:the|of|early|late|spring|summer|autumn|winter|year|{'|'.join(MONTHS)}"
    r"|\d+(?:st|nd|rd|th|s)?|[,\s])+",
    re.IGNORECASE,
)
# An author's own view: "I think", "in my view".
_OWN_VIEW = re.compile(
    r"\bI\s+(?:also\s+|still\s+|do\s+not\s+|don't\s+)?(?:think|believe|find|doubt|fear"
    r"|suspect|hope|argue|say|would|feel|conclude)\b"
    r"|\b(?:in|to|from)\s+my\s+(?:own\s+)?(?:view|opinion|mind|perspective|eyes)\b"
    r"|\bpersonally\b",
    re.IGNORECASE,
)
_WHETHER = re.compile(
    r"\s*(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could)\s",
    re.IGNORECASE,
)
_MANNERS = re.compile(
    r"\W*(?:hi|hello|hey|thanks?(?:\s+you)?|thank\s+you|cheers|ok(?:ay)?|great|good"
    r"(?:\s*bye|\s+(?:morning|evening|day|job))?|bye|hallo|danke|guten\s+tag)"
    r"(?:\s+(?:there|again|very\s+much|so\s+much|a\s+lot))?\W*",
    re.IGNORECASE,
)
# What somebody holds is told by some sentences rather than by others.
_TOLD_BY = {
    r"\b(?:recommend|suggest|propos|advi[cs]e|solution)": re.compile(
        r"\b(?:should|must|ought|needs?\s+to|ha(?:s|ve)\s+to|let\s+us|had\s+better|better"
        r"\s+to|recommend\w*|propos(?:e[sd]?|als?)|urge[sd]?|calls?\s+(?:for|on))\b",
        re.IGNORECASE,
    ),
    r"\bconclu(?:de|sion)": re.compile(
        r"\b(?:in\s+(?:conclusion|short|sum|the\s+end)|overall|ultimately|therefore|thus"
        r"|conclu\w+)\b",
        re.IGNORECASE,
    ),
    r"\b(?:think|believe|feel|argu\w+|thesis|position|opinion|view|stance|take|claim"
    r"|(?:dis)?agree|oppose|support|favou?r|criticise|criticize)s?\b": _OWN_VIEW,
}


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
    return _MANNERS.fullmatch(question) is not None


def asks_whether(question: str) -> bool:
    """Whether a yes or a no would answer."""
    return _WHETHER.match(question) is not None


def topic(question: str) -> str:
    """Return what is asked about: the question without "what does the author say".

    Of "What does Bessent say about AI?" it is "Bessent about AI", of "What happened in
    Paris?" it is "Paris".
    """
    question = _BEHIND.sub("", question) or question
    for frame in (_SIDES, _FRAME, _ASKED_WITH):
        if found := frame.match(question):
            return found["topic"]
    if found := _SAYING.match(question):
        return f"{found['who'].strip()}{question[found.end() :]}"
    return question


def for_embedding(question: str) -> str:
    """Return the words of a question by which its meaning is compared with passages.

    "Tell me about X" lies near nothing: of 120 names from SQuAD's questions, asked in
    the article that has them and in those that have not, the cosine tells .81 apart
    (AUROC), with "What do the articles say about X?" .91.
    """
    tells = re.match(rf"\s*{_TELL}", question, re.IGNORECASE)
    return f"What do the articles say about {topic(question)}" if tells else question


def asks_for_views(question: str) -> bool:
    """Whether the question asks what those who write or speak hold of something."""
    return any(one.match(question) for one in (_FRAME, _SIDES))


def asks_who_takes_a_side(question: str) -> bool:
    """Whether it is asked who is for or against something."""
    found = _SIDES.match(question)
    return found is not None and found["who"] is not None


def asks_what_is_said(question: str) -> bool:
    """Whether the question asks what somebody says, the authors or anybody named."""
    return asks_for_views(question) or _SAYING.match(question) is not None


def asks_the_author(question: str) -> bool:
    """Whether the question asks what the author holds, not whom the author quotes."""
    found = _FRAME.match(question)
    asked = question[: found.start("topic")] if found else ""
    return re.search(r"\b(?:author|writer)", asked, re.IGNORECASE) is not None


def asks_of_a_time(question: str) -> bool:
    """Whether it is asked what happened at some time, and nothing else is said."""
    found = _ASKED_WITH.match(question)
    return found is not None and bool(_TIME.fullmatch(found["topic"].strip(" ?.!")))


def telling(question: str) -> re.Pattern[str] | None:
    """Return how sentences tell what somebody holds: "should" what he recommends.

    None where it is not asked what he thinks, recommends or concludes, nor for the
    author, who says "I think".
    """
    folded = question.casefold()
    found = (told for asked, told in _TOLD_BY.items() if re.search(asked, folded))
    return next(found, _OWN_VIEW if asks_the_author(question) else None)


def asks_for_that(question: str) -> bool:
    """Whether it is asked what somebody thinks, recommends or concludes."""
    return any(re.search(asked, question.casefold()) for asked in _TOLD_BY)


def speaker(question: str) -> str:
    """Return X of "What does X say?", or ""."""
    found = _SAYING.match(question)
    return found["who"].strip() if found else ""


def speaks_of(question: str, name: str) -> bool:
    """Whether a question names somebody, by the last word of the `name` at least."""
    last = name.split()[-1:]  # none of a name that is empty
    return bool(last) and last[0].casefold() in re.findall(
        r"[\w-]+", question.casefold()
    )
