"""Reads a file in a process of its own, bounded in time and memory.

A PDF or an Office file is a program in disguise: one can loop, swell or crash what
reads it. Whatever it does, the ingest goes on and says so.
"""

from __future__ import annotations

import importlib
import json
import resource
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from ingest.readers.draft import Draft
from rag.errors import SourceError

_SECONDS = 60
_BYTES = 2_000_000_000


def read_apart(reader: str, path: Path, raw: bytes) -> Draft:
    """Return what `reader` ("module:function") makes of a file; raises SourceError."""
    # -P: nothing in the folder that the person happens to be in is imported
    command = [sys.executable, "-P", "-m", __name__, reader, str(path)]
    try:
        done = subprocess.run(  # noqa: S603  # our own module, our own interpreter
            command, input=raw, capture_output=True, timeout=_SECONDS, check=False
        )
        told = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise SourceError(
            f"{path} took longer than {_SECONDS} s to read; save its text instead."
        ) from None
    except ValueError:
        raise SourceError(
            f"{path} brought down what read it (too large inside, or damaged); save "
            "its text instead."
        ) from None
    if isinstance(told, str):
        raise SourceError(told)
    lists = {name: tuple(told[name]) for name in ("flags", "pages")}
    return Draft(**told | lists)


def main() -> None:
    """Read the file on standard input; print its draft, or what is wrong with it."""
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    reader, name = sys.argv[1:]
    told: object
    try:
        told = asdict(_read(reader, Path(name), sys.stdin.buffer.read()))
    except SourceError as error:
        told = str(error)
    except Exception as error:  # noqa: BLE001  # whatever a damaged file provokes
        told = (
            f"{name} cannot be read ({type(error).__name__}); it may be damaged: open "
            "it and save it again, or save its text."
        )
    sys.stdout.write(json.dumps(told))


def _read(reader: str, path: Path, raw: bytes) -> Draft:
    module, _, function = reader.partition(":")
    found = importlib.import_module(f"ingest.readers.{module}")
    draft: Draft = getattr(found, function)(path, raw)
    return draft


if __name__ == "__main__":
    main()
