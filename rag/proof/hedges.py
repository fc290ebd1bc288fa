"""Whether a sentence keeps the hedges and conditions of its passage; pure, English."""

from __future__ import annotations

import re

from rag.languages import ENGLISH
from rag.proof.claims import WORD, clauses, content, denies, has, told
from rag.proof.meanings import stem

_MODAL = (
    r"may(?!\s+\d)|might|could|perhaps|maybe|possib\w+|potential\w*|probab\w+|likely"
    r"|likelihood|apparent\w*|seem\w*|appear(?:s|ed)?\s+(?:to|that|\w+ing)|suggest\w*"
    r"|presumab\w+|conceivab\w+|chance\w*|risk\w*|uncertain\w*|unclear|tentativ\w+"
    r"|tends?|can|in\s+theory|capable|able|speculat\w+|indicat\w+"
)
_HEARSAY = (
    r"reported(?:ly)?|alleged(?:ly)?|purported(?:ly)?|supposed(?:ly)?|rumou?r\w*"
    r"|said\s+to|believed|thought\s+to|understood\s+to|claim\w*|according\s+to"
    r"|reports?|says?|said|sources?|unconfirmed|accus\w+|hearsay|word\s+is"
)
_EXPECTATION = (
    r"expect\w*|forecast\w*|project(?:ed|ion|ions|s)|estimat\w*|anticipat\w*|predict\w*"
    r"|plan(?:s|ned|ning)?|propos\w+|intend\w*|aim\w*|hop(?:e|es|ed|ing|eful)|should"
    r"|ought|scheduled|targets?|targeted|due|consider\w*|supposed|designed|meant"
    r"|wants?|wanted|seek\w*|sought|envisag\w+|foresee\w*|pledg\w+|promis\w+|vow\w*"
    r"|threaten\w*|tr(?:y|ies|ied|ying)|would|if|is\s+to|are\s+to|was\s+to|were\s+to"
    r"|on\s+track|set\s+to|call\w*\s+for|urg\w+|recommend\w+|must|needs?|think\w*"
    r"|thought|believ\w+|reckon\w*|assum\w+|counts?\s+on|look\w*\s+to|prepar\w+"
)
_CONDITION = (
    r"if|unless|any(?:one|body)|provided|providing|as\s+long\s+as|so\s+long\s+as"
    r"|assuming|only\s+when"
    r"|in\s+case|on\s+condition|contingent|whether|depend\w*|conditional\w*|when\w*"
    r"|should|were|until|without|subject\s+to|in\s+the\s+event|once|given"
)
_WOULD = rf"would|will|{_MODAL}|{_EXPECTATION}|{_HEARSAY}|going\s+to|{_CONDITION}"
_REPORTEDLY = (
    r"reportedly|allegedly|purportedly|supposedly|rumou?red|alleged"
    r"|(?:is|are|was|were|been)\s+(?:said|believed|thought|understood|reported)\s+to"
)
_MAY = (
    r"may(?!\s+(?:\d|be\s+seen))|might|could|perhaps|maybe|possibly|probably|likely"
    r"|possible|apparently|seems?|seemed|appears?\s+to|appeared\s+to|presumably"
    r"|potentially"
    r"|suggests?"
)
_MAY_KEPT = (
    rf"{_MODAL}|{_REPORTEDLY}|expect\w*|forecast\w*|think\w*|thought|believ\w+"
    r"|estimat\w*|predict\w*|project(?:ed|s)|should|doubt\w*|fear\w*"
)
_EXPECTED = (
    r"expected|expects?|forecasts?|projected|anticipated|predict(?:s|ed)|plans?\s+to"
    r"|planned|planning\s+to|proposed|proposes|intends?|aims?\s+to|hopes?|hoped|should"
    r"|considering|estimated|designed\s+to|seeks?\s+to"
)
# what marks a hedge in a passage, and what keeps it in a sentence
_HEDGES = [
    (re.compile(rf"\b(?:{sign})\b"), re.compile(rf"\b(?:{kept})\b", re.IGNORECASE))
    for sign, kept in (
        (_MAY, _MAY_KEPT),
        (_REPORTEDLY, rf"{_HEARSAY}|{_MODAL}|think\w*|thought|suspect\w*"),
        (_EXPECTED, rf"{_EXPECTATION}|{_MODAL}|{_HEARSAY}"),
        (r"would", _WOULD),
        (r"(?<!even )if|unless|provided\s+that|as\s+long\s+as|assuming", _CONDITION),
    )
]
# these hedge their own clause; a condition may stand in another
_SCOPED = [kept for _, kept in _HEDGES[:2]]
_ASIDE = 2  # words
_UNSURE = re.compile(
    r"\b(?:may|might|could|can|should|risks?|(?:is|are)\s+(?:likely|expected)\s+to"
    r"|plans?\s+to|hopes?\s+to|aims?\s+to|seeks?\s+to|proposes?\s+to)\b"
)
_POSSIBLY = re.compile(
    r"\b(?:possibly|potentially|perhaps|probably|allegedly|reportedly|apparently)\b"
)
_ANY_HEDGE = re.compile(rf"\b(?:{_MAY_KEPT})\b", re.IGNORECASE)
_WILL = re.compile(r"\b(?:will|must|is\s+certain\s+to|are\s+certain\s+to)\b")


def hedge(sentence: str, passage: str) -> str:
    """Return the hedge or condition of the passage that the sentence drops, or ""."""
    if sure := _certain(sentence, passage):
        return sure
    if dropped := _adverb(sentence, passage):
        return dropped
    said = content(sentence)
    for clause in told(sentence, passage):
        for sign, kept in _HEDGES:
            found = sign.search(clause)
            if found and found.group() == "could" and denies(clause, ENGLISH):
                continue  # what could not be done was not done
            behind = content(clause[found.end() :])[:3] if found else []
            scoped = kept in _SCOPED
            place = _telling(sentence, behind) if scoped else sentence
            if found is None or kept.search(place):
                continue
            if not behind or has(said, behind) or len(clauses(passage)) == 1:
                return found.group()
    return _condition(sentence, passage)


def _telling(sentence: str, words: list[str]) -> str:
    """Return a sentence without its other clauses, where one clause has these words.

    Short ones stay: "Imanov expects" is said of all.
    """
    parts = clauses(sentence)
    own = [part for part in parts if has(content(part), words[:1])]
    if len(own) != 1:
        return sentence
    return ", ".join(
        part for part in parts if part in own or len(content(part)) <= _ASIDE
    )


def _certain(sentence: str, passage: str) -> str:
    """Return the hedge of what the sentence says "will" be, or ""."""
    hedged = [
        (found.group(), content(passage[found.end() :])[:2])
        for found in _UNSURE.finditer(passage)
    ]
    sure = [content(passage[m.end() :])[:2] for m in _WILL.finditer(passage)]
    plain = re.search(r"\b(?:will|shall|(?:is|are|due|set|going)\s+to)\b", passage)
    may = re.search(r"\b(?:may|might|could)\b", passage)
    if may and not plain and re.search(r"\bwill\b", sentence):
        return may.group()
    for will in _WILL.finditer(sentence):
        words = content(sentence[will.end() :])[:1]
        if any(has(others[:1], words) for others in sure):
            continue
        for hedge_word, others in hedged:
            if words and has(others[:1], words):
                return hedge_word
    return ""


def _adverb(sentence: str, passage: str) -> str:
    """Return the "possibly" of a word that the sentence has without it, or ""."""
    words = list(WORD.finditer(sentence))
    for found in _POSSIBLY.finditer(passage):
        behind = content(passage[found.end() :])[:1]
        near = [
            sentence[words[max(at - 5, 0)].start() : word.end() + 30]
            for at, word in enumerate(words)
            if behind == [stem(word.group())]
        ]
        if near and not any(map(_ANY_HEDGE.search, near)):
            return found.group()
    return ""


def _condition(sentence: str, passage: str) -> str:
    """Return the condition of something that the sentence tells without it, or ""."""
    parts, used = clauses(passage), told(sentence, passage)
    for at, clause in enumerate(parts):
        found = re.match(r"\s*(?:if|unless|provided\s+that)\b", clause, re.IGNORECASE)
        beside = parts[at - 1 : at] if at else parts[1:2]
        kept = re.search(rf"\b(?:{_CONDITION})\b", sentence, re.IGNORECASE)
        if found and beside and beside[0] in used and not kept:
            return clause.strip()
    return ""
