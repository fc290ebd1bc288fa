"""What a person points at, as a list of files to read."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.readers import SEVERAL, SUFFIXES

_KINDS = (
    ".txt, .md, .html, .pdf, .docx, .odt, .epub, .eml, .mhtml, .json, .jsonl, .csv or "
    ".zip"
)
# such files are nobody's articles; with "~$" begins what Word writes of an open file
HIDDEN = (".", "~$")
# where the name of a file ends that holds several articles
_HOLDS = re.compile(rf"(?:{'|'.join(map(re.escape, SEVERAL))})(?=[/#])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read; `size` in bytes is as of the moment it was found.

    Somebody `named` it, or it was found in a folder.
    """

    path: Path
    size: int
    named: bool = True


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A web page to fetch."""

    url: str


@dataclass(frozen=True, slots=True)
class NotRead:
    """Something that is not read; `reason` is for a person.

    That is a failure, unless nobody `wanted` it.
    """

    name: str
    reason: str
    wanted: bool = True


def find_files(
    names: Sequence[str | Path],
) -> Iterator[FoundFile | FoundPage | NotRead]:
    """Yield the files and pages that `names` (files, folders, addresses) stand for.

    Folders are walked in order of name, `HIDDEN` files and folders left out. Each file
    comes once. What a person named and cannot be read is yielded as NotRead.
    """
    seen: set[Path] = set()
    for name in names:
        for found in _look_at(str(name)):
            if isinstance(found, FoundFile):
                if found.path in seen:
                    continue
                seen.add(found.path)
            yield found if isinstance(found, FoundPage) else _with_readable_name(found)


def _with_readable_name(found: FoundFile | NotRead) -> FoundFile | NotRead:
    """Turn away a name that is not UTF-8: the ledger could not keep it."""
    name = str(found.path) if isinstance(found, FoundFile) else found.name
    shown = name.encode("utf-8", "replace").decode("utf-8")
    if shown == name:
        return found
    return NotRead(shown, f"The name of {shown} is not UTF-8; rename it.")


def file_of(source: str) -> str:
    """Return the file, or the address, that the article of a source was read from.

    That is the source itself, but for "archive.zip/member.txt" and "records.csv#id".
    """
    if _is_address(source) or os.path.lexists(source):
        return source
    ends = (source[: end.end()] for end in _HOLDS.finditer(source))
    # a folder may have such a name, too
    return next((file for file in ends if not os.path.isdir(file)), source)  # noqa: PTH112  # pathlib raises for some names


def _is_address(name: str) -> bool:
    return name.startswith(("http://", "https://"))


def gone(source: str) -> bool:
    """Whether the file an article was read from is certainly no longer there."""
    if _is_address(source):
        return False
    try:
        Path(file_of(source)).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):  # a folder that may not be looked into, say
        return False
    return False


def _look_at(name: str) -> Iterator[FoundFile | FoundPage | NotRead]:
    if _is_address(name):
        yield FoundPage(name)
        return
    path = Path(name).expanduser()
    try:
        path = path.resolve()
        if path.is_dir():
            yield from _walk(path)
        elif not path.exists():
            yield NotRead(name, f"{name} does not exist; check the path.")
        elif not path.is_file():
            yield NotRead(name, f"{name} is not a regular file; name a file or folder.")
        elif not SUFFIXES & {path.suffix.lower(), Path(name).suffix.lower()}:  # a link
            yield NotRead(
                name, f"{name} is not a {_KINDS} file; convert it to one of them."
            )
        else:
            yield FoundFile(path, path.stat().st_size)
    # ValueError: a NUL in the name; RuntimeError: a link to itself (Python 3.11, 3.12)
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        yield NotRead(name, f"{name} cannot be read ({reason}); check the path.")


def _walk(folder: Path) -> Iterator[FoundFile | FoundPage | NotRead]:
    failed: list[NotRead] = []

    def _unreadable(error: OSError) -> None:
        failed.append(
            NotRead(
                str(error.filename),
                f"{error.filename} cannot be read ({error.strerror}); "
                "check its rights.",
            )
        )

    found, others = False, Counter[str]()
    for parent, folders, files in os.walk(folder, onerror=_unreadable):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        for file in sorted(files):
            path = Path(parent, file)
            if file.startswith(HIDDEN):
                continue
            if path.suffix.lower() not in SUFFIXES:
                others[path.suffix.lower() or "without ending"] += 1
                continue
            found = True
            for one in _look_at(str(path)):
                yield replace(one, named=False) if isinstance(one, FoundFile) else one
    yield from failed
    if found and others:
        told = ", ".join(f"{count} {kind}" for kind, count in others.most_common())
        reason = f"{folder} holds files of other kinds, which are not read: {told}."
        yield NotRead(str(folder), reason, wanted=False)
    if not found:
        yield NotRead(str(folder), f"{folder} holds no {_KINDS} files; name another.")
