"""What newsdesk says in files that a visitor takes along, in the visitor's language.

The page itself is translated by the browser (`ui/web/language.js`), with the same
dictionaries and by the same rules.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

OWN = "en"
_DEEPEST = 4  # texts within texts
_KINDS = {"number": r"\d[\d,]*(?:\.\d+)?", "date": r"(?:\d{1,2} )?[A-Z][a-z]+ \d{4}"}
_PLACEHOLDER = re.compile(r"\{(([a-z]+)\d*)\}")
_spoken: ContextVar[str] = ContextVar("spoken", default=OWN)
_said: ContextVar[dict[str, str] | None] = ContextVar("said", default=None)


@cache
def languages() -> dict[str, dict[str, Any]]:
    """Return what `ui/languages` holds, by code: "name" and "texts" by the English."""
    files = sorted(resources.files("ui").joinpath("languages").iterdir(), key=str)
    return {
        one.name.removesuffix(".json"): json.loads(one.read_text("utf-8"))
        for one in files
        if one.name.endswith(".json")
    }


@contextmanager
def speaking(language: str, said: dict[str, str] | None = None) -> Iterator[None]:
    """Let `say` speak a language; one that there is not is English.

    What is in `said`, by the English, is said so again; what is not is put there.
    """
    spoken = _spoken.set(language if language in languages() else OWN)
    kept = _said.set(said)
    try:
        yield
    finally:
        _said.reset(kept)
        _spoken.reset(spoken)


def say(text: str) -> str:
    """Return a text of newsdesk's in the language that is spoken; else as it is."""
    said, language = _said.get(), _spoken.get()
    if said is not None and text in said:
        return said[text]
    spoken = text
    if language != OWN:
        spoken = _looked(language, " ".join(text.split()), 0) or text
    if said is not None and spoken != text:
        said[text] = spoken
    return spoken


def _looked(language: str, said: str, deep: int) -> str | None:
    texts = languages()[language]["texts"]
    if said in texts or not any(map(str.isalpha, said)):
        return str(texts.get(said, said))
    if deep > _DEEPEST:
        return None
    for pattern, result in _templates(language):
        if found := pattern.fullmatch(said):
            values = {
                name: _value(language, name, value, deep)
                for name, value in found.groupdict().items()
            }
            if None not in values.values():
                return result.format_map(values)
    return _date(language, said)


@cache
def _templates(language: str) -> list[tuple[re.Pattern[str], str]]:
    """Return what has placeholders; the most words of its own first: it is meant."""
    texts = languages()[language]["texts"]
    own = {one: len(_PLACEHOLDER.sub("", one)) for one in texts if "{" in one}
    found = []
    for text in sorted(own, key=lambda one: -own[one]):
        parts = _PLACEHOLDER.split(text)  # words, name, kind, words, ...
        pattern = re.escape(parts[0])
        for name, kind, words in zip(
            parts[1::3], parts[2::3], parts[3::3], strict=True
        ):
            pattern += f"(?P<{name}>{_KINDS.get(kind, '.+?')}){re.escape(words)}"
        found.append((re.compile(pattern), texts[text]))
    return found


def _value(language: str, name: str, value: str, deep: int) -> str | None:
    if name.startswith("text"):
        return _looked(language, value, deep + 1)
    if name.startswith("date"):
        return _date(language, value)
    return _number(language, value) if name.startswith("number") else value


def _number(language: str, said: str) -> str:
    from babel.numbers import format_decimal

    whole, _, decimals = said.partition(".")
    form = ("#,##0" if "," in whole else "0") + "." * bool(decimals)
    value = Decimal(said.replace(",", ""))
    return format_decimal(value, form + "0" * len(decimals), locale=language)


def _date(language: str, said: str) -> str | None:
    from babel.dates import format_date

    for form, shown in (("%d %B %Y", "long"), ("%B %Y", "MMMM yyyy")):
        try:
            return format_date(datetime.strptime(said, form), shown, locale=language)  # noqa: DTZ007  # a day has no hours
        except ValueError:
            continue
    return None
