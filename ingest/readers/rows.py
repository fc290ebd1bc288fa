"""The rows of a file of records (JSON, JSON Lines, CSV), each with its place."""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

from ingest.readers.draft import NoArticles, line
from ingest.readers.text import decode
from rag.errors import SourceError

_LONGEST = 10_000_000  # characters of a line, bytes of memory it takes to read one
_WHOLE = 100_000_000  # bytes of a .json file, which is in memory as a whole
_LISTS = ("articles", "items", "entries", "records", "results", "data", "docs", "rows")
_OUTER = (*_LISTS, "response")  # what may hold the object that holds the list
_TEXT = re.compile(r'"[^"]*(?:text|body|content|article|html)"\s*:', re.IGNORECASE)
_SEPARATORS = ",;\t|"
_KEPT = "surrogateescape"
_UNDECODED = re.compile("[\udc80-\udcff]")  # a byte that is none of its encoding
_CUT = "\udfff"  # no text decodes to it


@dataclass(frozen=True, slots=True)
class Row:
    """A record as it stands in a file: where, what it says, or what is wrong."""

    place: str
    fields: Mapping[str, object]
    trouble: str = ""


def _text_lines(file: BinaryIO) -> Iterator[str]:
    """Yield the lines of a file; of one that is too long comes only `_CUT`."""
    marked = file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    file.seek(0)
    encoding, errors = ("utf-16", "replace") if marked else ("utf-8-sig", _KEPT)
    text = TextIOWrapper(file, encoding, errors=errors, newline="")
    while found := text.readline(_LONGEST):
        long = False
        while len(found) == _LONGEST and not found.endswith(("\n", "\r")):
            long, found = True, text.readline(_LONGEST)
        yield _CUT if long else found


def _spoiled(text: str) -> str:
    """Return why a line, or a field of it, cannot be read; "" if it can."""
    if _CUT in text:
        return "is longer than 10 MB; split it"
    bad = _UNDECODED.search(text)
    return "is not UTF-8 text; save the file in UTF-8" if bad else ""


def lines(path: Path, file: BinaryIO) -> Iterator[Row]:
    """Yield the lines of JSON Lines."""
    for number, text in enumerate(_text_lines(file), 1):
        place = f"line {number}"
        if not text.strip():
            continue
        if text.strip() in {"{", "["}:
            raise SourceError(
                f"{path} has a record on several lines; name it .json, or write each "
                "on a line of its own."
            )
        if trouble := _spoiled(text):
            yield Row(place, {}, trouble)
        else:
            try:
                yield _row(place, json.loads(text))
            except RecursionError:
                yield Row(place, {}, "is nested too deeply; write a plain record")
            except ValueError as error:
                yield Row(place, {}, f"is not JSON ({_why(error)}); mend the line")


def entries(path: Path, file: BinaryIO) -> Iterator[Row]:
    """Yield the records of a JSON file: a list, a list inside an object, or one."""
    raw = file.read(_WHOLE + 1)
    if len(raw) > _WHOLE:
        raise SourceError(
            f"{path} has more than {_WHOLE // 1_000_000} MB, which .json may not; save "
            "it as .jsonl, a record on each line."
        )
    try:
        text = decode(path, raw)
        found = json.loads(text)
    except RecursionError:
        raise SourceError(
            f"{path} is nested too deeply; write a list of records."
        ) from None
    except ValueError as error:
        # settings may hold comments; what has no text was never meant to be articles
        kind = SourceError if _TEXT.search(text) else NoArticles
        told = f"is not JSON ({_why(error)}); mend it"
        if isinstance(error, json.JSONDecodeError) and text[error.pos :][:1] == "{":
            told = "holds one record after another; name it .jsonl"
        raise kind(f"{path} {told}.") from error
    if isinstance(found, dict):
        inside = _list_in(found)
        found = [found] if inside is None else inside
    if not isinstance(found, list) or not any(isinstance(one, dict) for one in found):
        raise NoArticles(f"{path} holds no records; write a list of objects.")
    for number, one in enumerate(found, 1):
        yield _row(f"record {number}", one)


def _list_in(found: Mapping[str, object]) -> list[object] | None:
    """Return the list of records in an object, or in one that it holds."""
    for name in _LISTS:
        if isinstance(inside := found.get(name), list):
            return inside
    objects = (found.get(name) for name in _OUTER)
    deeper = (_list_in(one) for one in objects if isinstance(one, dict))
    return next((one for one in deeper if one is not None), None)


def _row(place: str, found: object) -> Row:
    if isinstance(found, dict):
        return Row(place, found)
    return Row(place, {}, "is no record; write an object with a title and a text")


def _why(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at line {error.lineno}, column {error.colno}"
    return line(error)


def table(path: Path, file: BinaryIO) -> Iterator[Row]:
    """Yield the rows of CSV; the first line names the fields."""
    csv.field_size_limit(_LONGEST)
    text = _text_lines(file)
    before, first = 0, "\n"
    while first and (not first.strip() or first.lower().startswith("sep=")):  # Excel's
        before, first = before + 1, next(text, "")
    separator = max(_SEPARATORS, key=first.count)
    names = next(csv.reader([first], delimiter=separator), [])
    if len(names) < 2:
        raise SourceError(
            f"{path} has no columns; name them in its first line, with commas."
        )
    reader, above = csv.reader(text, delimiter=separator), before
    while True:
        place = f"line {before + 1}"
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(place, {}, f"is no row of CSV ({error}); mend it")
        else:
            if values:
                yield _table_row(place, names, values)
        before = above + reader.line_num


def _table_row(place: str, names: list[str], values: list[str]) -> Row:
    if len(values) > len(names):
        return Row(
            place,
            {},
            f"has {len(values)} fields, but the first line names {len(names)}; put "
            "fields that hold a separator in quotes",
        )
    trouble = next(filter(None, map(_spoiled, values)), "")
    return Row(place, dict(zip(names, values, strict=False)), trouble)
