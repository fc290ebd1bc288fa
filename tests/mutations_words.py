"""One false change of how strongly, or which way, a sentence says its thing.

Each function yields every sentence that its change can make of `text`; a change is left
out where the result might still be true ("may not" for "may").
"""
# ruff: noqa: RUF001  # marks as the articles have them

import random
import re
from collections.abc import Iterator

_SCOPED = re.compile(
    r"\b(?:not|never|no|only|neither|nor|hardly|none|nobody|without|nothing|few|"
    r"whether|"
    r"if|unless|until|nicht|kein\w*|ob|wenn|there)\b|n't",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|will|should|would|does|did|has been|have been|had been|"
    r"can|ist|"
    r"wird|sind)\b(?= [a-z])(?! (?:also|still|then|more|most|all|now|to)\b)"
)
_BARE_PARTICIPLE = re.compile(r"\b(has|have|had)\b(?= [a-z]+ed\b)")
_UNDONE = (
    (
        (
            r"\b(is|are|was|were|will|should|would|could|did|do|does|has|have|had)"
            r" not (?!only|"
            r"just|until|because|necessarily|the |all )"
        ),
        r"\1 ",
    ),
    (r"\bcannot\b", "can"),
    (r"\b(was|were|is|are|have|has|had|should|would|could) never\b", r"\1"),
    (r"\b(is|was|could|can|are|were|has) no longer\b", r"\1 still"),
    (r"\b[Nn]one of\b", "all of"),
    (r"\bhad no intention\b", "had every intention"),
    (r"\b[Nn]obody\b", "everybody"),
    (r"\bneither approved nor paid\b", "both approved and paid"),
    (r"\bneither (\w+) nor (\w+)\b", r"both \1 and \2"),
    (r"\bdeclined to\b|\brefused to\b", "agreed to"),
    (r"\bfailed to\b", "managed to"),
    (r"\bwithout (?=the|a|an|support|permission|knowing)", "with "),
    (r"\bunable to\b", "able to"),
    (r"\bnicht mehr\b", "immer noch"),
    (r"\bnicht (?!mehr)", ""),
    (r"\black of\b", "abundance of"),
)
_HEDGES = (
    (
        (
            r"\b(?:reportedly|perhaps|probably|possibly|potentially|apparently|"
            r"allegedly|"
            r"presumably|offenbar) (?=[a-z\d])"
        ),
        "",
    ),
    (
        (
            r"\b(?:about|around|roughly|approximately|almost|nearly) (?![\d-]+ to |"
            r"\d+[-–]|"
            r"(?<!in about )(?:1[0-9]{3}|20[0-9]{2})\b)(?=[£$\d]|two|three|four|"
            r"five|six|half|twice|ten|twenty)"
        ),
        "exactly ",
    ),
    (r"\b(?:an estimated|some) (?=\d)", "exactly "),
    (r"\b(?:rund|etwa) (?=\d)", "genau "),
    (
        (
            r"\b(is|are|was|were) (?:believed|thought|said|reported|supposed|"
            r"alleged|considered)"
            r" to be\b"
        ),
        r"\1",
    ),
    (r"(?<!or )(?:appears|seems) to be\b", "is"),
    (r"(?<!or )(?:appear|seem) to be\b", "are"),
    (r"\b(has|have) also been reported to have promoted\b", r"\1 also promoted"),
    (r"\b(?:it is|it was) (?:believed|thought|said|likely|possible) that ", ""),
)
_FUTURE = re.compile(
    r"\b(?:[Ii]f|thinks?|20[2-9]\d|might|may|would be|estimate|AI|unintended)\b"
)
_CERTAIN = (
    (r"\b(?:may|might) (?!(?:not|have|or|also|\d)\b)(?=[a-z])", "will "),
    (r"\b(?:may|might) also (?=[a-z])", "will also "),
    (r"\bmay have (?=[a-z]+ed\b|been|had)", "certainly had "),
    (
        (
            r"\bcould (?=(?:be|become|lead|create|result|bring|double|drive|trail|"
            r"cause|fall|"
            r"grow|shorten|end|affect|have unintended)\b)"
        ),
        "will ",
    ),
    (
        r"\bcan (?=(?:lead|cause|provoke|trigger|result|hinder|infringe)\b)",
        "will always ",
    ),
    (r"\bis expected to\b", "is certain to"),
    (r"\bare expected to\b", "are certain to"),
    (r"\bsuggests\b", "proves"),
    (r"\bsuggested that\b", "proved that"),
    (r"\b(is|are|was|were) (?:believed|thought) to\b", r"\1 proven to"),
    (r"\b(is|are) likely to\b", r"\1 certain to"),
    (r"\bseems likely\b", "is certain"),
    (r"\bthinks\b", "has proved that"),
    (r"\brisks losing\b", "will lose"),
    (r"\bkönnte\b", "wird"),
    (r"\bshould be (?=in use|ready)", "will certainly be "),
)
_OPPOSITES = (
    "higher lower|larger smaller|bigger smaller|greater lesser|faster slower|"
    "older newer|"
    "better worse|earlier later|largest smallest|highest lowest|best worst|"
    "oldest newest|"
    "rose fell|rises falls|increases decreases|increased decreased|increase decrease|"
    "increasing decreasing|above below|more_than less_than|more_likely less_likely|"
    "longer shorter|colder warmer|cheaper dearer|closer farther|harder easier|"
    "doubled halved|double halve|long-term short-term|at_least at_most|"
    "up_from down_from|"
    "strongest weakest|raise lower|raises lowers|stronger weaker|wider narrower|"
    "thinner thicker|cooler hotter|heavier lighter|longest shortest|mehr weniger|"
    "länger kürzer|älteren neueren|steeper flatter|went_up went_down|go_up go_down|"
    "most_common least_common|upper lower|gained lost|bigger_than smaller_than"
)
_PAIRS = [pair.split() for pair in _OPPOSITES.split("|")]
_FLIP: dict[str, str] = {}
for _pair in _PAIRS:
    _one, _other = (words.replace("_", " ") for words in _pair)
    _FLIP.setdefault(_one, _other)
    _FLIP.setdefault(_other, _one)
_NO_FLIP = {"lost", "long-term", "short-term", "raise", "raises", "lowers", "upper"}
_COMPARED = re.compile(
    rf"\b(?:{'|'.join(sorted(set(_FLIP) - _NO_FLIP, key=len, reverse=True))})\b",
    re.IGNORECASE,
)
_STANDING = re.compile(
    r"\b(?:no|not|or|any|the|Lower|Upper|better known) $|\bcentury$|[-/]$",
    re.IGNORECASE,
)
_ADJECTIVE = (
    "efficient|impact|compressed|advanced|conservative|powerful|moderate|important"
)
_TIME = re.compile(
    r"\b([Bb]efore|[Aa]fter)\b(?= (?:the|a|an|his|her|its|their|being|\d{4}|[A-Z]\w+))"
)
_QUANTIFIERS = (
    (
        (
            r"\b[Ss]ome(?: of)? (?=(?:the |these |those )?(?:[a-z]+ )?[A-Za-z]+s\b)"
            r"(?!\w+ness)"
        ),
        "all ",
    ),
    (r"\b[Mm]ost (?=(?:of (?!all)|[a-z]+s\b|[A-Z]\w+ [a-z]+s\b))", "all "),
    (
        (
            r"(?:^M|(?<=, )m|(?<=\bof )m|(?<=\bwith )m|(?<=\bin )m|(?<=\bthat )m)"
            r"any (?=(?:of (?:the|these|his|them)|(?:[a-z]+ )?[A-Za-z]+s\b))"
        ),
        "all ",
    ),
    (
        (
            r"(?:^S|(?<=, )s|(?<=\bof )s|(?<=\bwith )s|(?<=\bin )s)everal (?!hundred|"
            r"thousand)(?=(?:of |(?:[a-z]+ )?[a-z]+s\b))"
        ),
        "all ",
    ),
    (
        (
            r"\b(?:usually|often|generally|typically|sometimes|frequently|commonly) "
            r"(?!(?:called|known|referred))"
        ),
        "always ",
    ),
    (
        r"\b(?:mainly|mostly|primarily|largely|partly|chiefly|principally|especially) ",
        "exclusively ",
    ),
    (r"\b(?:almost|nearly|virtually|practically) (?=(?:all|every|always)\b)", ""),
    (
        r"\b(?:[Oo]ne|[Tt]wo|[Tt]hree) of the (?=(?:two|three|four|five|\w+est|most) )",
        None,
    ),
    (
        (
            r"^(?=(?:The (?:government|council|Commission|Parliament|Council|"
            r"European Union|"
            r"Normans|Mongols|county|company|plant|data centres|Court|state|"
            r"commission|city)|"
            r"Norman|Northlight|Pellam|Islamists|Kublai|Corvane) )(?!The \w+ (?:of|"
            r"was|is|that))"
        ),
        "Only ",
    ),
)


def _substitute(text: str, rules: tuple[tuple[str, str | None], ...]) -> Iterator[str]:
    for pattern, new in rules:
        if new is None:
            continue
        for found in re.finditer(pattern, text):
            put = found.expand(new)
            if found.start() == 0 and not put:
                rest = text[found.end() :]
                yield rest[0].upper() + rest[1:]
                continue
            if found[0][:1].isupper() and put[:1].islower():
                put = put[0].upper() + put[1:]
            rest = text[found.end() :]
            if found.start() == 0 and put.startswith("Only "):
                rest = re.sub(r"^The ", "the ", rest)
            yield text[: found.start()] + put + rest


def negation_added(text: str, rng: random.Random, near: str) -> Iterator[str]:
    """Deny the first thing said: "was" becomes "was not"."""
    if _SCOPED.search(text):
        return
    found = _AUXILIARY.search(text) or _BARE_PARTICIPLE.search(text)
    if not found or re.search(r"\b(?:as|than|what|how|which) $", text[: found.start()]):
        return
    first = found[1].split()[0]
    denied = {"can": "cannot", "ist": "ist nicht", "wird": "wird nicht"}
    denied["sind"] = "sind nicht"
    put = denied.get(first, f"{first} not")
    yield text[: found.start()] + put + text[found.start() + len(first) :]


def negation_removed(text: str, rng: random.Random, near: str) -> Iterator[str]:
    """Take back a denial: "could not be reached" becomes "could be reached"."""
    if not re.search(r"\b(?:any|either|yet|at all|whether|nor|but rather)\b", text):
        yield from _substitute(text, _UNDONE)
    elif "neither" in text:
        yield from _substitute(text, (_UNDONE[7], _UNDONE[8]))


def hedge_dropped(text: str, rng: random.Random, near: str) -> Iterator[str]:
    """Leave out a "reportedly", make an "about" exact."""
    yield from _substitute(text, _HEDGES)


def hedge_to_certainty(text: str, rng: random.Random, near: str) -> Iterator[str]:
    """Say for certain what the sentence says may be."""
    if re.search(r"\bwhether\b", text):
        return
    # "could" of the past says what was possible; only of the future it is a hedge
    rules = _CERTAIN if _FUTURE.search(text) else _CERTAIN[:3] + _CERTAIN[4:]
    yield from _substitute(text, rules)


def comparison(text: str, rng: random.Random, near: str) -> Iterator[str]:
    """Turn a comparison, a rise or a before round."""
    for found in _COMPARED.finditer(text):
        if _STANDING.search(text[: found.start()]) and not found[0].endswith("est"):
            continue
        if re.match(r"[-/]| or | and \w+er\b", text[found.end() :]):
            continue
        if found[0].lower() in {"rose", "fell"} and re.match(
            r" (?:to (?!\d)|in love|short|victim|apart)", text[found.end() :]
        ):
            continue
        new = _FLIP[found[0].lower()]
        if found[0][0].isupper():
            new = new[0].upper() + new[1:]
        yield text[: found.start()] + new + text[found.end() :]
    for found in re.finditer(rf"\b(more|less) (?={_ADJECTIVE})", text):
        new = "less" if found[1] == "more" else "more"
        yield text[: found.start(1)] + new + text[found.end(1) :]
    for found in _TIME.finditer(text):
        if not re.search(
            r"\b(?:named|look\w*|shortly|soon|ever|day|year|years|called|long|and|or|"
            r"months?|days|just|run|modell?ed|took|take|brought|bring|not|went|"
            r"minutes) $",
            text[: found.start()],
        ):
            new = {"before": "after", "after": "before"}[found[1].lower()]
            new = new.capitalize() if found[1][0].isupper() else new
            yield text[: found.start()] + new + text[found.end() :]


def quantifier(text: str, rng: random.Random, near: str) -> Iterator[str]:
    """Claim for all, or for one alone, what is said of some."""
    for new in _substitute(text, _QUANTIFIERS):
        if not re.search(
            r"\b(?:the|how|so|as|too|are|is|was|were|other|among|a great|but|than|its|"
            r"their|not|has|have|had|by|great) all \w|\ball (?:number|years|times|"
            r"of all)\b|"
            r"(?:like|of) Only|\ball ways\b|\b(?:all) (?:this|is|was|has)\b",
            new,
        ):
            yield new
