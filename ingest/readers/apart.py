"""Reads files in a process of its own, bounded in time and memory.

A PDF, an Office file or a web page is a program in disguise: one can loop, swell or
crash what reads it. Whatever it does, the ingest goes on and says so. A thread keeps
its process for the next file, since starting one takes longer than reading most files;
one that is idle ends by itself.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import select
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from ingest.readers.draft import Draft
from rag.errors import SourceError

_SECONDS = 60.0
_BYTES = 2_000_000_000
_LONGEST = 20_000_000  # characters of one article
_IDLE = 30.0  # seconds
_own = threading.local()


def read_apart(reader: str, path: Path, raw: bytes, **more: Any) -> Draft:
    """Return what `reader` ("module:function") makes of a file; raises SourceError.

    It is given `path`, `raw` and what comes as `more`.
    """
    asked = f"{len(raw)} {json.dumps([reader, str(path), more])}\n".encode()
    told: Any = f"{path} brought down what read it (too large inside, or damaged)"
    for _ in range(2):  # one that has ended meanwhile gives way to a new one
        worker = getattr(_own, "worker", None) or _start()
        _own.worker = None
        try:
            told = _ask(worker, asked, raw)
        except TimeoutError:
            told = f"{path} took longer than {_SECONDS:g} s to read"
        except (OSError, ValueError):
            continue
        else:
            _own.worker = worker
            if isinstance(told, str):
                raise SourceError(told)
            lists = {name: tuple(told[name]) for name in ("flags", "pages")}
            return Draft(**told | lists)
        break
    raise SourceError(f"{told}; save its text instead.")


def _ask(worker: subprocess.Popen[bytes], asked: bytes, raw: bytes) -> Any:
    """Return a process's reply; one that fails or does not reply is ended."""
    late = threading.Event()

    def give_up() -> None:
        late.set()
        worker.kill()

    timer = threading.Timer(_SECONDS, give_up)
    timer.start()
    assert worker.stdin  # noqa: S101  # for the types: both are pipes
    assert worker.stdout  # noqa: S101
    try:
        worker.stdin.write(asked + raw)
        worker.stdin.flush()
        return json.loads(worker.stdout.readline())
    except (OSError, ValueError):
        worker.kill()
        worker.communicate()
        if late.is_set():
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()


def _start() -> subprocess.Popen[bytes]:
    # -P: nothing in the folder that the person happens to be in is imported
    command = [sys.executable, "-P", "-m", __name__]
    return subprocess.Popen(  # noqa: S603  # our own module, our own interpreter
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        process_group=0,  # Ctrl-C is not meant for it
    )


def main() -> None:
    """Read files from standard input; print of each its draft, or what is wrong."""
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library may print is no reply
    files = sys.stdin.buffer
    while select.select([files], [], [], _IDLE)[0] and (head := files.readline()):
        replies.write(json.dumps(_told(head, files)) + "\n")
        replies.flush()


def _told(head: bytes, files: BinaryIO) -> object:
    size, _, asked = head.partition(b" ")
    reader, name, more = json.loads(asked)
    raw = files.read(int(size))
    # the other process may be gone by then
    seconds = int(time.process_time() + _SECONDS) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    try:
        draft = _read(reader, Path(name), raw, more)
    except SourceError as error:
        return str(error)
    except MemoryError:  # this process may have kept too much of earlier files
        raise
    except Exception as error:  # noqa: BLE001  # whatever a damaged file provokes
        return (
            f"{name} cannot be read ({type(error).__name__}); it may be damaged: open "
            "it and save it again, or save its text."
        )
    if len(draft.text) > _LONGEST:
        return (
            f"{name} holds {len(draft.text) / 1e6:.0f} million characters of text; "
            "split it."
        )
    return asdict(draft)


def _read(reader: str, path: Path, raw: bytes, more: dict[str, Any]) -> Draft:
    module, _, function = reader.partition(":")
    found = importlib.import_module(f"ingest.readers.{module}")
    draft: Draft = getattr(found, function)(path, raw, **more)
    return draft


if __name__ == "__main__":
    main()
