"""Whether a sentence keeps the hedges of its passage; pure, English."""

from __future__ import annotations

import re

from rag.languages import ENGLISH
from rag.proof.claims import clauses, content, denies, has, told
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
_ROUGHLY = r"about|around|roughly|approximately|puts?\s+(?:at|the)"  # it is estimated
# what marks a hedge in a passage, and what keeps it in a sentence
_HEDGES = [
    (re.compile(rf"\b(?:{sign})\b"), re.compile(rf"\b(?:{kept})\b", re.IGNORECASE))
    for sign, kept in (
        (_MAY, _MAY_KEPT),
        (_REPORTEDLY, rf"{_HEARSAY}|{_MODAL}|think\w*|thought|suspect\w*"),
        (_EXPECTED, rf"{_EXPECTATION}|{_MODAL}|{_HEARSAY}|{_ROUGHLY}"),
    )
]
_SUPERLATIVE = r"(?:most\s\w+|\w{2,}est|first|last|best|worst)"
# what all but takes away, the word that then stands alone, and what keeps it
_EXCEPT = (
    (
        re.compile(
            rf"\b(?:[Oo]ne|[Ss]ome|[Aa]mong|[Pp]art)(?:\s+of)?\s+(?:the|its|their)\s+(?:\w+\s)?"
            rf"({_SUPERLATIVE})\b"
        ),
        r"(?:^|\s)[Tt]he\s(?:\w+\s)?WORD\b",
        re.compile(
            r"\b(?:one|some|among|amongst|part|earliest|many|several)\b", re.IGNORECASE
        ),
    ),
    (
        re.compile(
            r"\b(?:[Aa]lmost|[Nn]early|[Vv]irtually|[Pp]ractically)\s(?:all|every)\b"
        ),
        r"\b(?:[Aa]ll|[Ee]very|[Ee]ach)\s",
        re.compile(
            r"\b(?:almost|nearly|virtually|practically|most|majority)\b",
            re.IGNORECASE,
        ),
    ),
)
_PERFECT = re.compile(r"\b(?:has|have)\s(?:\w+ly\s|already\s|now\s)?(\w+)\b")
_TO_BE = re.compile(
    r"\b(?:would|will|(?:is|are|was|were|decided|agreed|plans?|wants?|hopes?|step|steps"
    r"|promised|tr(?:y|ies|ied)|aims?)\s(?:to|towards?))\s(\w+)\b"
)
_ASIDE = 2  # words
_UNSURE = re.compile(
    r"\b(?:may|might|could|can|should|risks?|(?:is|are)\s+(?:likely|expected)\s+to"
    r"|plans?\s+to|hopes?\s+to|aims?\s+to|seeks?\s+to|proposes?\s+to)\b"
)
_IF = re.compile(r"\s*(?:if|unless|provided\s+that|as\s+long\s+as)\b", re.IGNORECASE)
_GIVEN = re.compile(
    r"\b(?:if|unless|provided|as\s+long\s+as|when|should|were|without|once)\b",
    re.IGNORECASE,
)
_WILL = re.compile(r"\b(?:will|is\s+certain\s+to|are\s+certain\s+to)\b")


def hedge(sentence: str, passage: str) -> str:
    """Return the hedge of the passage that the sentence drops, or ""."""
    if (
        sure := _certain(sentence, passage)
        or _done(sentence, passage)
        or _alone(sentence, passage)
    ):
        return sure
    said = content(sentence)
    for clause in told(sentence, passage):
        for sign, kept in _HEDGES:
            found = sign.search(clause)
            if found and found.group() == "could" and denies(clause, ENGLISH):
                continue  # what could not be done was not done
            behind = content(clause[found.end() :])[:3] if found else []
            # an expectation is said of all
            own = _telling(sentence, behind) if sign is not _HEDGES[-1][0] else sentence
            if found is None or kept.search(own):
                continue
            if not behind or has(said, behind):
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


def _alone(sentence: str, passage: str) -> str:
    """Return the "one of the first" or "almost all" told as "the first" or "all"."""
    for sign, said, kept in _EXCEPT:
        found = sign.search(passage)
        if found and not kept.search(sentence):
            word = found[1] if found.lastindex else ""
            if re.search(said.replace("WORD", re.escape(word)), sentence):
                return found.group()
    return ""


def _done(sentence: str, passage: str) -> str:
    """Return how the passage tells of what is still to be, told as done, or ""."""
    done = {stem(found[1]) for found in _PERFECT.finditer(sentence)}
    for found in _TO_BE.finditer(passage):
        if stem(found[1]) in done:
            return found.group()
    return ""


def _condition(sentence: str, passage: str) -> str:
    """Return the condition of a clause that the sentence tells without it, or ""."""
    parts, used = clauses(passage), told(sentence, passage)
    for at, clause in enumerate(parts):
        beside = parts[at - 1] if at else "".join(parts[1:2])
        if _IF.match(clause) and beside in used and clause not in used:
            return "" if _GIVEN.search(sentence) else clause.strip()
    return ""


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
