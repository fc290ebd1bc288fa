"""Many visitors share one engine, and the index changes under them."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from ingest import ingest
from rag.index.index import Index
from tests.finding import nearest
from tests.hashing import HashingEmbedder

# many indexes are made here: too slow for `make check`
pytestmark = pytest.mark.slow

TEXTS = [
    f"Ship number {n} carries {n * 17} barrels to port {n * 3}." for n in range(60)
]
EMBEDDER = HashingEmbedder()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "articles").mkdir()
    for number, text in enumerate(TEXTS):
        (tmp_path / "articles" / f"{number}.txt").write_text(text, encoding="utf-8")
    ingest([tmp_path / "articles"], index=tmp_path / "index", embedder=EMBEDDER)
    return tmp_path / "index"


def finds(index: Index, text: str) -> bool:
    index.searcher()
    chunk, _ = nearest(index, EMBEDDER.embed_question(text), 1)[0]
    return index.ledger.articles.text(chunk.article_id, chunk.version) == text


def test_threads_that_ask_their_first_question_at_once_are_all_answered(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pointer = (folder / "vectors" / "current.json").read_text()
    for _ in range(4):
        index = Index(folder)
        with ThreadPoolExecutor(8) as threads:
            assert all(threads.map(partial(finds, index), TEXTS))
        index.close()
    assert caplog.messages == []
    assert (folder / "vectors" / "current.json").read_text() == pointer


def test_threads_find_everything_while_articles_arrive(folder: Path) -> None:
    index = Index(folder)
    more = folder.parent / "more.txt"
    with ThreadPoolExecutor(6) as threads:
        for number in range(6):
            asked = [threads.submit(finds, index, text) for text in TEXTS]
            more.write_text(f"Another ship, number {number}.", encoding="utf-8")
            ingest([more], index=folder, embedder=EMBEDDER)
            assert all(one.result() for one in asked)


def test_a_reader_lets_go_of_the_stores_that_were_replaced(folder: Path) -> None:
    index = Index(folder)
    more = folder.parent / "more"
    more.mkdir()
    opened = []
    for number in range(5):
        for n in range(30):
            text = f"Cargo {number} of crane {n}."
            (more / f"{number}-{n}.txt").write_text(text, encoding="utf-8")
        ingest([more], index=folder, embedder=EMBEDDER)
        assert finds(index, TEXTS[number])
        opened.append(len(os.listdir("/proc/self/fd")))  # noqa: PTH208
    assert max(opened[1:]) - opened[1] < 8
