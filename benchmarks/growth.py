"""How a question's latency, recall, memory, disk and opening grow with the index.

    nice python benchmarks/growth.py [--chunks 1000000] [--keep DIR]

One index grows tenfold at a time, and a process of its own asks it at every size.
Chunks are three sentences of ../shared/data; vectors are those of real chunks, moved a
little, and questions are SQuAD's, as in size.py. Texts and vectors go to the ledger as
`ingest` brings them there, without files to be read.
"""

import argparse
import hashlib
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from size import (
    QUESTIONS,
    SPREAD,
    MovedEmbedder,
    NoReranker,
    real_questions,
    real_vectors,
    sentences,
)

from rag.embedding import Vectors, unit_rows
from rag.index.index import Index
from rag.retrieval.retriever import Query, retrieve
from rag.schema import Article, Chunk

CHUNKS = 40  # of an article
_BATCH = 500  # articles
_COLUMNS = ("p50 ms", "p95 ms", "processor p50 ms", "processor p95 ms", "recall@50")
_COLUMNS += ("opening s", "memory MB", "folder MB", "build s")


def _grow(folder: Path, before: int, chunks: int) -> None:
    """Add articles until there are so many chunks, and bring the projections along."""
    real, known = real_vectors(folder), sentences()
    known = [one for one in known if 60 < len(one) < 400]
    draw = random.Random(before)  # noqa: S311  # repeatable
    index = Index(folder / "index", create=True)
    with index.writing(timeout=60):
        numbers = range(before // CHUNKS, chunks // CHUNKS)
        for at in range(0, len(numbers), _BATCH):
            made = [_article(n, draw, known) for n in numbers[at : at + _BATCH]]
            hashes = list({part.text_hash for _, parts in made for part in parts})
            for one in range(0, len(hashes), 5000):
                some = hashes[one : one + 5000]
                moved = _moved(real, len(some), (before, at, one))
                index.ledger.vectors.put(some, moved, MovedEmbedder.fingerprint)
            for article, parts in made:
                index.ledger.articles.commit(article, parts, article.content_hash)
            index.catch_up(at_rest=False)
        index.catch_up()
    index.close()


def _article(
    number: int, draw: random.Random, known: list[str]
) -> tuple[Article, list[Chunk]]:
    texts = [" ".join(draw.choices(known, k=3)) for _ in range(CHUNKS)]
    parts = list(_parts(texts))
    whole = "\n\n".join(texts)
    digest = hashlib.sha256(whole.encode()).hexdigest()
    name = f"{number:06}"
    described = (name, 1, f"Report {number}", "", "", "", "en", f"{name}.txt", "")
    return Article(*described, whole, digest), parts


def _parts(texts: list[str]) -> Iterator[Chunk]:
    start = 0
    for ordinal, text in enumerate(texts):
        text_hash = hashlib.sha256(text.encode()).hexdigest()
        yield Chunk(ordinal, start, start + len(text), "", text_hash)
        start += len(text) + 2


def _moved(real: Vectors, count: int, seed: tuple[int, ...]) -> Vectors:
    draw = np.random.default_rng(seed)
    rows = real[draw.integers(len(real), size=count)]
    spread = SPREAD * draw.standard_normal(rows.shape, dtype=np.float32)
    return unit_rows(rows + spread)


def _ask(folder: Path) -> dict[str, float]:
    questions, vectors = real_questions(folder)
    started = time.perf_counter()
    index = Index(folder / "index")
    searcher = index.searcher()
    searcher.nearest(vectors[0], 50)
    searcher.matching(questions[0], 50)
    figures = {"opening s": time.perf_counter() - started}
    searcher.nearest(vectors[0], 50)  # the second is the first that asks Chroma
    taken: list[tuple[float, float]] = []
    for question, vector in zip(questions, vectors, strict=True):
        before = time.perf_counter(), time.process_time()
        retrieve(index.searcher, Query(question, vector), 5, NoReranker())
        now = time.perf_counter(), time.process_time()
        taken.append((1000 * (now[0] - before[0]), 1000 * (now[1] - before[1])))
    for name, column in zip(("", "processor "), zip(*taken, strict=True), strict=True):
        figures[f"{name}p50 ms"] = statistics.median(column)
        figures[f"{name}p95 ms"] = sorted(column)[int(0.95 * QUESTIONS)]
    # getrusage counts what the process was before it became this one
    status = Path("/proc/self/status").read_text("utf-8")
    figures["memory MB"] = int(status.split("VmHWM:")[1].split()[0]) / 1000
    everything = np.arange(len(searcher.catalog))
    shares = []
    for vector in vectors:
        cosines = searcher.vectors.cosines(everything, vector)
        exact = set(np.argpartition(-cosines, 50)[:50].tolist())
        shares.append(len(exact & set(searcher.nearest(vector, 100)[0].tolist())) / 50)
    return {**figures, "recall@50": statistics.mean(shares)}


def _plot(rows: dict[int, dict[str, float]]) -> str:
    """Return an SVG of p50 and p95 over the number of chunks, both logarithmic."""
    sizes, milliseconds = sorted(rows), (1, 10, 100)

    def across(size: float) -> float:
        span = np.log10(sizes[-1] / sizes[0]) or 1
        return 60 + 420 * float(np.log10(size / sizes[0]) / span)

    def up(value: float) -> float:
        return 240 - 110 * float(np.log10(value))

    shapes = [_text(across(size), 262, f"{size:,}", "middle") for size in sizes]
    for value in milliseconds:
        shapes.append(f'<path d="M60 {up(value):.0f}H480" stroke="#ccc"/>')
        shapes.append(_text(54, up(value) + 4, f"{value} ms", "end"))
    for name, colour in (("p50", "#1b6ca8"), ("p95", "#b3471d")):
        points = [(across(size), up(rows[size][f"{name} ms"])) for size in sizes]
        path = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
        style = f'fill="none" stroke="{colour}" stroke-width="2"'
        shapes.append(f'<polyline points="{path}" {style}/>')
        shapes.append(_text(486, points[-1][1] + 4, name, "start"))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 560 280" '
        'font-family="sans-serif" font-size="12">\n'
        "<title>A question's time, besides the embedder, over the chunks</title>\n"
        '<rect width="560" height="280" fill="#fff"/>\n'
        + "\n".join(shapes)
        + "\n</svg>\n"
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{text}</text>'


def _measured(folder: Path, most: int, tell: Callable[[str], Any]) -> None:
    tell(f"| chunks | {' | '.join(_COLUMNS)} |\n|{'---|' * (len(_COLUMNS) + 1)}")
    rows: dict[int, dict[str, float]] = {}
    before = 0
    for size in (10**n for n in range(3, 8) if 10**n <= most):
        started = time.perf_counter()
        _grow(folder, before, size)
        built, before = time.perf_counter() - started, size
        command = [sys.executable, __file__, "--ask", "--keep", str(folder)]
        asked = subprocess.run(command, check=True, capture_output=True, text=True)
        index = [one for one in (folder / "index").rglob("*") if one.is_file()]
        rows[size] = json.loads(asked.stdout)
        rows[size]["folder MB"] = sum(one.stat().st_size for one in index) / 1e6
        rows[size]["build s"] = built
        cells = [f"{rows[size][name]:.3g}" for name in _COLUMNS]
        tell(f"| {size:,} | {' | '.join(cells)} |")
        (folder / "growth.svg").write_text(_plot(rows), "utf-8")


def main() -> None:
    """Grow the index, ask it at every size, print the table, write growth.svg."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--ask", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.ask:
        print(json.dumps(_ask(given.keep)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder: Path = given.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        _measured(folder, given.chunks, lambda line: print(line, flush=True))


if __name__ == "__main__":
    main()
