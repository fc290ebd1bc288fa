"""What files a projection consists of, so that damage is noticed before it is used.

An engine that opens a damaged file may fail late, answer wrongly or take the process
with it; comparing sizes and hashes first costs a fraction of a second.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

# by name relative to the projection's folder: size in bytes, SHA-256 or None where the
# content may change although nothing is wrong
Manifest = dict[str, tuple[int, str | None]]


def describe(
    folder: Path, names: Iterable[str], *, changing: Iterable[str] = ()
) -> Manifest:
    """Return the manifest of these files; of those `changing`, only the size."""
    loose = frozenset(changing)
    return {
        name: (
            (folder / name).stat().st_size,
            None if name in loose else _sha256(folder / name),
        )
        for name in names
    }


def damage(folder: Path, manifest: Mapping[str, tuple[int, str | None]]) -> str:
    """Say which file is missing or altered; an empty string if none is."""
    for name, (size, digest) in manifest.items():
        path = folder / name
        try:
            if path.stat().st_size != size:
                return f"{name} has another size"
            if digest is not None and _sha256(path) != digest:
                return f"{name} is altered"
        except OSError as error:
            return f"{name} cannot be read ({error.strerror})"
    return ""


def signature(
    folder: Path, manifest: Mapping[str, tuple[int, str | None]]
) -> tuple[tuple[int, int], ...]:
    """Return what changes when a file is touched: cheap enough for every search.

    Raises OSError where a file is missing.
    """
    marks = []
    root = f"{folder}{os.sep}"  # joining paths takes longer than looking at the file
    for name, (_, digest) in manifest.items():
        status = os.stat(root + name)  # noqa: PTH116
        marks.append((status.st_size, status.st_mtime_ns if digest else 0))
    return tuple(marks)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
