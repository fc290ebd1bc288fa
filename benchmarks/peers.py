"""newsdesk beside what people would pick instead, in one table.

    python -m benchmarks.peers [--questions 300] [--work DIR]

How the peers are used and what the rows mean: docs/peers.md. `--work` keeps their
environments and the vectors for the next run.
"""

import argparse
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.peers_measures import located, measured
from benchmarks.peers_processes import EmbedderServer, Process, System
from rag.config import load_settings
from rag.embedding import open_embedder

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
LLAMAINDEX = "llama-index-core==0.14.25 llama-index-retrievers-bm25==0.8.0"
LANGCHAIN = "langchain-chroma==1.1.0 langchain-text-splitters==1.1.3"
PEERS = [
    System("LlamaIndex", "peers_llamaindex", LLAMAINDEX),
    System("LlamaIndex+BM25", "peers_llamaindex", LLAMAINDEX, "hybrid"),
    System("LangChain+Chroma", "peers_langchain", LANGCHAIN),
    System("Haystack", "peers_haystack", "haystack-ai==3.4.0"),
    System("txtai", "peers_txtai", "txtai==9.14.0 chonkie==1.7.0"),
]
BLOCK = 10  # questions to one system before the next has its turn
RESTARTS = 11
EDITED, DELETED = "Warsaw", "Normans"


class Bench:
    """The systems that run, what they were given, and what was measured of them."""

    def __init__(self, work: Path, server: EmbedderServer, newsdesk: System) -> None:
        self._work, self._port = work, server.server_address[1]
        self._systems = [newsdesk, *PEERS]
        self._articles = work / "articles"
        self._texts = {one["id"]: one["text"] for one in _read("articles")}
        for name, text in self._texts.items():
            (self._articles / f"{name}.txt").write_text(text, encoding="utf-8")
        self._figures: dict[str, dict[str, str]] = defaultdict(dict)
        self._errors: dict[str, list[str]] = {one.name: [] for one in self._systems}

    def _note(self, row: str, system: System, value: object) -> None:
        if isinstance(value, float):
            value = f"{value:.3f}" if value < 10 else f"{value:.0f}"
        self._figures[row][system.name] = str(value)

    def _start(self, system: System) -> Process:
        return Process(system, self._work, self._port)

    def fill(self) -> None:
        """Ingest the articles; whoever cannot is out."""
        megabytes = sum(len(text.encode()) for text in self._texts.values()) / 1e6
        for system in self._systems.copy():
            try:
                process = self._start(system)
                reply = process.call("ingest", str(self._articles))
                process.end()
            except (RuntimeError, subprocess.CalledProcessError) as error:
                reason = getattr(error, "stderr", None) or str(error)
                self._errors[system.name].append(reason.strip().splitlines()[-1])
                self._systems.remove(system)
                continue
            store = self._work / "stores" / system.name
            files = [one for one in (store, *store.rglob("*")) if one.is_file()]
            size = sum(one.stat().st_size for one in files)
            self._note("ingest s/MB", system, reply["seconds"] / megabytes)
            self._note("ingest memory MB", system, reply["memory"] // 10**6)
            self._note("disk MB", system, size / 1e6)
            self._note("texts embedded", system, reply["texts"])

    def ask(self, questions: list[dict[str, Any]]) -> None:
        """Ask in new processes; then everything of everybody, warm, in blocks."""
        processes: dict[str, Process] = {}
        values: dict[str, Any] = defaultdict(lambda: defaultdict(list))
        for system in self._systems * RESTARTS:
            if system.name in processes:
                processes[system.name].end()
            process = processes[system.name] = self._start(system)
            waited = process.call("ask", questions[0]["question"])["embedder"]
            taken = time.perf_counter() - process.started - waited
            values[system.name]["restart"].append(taken)
        order = random.Random(1)  # noqa: S311  # repeatable
        for at in range(0, len(questions), BLOCK):
            for name in order.sample(list(processes), len(processes)):
                for one in questions[at : at + BLOCK]:
                    reply = processes[name].call("ask", one["question"])
                    spans = located(reply["value"], self._texts)
                    costs = {row: reply[row] for row in ("seconds", "memory")}
                    costs["question: passages embedded"] = reply["texts"]
                    for row, value in (measured(spans, one) | costs).items():
                        values[name][row].append(value)
        for system in self._systems:
            processes[system.name].end()
            self._sum_up(system, values[system.name])

    def _sum_up(self, system: System, values: dict[str, list[float]]) -> None:
        seconds = sorted(values.pop("seconds"))
        restart, memory = statistics.median(values.pop("restart")), values.pop("memory")
        for row, column in sorted(values.items(), reverse=True):
            self._note(row, system, statistics.fmean(column))
        self._note("question p50 ms", system, 1000 * statistics.median(seconds))
        self._note("question p95 ms", system, 1000 * seconds[len(seconds) * 95 // 100])
        self._note("new process to passages s", system, restart)
        self._note("asking memory MB", system, max(memory) // 10**6)

    def change(self, questions: list[dict[str, Any]]) -> None:
        """Ingest the folder again: as it is, with an answer edited, without a file."""
        for system, answers in self._again("unchanged", questions[:20]):
            twice = any(len(set(map(tuple, one))) < len(one) for one in answers)
            self._wrong(system, "unchanged: passages twice", wrong=twice)
        of_edited = [one for one in questions if one["article"] == EDITED][:1]
        start, end, answer = of_edited[0]["answers"][0]
        text = self._texts[EDITED]
        path = self._articles / f"{EDITED}.txt"
        path.write_text(text[:start] + answer[::-1] + text[end:], encoding="utf-8")
        old = text[start - 20 : end + 20]
        for system, answers in self._again("one answer edited", of_edited):
            stale = any(old in passage for *_, passage in answers[0])
            self._wrong(system, "one answer edited: old one found", wrong=stale)
        path.with_name(f"{DELETED}.txt").unlink()
        of_deleted = [one for one in questions if one["article"] == DELETED][:5]
        for system, answers in self._again("one file deleted", of_deleted):
            found = any(DELETED in file for one in answers for file, *_ in one)
            self._wrong(system, "one file deleted: still found", wrong=found)

    def _again(self, what: str, questions: Any) -> Iterator[tuple[System, Any]]:
        for system in self._systems:
            process = self._start(system)
            reply = process.call("ingest", str(self._articles))
            self._note(f"{what}: texts embedded", system, reply["texts"])
            replies = [process.call("ask", one["question"]) for one in questions]
            process.end()
            yield system, [one["value"] for one in replies]

    def _wrong(self, system: System, row: str, *, wrong: bool) -> None:
        self._note(row, system, "yes" if wrong else "no")
        if wrong:
            self._errors[system.name].append(row)

    def show(self) -> None:
        """Print the table, and what is wrong, ours first."""
        names = [one.name for one in self._systems]
        print("| | " + " | ".join(names) + " |")
        print("|---" * (len(names) + 1) + "|")
        for row, cells in self._figures.items():
            print(f"| {row} | " + " | ".join(cells[one] for one in names) + " |")
        for name, errors in self._errors.items():
            print(f"- {name}: {'; '.join(errors) or 'none of these errors'}")


def main() -> None:
    """Run everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=300)
    default = Path(tempfile.gettempdir()) / "newsdesk-peers"
    parser.add_argument("--work", type=Path, default=default)
    given = parser.parse_args()
    if not DATA.exists():
        sys.exit(f"{DATA} is missing; put the question sets there (see its README).")
    work: Path = given.work
    for folder in ("articles", "stores"):
        shutil.rmtree(work / folder, ignore_errors=True)
        (work / folder).mkdir(parents=True)
    embedder = open_embedder(load_settings())
    newsdesk = System("newsdesk", "peers_newsdesk", variant=embedder.fingerprint)
    bench = Bench(work, EmbedderServer(embedder, work / "vectors"), newsdesk)
    bench.fill()
    bench.ask(_questions(given.questions))
    bench.change(_questions(9999))  # all of them
    bench.show()


def _read(name: str) -> list[dict[str, Any]]:
    lines = []
    for kind in ("squad2", "excerpts"):
        lines += (DATA / kind / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _questions(count: int) -> list[dict[str, Any]]:
    """Return a fixed sample: two thirds of squad2, a third of excerpts."""
    everything = _read("questions")
    random.Random(0).shuffle(everything)  # noqa: S311  # repeatable
    squad = [one for one in everything if one.get("answerable")]
    excerpts = [one for one in everything if "references" in one]
    return squad[: count - count // 3] + excerpts[: count // 3]


if __name__ == "__main__":
    main()
