"""Who does what to whom: whether a verb that two texts share has the same sides; pure.

There is no parser here. A verb is what looks like one, its sides are the words before
and behind it in its clause, and a passive turns them round. What cannot be read so is
let pass. English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.proof.meanings import LITTLE, stem
from rag.proof.numbers import amounts
from rag.wordlist import wordset

_WORD = re.compile(r"[^\W_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}-][^\W_]+)*")
_OWNS = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}]s?$")
_BREAK = re.compile(
    r"[,;:()\N{EM DASH}\N{EN DASH}\"]|[.!?](?=\s)"
    r"|\b(?:and|but|because|since|that|when|while|although|though|if|as|after|before"
    r"|until|where|so|than)\b"
)
_BE = wordset("is are was were be been being gets got get")
_AUX = _BE | wordset(
    "has have had will would shall should can could may might must do does did to not "
    "never"
)
_ADVERBS = wordset("also later then first soon now already")
_PRONOUNS = wordset("he she it they we i you who which")
_IRREGULAR = wordset(
    """
    gave given took taken sold bought won lost led left wrote written made met drove
    driven held kept built began begun broke broken brought caught chose chosen came
    fought found flew forgot got grew grown heard hit knew known laid lent let paid put
    ran read rose risen said sent set shot shut spent stole stolen struck taught told
    thought threw thrown understood wore withdrew withdrawn beat beaten became saw seen
    spoke spoken overtook overthrew overthrown fed
    """
)
_DETERMINER = wordset("the a an his her its their our my")
_NEAR = 4  # words between "was" and its verb
_PREPOSITION = wordset(
    "to from by for with of against on at in into over under than after before "
    "about through between until during within as"
)


@dataclass(frozen=True, slots=True)
class _Act:
    """What stands on the two sides of a verb: stems, and of which thing each is.

    `named` are the names of the acting side, `places` those behind the verb; `pronoun`
    says that a pronoun acts, `later` what is named behind one that begins a sentence.
    """

    agent: frozenset[str]
    agent_head: str
    patient: frozenset[str]
    patient_head: str
    pronoun: bool
    named: frozenset[str]
    later: frozenset[str]
    passive: bool
    places: frozenset[str]


def turned(sentence: str, passage: str) -> str:
    """Return the verb whose sides the sentence turns round, or ""."""
    theirs = dict(_acts(passage))
    said = _content([one.group() for one in _WORD.finditer(sentence)])
    held = frozenset(
        stem(_OWNS.sub("", one.group())) for one in _WORD.finditer(passage)
    )
    for verb, ours in _acts(sentence):
        other = theirs.get(verb)
        if other is None:
            continue
        if _crossed(ours, other) or _usurped(ours, other, said, held):
            return verb
        if _elsewhere(ours, other, held):
            return verb
        if other.pronoun and ours.named and ours.named <= other.later:
            return verb  # "he" is none of whom the sentence names only behind it
    return ""


def _crossed(ours: _Act, theirs: _Act) -> bool:
    """Whether who acts in one text is acted on in the other."""
    # "it may save a household 400 dollars" is "a household may save 400 dollars"
    known = bool(theirs.agent) or (theirs.pronoun and bool(ours.named))
    if known and ours.agent_head and ours.agent_head == theirs.patient_head:
        return ours.agent_head not in theirs.agent
    if ours.patient_head and ours.patient_head == theirs.agent_head:
        return ours.patient_head not in theirs.patient
    return False


def _usurped(
    ours: _Act, theirs: _Act, said: frozenset[str], held: frozenset[str]
) -> bool:
    """Whether a name of the passage acts where the passage has another one for it."""
    return (
        bool(ours.named)
        and ours.agent <= held
        and not ours.agent & theirs.agent
        and bool(theirs.named)
        and not theirs.named & said
    )


def _elsewhere(ours: _Act, theirs: _Act, held: frozenset[str]) -> bool:
    """Whether behind the verb stand other names of the passage than there."""
    return (
        ours.passive == theirs.passive
        and bool(ours.places)
        and bool(theirs.places)
        and ours.places <= held
        and not ours.places & theirs.places
    )


def _acts(text: str) -> Iterator[tuple[str, _Act]]:
    """Yield each verb of a text that stands in it once, with its sides."""
    tokens = list(_WORD.finditer(text))
    breaks = [one.start() for one in _BREAK.finditer(text)]
    stems = [stem(one.group()) for one in tokens]
    for n, token in enumerate(tokens):
        word = token.group()
        if not _is_verb(tokens, n) or stems.count(stems[n]) > 1:
            continue
        starts = [0, *(b for b in breaks if b < token.start())]
        start = starts[-1]
        end = min((b for b in breaks if b >= token.end()), default=len(text))
        before = [t for t in tokens[:n] if t.start() >= start]
        behind = [t for t in tokens[n + 1 :] if t.end() <= end]
        if len(starts) > 2 and text[start] == "," and not _front(before):
            if behind and behind[0].group()[0].isupper():
                continue  # "..., warned Jonas Ruhland"
            before = [t for t in tokens if starts[-3] <= t.start() < starts[-2]]
        yield stems[n], _act(word, before, behind, tokens[2:] if n == 1 else [])


def _is_verb(tokens: list[re.Match[str]], n: int) -> bool:
    word = tokens[n].group()
    if not word[0].islower() or word in LITTLE:
        return False
    before = tokens[n - 1].group().casefold() if n else ""
    if before in _DETERMINER or before == "to" or word.endswith("ly"):
        return False
    if word.endswith("ed") or word in _IRREGULAR:
        return True
    return before in _AUX | _PRONOUNS


def _act(
    word: str,
    before: list[re.Match[str]],
    behind: list[re.Match[str]],
    later: list[re.Match[str]],
) -> _Act:
    """Return the sides of a verb; `later` is what follows if a sentence begins so."""
    front, back = ([one.group() for one in some] for some in (before, behind))
    near = " ".join(front[-_NEAR:]).casefold().rpartition(" to ")[2].split()
    at = back.index("by") if "by" in back[:2] else None
    # "rose by a tenth" is none
    by = at is not None and not amounts(" ".join(back[at : at + 3]))
    passive = not word.endswith("ing") and (by or not _BE.isdisjoint(near))
    front = _front(before)
    ends = (n for n, one in enumerate(back) if one in _AUX and one != "to")
    back = back[: next(ends, len(back))]
    pronoun = bool(front) and front[-1].casefold() in _PRONOUNS
    front = [] if pronoun else front
    if passive:
        agent, patient = back[back.index("by") + 1 :] if "by" in back else [], front
    else:
        agent, patient = front, back
    return _Act(
        agent=_content(agent),
        agent_head=_head(agent),
        patient=_content(patient),
        patient_head=_head(patient),
        pronoun=pronoun and not passive,
        later=_names([one.group() for one in later]),
        named=_names(agent),
        passive=passive,
        places=_names(back),
    )


def _front(tokens: list[re.Match[str]]) -> list[str]:
    """Return the words before a verb without its auxiliaries and adverbs."""
    words = [one.group() for one in tokens]
    while words and (
        words[-1].casefold() in _AUX | _ADVERBS or words[-1].endswith("ly")
    ):
        words.pop()
    return words


def _head(words: list[str]) -> str:
    """Return the stem of the last word of the first thing that is named."""
    ends = next(
        (n for n, one in enumerate(words) if n and one in _PREPOSITION | _AUX),
        len(words),
    )
    inside = [one for one in words[:ends] if one.casefold() not in LITTLE]
    return stem(inside[-1]) if inside else ""


def _content(words: list[str]) -> frozenset[str]:
    """Return the stems of words that mean something, but for owners ("Jean's")."""
    return frozenset(
        stem(one)
        for one in words
        if one.casefold() not in LITTLE and not _OWNS.search(one)
    )


def _names(words: list[str]) -> frozenset[str]:
    return frozenset(
        stem(one) for one in words if one[0].isupper() and one.casefold() not in LITTLE
    )
