"""How long newsdesk takes to start, beside what it stands on.

    python benchmarks/startup.py [--runs 7]

Whole processes, interleaved, medians and ratios of one run. The index is made from
seeds/ first and is not timed.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
NEWSDESK = str(Path(sys.executable).with_name("newsdesk"))
QUESTION = "what does the author say about chip restrictions?"
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "newsdesk --help": [NEWSDESK, "--help"],
    "import chromadb, openai": [sys.executable, "-c", "import chromadb, openai"],
    "newsdesk ask": [NEWSDESK, "ask", QUESTION],
}


def main() -> None:
    """Run every command in turn, several times, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    runs: int = parser.parse_args().runs
    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as index:
        environment = os.environ | {"NEWSDESK_INDEX": index, "NEWSDESK_MODEL": "none"}
        _run([NEWSDESK, "ingest", str(ROOT / "seeds")], environment)
        for turn in range(runs + 1):
            for name, command in COMMANDS.items():
                taken = _run(command, environment)
                if turn:  # the first turn only warms the disk's cache
                    seconds[name].append(taken)
    median = {name: statistics.median(taken) for name, taken in seconds.items()}
    for name, value in median.items():
        low, high = min(seconds[name]), max(seconds[name])
        print(f"{name:<24} {value:6.2f} s  ({low:.2f} to {high:.2f})")
    ratio = median["newsdesk ask"] / median["import chromadb, openai"]
    extra = median["newsdesk --help"] - median["python -c pass"]
    print(f"ask / import chromadb, openai: {ratio:.2f}")
    print(f"--help - python -c pass: {extra:.2f} s")


def _run(command: list[str], environment: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
