"""Real processes on one index: killed, and all at once. Longer by `make storm`."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_no_kill_loses_anything():
    run("benchmarks.kill_storm", "--kills", "15", "--articles", "100")


@pytest.mark.slow
def test_a_crowd_finds_everything_within_a_second():
    run("benchmarks.crowd", "--seconds", "10")
