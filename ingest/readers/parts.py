"""Splits files that hold several articles: records, and archives of files.

Nothing is unpacked to the disk. A name in an archive only names the article; one that
would lead out of the archive is turned away all the same.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from ingest.readers import RECORDS, SUFFIXES, read_file
from ingest.readers.archive import DAMAGE, LARGEST, open_archive
from ingest.readers.draft import NoArticles, Part, too_large
from ingest.readers.fields import Mapped
from ingest.readers.records import fail, read_records
from rag.errors import SourceError

_PER_LIMIT = 20  # an archive may swell to so many times the largest file
_ENCRYPTED = 0x1


def read_parts(
    path: Path, file: BinaryIO, limit: int, mapped: Mapped
) -> Iterator[Part]:
    """Yield the articles of a file one at a time; none is larger than `limit` bytes.

    `mapped` says what the fields of records mean. Raises SourceError where the file
    as a whole cannot be read.
    """
    if path.suffix.lower() in RECORDS:
        yield from read_records(path, file, mapped)
        return
    size = os.fstat(file.fileno()).st_size
    archive = open_archive(path, file, size, max(LARGEST, _PER_LIMIT * limit))
    found = False
    # a name that is there twice means the last, as where one unpacks
    for info in {one.filename: one for one in archive.infolist()}.values():
        name = info.filename
        steps = _steps(name)
        hidden = any(step.startswith((".", "__MACOSX")) for step in steps)
        if info.is_dir() or (hidden and ".." not in steps):
            continue
        if Path(name).suffix.lower() in SUFFIXES:
            found = True
            yield from _member(path, archive, info, limit, mapped)
    if not found:
        raise NoArticles(f"{path} holds no files of a kind that is read; unpack it.")


def _member(
    path: Path,
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    limit: int,
    mapped: Mapped,
) -> Iterator[Part]:
    key, inside = f"/{info.filename}", Path(f"{path}/{info.filename}")
    try:
        if trouble := _trouble(info, limit):
            raise SourceError(f"{path}{key} {trouble}.")  # noqa: TRY301  # one way out
        if inside.suffix.lower() in RECORDS:
            with archive.open(info) as file:
                for part in read_records(inside, file, mapped):  # type: ignore[arg-type]  # it is read only
                    yield replace(part, key=f"{key}{part.key}")
        else:
            raw = archive.read(info)
            raw_hash = hashlib.sha256(raw).hexdigest()
            yield Part(key, raw_hash, partial(read_file, inside, raw))
    except SourceError as error:
        yield Part(key, "", partial(fail, error))
    except (*DAMAGE, zlib.error):
        told = f"{path}{key} is damaged in its archive; pack it again."
        yield Part(key, "", partial(fail, SourceError(told)))


def _steps(name: str) -> list[str]:
    """Return the folders and the file of a name, whichever system packed it."""
    return re.split(r"[/\\]", name)


def _trouble(info: zipfile.ZipInfo, limit: int) -> str:
    """Return why a file of an archive is not read, "" if it is."""
    name = info.filename
    if not _steps(name)[0] or ".." in _steps(name):
        return "leads out of its archive and is not read; pack it again"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link, not a file; pack what it leads to"
    if Path(name).suffix.lower() == ".zip":
        return "is an archive inside an archive; unpack it first"
    if info.flag_bits & _ENCRYPTED:
        return "needs a password; pack it without one"
    return too_large(info.file_size, limit)
