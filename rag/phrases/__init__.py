"""The phrases by which questions are understood: a file for each language.

An entry of a file is a pattern or a list of alternatives, and another language is
another file. In a pattern a blank stands for any white space, a line break for nothing,
and `{name}` for another entry of its table or of `[words]`; case does not matter unless
it says `(?-i:...)`. Files are read, and patterns made, when they are first needed: a
process that starts shall not wait for what it does not ask.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from rag.languages import language_of_question

_REFERENCE = re.compile(r"\{([a-z_.]+)\}")
_NEVER = "(?!)"  # of what a language has no entry


@cache
def _file(language: str) -> dict[str, Any]:
    return tomllib.loads(
        files(__name__).joinpath(f"{language}.toml").read_text("utf-8")
    )


def entry(name: str, language: str) -> Any:
    """Return what stands under a dotted name in the file of a language, or None."""
    found: Any = _file(language)
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def names(table: str, language: str) -> tuple[str, ...]:
    """Return the names in a table, in order; none where a language lacks it."""
    return tuple(entry(table, language) or ())


def words(name: str, language: str) -> tuple[str, ...]:
    """Return the words of an entry, in order; none where a language lacks it."""
    return tuple((entry(name, language) or "").split())


@cache
def pattern(name: str, language: str) -> re.Pattern[str]:
    """Return the pattern of an entry; one that nothing fits where there is none."""
    return re.compile(_expanded(name, language) or _NEVER, re.IGNORECASE)


def filled(name: str, language: str, value: str) -> re.Pattern[str]:
    """Return the pattern of an entry with a text for its `%s`."""
    said = _expanded(name, language).replace("%s", re.escape(value))
    return re.compile(said or _NEVER, re.IGNORECASE)


def _expanded(name: str, language: str) -> str:
    found = entry(name, language)
    if isinstance(found, list):
        found = "|".join(found)
    table = name.rpartition(".")[0]

    def referred(reference: re.Match[str]) -> str:
        for place in (table, table.partition(".")[0], "words"):
            if said := _expanded(f"{place}.{reference[1]}", language):
                return f"(?:{said})"
        raise KeyError(f"{language}.toml: {name} refers to {reference[1]}")

    lines = "".join(map(str.strip, (found or "").splitlines()))
    return _REFERENCE.sub(referred, lines.replace(" ", r"\s+"))


def match(name: str, text: str) -> re.Match[str] | None:
    """Return how a text begins as an entry of its language says."""
    return pattern(name, language_of_question(text)).match(text)


def fullmatch(name: str, text: str) -> re.Match[str] | None:
    """Return how a text is all as an entry of its language says."""
    return pattern(name, language_of_question(text)).fullmatch(text)


def search(name: str, text: str) -> re.Match[str] | None:
    """Return where a text has what an entry of its language says."""
    return pattern(name, language_of_question(text)).search(text)
