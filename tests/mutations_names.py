"""One false change of who is meant: another name, or two names exchanged.

Each function yields every sentence that its change can make of `text`; `near` is the
text of its article.
"""
# ruff: noqa: RUF001  # marks as the articles have them

import json
import random
import re
from collections.abc import Iterator
from itertools import chain, pairwise
from pathlib import Path

from tests.mutations import put_in

NAMES: dict[str, list[str]] = json.loads(
    (Path(__file__).parent / "data" / "names.json").read_text("utf-8")
)
_NAME = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(
        re.escape(name)
        for name in sorted(chain.from_iterable(NAMES.values()), key=len, reverse=True)
    )
    + r")(?![\w-])"
)
# part of a longer name, or of a title or an adjective that goes with one person only
_PART = re.compile(
    r"(?:(?<!^)(?<![.:;!?”\"] )[A-Z][\w'.&-]+ (?:of |the |for |de )?|Mr |Mr\. |"
    r"and |North |"
    r"\b(?:South|Soviet|European|Privy|Great|Anglo|First|Second|Sir|Dr|Father|All) )$"
)
# who does things to each other without a name; for roles exchanged only
_ROLE = re.compile(
    r"(?<![\w-])(?:(?<=he )(?:county|state|utility|city|government|council|citizen|"
    r"author|manager|host|network|user|boiler|pump|piston|pathogen|host cell)|T cells|"
    r"B cells|NK cells|macrophages|neutrophils|bacteria|phagocytes|antibodies|antigens|"
    r"pathogens|data centres|hosts|states|citizens|packets)(?![\w-])"
)
_KIND = {name: kind for kind, names in NAMES.items() for name in names}
# between two names that trade places: an action or a relation that goes one way only
_ONE_WAY = re.compile(
    r"\b(?:overthrew|conquered|defeated|founded|led|built|accused|accuses|asked|asks|"
    r"invaded|succeeded|replaced|drove|joined by|bought|sold|named|placed|put|stopped|"
    r"suggested|criticised|killed|suing|sues|appointed|by|into|than|unlike|followed|"
    r"against|destroyed|told|called|took|advised|moved|returned|fled|deployed|ceded|"
    r"recalled|ordered|captured|said|says|from|within|in|of|over|outside|under|entered|"
    r"supported|supports|turned to|persuaded|overthrow|sent|agreed to|developed|created"
    r"|attacked|ruled|ended|is|was)\b"
)


def _names(text: str) -> list[re.Match[str]]:
    """Find the known names that are not part of a longer name."""
    found = [match for match in _NAME.finditer(text) if _whole(text, match)]
    return [m for m in found if not _PART.search(text[: m.start()])]


def _whole(text: str, found: re.Match[str]) -> bool:
    after = text[found.end() :]
    return not re.match(
        r" (?:[IVX]+\b|[A-Z&]|of (?:the )?[A-Z]|the [A-Z]|and [A-Z]\w+'s)|['’]s [A-Z]",
        after,
    )


def present(names: list[str], near: str, absent: str) -> list[str]:
    """Return the names that stand in `near` (else all), none of them in `absent`."""
    words = set(re.findall(r"[\w-]+", absent))
    free = [n for n in names if not set(re.findall(r"[\w-]+", n)) & words]
    return [n for n in free if n in near] or free


def name(text: str, rng: random.Random, near: str) -> Iterator[str]:
    """Another name of the same kind, of this article if it has one."""
    for found in _names(text):
        single = " " in found[0]
        same = [n for n in NAMES[_KIND[found[0]]] if (" " in n) == single]
        if others := present(same, near, text):
            yield put_in(text, found, rng.choice(others))


def role_swap(text: str, rng: random.Random, near: str) -> Iterator[str]:
    """Two names of one kind exchanged, where what joins them goes one way only."""
    found = [*_names(text), *_ROLE.finditer(text)]
    found.sort(key=lambda match: match.start())
    for one, other in pairwise(found):
        between = text[one.end() : other.start()]
        first, second = one[0], other[0]
        if (
            _kind_of(first) == _kind_of(second)
            and one.end() < other.start()
            and first.lower() not in second.lower()
            and second.lower() not in first.lower()
            and not re.search(r"[;:]| and (?:in |the )?$|, (?:the )?$|between", between)
            and not re.search(r"\b(?:between|both) (?:the )?$", text[: one.start()])
            and _ONE_WAY.search(between)
        ):
            if one.start() == 0:
                first, second = (
                    first[0].lower() * (first not in _KIND)
                    + first[first not in _KIND :],
                    second[0].upper() + second[1:],
                )
            yield text[: one.start()] + second + between + first + text[other.end() :]


def _kind_of(name: str) -> str:
    kind = _KIND.get(name, "role of one" if not name.endswith("s") else "role of many")
    return "person" if kind in {"man", "woman"} else kind
