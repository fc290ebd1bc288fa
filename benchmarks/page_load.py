"""Many visitors asking at once, through the real endpoint of the page.

    python -m benchmarks.page_load [--visitors 50] [--questions 500] [--index DIR]

Each visitor asks one question after the other without a model, and is a new visitor
after every tenth. Told are the seconds to the settled answer (the first sentence comes
no later) beside those of the bare engine asked by as many threads, the errors, and the
memory of the server as it goes. Exits with 1 if there was an error.
"""

from __future__ import annotations

import argparse
import json
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import httpx2
import numpy as np

from ingest import ingest
from rag.config import Settings
from rag.engine import QueryEngine

SEEDS = Path(__file__).parent.parent / "seeds"
QUESTIONS = (
    "What does the author say about chip restrictions?",
    "How many homes will the barrier on the Wend protect?",
    "How does a heat pump find warmth in freezing air?",
    "What is the weather in Paris?",
)
_NEW_AFTER = 10  # questions
_PATIENCE = 120.0  # seconds


@dataclass
class Told:
    """What the visitors saw, and how large the server was meanwhile (MB)."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)


class Visitor:
    """Speaks to the page as a browser does."""

    def __init__(self, url: str, event: dict[str, object], inputs: int) -> None:
        self._client = httpx2.Client(
            base_url=f"{url}/gradio_api",
            timeout=_PATIENCE,
            verify=False,  # without TLS, and reading certificates takes long
        )
        self._event, self._inputs = event, inputs
        self._session = secrets.token_hex(6)

    def ask(self, question: str) -> str:
        """Ask; return the HTML of the settled conversation, or raise ValueError."""
        unset = [None] * (self._inputs - 1)
        given = {"data": [question, *unset], "session_hash": self._session}
        self._client.post("/queue/join", json={**self._event, **given})
        params, settled = {"session_hash": self._session}, ""
        with self._client.stream("GET", "/queue/data", params=params) as stream:
            for line in stream.iter_lines():
                said = json.loads(line.removeprefix("data:")) if line else {}
                if said.get("msg") == "process_completed":
                    if not said["success"]:
                        raise ValueError(str(said["output"]))
                    settled = str(said["output"]["data"][2])
        if not settled:
            raise ValueError("the stream ended without an answer")
        return settled


def main() -> None:
    """Serve, ask, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--index", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        index = given.index or Path(folder) / "index"
        if not given.index:
            ingest([SEEDS], index=index)
        bare = through_the_engine(index, given.visitors, given.questions)
        page = through_the_page(index, given.visitors, given.questions)
    for name, told in (("engine", bare), ("page", page)):
        p50, p95 = np.percentile(told.seconds, [50, 95])
        rate = f"median {p50:.3f} s, p95 {p95:.3f} s, {len(told.errors)} errors"
        print(f"{name}: {len(told.seconds)} answers, {rate}")
    shown = page.memory[:: max(1, len(page.memory) // 10)]
    print("page, MB:", ", ".join(f"{one:.0f}" for one in shown))
    for error in page.errors[:5]:
        print(error)
    sys.exit(bool(page.errors))


def through_the_engine(index: Path, visitors: int, count: int) -> Told:
    """Ask the engine itself, from as many threads."""
    told = Told()
    with QueryEngine.open(index, settings=Settings(model="none")) as engine:
        engine.query(QUESTIONS[0])
        _crowd(told, visitors, count, lambda: engine.query)
    return told


def through_the_page(index: Path, visitors: int, count: int) -> Told:
    """Ask a server in a process of its own."""
    told = Told()
    command = [sys.executable, "-c", "from ui.cli import main; main()"]
    command += ["--index", str(index), "serve", "--port", "8170"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            url = re.findall(r"http://[\d.:]+", server.stdout.readline())[0]
            event, inputs = _asking(httpx2.get(f"{url}/config").json())
            Visitor(url, event, inputs).ask(QUESTIONS[0])

            def visitor() -> Callable[[str], object]:
                told.memory.append(_megabytes(server.pid))
                return Visitor(url, event, inputs).ask

            _crowd(told, visitors, count, visitor)
            told.memory.append(_megabytes(server.pid))
        finally:
            server.terminate()
    return told


def _crowd(
    told: Told,
    visitors: int,
    count: int,
    arrive: Callable[[], Callable[[str], object]],
) -> None:
    def visit(number: int) -> None:
        for turn in range(count // visitors):
            if turn % _NEW_AFTER == 0:
                ask = arrive()
            question = QUESTIONS[(number + turn) % len(QUESTIONS)]
            started = time.perf_counter()
            try:
                ask(question)
            except Exception as error:  # noqa: BLE001  # each is told
                with told.lock:
                    told.errors.append(f"{type(error).__name__}: {error}")
                continue
            with told.lock:
                told.seconds.append(time.perf_counter() - started)

    with ThreadPoolExecutor(visitors) as pool:
        list(pool.map(visit, range(visitors)))


def _asking(config: dict[str, list[dict[str, Any]]]) -> tuple[dict[str, Any], int]:
    """Return what names the event of pressing Enter in the question box, its inputs."""
    [box] = [
        one["id"]
        for one in config["components"]
        if one["props"].get("elem_id") == "question"
    ]
    [asking] = [
        one for one in config["dependencies"] if [box, "submit"] in one["targets"]
    ]
    event = {"fn_index": asking["id"], "trigger_id": box, "event_data": None}
    return event, len(asking["inputs"])


def _megabytes(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text("utf-8")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1000


if __name__ == "__main__":
    main()
