"""The projection for meaning: live vectors in Chroma; the one door to `chromadb`.

A Chroma store that is written to while others read it goes stale or breaks (figures in
docs/architecture.md). So none ever is: each build makes a new folder, a generation,
which nobody opens before it is complete and nobody writes to afterwards. What changed
since is searched exactly, from the ledger (`rag/index/index.py`).
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Vectors
from rag.index.atomic import write_atomically
from rag.index.hnsw_file import blank_unused, labels, mapped_vectors
from rag.index.ledger import vacuum
from rag.index.manifest import Manifest, damage, describe, signature

_COLLECTION = "vectors"
_SLICE = 5000  # Chroma takes at most 5 461 at once
_DATABASE = "chroma.sqlite3"
_KEYS = "keys.npy"  # the vector key of each row of the mapped vectors
_OPENING = Lock()  # two threads that open a store at once get half a client each
# recall@50 of 100 000 real vectors, moved a little, against exact search: 0.955 with 16
# neighbours and ef_search 200, 0.964 with 24, 0.989 with 24 and 500
_HNSW = {"space": "ip", "max_neighbors": 24, "ef_construction": 100}
_LEAST_SEARCHED = 500
# of more vectors a share: the same 500 find 0.97 of 200 000, twice as many 0.988
_SEARCHED_SHARE = 1 / 200


@dataclass(frozen=True, slots=True)
class Generation:
    """A complete, read-only Chroma store: `count` vectors, as of change `seq`."""

    folder: str
    seq: int
    count: int
    files: Manifest


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """The vectors of a generation: `matrix[rows[i]]` is the one with key `keys[i]`.

    `keys` ascend. The matrix is mapped from the disk.
    """

    keys: NDArray[np.int64]
    rows: NDArray[np.int64]
    matrix: Vectors


_NONE = Generation(folder="", seq=0, count=0, files={})
NOTHING = Stored(
    np.empty(0, np.int64), np.empty(0, np.int64), np.empty((0, 0), np.float32)
)


class VectorProjection:
    """The newest generation in `folder`; needs no lock to be read.

    `fault` says what is wrong with it; it is then not used.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pointer = folder / "current.json"
        self._pointed = ""
        self._mark: object = None
        self._client: Any = None
        self._collection: Any = None
        self.generation = _NONE
        self.stored = NOTHING
        self.fault = ""

    def touched(self) -> bool:
        """Whether a new generation was published, or a file of this one changed."""
        return self._read_pointer() != self._pointed or self._look() != self._mark

    def reload(self) -> None:
        """Use the newest generation, if its files are as they were when it was made."""
        before, self._pointed = self.generation, self._read_pointer()
        self.generation, self.fault = self._newest()
        self._mark = self._look()
        if self.generation != before:
            self.close()
            self.stored = self._map()

    def _map(self) -> Stored:
        if not self.generation.count:
            return NOTHING
        folder = self._folder / self.generation.folder
        keys = np.load(folder / _KEYS)
        order = np.argsort(keys)
        return Stored(keys[order], order, mapped_vectors(folder))

    def _read_pointer(self) -> str:
        try:
            return self._pointer.read_text("utf-8")
        except FileNotFoundError:
            return ""
        except (OSError, ValueError):
            return "unreadable"

    def _newest(self) -> tuple[Generation, str]:
        if not self._pointed:
            return _NONE, ""
        try:
            newest = Generation(**json.loads(self._pointed))
            fault = damage(self._folder / newest.folder, newest.files)
        except (AttributeError, TypeError, ValueError):
            return _NONE, f"{self._pointer.name} is altered"
        return (_NONE, fault) if fault else (newest, "")

    def _look(self) -> object:
        try:
            return signature(
                self._folder / self.generation.folder, self.generation.files
            )
        except OSError as error:
            return str(error)

    def nearest(self, vector: Vectors, limit: int) -> list[int]:
        """Return the keys of up to `limit` near vectors, nearest first, approximately.

        Keys of vectors that have left the ledger since the build may be among them.
        Where Chroma cannot search, nothing is returned and `fault` says why.
        """
        limit = min(limit, self.generation.count)
        if limit == 0:
            return []
        try:
            found = self._opened().query(
                query_embeddings=[vector], n_results=limit, include=[]
            )
        except Exception as error:  # noqa: BLE001  # Chroma raises what its engine does
            self.distrust(f"Chroma cannot search it ({error})")
            return []
        return [int(key) for key in found["ids"][0]]

    def contents(self) -> Iterator[tuple[list[int], Vectors]]:
        """Yield all of this generation as (keys, matrix), in slices.

        Where Chroma cannot read it, `fault` says why.
        """
        for at in range(0, self.generation.count, _SLICE):
            try:
                found = self._opened().get(
                    limit=_SLICE, offset=at, include=["embeddings"]
                )
            except Exception as error:  # noqa: BLE001  # Chroma raises what its engine does
                self.distrust(f"Chroma cannot read it ({error})")
                return
            yield [int(key) for key in found["ids"]], np.asarray(found["embeddings"])

    def _opened(self) -> Any:
        if self._collection is None:
            self._client = _client(self._folder / self.generation.folder)
            self._collection = self._client.get_collection(
                _COLLECTION, embedding_function=None
            )
        return self._collection

    def close(self) -> None:
        """Let go of a store: one that is left open keeps a dozen files."""
        client, self._client, self._collection = self._client, None, None
        if client is not None:
            with suppress(Exception):  # of a store that is damaged, or gone
                client.close()

    def distrust(self, fault: str) -> None:
        """Stop using this generation because of `fault`."""
        self.fault = fault
        self.generation, self.stored = _NONE, NOTHING
        self.close()

    def discard(self) -> None:
        """Take the generation back; for the writer only."""
        self._pointer.unlink(missing_ok=True)

    def clear(self) -> None:
        """Delete all generations, those being read too; for the writer only."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self.reload()

    def build(self, seq: int, keys: Sequence[int], matrix: Vectors) -> None:
        """Publish a new generation with these vectors; for the writer only.

        The generation before it is kept for those who are reading it; older ones go.
        """
        name = f"{seq}-{uuid.uuid4().hex[:8]}"
        folder = self._folder / name
        folder.mkdir(parents=True)
        if keys:
            self._fill(folder, keys, matrix)
            vacuum(folder / _DATABASE)  # its log of what was added: half of the store
            blank_unused(folder)
            # labels count the vectors in the order in which they were added
            order = labels(folder) - 1
            if not np.allclose(
                mapped_vectors(folder)[::97], matrix[order[::97]], atol=1e-3
            ):
                raise ValueError("this version of chromadb keeps its vectors otherwise")
            np.save(folder / _KEYS, np.asarray(keys)[order])
        names = [str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()]
        # opening a store, even only to read, changes some bytes of its database
        files = describe(folder, sorted(names), changing=[_DATABASE])
        generation = Generation(name, seq, len(keys), files)
        kept = {name, self.generation.folder}
        write_atomically(self._pointer, json.dumps(asdict(generation)))
        for old in self._folder.iterdir():
            if old.is_dir() and old.name not in kept:
                shutil.rmtree(old, ignore_errors=True)

    @staticmethod
    def _fill(folder: Path, keys: Sequence[int], matrix: Vectors) -> None:
        client = _client(folder)
        try:
            collection = client.create_collection(
                _COLLECTION,
                embedding_function=None,
                configuration={
                    "hnsw": {
                        **_HNSW,
                        "ef_search": max(
                            _LEAST_SEARCHED, round(_SEARCHED_SHARE * len(keys))
                        ),
                        # written once, at the last vector: no file changes afterwards
                        "sync_threshold": max(len(keys), 2),
                        "batch_size": min(max(len(keys), 2), 100),
                    }
                },
            )
            slice_size = client.get_max_batch_size()
            for at in range(0, len(keys), slice_size):
                some = slice(at, at + slice_size)
                collection.upsert(
                    ids=[str(key) for key in keys[some]], embeddings=matrix[some]
                )
        finally:
            client.close()


def _client(folder: Path) -> Any:
    # importing chromadb takes most of a second: only when it is searched
    import chromadb
    from chromadb.config import Settings

    with _OPENING:
        return chromadb.PersistentClient(
            str(folder), settings=Settings(anonymized_telemetry=False)
        )
