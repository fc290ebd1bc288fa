"""Zip archives, bounded: what is inside is looked at before it is unpacked."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import BinaryIO

from rag.errors import SourceError

# what an archive may swell to, and by how much: a text hardly shrinks to a hundredth
LARGEST, _RATIO = 200_000_000, 200
_MOST = 100_000  # files
# what zipfile raises where an archive is damaged, or packed in a way it does not know
DAMAGE = (zipfile.BadZipFile, OSError, EOFError, RuntimeError, ValueError)


def open_archive(
    path: Path, file: BinaryIO, size: int, largest: int = LARGEST
) -> zipfile.ZipFile:
    """Open an archive of `size` bytes that swells to at most `largest` bytes.

    zipfile unpacks no more of a file than the archive says that it has, so that sum
    is a bound. Raises SourceError.
    """
    try:
        archive = zipfile.ZipFile(file)
    except DAMAGE as error:
        raise SourceError(
            f"{path} is not what its name says, or damaged; open it and save it again."
        ) from error
    files = archive.infolist()
    if len(files) > _MOST:
        raise SourceError(f"{path} holds more than {_MOST:,} files; split it.")
    inside = sum(one.file_size for one in files)
    if inside > largest or inside > max(_RATIO * size, 1_000_000):
        raise SourceError(
            f"{path} swells to {inside / 1e6:.0f} MB inside; it is not read."
        )
    return archive
