"""One false change of a fact in a sentence: numbers, dates, units.

Each function yields every sentence that its change can make of `text`; a change is left
out where the result might still be true ("over 900" for "over 700").
"""
# ruff: noqa: RUF001  # marks as the articles have them

import random
import re
from collections.abc import Iterator

# behind these a figure is a bound: another bound may be just as true
_BOUND = re.compile(
    r"\b(?:over|than|least|at most|under|below|above|within|up to|beyond|almost|"
    r"nearly|mehr als|mindestens|höchstens)\s+(?:an? )?[£$€−]?$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.,/:°–-])\d[\d,]*(?:\.\d+)?(?![\w/]|[.,:–-]\d|-\w)")
_MONTHS = (  # noqa: SIM905  # a list would be four times as long
    "January February March April May June July August September October November "
    "December"
).split()
_MONATE = (  # noqa: SIM905  # a list would be four times as long
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
).split()
_DAYS = (  # noqa: SIM905  # a list would be four times as long
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
).split()
_WORDS = (
    dict.fromkeys(
        ("two", "three", "four", "five", "six", "seven", "eight", "nine"),
        ("two", "three", "four", "five", "six", "seven", "eight", "nine"),
    )
    | {"ten": ("twenty", "seven"), "eleven": ("twelve", "nine")}
    | {"twelve": ("twenty", "fifteen"), "eighteen": ("eight", "sixteen")}
    | {"nineteen": ("nine", "fifteen"), "fifteen": ("fifty", "twelve")}
    | {"twenty": ("thirty", "twelve"), "thirty": ("thirteen", "sixty")}
    | {"forty": ("fourteen", "thirty"), "fifty": ("fifteen", "sixty")}
    | {"seventy": ("seventeen", "ninety"), "dozens": ("hundreds", "thousands")}
    | {"half": ("a third", "a quarter"), "twice": ("three times", "four times")}
    | {"hundreds": ("dozens", "thousands"), "thousands": ("dozens", "hundreds")}
    | {"drei": ("vier", "sieben"), "vier": ("drei", "acht"), "sechs": ("acht", "zwölf")}
    | {"vierzehn": ("vierzig", "zehn"), "dreiundzwanzig": ("zweiunddreißig", "zwanzig")}
    | {"elf": ("zwölf", "neun")}
)
_NUMBER_WORD = re.compile(rf"(?<![\w-])({'|'.join(_WORDS)})(?!\w)", re.IGNORECASE)
_ANY_NUMBER_WORD = re.compile(
    r"-(?:third|quarter)|[\s-](?:or|to|and|hundred|thousand|million|oder|bis)\b|"
    r"[\s-](?:one|two|three|four"
    r"|five|six|seven|eight|nine|dozen)\b"
)
_YEAR = re.compile(r"(?<![\w,.-])(1[0-9]{3}|20[0-4][0-9])(?![\w,%]|[.–-]\d)")
_UNITS = {
    "million": ("billion",),
    "billion": ("million",),
    "kilometres": ("miles",),
    "miles": ("kilometres",),
    "metres": ("feet", "kilometres"),
    "acres": ("hectares",),
    "gallons": ("litres",),
    "megawatts": ("kilowatts", "gigawatts"),
    "megawatt-hours": ("kilowatt-hours",),
    "nanometres": ("micrometres",),
    "millimetres": ("centimetres",),
    "degrees": ("per cent",),
    "seconds": ("minutes",),
    "minutes": ("hours", "seconds"),
    "hours": ("days", "minutes"),
    "days": ("weeks", "hours"),
    "weeks": ("months", "days"),
    "months": ("years", "weeks"),
    "years": ("months", "decades"),
    "decades": ("years",),
    "hp": ("kilowatts",),
    "Hertz": ("kilohertz",),
    "horsepower": ("kilowatts",),
    "MW": ("kW", "GW"),
    "Wochen": ("Monate", "Tage"),
    "Sekunden": ("Minuten",),
    "Euro": ("Dollar",),
    "a year": ("a month",),
    "a month": ("a year",),
    "a day": ("a week",),
}
_UNIT = re.compile(
    r"(?P<head>(?:[\d.,]+|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|"
    r"twelve|fifteen|eighteen|nineteen|twenty|thirty|forty|seventy|twenty-six|"
    r"thirty-five|sechs|dreiundzwanzig|vierzehn|vier|million|billion)) )"
    rf"(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})(?![\w-])"
)


def put_in(text: str, found: re.Match[str], new: str, group: int | str = 0) -> str:
    """Put `new` where `group` was found, with its capital letter."""
    if found.group(group)[0].isupper() and new[0].islower():
        new = new[0].upper() + new[1:]
    return text[: found.start(group)] + new + text[found.end(group) :]


def number(text: str, rng: random.Random, near: str) -> Iterator[str]:
    """Another figure: a digit changed, two digits exchanged, or far off."""
    for found in _NUMBER.finditer(text):
        old = found.group().rstrip(",")
        before = text[: found.start()]
        if (
            _YEAR.fullmatch(old)
            or _BOUND.search(before)
            or re.match(
                rf"[.]?\s+(?:{'|'.join(_MONTHS + _MONATE)})", text[found.end() :]
            )
            or re.search(rf"\b(?:{'|'.join(_MONTHS)}|Fab|c\.|World War)\s+$", before)
        ):
            continue
        near = before[-25:].lower()
        rough = re.search(r"about|around|roughly|some|approx|estimated|rund|etwa", near)
        new = _other_figure(old, rng, far=bool(rough))
        if new and new not in re.findall(r"\d[\d,.]*\d|\d", text):
            yield before + new + text[found.start() + len(old) :]


def _other_figure(old: str, rng: random.Random, *, far: bool) -> str:
    digits = [at for at, character in enumerate(old) if character.isdigit()]
    new = list(old)
    exchanged = [at for at in range(len(digits) - 1) if old[digits[at]] != "0"]
    way = "first" if far or len(digits) < 3 else rng.choice(["first", "last", "swap"])
    if way == "swap" and exchanged:
        at = rng.choice(exchanged)
        one, other = digits[at], digits[at + 1]
        new[one], new[other] = new[other], new[one]
        if new[digits[0]] == "0":
            return ""
    else:
        at = digits[-1] if way == "last" and old[digits[-1]] != "0" else digits[0]
        far_off = [
            d for d in "123456789" if abs(int(d) - int(old[at])) > (3 if far else 0)
        ]
        new[at] = rng.choice(far_off)
    return "" if "".join(new) == old else "".join(new)


def number_word(text: str, rng: random.Random, near: str) -> Iterator[str]:
    """Another number, in words."""
    for found in _NUMBER_WORD.finditer(text):
        before, after = text[: found.start()], text[found.end() :]
        if (
            _BOUND.search(before)
            or re.search(r"\b(?:and|or|to|hundred|thousand|\d|oder|bis)[\s-]$", before)
            or _ANY_NUMBER_WORD.match(after)
            or (found[0].lower() == "half" and not after.startswith((" of ", " the ")))
            or re.search(
                r"\b(?:a|the|first|second|last|-)[\s-]half$", before + found[0]
            )
        ):
            continue
        new = [w for w in _WORDS[found[0].lower()] if not re.search(rf"\b{w}\b", text)]
        new = [word for word in new if word != found[0].lower()]
        if new:
            yield put_in(text, found, rng.choice(new))


def date(text: str, rng: random.Random, near: str) -> Iterator[str]:
    """Another year, month, day of the month, day of the week, or century."""
    yield from _years(text, rng)
    german = re.search(r"\b(?:der|die|das|und|im|ist)\b", text)
    for names in (_MONATE,) if german else (_MONTHS, _DAYS):
        for found in re.finditer(rf"\b(?:{'|'.join(names)})\b", text):
            before, after = text[: found.start()], text[found.end() :]
            dated = re.search(r"\d\.? $", before) or re.match(r",? \d", after)
            led = re.search(
                r"\b(?:in|of|on|im|am|until|Anfang) $", before, re.IGNORECASE
            )
            if (dated or led) and not re.search(r"\b(?:by|before|after) $", before):
                yield put_in(
                    text, found, rng.choice([n for n in names if n not in text])
                )
    for found in re.finditer(rf"\b(\d\d?)\.? (?:{'|'.join(_MONTHS + _MONATE)})", text):
        yield put_in(text, found, _another(range(1, 29), text, rng), 1)
    for found in re.finditer(r"\b(\d\d?)th\b(?= (?:and \d+th )?centur)", text):
        yield put_in(text, found, _another(range(5, 20), text, rng), 1)


def _years(text: str, rng: random.Random) -> Iterator[str]:
    for found in _YEAR.finditer(text):
        before, after = text[: found.start()], text[found.end() :]
        last = re.search(r"(\w+)[^\w]*$", before)
        word = last[1].lower() if last else ""
        if word in {"after", "before", "article", "directive", "docket", "than"} or (
            re.match(
                r" ?(?:[%°]|(?!(?:and|to|in|the|by|as|for|with|when)\b)[a-z]+s\b)",
                after,
            )
        ):
            continue
        step = rng.choice([1, 2, 3, 7, 10, 20])
        back = word in {"by", "since", "seit"} or (
            word != "until" and rng.random() < 0.5
        )
        new = str(int(found[0]) + (-step if back else step))
        if new not in text:
            yield put_in(text, found, new)


def _another(of: range, text: str, rng: random.Random) -> str:
    taken = set(re.findall(r"\d+", text))
    return rng.choice([str(n) for n in of if str(n) not in taken])


def unit(text: str, rng: random.Random, near: str) -> Iterator[str]:
    """The same figure in another unit, scale or currency."""
    for found in _UNIT.finditer(text):
        new = [u for u in _UNITS[found["unit"]] if not re.search(rf"\b{u}\b", text)]
        if new and not re.match(
            r" (?:ago|old|later|earlier|service)", text[found.end() :]
        ):
            yield put_in(text, found, rng.choice(new), "unit")
    for old, new in {"$": "£", "£": "$", "°C": "°F"}.items():
        for found in re.finditer(
            re.escape(old) + r"(?=\d)|(?<=\d )" + re.escape(old), text
        ):
            if new not in text:
                yield text[: found.start()] + new + text[found.end() :]
    for found in re.finditer(r"\bby \d+(?P<unit> per cent|%)", text):
        yield put_in(text, found, " percentage points", "unit")
