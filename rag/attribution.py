"""Who says a sentence of an article: the author, somebody named, or somebody unnamed.

Decided by the words of the sentence and, where it leans on them, of the sentences
before it in the same article. The rules, in the order in which they are tried:

1. a clause of attribution ("according to X") or of saying ("X said", "said X", with an
   apposition between them or not): X, where X is a name or a named kind of body ("the
   ministry"); nobody named where X is "officials", "critics", "some";
2. "he said", "she added": the last one who was named;
3. "reportedly", "is said to", "rumoured": nobody named;
4. a sentence inside a quotation that was opened before: who says the sentence before;
5. everything else: the author.

English only: in other languages everything is the author's, which is the word of the
article in any case.
"""

from __future__ import annotations

import re

from rag.schema import Speaker, Voice
from rag.sentences import sentence_spans

_BEFORE = 1_500  # characters of the article that a sentence may lean on

_SAYING = (
    r"(?:sa(?:id|ys?)|told|tells\s+(?:me|us|him|her|the)|argue[sd]?|warn(?:s|ed)?"
    r"|claim(?:s|ed)?|wr(?:ote|ites?)|insist(?:s|ed)?|add(?:s|ed)|note[sd]|state[sd]"
    r"|suggest(?:s|ed)|believe[sd]?|th(?:inks?|ought)|expect(?:s|ed)|predict(?:s|ed)"
    r"|estimate[sd]|acknowledge[sd]|concede[sd]|denie[sd]|repl(?:ies|ied)|hopes?|fears?"
    r"|answer(?:s|ed)|testif(?:ies|ied)|maintain(?:s|ed)\s+that|contend(?:s|ed)"
    r"|doubts?|urge[sd]|announce[sd]\s+that|report(?:s|ed)\s+that|conclude[sd]\s+that"
    r"|found\s+that|finds\s+that|explain(?:s|ed)\s+that|promise[sd]\s+that)"
)
_WORD = r"[A-Z\u00c0-\u00de][\w.&'\u2019-]*"
_NAME = rf"{_WORD}(?:(?:\s+(?:of|the|for|de|von|van|der|and|&)){{0,2}}\s+{_WORD})*"
# a body that is called by what it is: the council, a spokesman for the ministry
_BODY = (
    r"(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Ii]ts|[Tt]heir)\s+(?:[\w-]+\s+){0,3}?"
    r"(?:council|ministry|minister|government|company|firm|bank|agency|commission"
    r"|committee|court|union|party|police|university|institute|regulator|board"
    r"|department|treasury|office|report|study|paper|survey|statement|mayor|president"
    r"|spokes(?:man|woman|person)|secretary|director|chairman|chair|editor|engineer"
    r"|professor|economist|judge|association|forum|group|operator|ombudsman|manager"
    r"|chairwoman|owner|author|witness|lawyer|doctor|teacher|farmer|leader|head)\b"
    rf"(?:\s+(?:of|for|at|in)\s+(?:the\s+)?(?:{_NAME}|[\w-]+))?"
)
_NOBODY = (
    r"(?:(?:\w+\s+){0,2}?(?i:officials?|sources?|analysts?|experts?|critics|observers"
    r"|insiders|people|residents|witnesses|researchers|scientists|economists|supporters"
    r"|opponents|diplomats|investors|traders|executives|rumou?rs|reports)"
    r"(?:\s+(?:familiar|close|briefed|involved|who)\b[^,.;]{0,60})?"
    r"|[Ss]ome|[Mm]any|[Oo]thers|[Ss]everal|[Oo]bservers)"
)
_APPOSITION = r"(?:,\s(?P<called>[^,.;:!?\u201c\u201d\"]{2,90}),)?"
_AUXILIARY = r"(?:\s+(?:has|have|had|also|then|later|once|now|recently|repeatedly))*"
# "X said", "X, of the forum, has warned", "X of the forum, a trade group, warned"
_SUBJECT = re.compile(
    rf"(?P<who>{_NOBODY}|{_BODY}|{_NAME}){_APPOSITION}{_AUXILIARY}\s+{_SAYING}\b"
)
_INVERTED = re.compile(
    rf"[,\u201d\"?!]\s*{_SAYING}\s+(?P<who>{_NOBODY}|{_BODY}|{_NAME})"
)
_ACCORDING = re.compile(
    rf"\b[Aa]ccording\s+to\s+(?P<who>{_NOBODY}\b|{_BODY}|{_NAME}"
    r"|(?:the|an?|one|two|three|several)\s+[\w\s'\u2019-]{2,40})"
)
_PRONOUN = re.compile(rf"\b(?:[Hh]e|[Ss]he|[Tt]hey){_AUXILIARY}\s+{_SAYING}\b")
_HEARSAY = re.compile(
    r"\b(?:reportedly|allegedly|supposedly|rumou?red|(?:is|are|was|were)"
    r"\s+(?:said|believed|thought|understood|reported)\s+to"
    r"|it\s+is\s+(?:said|claimed|thought|believed))\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    '[\u201c"\u201e\u00ab][^\u201c\u201d"\u00ab\u00bb]*[\u201d"\u00bb]'
)
# capitals that begin a sentence and name nobody
_LEADING = re.compile(
    r"^(?:(?:But|And|Yet|So|Still|However|While|When|As|In|On|At|By|For|Since|After"
    r"|Before|If|Then|Now|Today|Yesterday|Also|Even|Only|This|That|These|Those|There|It"
    r"|What|Who|Which|How|Why|Because|Although|Though|Meanwhile|Instead|Once|Last|Next"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\s+)+"
)
_OF_SOMETHING = re.compile(rf"({_WORD}(?:\s+{_WORD})+)\s+(?:of|for|from|at)\s")
_NO_NAME = re.compile(
    r"(?:I|We|He|She|They|It|You|This|That|These|Those|There|What|Who|Which|Nobody"
    r"|No one|Everybody|Everyone|Nothing|One|Study|Report)$"
)


def speaker_of(text: str, start: int, end: int, author: str = "") -> Speaker:
    """Return who says the sentence `text[start:end]` of an article by `author`.

    `text` is the article's, or as much of it as is at hand: what stands before the
    sentence tells who "he" is and whether a quotation is open.
    """
    sentence = text[start:end]
    before = text[max(0, start - _BEFORE) : start].rpartition("\n\n")[2]
    named = _attributed(sentence)
    if named is None and _PRONOUN.search(_QUOTED.sub("", sentence)):
        named = _last_named(text[max(0, start - _BEFORE) : start])
        named = named or Speaker(Voice.UNNAMED)
    if named is None and _HEARSAY.search(_QUOTED.sub("", sentence)):
        named = Speaker(Voice.UNNAMED)
    if named is None and _inside_quotation(before, sentence):
        named = _last_named(before) or Speaker(Voice.UNNAMED)
    if named is None or (named.name and _same(named.name, author)):
        return Speaker()
    return named


def _attributed(sentence: str) -> Speaker | None:
    """Return whom the sentence itself names as speaking, if anybody."""
    outside = _QUOTED.sub('""', sentence)
    for rule in (_ACCORDING, _INVERTED, _SUBJECT):
        for found in rule.finditer(outside):
            called = found.groupdict().get("called") or ""
            full = re.fullmatch(_NAME, called)  # "the engineer, Robert Imanov, told"
            speaker = _speaker(called if full else found["who"])
            if speaker:
                return speaker
    return None


def _speaker(who: str) -> Speaker | None:
    who = _LEADING.sub("", " ".join(who.split())).rstrip(",.;:")
    if not who or _NO_NAME.match(who):
        return None
    if re.fullmatch(_NOBODY, who):
        return Speaker(Voice.UNNAMED)
    person = _OF_SOMETHING.match(who)  # "Jonas Ruhland of the Chip Exporters' Forum"
    return Speaker(Voice.NAMED, person[1] if person else who)


def _last_named(before: str) -> Speaker | None:
    """Return who was named last as speaking before a sentence, in its paragraph."""
    for start, end in reversed(sentence_spans(before, "en")):
        speaker = _attributed(before[start:end])
        if speaker:
            return speaker
    return None


def _inside_quotation(before: str, sentence: str) -> bool:
    """Whether the sentence stands wholly in a quotation, open before it or not."""
    straight = before.count('"') % 2 == 1
    curly = before.count("\u201c") > before.count("\u201d")
    return straight or curly or not _QUOTED.sub("", sentence).strip(" .,!?")


def _same(name: str, author: str) -> bool:
    """Whether a name in the text is the author's, in full or by the last part."""
    parts = author.split()
    return bool(parts) and (name == author or name == parts[-1])
