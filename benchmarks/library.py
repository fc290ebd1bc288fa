"""How long the list of articles takes to be shown, at size.

    python -m benchmarks.library [--articles 10000]

Told are milliseconds of processor time, the median of several, for what a visitor of
the page does with the list; the articles' words mean nothing (`tests/hashing.py`).
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import gradio as gr

from ingest import ingest
from rag.config import Settings
from rag.engine import QueryEngine
from tests.hashing import HashingEmbedder
from ui.shelf import LIST, LIVE, MAP, NEWEST, TIMELINE
from ui.web.library import Library

_TIMES = 20


def main() -> None:
    """Fill an index, use its list, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    count = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as folder:
        files, index = Path(folder) / "articles", Path(folder) / "index"
        files.mkdir()
        for n in range(count):
            (files / f"{n}.md").write_text(
                f"---\ntitle: Report {n} of the harbour\nauthor: Author {n % 97}\n"
                f"publisher: Paper {n % 13}\n"
                f"published: {1990 + n % 35}-{1 + n % 12:02}-{1 + n % 28:02}\n"
                f"---\n\nReport {n} says that the ferry came {n} times.\n",
                encoding="utf-8",
            )
        settings, embedder = Settings(model="none", index=index), HashingEmbedder()
        ingest([files], index=index, settings=settings, embedder=embedder)
        with QueryEngine.open(settings=settings, embedder=embedder) as engine:
            _use(Library(engine, index))


def _use(library: Library) -> None:
    fields = ["", NEWEST, LIVE, LIST, [], [], [], "", "", ""]
    turning = gr.EventData(None, {"act": "page", "page": "100"})

    def shown(view: str = LIST, search: str = "") -> Callable[[], object]:
        return lambda: library.shelf(search, NEWEST, LIVE, view, *fields[4:])

    for name, act in (
        ("the whole list", shown()),
        ("a search", shown(search="harbour author 12")),
        (
            "a filter",
            lambda: library.shelf("", NEWEST, LIVE, LIST, ["Author 5"], ["Paper 7"]),
        ),
        ("another page", lambda: library.turned(turning, *fields)),
        ("the timeline", shown(TIMELINE)),
        ("the map", shown(MAP)),
    ):
        first, *later = [_milliseconds(act) for _ in range(_TIMES + 1)]
        print(f"{name}: {statistics.median(later):.1f} ms; the first {first:.1f} ms")


def _milliseconds(act: Callable[[], object]) -> float:
    started = time.process_time()
    act()
    return 1000 * (time.process_time() - started)


if __name__ == "__main__":
    main()
