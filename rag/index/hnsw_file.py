"""The vectors inside a Chroma store, read in place.

Chroma keeps its vectors in the files of hnswlib, one record of fixed size for each. To
map them into memory costs no copy on the disk, and gives an exact search of any part of
them, which Chroma's own search under a condition does not (docs/architecture.md).
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Vectors

_RECORDS = "data_level0.bin"
_LENGTHS = "length.bin"
# hnswlib's header: version, offset of the first record, capacity, records in use, bytes
# of a record, offsets of label and vector in it
_HEADER = struct.Struct("<iQQQQQQ")


@dataclass(frozen=True, slots=True)
class _Layout:
    records: Path
    count: int
    size: int
    label_at: int
    vector_at: int


def _layout(store: Path) -> _Layout:
    header = next(store.glob("*/header.bin"))
    _, _, _, count, size, label_at, vector_at = _HEADER.unpack_from(header.read_bytes())
    return _Layout(header.with_name(_RECORDS), count, size, label_at, vector_at)


def mapped_vectors(store: Path) -> Vectors:
    """Return the vectors of a store, one row each, in the order of the file.

    Raises OSError or ValueError where the files are not as hnswlib writes them.
    """
    at = _layout(store)
    records = np.memmap(
        at.records, dtype="<f4", mode="r", shape=(at.count, at.size // 4)
    )
    # a plain array: a memmap makes a new object of Python at every step
    return np.asarray(records)[:, at.vector_at // 4 : at.label_at // 4]


def labels(store: Path) -> NDArray[np.int64]:
    """Return each row's label: 1 for the vector that was added first, and so on."""
    at = _layout(store)
    records: Any = np.memmap(at.records, dtype=np.uint8, mode="r")
    found = np.ndarray((at.count,), "<i8", records, at.label_at, (at.size,))
    return found.astype(np.int64)


def blank_unused(store: Path) -> None:
    """Blank what was saved of memory that was set aside for more vectors.

    It is saved as it was found, and what lay there before may have been purged.
    """
    for header in store.glob("*/header.bin"):
        at = _layout(store)
        for name, used in ((_RECORDS, at.count * at.size), (_LENGTHS, 4 * at.count)):
            with header.with_name(name).open("r+b") as file:
                end = file.seek(0, os.SEEK_END)
                file.truncate(min(used, end))
                file.truncate(end)  # grows with zeros
