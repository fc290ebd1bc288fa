"""Commands beside folders and disks that are not as they should be; for tests."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.texts import SEEDS

NEWSDESK = str(Path(sys.executable).with_name("newsdesk"))
SEED = SEEDS / "a-ban-will-not-make-beijing-dependent.md"
QUESTION = "what does the author say about chip restrictions?"


# runs commands one after the other where only they see what was mounted
_RUNNER = """
import json, subprocess, sys

for command in json.load(sys.stdin):
    done = subprocess.run(command, capture_output=True, text=True)
    print(json.dumps([command, done.returncode, done.stdout, done.stderr]))
"""

Done = subprocess.CompletedProcess[str]


def newsdesk(index: Path, *arguments: str) -> list[str]:
    return [NEWSDESK, "--index", str(index), *arguments]


def run(command: list[str]) -> Done:
    return subprocess.run(command, capture_output=True, text=True, check=False)


def run_mounted(mounts: list[list[str]], commands: list[list[str]]) -> list[Done]:
    """Run commands beside mounts of their own; skip where nothing can be mounted."""
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("mounting for one process needs Linux and its unshare")
    told = subprocess.run(
        [unshare, "--mount", "--map-root-user", sys.executable, "-c", _RUNNER],
        input=json.dumps(mounts + commands),
        capture_output=True,
        text=True,
        check=False,
    )
    done = [Done(*json.loads(line)) for line in told.stdout.splitlines()]
    if told.returncode or any(one.returncode for one in done[: len(mounts)]):
        reason = told.stderr or " ".join(one.stderr for one in done[: len(mounts)])
        pytest.skip(f"nothing can be mounted here: {reason.strip()}")
    return done[len(mounts) :]


def says_one_sentence(done: Done, *words: str) -> None:
    assert done.returncode == 1, done
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].endswith(".")
    assert "report it" not in lines[0], "a bug"
    for word in words:
        assert word in lines[0]


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
