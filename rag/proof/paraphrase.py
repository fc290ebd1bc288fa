"""Whether a sentence tells in other words what a span of an article says; pure.

`difference` returns what is told otherwise: numbers, times, names, what is denied,
words that exclude one another, the order of who does what. `weakening` returns in what
the span says less: a hedge, a limit, or that it is somebody's word. `coverage` is the
share of the words that both have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from rag.languages import ENGLISH
from rag.proof import claims
from rag.proof.amounts import contradiction, unbounded
from rag.proof.claims import WORD, content
from rag.proof.hedges import hedge
from rag.proof.meanings import CONVERSE, LITTLE, alike, exclusion, stem
from rag.proof.names import names, strange_name
from rag.proof.numbers import amounts
from rag.proof.order import replaced, reversal
from rag.proof.quotes import altered
from rag.proof.reporting import bare, clause_speaker
from rag.quotations import without_quotations
from rag.schema import Speaker, Voice
from rag.sentences import sentence_spans

# a model's word on its task, of which no passage knows; not "the passage says that ..."
_TASK = re.compile(
    r"(?<!according to )(?<!based on )\b(?:the|this|these|both|all)\s+(?:\w+\s+)?"
    r"(passages?|question|answer)\b"
    r"(?!\s+(?:\w+\s+)?(?:say|state|mention|note|explain|report)s?\s+that\b)"
    r"|\b(?:provided|given)\s+(context|text)\b|\b(context|text)\s+(?:provided|given)\b",
    re.IGNORECASE,
)
_PREFIX = 5  # letters that two words must share to be taken for one
_YEARS = {"last": -1, "this": 0, "next": 1, "previous": -1, "coming": 1, "past": -1}
_THAT_YEAR = re.compile(
    r"\b(?:that|the\s+same)\s+(?:year|spring|summer|autumn|winter|month|day)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"\b(?:(last|this|next|previous|coming)\s+"
    r"(year|month|week|quarter|decade|century|spring|summer|autumn|winter|\w+day)"
    r"|yesterday|tomorrow)\b",
    re.IGNORECASE,
)
# a sentence that says in any of these ways that it is somebody's word
_REPORTED = re.compile(
    r"\b(?:reportedly|allegedly|according\s+to|said|says?|claim\w*|argu\w+|view|opinion"
    r"|believ\w+|thinks?|thought|warn\w*|cautio\w+|told|insist\w*|reports?|reported"
    r"|wrote|writes|complain\w*|explain\w*|not(?:es|ed)|added|fears?|feared|worr\w+"
    r"|critici\w+|prais\w+|admit\w*|conced\w+|acknowledg\w+|recall\w*|remember\w*"
    r"|suggest(?:s|ed)|maintain(?:s|ed)|stress\w*|accus\w+|predict\w*|announc\w+"
    r"|declar\w+|promis\w+|pledg\w+|urg(?:es|ed|ing)|replied|replies|remark\w*|testif\w+|reckon\w*"
    r"|statement|comment\w*|estimat(?:es|ed|e)|describ\w+|calls?|called|vow\w*"
    r"|cit(?:es|ed|ing)|answer(?:s|ed)|respond\w*|object(?:s|ed)|observ(?:es|ed)"
    r"|state[sd]|mention(?:s|ed)|tells?|doubt(?:s|ed)|disput\w+|conclud\w+|repl\w+|h(?:eld|olds)\s+that)\b",
    re.IGNORECASE,
)


# the author may still tell of what others hold
_SAYS = re.compile(
    r"\b(?:claim(?:s|ed)|accus(?:es|ed)|argu(?:es|ed)|alleg(?:es|ed)|insist(?:s|ed)"
    r"|contend(?:s|ed)|assert(?:s|ed))\b"
)
_SOURCE = re.compile(r"\baccording\s+to\s+([^,.;]+)", re.IGNORECASE)
_OWN = re.compile(r"\b(?:I|[Ww]e|[Mm]y)\b")  # who speaks tells of themselves
_TELLER = re.compile(rf"{_OWN.pattern}|\b(?:author|speaker|writer)\b")
_AUTHOR = Speaker()
# somebody, of whom a passage must tell that is said to tell of "him" or "her"
_BEGINS_WITH_SOMEBODY = re.compile(r"\W*(?:\w+,\s+)?s?he\b", re.IGNORECASE)
_SOMEBODY = re.compile(
    r"\b(?:s?he|his|hers?|him|who|whose|I|my|me|we|our|(?:wo)?m[ae]n)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Cited:
    """A span that a sentence is held against, with what stands around it.

    `around` is the text before and behind it; `published` is an ISO date or "";
    `speaker` says whose word the span is.
    """

    text: str
    around: str = ""
    title: str = ""
    author: str = ""
    published: str = ""
    language: str = ENGLISH
    speaker: Speaker = _AUTHOR

    @property
    def known(self) -> str:
        """What may be named besides the span: who wrote when, and its neighbours."""
        said = f"{self.title} \n{self.author} \n{self.day} \n{self.speaker.name}"
        return f"{said} \n{self.around}"

    @property
    def day(self) -> str:
        """The date in words, "" without one."""
        try:
            return f"{date.fromisoformat(self.published):%d %B %Y}"
        except ValueError:
            return self.published

    @property
    def year(self) -> int:
        """The year in which it appeared, 0 if unknown."""
        return int(self.published[:4]) if self.published[:4].isdecimal() else 0


def difference(sentence: str, cited: Cited) -> str:
    """Return what the sentence says otherwise than the span, or ""."""
    return next(filter(None, _differences(sentence, cited)), "")


def _differences(sentence: str, cited: Cited) -> Iterator[str]:
    text = cited.text
    for own in _TASK.finditer(sentence):
        if own[own.lastindex or 0].casefold() not in text.casefold():
            yield f"the passage does not say “{own.group()}”"
    if altered(sentence, f"{text}\n{cited.around}"):
        yield "the quotation is not the article's"
    yield contradiction(sentence, text, _values(cited), cited.around)
    if name := strange_name(sentence, text, cited.known, cited.author):
        yield f"the passage does not name {name}"
    if _BEGINS_WITH_SOMEBODY.match(sentence):
        somebody = _SOMEBODY.search(text) or names(text) or cited.speaker.name
        yield "" if somebody else "the passage does not tell of anybody"
    yield claims.negation(sentence, text)
    yield _excluded(sentence, text)
    sources = [text[a:b] for a, b in sentence_spans(text)]
    yield from (reversal(sentence, source) for source in sources)
    new, old = replaced(sentence, sources, _knowing(cited))
    if new:
        yield f"it says “{new}” where the passage says “{old}”"


def weakening(sentence: str, cited: Cited) -> str:
    """Return in what the span says less than the sentence, or ""."""
    text = cited.text
    if dropped := hedge(sentence, text) or unbounded(sentence, text):
        return f"the passage is less sure: “{dropped}”"
    return claims.quantity(sentence, text) or attributed(sentence, cited)


def _knowing(cited: Cited) -> Callable[[str], bool]:
    held = set(content(f"{cited.text} {cited.known}"))
    return lambda word: _resembles(stem(word), held)


def _excluded(sentence: str, passage: str) -> str:
    pair = exclusion(_stems(sentence), _stems(passage))
    if pair is None:
        return ""
    compared = all(re.search(r"\bthan\b", one) for one in (sentence, passage))
    turns = pair in CONVERSE or compared  # "A is colder than B" for "B is warmer"
    if turns and not _same_subject(sentence, passage):
        return ""
    used = " ".join(claims.told(sentence, passage))
    if claims.denies(sentence, ENGLISH) != claims.denies(used, ENGLISH):
        return ""  # "did not rise" for "fell"
    return f"it says “{pair[0]}” where the passage says “{pair[1]}”"


def _same_subject(sentence: str, passage: str) -> bool:
    """Whether both begin with the same word that means something."""
    return content(sentence)[:1] == content(passage)[:1]


def _stems(text: str) -> list[str]:
    return [stem(match.group()) for match in WORD.finditer(text)]


def _values(cited: Cited) -> set[float]:
    """Return the numbers that a sentence may take from around the span."""
    values = {one.value for one in amounts(f"{cited.title} {cited.day}")}
    if _THAT_YEAR.search(cited.text):
        values |= {one.value for one in amounts(cited.around) if one.is_year}
    if cited.year:
        for match in _RELATIVE.finditer(cited.text):
            if match[1] and match[1].casefold() in _YEARS:
                values.add(float(cited.year + _YEARS[match[1].casefold()]))
    return values


def coverage(sentence: str, cited: Cited) -> float:
    """Return the share (0 to 1) of a sentence's words that its span has.

    Numbers, names and verbs of saying are left out: other rules compare them. Words
    of the title, the author and the neighbouring sentences count half.
    """
    figures = {
        word.casefold() for a in amounts(sentence) for word in WORD.findall(a.said)
    }
    named = {word.casefold() for one in names(sentence) for word in one.words}
    held, near = set(content(cited.text)), set(content(cited.known))
    words = [
        stem(word)
        for word in map(str.casefold, WORD.findall(sentence))
        if word not in LITTLE | figures
        and not word[0].isdecimal()
        and not _REPORTED.fullmatch(word)
        and (word not in named or stem(word) in held)
    ]
    if not words:
        return float(bool(figures) or any(not one.first for one in names(sentence)))
    shares = (
        1.0 if _resembles(word, held) else 0.5 * _resembles(word, near)
        for word in words
    )
    return sum(shares) / len(words)


def _resembles(word: str, held: set[str]) -> bool:
    head = word[:_PREFIX]
    return word in held or any(
        alike(word, one) or (len(word) >= _PREFIX and one.startswith(head))
        for one in held
    )


def attributed(sentence: str, cited: Cited) -> str:
    """Return why a sentence tells somebody's word as a fact, or "".

    And why it gives a word to one who did not say it.
    """
    told = clause_speaker(without_quotations(sentence))
    speaker = cited.speaker
    if speaker.voice is Voice.AUTHOR:
        if told and told.voice is Voice.NAMED:
            name = bare(told.name).split()[-1:]
            if name and name[0] not in f"{cited.text} {cited.author}":
                return f"it is the author's word, not {told.name}'s"
        said = _SAYS.search(without_quotations(cited.text))
        own = _OWN.search(
            " ".join(claims.told(sentence, without_quotations(cited.text)))
        )
        said = said or (None if _TELLER.search(sentence) else own)
        if said and told is None and not _REPORTED.search(sentence):
            return f"the article tells it as somebody's word: “{said.group()}”"
        return ""
    who = speaker.name or "a source without a name"
    source = _SOURCE.search(cited.text)
    names_it = source and claims.has(content(sentence), content(source[1])[-2:])
    if not (told or names_it or _REPORTED.search(sentence) or '"' in sentence):
        return f"{who} says this, according to the article"
    if told and told.voice is Voice.NAMED:
        name = bare(told.name).split()[-1:]
        if name and name[0] not in f"{speaker.name} {cited.text} {cited.author}":
            return f"{who} says this, not {told.name}"
    return ""
