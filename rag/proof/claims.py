"""The small words on which a claim hangs: "not", "all", "only"; pure.

Each function compares a sentence with the clauses of a passage that it draws on, and
returns in words how the two differ, or "". They know English; of other languages only
whether something is denied (`denies`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rag.languages import ENGLISH
from rag.proof.meanings import LITTLE, alike, opposite_in, stem

_APOSTROPHE = "['\N{RIGHT SINGLE QUOTATION MARK}]"
WORD = re.compile(rf"[^\W_]+(?:{_APOSTROPHE}[^\W\d_]+)?")
CLAUSE = re.compile(
    r"[;:()\N{EM DASH}\N{EN DASH}]\s*|,\s+(?!\d)|[.!?]\s+(?=\W?[A-Z])"
    r"|(?<!\beven)(?<!\bnot)\s+(?=(?:but|while|whereas|although|though|because|which|who|and|if|unless|when"
    r"|until|so\s+that)\s)"
)
# a negation is none in: not only, no doubt, no more than, no. 5
_NOT = re.compile(
    r"\b(?:no\s+longer|fail(?:s|ed|ing)?\s+to|unable\s+to|refus(?:es|ed)\s+to"
    r"|not(?!\s+(?:only|until|just|least|more\s+than|less\s+than|fewer\s+than|merely"
    rf"|simply|surprisingly))|never|cannot|neither|nobody|no\s+one|nothing|nowhere|none"
    r"|nor|without(?!\s+\w+ing\b)|hardly|barely|scarcely|(?<!or )no(?!\s+(?:doubt"
    r"|wonder|more\s+than"
    r"|less\s+than|fewer\s+than|matter|later\s+than|sooner)|\.\s*\d))\b"
    rf"|n{_APOSTROPHE}t\b",
    re.IGNORECASE,
)
_DENIES_BY_ITSELF = re.compile(
    r"\b(?:fail\w*|refus\w*|reject\w*|lack\w*|den(?:y|ies|ied|ying)|prevent\w*|avoid\w*"
    r"|prohibit\w*|forbid\w*|forbade|bans?|banned|unable|impossible|absen\w+|stop\w*"
    r"|halt\w*|abandon\w*|dismiss\w*|declin\w+|oppos\w+|exclud\w+|miss(?:es|ed|ing)?"
    r"|except\w*|rather\s+than|instead\s+of|far\s+from|rul(?:e|ed|es|ing)\s+out"
    r"|too\s+\w+\s+to|free\s+of|short\s+of|zero|un(?!der|til|it|i[ofqv]|less|cle)\w{4,}"
    r"|dis(?!trict|cuss|tanc|play|tribut|cover|aster|ease|miss)\w{4,}|in(?:capable"
    r"|sufficient|adequate|effective|ability)|\w{3,}less"
    r"|bar(?:red|s)?|block\w*|yet\s+to|rarely|seldom|neglect\w*|resist\w*|unlike\w*"
    r"|false|untrue|doubt\w*|disput\w*|vanish\w*|disappear\w*|lost"
    r"|sta(?:y|ys|yed)\s+(?:off|out|away))\b",
    re.IGNORECASE,
)
_NOT_IN = {
    "de": r"nicht|kein\w*|nie|niemals|niemand|nichts|ohne|weder",
    "fr": r"ne|n'|pas|jamais|aucun\w*|personne|rien|sans|ni",
    "es": r"no|nunca|jamás|ningun\w*|ningún|nadie|nada|sin|tampoco",
    "it": r"non|mai|nessun\w*|niente|nulla|senza|né",
    "pt": r"não|nunca|jamais|nenhum\w*|ninguém|nada|sem",
    "nl": r"niet|geen|nooit|niemand|niets|zonder|noch",
    "sv": r"inte|ej|aldrig|ingen|inget|inga|utan",
    "da": r"ikke|aldrig|ingen|intet|uden",
    "no": r"ikke|aldri|ingen|intet|uten",
    "fi": r"ei|eivät|en|emme|ette|et|ilman",
    "hu": r"nem|sem|soha|senki|semmi|nincs\w*|nélkül",
    "ru": r"не|нет|ни|никогда|никто|ничего|без",
}
_MORE_THAN = re.compile(r"\b(?:more|less|fewer)\s+than\s+\d", re.IGNORECASE)
_LEVELS = {
    "all": r"(?<!above )(?<!at )(?<!after )(?<!cent of )(?<!% of )all"
    r"(?!\s+(?:the\s+same|right|but|in\s+all|(?:the\s+)?other))|every(?!\s+(?:\d|year|day|month"
    r"|week|hour|minute|time|other|few|two|three|four|five|six|ten|now))"
    r"|each(?=\s\w)(?!\s+(?:kWh|unit|"
    r"year|day|month|week|other|hour|time))|always|everyone|everybody|everything"
    r"|entire(?:ly)?|whole|wholly|completely|fully|totally|unanimous(?:ly)?|invariably",
    "most": r"(?<!the )(?<!at )most(?=\s+(?:of|\w+s|people|often|likely)\b)|majority"
    r"|(?:is|was|are|were)\s+most(?=\s+\w+\s+(?:to|by|in|with)\b)"
    r"|mostly|mainly|chiefly|principally|largely|usually|generally|typically|predominantly|primarily"
    r"|(?:nearly|almost)\s+(?:all|every|everyone|always)",
    "many": r"(?<!as )(?<!how )(?<!so )many|numerous|often|frequently|plenty|lots\s+of"
    r"|a\s+lot\s+of|countless|repeatedly|commonly",
    "some": r"some(?!\s+\d|\s+of\s+the\s+most)|several|sometimes|occasionally|partly"
    r"|partially|certain|various|a\s+number\s+of|a\s+few|in\s+part|some\w*where",
    "few": r"(?<!a )few|rarely|seldom|a\s+handful|a\s+small\s+number|hardly\s+any"
    r"|minority",
    "only": r"(?<!not )only(?!\s+[$£€]?\d)|solely|exclusively|sole|nothing\s+but"
    r"|none\s+but|alone|no\s+one\s+but|just(?=\s+(?:\d|one|two|three|the|a)\b)|purely",
}
_LEVEL = {
    name: re.compile(rf"\b(?:{sign})\b", re.IGNORECASE)
    for name, sign in _LEVELS.items()
}
# what may be told as "all": none, any, throughout
_OF_ALL = re.compile(
    r"\b(?:100|n(?:o|one|ever|obody)|any\w*|total\w*|across|throughout)\b"
)
# (said, held) that may stand for one another
_NEAR = {("some", "many"), ("many", "some"), ("some", "few"), ("many", "most")}
# words behind a "no" and a "not" to what it denies
_FAR, _NEAR_BY = 8, 2
_NONE = frozenset(("no", "none", "neither", "nobody", "nothing", "no one"))
_PREFIX = 5  # letters: "intention" denied is "intend" denied
_MOSTLY = 0.6  # of the words of a clause: it is the same that is told
_RECALL = 3.0  # how much more it counts that all is said than that nothing else is
_USED = 0.4  # of the words of a clause: so much of it is told


def clauses(text: str) -> list[str]:
    """Return the clauses of a sentence, in order."""
    return [text[start:end] for start, end in _places(text)]


def content(text: str) -> list[str]:
    """Return the stems of the words of a text that mean something, in order."""
    words = (match.group().casefold() for match in WORD.finditer(text))
    return [stem(word) for word in words if word not in LITTLE]


def denies(text: str, language: str) -> bool:
    """Whether a text in a language has a word of negation."""
    if language == ENGLISH:
        return _NOT.search(text) is not None
    sign = _NOT_IN.get(language)
    return bool(sign and re.search(rf"\b(?:{sign})\b", text, re.IGNORECASE))


def told(sentence: str, passage: str) -> list[str]:
    """Return the clauses of `passage` that `sentence` draws on, all if it is one."""
    said = content(sentence)
    parts = clauses(passage)
    return [
        part
        for part in parts
        if len(parts) == 1 or not content(part) or _share(part, said) >= _USED
    ]


def telling(sentence: str, passage: str) -> str:
    """Return the clauses in a row of a passage that tell a sentence, little else."""
    said = list(dict.fromkeys(content(sentence)))
    places = _places(passage)
    best, found = 0.0, passage
    for at, (start, _) in enumerate(places):
        for _, end in places[at:]:
            held = content(passage[start:end])
            both = sum(has(said, [word]) for word in held) / max(len(held), 1)
            score = (
                _RECALL * sum(has(held, [word]) for word in said) / max(len(said), 1)
                + both
            )
            if score > best:
                best, found = score, passage[start:end]
    return found


def _places(text: str) -> list[tuple[int, int]]:
    """Return where the clauses of a text stand."""
    ends = [found.span() for found in CLAUSE.finditer(text)]
    starts = [0, *(end for _, end in ends)]
    places = zip(starts, [*(start for start, _ in ends), len(text)], strict=True)
    return [(start, end) for start, end in places if WORD.search(text[start:end])]


def _share(clause: str, said: Sequence[str]) -> float:
    words = content(clause)
    held = sum(any(alike(word, one) for one in said) for word in words)
    return held / len(words) if words else 0.0


def negation(sentence: str, passage: str) -> str:
    """Return how sentence and passage differ in what they deny, or ""."""
    ours, theirs = list(_denied(sentence)), list(_denied(passage))
    held, said = content(passage), content(sentence)
    turned = ours and any(opposite_in(held, word) for word in ours[0])
    if ours and not theirs and not turned and not _implied(passage, said):
        return "the passage does not deny it"
    for words in ours:
        head = words[:1]
        if has(held, head) and theirs and not any(has(w, head) for w in theirs):
            return f"the passage does not deny “{head[0]}”"
    implied = bool(ours) or _implied(sentence, held)
    for clause in told(sentence, passage):
        for words in _denied(clause):
            whole = has(said, words[1:2]) or _share(clause, said) >= _MOSTLY
            if not implied and (not words or (has(said, words[:1]) and whole)):
                return "the passage denies it"
            kept = _implied(sentence, held) or any(has(w, words[:1]) for w in ours)
            if ours and has(said, words[:1]) and not kept:
                return f"the passage denies “{words[0]}”"
    return ""


def _implied(text: str, other: Sequence[str]) -> bool:
    """Whether a text denies by a word such as "refuse" that the other text has not."""
    found = (stem(one.group().split()[0]) for one in _DENIES_BY_ITSELF.finditer(text))
    return any(word not in other for word in found)


def _denied(text: str) -> Iterator[list[str]]:
    """Yield for each "not" the words behind it, to the end of the clause."""
    for match in _NOT.finditer(text):
        behind = re.split(r"[,;:()]|\.(?!\w)", text[match.end() :], maxsplit=1)[0]
        far = _FAR if match.group().casefold() in _NONE else _NEAR_BY
        words = content(behind)[:far]
        if _MORE_THAN.search(behind):  # "nobody may have more than five": a bound
            continue
        if words or match.group().casefold() != "no":  # "they voted no"
            yield words


def has(words: Sequence[str], some: Sequence[str]) -> bool:
    """Whether one of `some` stems, or one like it, is among `words`."""
    return any(
        alike(word, one) or (len(one) >= _PREFIX and word[:_PREFIX] == one[:_PREFIX])
        for word in words
        for one in some
    )


def _levels(text: str) -> Counter[str]:
    """Return how often a text says "all", "most" and so on."""
    counts = {name: len(sign.findall(text)) for name, sign in _LEVEL.items()}
    return Counter({name: count for name, count in counts.items() if count})


def quantity(sentence: str, passage: str) -> str:
    """Return how sentence and passage differ in "all", "most", "only", or ""."""
    ours, theirs = _levels(sentence), _levels(passage)
    used = {
        name
        for clause in told(sentence, passage)
        for name, sign in _LEVEL.items()
        if sign.search(clause)
    }
    lost = (theirs - ours).keys() - {"only"}
    for name in ours - theirs:
        if name == "only":
            if not re.search(r"\b(?:not|except|single|just)\b", passage):
                return "the passage does not say “only”"
        elif lost and not any((name, other) in _NEAR for other in lost):
            return f"the passage says “{min(lost)}”, not “{name}”"
        elif not lost and name == "all" and not _OF_ALL.search(passage):
            return f"the passage does not say “{name}”"
    if "only" in used and not ours.keys() & {"only", "few"}:
        behind = [
            content(passage[match.end() :])[:2]
            for match in _LEVEL["only"].finditer(passage)
        ]
        said = content(sentence)
        kept = re.search(r"\b(?:no|not|except|but|limited|single|just)\b", sentence)
        if not kept and any(has(said, words) for words in behind):
            return "the passage says “only”"
    return ""
