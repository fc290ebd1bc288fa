"""What is kept in memory of an index agrees with the ledger, whatever happens to it."""

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ingest import ingest, remove
from rag.index.catalog import Catalog
from rag.index.index import Index
from tests.desk import Desk
from tests.finding import nearest
from tests.hashing import HashingEmbedder, hashed
from tests.texts import article


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    for number in range(6):
        desk.write(f"{number}.md", article(number, paragraphs=12))
    desk.ingest()
    return desk


@pytest.fixture
def index(desk: Desk) -> Iterator[Index]:
    opened = Index(desk.index)
    yield opened
    opened.close()


def test_a_catalog_that_follows_the_log_is_the_one_read_anew(
    desk: Desk, index: Index
) -> None:
    # whatever arrives, changes, moves and leaves, one or several at a time
    rng = random.Random(3)  # noqa: S311  # repeatable
    catalog = Catalog.of(index.ledger)
    seen = index.ledger.state().last_change
    for step in range(25):
        name = f"{rng.randrange(8)}.md"
        path = desk.folder / name
        if path.exists() and rng.random() < 0.4 and name in desk.live():
            remove(name, desk.index)
            path.unlink()
        elif path.exists() and rng.random() < 0.2:
            path.rename(desk.folder / f"{step}-{name}")
        else:
            desk.write(name, article(100 + step % 7, paragraphs=rng.randint(1, 9)))
        if rng.random() < 0.7:
            desk.ingest()
        catalog = catalog.after(index.ledger, seen)
        seen = index.ledger.state().last_change
        anew = Catalog.of(index.ledger)
        np.testing.assert_array_equal(catalog.chunk_keys, anew.chunk_keys)
        np.testing.assert_array_equal(catalog.vector_keys, anew.vector_keys)
        assert [catalog.articles[n] for n in catalog.owners] == [
            anew.articles[n] for n in anew.owners
        ]


def test_chromas_own_file_holds_the_vectors_of_the_ledger(index: Index) -> None:
    searcher = index.searcher()
    keys, matrix = index.ledger.vectors.live()
    mapped = index._vectors.stored
    assert len(searcher.vectors.recent_keys) == 0
    np.testing.assert_array_equal(mapped.keys, keys)
    np.testing.assert_allclose(mapped.matrix[mapped.rows], matrix, atol=1e-6)


def test_the_cosines_of_few_rows_and_of_all_are_the_same(
    desk: Desk, index: Index
) -> None:
    index.searcher()
    desk.write("late.md", article(50, paragraphs=2))
    desk.ingest()
    searcher = index.searcher()
    assert 0 < len(searcher.vectors.recent_keys) < len(searcher.catalog) // 5
    everything = np.arange(len(searcher.catalog))
    cosines = searcher.cosines(everything, hashed("storm"))
    for row in everything:
        one = searcher.cosines(np.array([row]), hashed("storm"))
        assert one[0] == pytest.approx(cosines[row], abs=1e-6)


def test_where_chroma_finds_nothing_everything_is_searched_exactly(
    index: Index, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    expected = nearest(index, hashed("storm"), 10)

    class Broken:
        def query(self, **_: object) -> None:
            raise RuntimeError("the graph is torn")

        def close(self) -> None:
            pass

    monkeypatch.setattr(index._vectors, "_collection", Broken())
    # and the next search has it made anew
    for _ in range(2):
        found = nearest(index, hashed("storm"), 10)
        assert [chunk for chunk, _ in found] == [chunk for chunk, _ in expected]
    assert "the graph is torn" in caplog.text


def test_who_asks_once_does_not_wait_for_chroma(index: Index) -> None:
    first = nearest(index, hashed("storm"), 10)
    assert index._vectors._collection is None
    second = nearest(index, hashed("storm"), 10)
    assert index._vectors._collection is not None
    assert [chunk for chunk, _ in first] == [chunk for chunk, _ in second]


def test_a_small_collection_does_without_chroma(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.index.index.SEARCHED_EXACTLY", 10_000)
    (tmp_path / "a.md").write_text("The ferry was late because of fog.", "utf-8")
    ingest([tmp_path / "a.md"], tmp_path / "index", embedder=HashingEmbedder())
    index = Index(tmp_path / "index")
    ((_, cosine),) = nearest(index, hashed("The ferry was late because of fog."), 5)
    assert cosine == pytest.approx(1)
    assert not list((tmp_path / "index").glob("vectors/*"))
    index.close()


def test_a_purge_while_vectors_are_read_does_not_hinder_a_search(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    # vectors of a past catalog may have gone when they are asked for
    real = index.ledger.vectors.by_key
    calls = []

    def fewer(keys: list[int]) -> object:
        calls.append(keys)
        found, matrix = real(keys)
        if len(calls) == 1:
            return found[1:], matrix[1:]
        return found, matrix

    monkeypatch.setattr("rag.index.index.SEARCHED_EXACTLY", 10_000)
    index._vectors.discard()
    monkeypatch.setattr(index.ledger.vectors, "by_key", fewer)
    assert len(nearest(index, hashed("storm"), 10)) == 10
    assert len(calls) > 1
