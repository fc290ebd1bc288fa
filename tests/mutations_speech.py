"""Quotations edited, speakers dropped or exchanged, sentences put together wrongly.

Each function yields every sentence that its change can make of `text`.
"""
# ruff: noqa: RUF001  # marks as the articles have them

import random
import re
from collections.abc import Iterator

from tests.mutations_names import NAMES, present

_EDITS = {
    "and": "or",
    "is": "was",
    "are": "were",
    "was": "is",
    "were": "are",
    "has": "had",
    "have": "had",
    "will": "would",
    "would": "will",
    "can": "could",
    "could": "should",
    "may": "must",
    "because": "although",
    "but": "and",
    "they": "we",
    "many": "all",
    "some": "most",
    "most": "some",
    "large": "huge",
    "new": "modern",
    "first": "second",
    "made": "sold",
    "large-scale": "small-scale",
    "long": "short",
    "more": "less",
    "high": "low",
    "before": "after",
    "after": "before",
    "with": "without",
    "only": "even",
    "under": "over",
    "against": "for",
    "nicht": "selten",
    "gern": "ungern",
    "warten": "hoffen",
    "zwei": "drei",
    "wird": "wurde",
}
_EDITED = re.compile(rf"(?<![\w'’-])(?:{'|'.join(_EDITS)})(?![\w'’-])")
_DROPPABLE = re.compile(
    r"(?<=\w )(?:not|never|only|also|still|often|usually|very|entirely|later|already|"
    r"eventually|officially|soon|recently|largely|highly|generally|finally|perhaps|"
    r"about|"
    r"almost|nearly|once|even|first|new|main|large|small|old|own|second|early|major|"
    r"advanced|cold|nicht|heute|selten) (?=\w)"
)
_INSERT = re.compile(
    "|".join(
        rf"(?<=\b{verb} )(?=[a-z]+(?:{ends}) )"
        for verb, ends in {
            "is": "ed|al|ic|ent|ous|ive",
            "was": "ed|al|ic|ent|ous|ive",
            "are": "ed",
            "were": "ed",
            "will": "[a-z](?<!not)",
            "would": "[a-z](?<!not)",
            "should": "[a-z](?<!not)",
        }.items()
    )
)
_INSERTED = ("certainly", "clearly", "always", "merely")
_SAYS = (
    r"(?:says|said|argued|argues|told me|told the \w+|told \w+|warned|claims|claimed|"
    r"added|wrote|stated|concluded|thinks|believes|believed|believe|suggested|replied|"
    r"remarked|noted|proposed|asserted|explained|reported|sagt|"
    r"maintained|acknowledged|vermutet)"
)
_SPOKEN = re.compile(
    rf"^(?!.*\b(?:who|which|not)\b.* that )(?P<who>(?:The |"
    rf"An? )?[A-Z][^,;:“”\"]{{2,60}}?(?:, [^,\"]{{3,40}},)?) (?:has |also )?"
    rf"(?:{_SAYS} that |(?:says|said|argues|thinks) (?=(?:the|it|they|demand|his|a|"
    rf"Chinese) ))"
    rf"(?P<rest>[^\"“”]{{25,}})$"
)
_ACCORDING = re.compile(r"^According to (?P<who>[^,\"]{3,70}), (?P<rest>[^\"]{25,})$")
_TAIL = re.compile(
    r"^(?P<rest>[^\"“”]{25,}), (?P<who>(?:she|he|they|the [\w ]{3,45}|"
    r"[A-Z][^,\"]{3,60}))"
    r" (?:says|said|argues|argued|warned|added|thinks|expects|alleged|claimed|sagt)"
    r"(?: (?:on|in) [\w ]{3,30})?\.$"
)
_MIDDLE = re.compile(
    rf"^(?P<head>[^\"“”,]{{3,70}}), (?P<who>(?:she|he|the speaker|"
    rf"[A-Z][\w' -]{{3,30}}))"
    rf" {_SAYS}, (?P<rest>[^\"]{{15,}})$"
)
_QUOTED_TAIL = re.compile(
    r"^[\"“](?P<rest>[^\"“”]{12,}?)[,.]?[\"”],? (?:she|he|[A-Z][^,\"]{3,50}|[\w ]{3,20}"
    r" councillor [^,\"]{3,50}) (?:says|said|told me)\.$"
)
_LAW = re.compile(
    (
        r"rticle|principle|theory|test|doctrine|census|[Cc]ourt|irective|manual|"
        r"onvention|reat|law\b|rule"
    ),
    re.IGNORECASE,
)
_SPEAKER_NAMES = sorted(NAMES["man"] + NAMES["woman"], key=len, reverse=True)
_SPEAKER = re.compile(
    rf"\b(?P<who>{'|'.join(map(re.escape, _SPEAKER_NAMES))})"
    rf"(?P<says>(?:, [^,\"]{{3,60}},)?"
    rf" (?:also |has |now )?(?:{_SAYS}|expects|put|puts|asked for|concedes|"
    rf"declined|called"
    r" for|described|argued in)\b)|"
    r"(?P<before>\b(?:says|said|warned|replied|argued|sagt) )(?P<after>[A-Z][\w-]+"
    r"(?: [A-Z][\w-]+)?)(?=[.,])"
)
_PRONOUN = re.compile(
    rf"(?<![\w-])(?P<who>[Ss]he|[Hh]e)(?P<says> (?:also )?(?:{_SAYS}|thinks|"
    rf"concedes)\b)"
)
_VERB = re.compile(
    r"\b(?:is|was|were|are|had|has|have|will|would|could|can|may|must|did|became|"
    r"went|led|"
    r"began|built|made|took|gave|left|won|lost|fell|rose|sold|bought|[a-z]{3,}ed)\b"
)
_PLURAL = re.compile(r"(?:are|were|have) ")
_SUBJECT = re.compile(
    r"(?:it|he|she|they|its|his|her|their|this|these|the (?!\w+,)|some|most|nobody|"
    r"there) "
)
# speakers that stand for themselves by a pronoun, or have a name that is handled above
_NO_ONE = re.compile(r"^s|\b(?:[Ss]?he|[Tt]hey|[Ii]t)\b|[A-Z]\w+ [A-Z]")
_JOINTS = (", and ", ", but ", "; ", ", so ", ", while ", ", which ")


def _quote(words: str) -> str:
    return f'"{words}"'


def _quotations(text: str) -> list[tuple[int, int]]:
    """Return the spans to present as a quotation: those inside marks, or all of it."""
    inner = [m.span(1) for m in re.finditer(r"[\"“»]([^\"“”»«]{25,})[\"”«]", text)]
    whole = [] if re.search(r"[\"“”»«]", text) else [(0, len(text))]
    return inner or whole


def _edits(text: str, edited: Iterator[tuple[int, int, str]]) -> Iterator[str]:
    spans = _quotations(text)
    for start, end, put in edited:
        for first, last in spans:
            if first < start and end < last:
                new = text[:start] + put + text[end:]
                yield new if (first, last) != (0, len(text)) else _quote(new)


def quotation_replaced(text: str, rng: random.Random, near: str) -> Iterator[str]:
    """Replace a word inside quotation marks."""
    found = ((m.start(), m.end(), _EDITS[m[0]]) for m in _EDITED.finditer(text))
    yield from _edits(text, found)


def quotation_dropped(text: str, rng: random.Random, near: str) -> Iterator[str]:
    """Leave a word inside quotation marks out."""
    found = [m for m in _DROPPABLE.finditer(text) if _still_reads(text, m)]
    yield from _edits(text, ((*m.span(), "") for m in found))


def _still_reads(text: str, found: re.Match[str]) -> bool:
    before, after = text[: found.start()], text[found.end() :]
    if found[0] in {"about ", "almost ", "nearly "}:
        return bool(re.match(r"\w*\d|two|three|four|five|six|half", after))
    if found[0] == "not ":
        return not re.search(r"\bor not $", text[: found.end()]) and not re.search(
            r"\bat all\b|\bany\b|\bonly\b|\byet\b", after
        )
    if re.search(r"\ban? $", before):
        return before.endswith(" an ") == (after[0] in "aeiou")
    return not re.match(
        r"(?:half|to|of|and|or|as|than|by|in|on|from|but|compared) ", after
    )


def quotation_inserted(text: str, rng: random.Random, near: str) -> Iterator[str]:
    """Put a word in between quotation marks that was not said."""
    found = ((*m.span(), f"{rng.choice(_INSERTED)} ") for m in _INSERT.finditer(text))
    yield from _edits(text, found)


def attribution_dropped(text: str, rng: random.Random, near: str) -> Iterator[str]:
    """State as a fact what somebody said."""
    found = _ACCORDING.match(text)
    found = (
        found or _SPOKEN.match(text) or _TAIL.match(text) or _QUOTED_TAIL.match(text)
    )
    if found and _LAW.search(found.groupdict().get("who", "")):
        return
    if found and not re.search(r"\b(?:I|we|my|our|you|me|us)\b", found["rest"]):
        rest = found["rest"].rstrip(" .") + "."
        yield rest[0].upper() + rest[1:]
    elif middle := _MIDDLE.match(text):
        whole = re.match(r"(?:it|she|he|they|there|[A-Z]\w+) ", middle["rest"])
        joined = "," if whole else ""
        yield f"{middle['head']}{joined} {middle['rest']}"


def attribution_swapped(text: str, rng: random.Random, near: str) -> Iterator[str]:
    """Put what somebody said into somebody else's mouth."""

    def other(kind: str) -> str:
        full = [name for name in NAMES[kind] if " " in name]
        return rng.choice(present(full, near, text))

    for found in _SPEAKER.finditer(text):
        group = "who" if found["who"] else "after"
        if found[group] not in _SPEAKER_NAMES:
            continue
        kind = "man" if found[group] in NAMES["man"] else "woman"
        yield _exchanged(text, found, group, other(kind))
    for found in _PRONOUN.finditer(text):
        kind = "woman" if found["who"].lower() == "he" else "man"
        yield _exchanged(text, found, "who", other(kind))
    if found := _ACCORDING.match(text):
        if not _LAW.search(found["who"]):
            yield _exchanged(text, found, "who", other("man"))
        return
    found = _SPOKEN.match(text) or _TAIL.match(text)
    if found and not _NO_ONE.search(found["who"]):
        yield _exchanged(text, found, "who", other("man"))


def _exchanged(text: str, found: re.Match[str], group: str, other: str) -> str:
    return text[: found.start(group)] + other + text[found.end(group) :]


def spliced(
    text: str, same: list[str], others: list[str], rng: random.Random
) -> Iterator[str]:
    """Join the first half of one sentence to the second half of another.

    The other one is of the `same` article, if any fits.
    """
    for joint in _JOINTS:
        head, _, tail = text.partition(joint)
        if '"' in text or not _heads(head) or not _joins(joint, tail):
            continue
        ends: list[str] = []
        for pool in (same, others):
            halves = (other.partition(joint)[2] for other in pool)
            ends = ends or [
                e for e in halves if _joins(joint, e) and not _known(e, text)
            ]
        if ends:
            yield head + joint + rng.choice(ends)


def _heads(head: str) -> bool:
    """Whether what stands before the joint is a clause of its own."""
    known = len(head) >= 30 and head.count(",") < 2 and not head.endswith(" that")
    return known and bool(_VERB.search(head))


def _joins(joint: str, end: str) -> bool:
    """Whether what stands behind the joint is a clause of its own."""
    if len(end) < 25 or re.search(r'["(]', end) or not _VERB.search(end[:70]):
        return False
    if joint == ", which ":
        return "," not in end
    return bool(_SUBJECT.match(end))


def _agree(one: str, other: str) -> bool:
    """Whether both go on in the plural or neither does."""
    return bool(_PLURAL.match(one)) == bool(_PLURAL.match(other))


def _known(end: str, text: str) -> bool:
    words = set(re.findall(r"\w{4,}", end))
    return 2 * len(words & set(re.findall(r"\w{4,}", text))) >= len(words)
