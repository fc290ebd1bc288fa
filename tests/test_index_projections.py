"""The projections follow the ledger, in every process, one writer at a time."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from ingest import ingest, remove
from rag.config import Settings
from rag.errors import EmbedderMismatch, IndexBusy, IndexUnusable
from rag.index.index import Index
from rag.index.ledger.tables import settings as ledger_settings
from tests.finding import matching, nearest
from tests.hashing import HashingEmbedder, hashed
from tests.shelf import CLINIC, FERRY, PRELUDE, Desk, by_meaning, by_words
from tests.texts import article

QUICK = Settings(lock_timeout=0.1)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


# -- projections ----------------------------------------------------------------------


@pytest.fixture
def large(desk: Desk) -> Desk:
    """An index with so many vectors that Chroma holds them."""
    desk.write(**{f"long{n}": article(n, paragraphs=25) for n in range(4)})
    return desk


def exact_scan(index: Index, vector: np.ndarray, limit: int) -> list[float]:
    _, matrix = index.ledger.vectors.live()
    return sorted((matrix @ vector).tolist(), reverse=True)[:limit]


def test_chroma_holds_the_vectors_and_finds_what_an_exact_scan_finds(large, opened):
    index = opened(large)
    index.searcher()
    keys, _ = index.ledger.vectors.live()
    assert index._vectors.generation.count == len(keys) > 60
    recent = index.searcher().vectors.recent_keys
    assert len(recent) == 0, "nothing is left to be searched without Chroma"
    for question in ("storm", "harbour", "What was promised?"):
        vector = hashed(question)
        cosines = [cosine for _, cosine in nearest(index, vector, 10)]
        np.testing.assert_allclose(cosines, exact_scan(index, vector, 10), atol=1e-5)


def test_what_came_after_the_last_chroma_generation_is_found_exactly(large, opened):
    index = opened(large)
    index.searcher()
    generation = index._vectors.generation
    large.write(ferry=FERRY)
    assert by_meaning(index, FERRY) == ["ferry"]
    assert index._vectors.generation == generation
    assert len(index.searcher().vectors.recent_keys) == 1
    vector = hashed("storm")
    cosines = [cosine for _, cosine in nearest(index, vector, 10)]
    np.testing.assert_allclose(cosines, exact_scan(index, vector, 10), atol=1e-5)


def test_when_most_of_chromas_vectors_are_gone_the_others_are_still_found(
    large, opened
):
    large.write(ferry=FERRY)
    for n in range(3):
        large.remove(f"long{n}")
    index = opened(large)
    index.searcher()
    vector = hashed("storm")
    cosines = [cosine for _, cosine in nearest(index, vector, 20)]
    np.testing.assert_allclose(cosines, exact_scan(index, vector, 20), atol=1e-5)


def test_a_deleted_words_projection_is_made_again_by_the_next_reader(large, opened):
    shutil.rmtree(large.index / "words")
    index = opened(large)
    index.searcher()
    assert (large.index / "words").is_dir()
    assert len(matching(index, "turbine", 10)) == 10


def test_without_its_chroma_projection_an_index_finds_the_same(large, opened):
    vector = hashed("storm")
    before = opened(large)
    before.searcher()
    expected = nearest(before, vector, 10)
    shutil.rmtree(large.index / "vectors")
    after = opened(large)
    after.searcher()
    found = nearest(after, vector, 10)
    assert [chunk for chunk, _ in found] == [chunk for chunk, _ in expected]


def test_a_deleted_chroma_projection_is_made_again_by_the_next_ingest(large, opened):
    shutil.rmtree(large.index / "vectors")
    embedder = HashingEmbedder()
    ingest([large.folder], index=large.index, embedder=embedder)
    index = opened(large)
    index.searcher()
    keys, _ = index.ledger.vectors.live()
    assert index._vectors.generation.count == len(keys)
    assert embedder.embedded == [], "nothing is embedded for it"


def test_a_projection_that_was_never_written_is_caught_up_with(desk, opened):
    desk.write(ferry=FERRY)
    saved = desk.folder.parent / "words"
    shutil.copytree(desk.index / "words", saved)
    desk.write(ferry="The ferry was early.", clinic=CLINIC)
    # as if the writer had died between the ledger's commit and the projection's
    shutil.rmtree(desk.index / "words")
    shutil.copytree(saved, desk.index / "words")
    index = opened(desk)
    assert by_words(index, "fog") == []
    assert by_words(index, "clinic") == ["clinic"]


def test_while_a_writer_works_a_lagging_projection_misses_but_never_shows_old_text(
    desk, opened
):
    desk.write(ferry=FERRY)
    writer, reader = opened(desk), opened(desk)
    assert by_words(reader, "fog") == ["ferry"]
    with writer.writing(timeout=1):
        writer.ledger.articles.remove(writer.ledger.articles.resolve("ferry.md"))
        assert by_words(reader, "fog") == []
        assert by_meaning(reader, FERRY) == []


# -- whose index it is ----------------------------------------------------------------


class Other(HashingEmbedder):
    """The same vectors under another name."""

    fingerprint = "other"


def test_another_embedder_is_told_which_one_made_the_index(desk):
    desk.write(ferry=FERRY)
    with pytest.raises(EmbedderMismatch, match="hashing, not other") as caught:
        ingest([desk.folder], index=desk.index, embedder=Other())
    assert str(caught.value).endswith(".")


def test_an_index_without_vectors_accepts_any_embedder(desk, opened):
    ingest([], index=desk.index, embedder=HashingEmbedder())
    (desk.folder / "ferry.md").write_text(FERRY)
    ingest([desk.folder], index=desk.index, embedder=Other())
    assert opened(desk).ledger.vectors.embedder() == "other"


def test_where_there_is_no_index_it_is_told_how_to_make_one(tmp_path):
    with pytest.raises(IndexUnusable, match="make one with: newsdesk ingest"):
        Index(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_an_empty_file_is_no_ledger(tmp_path):
    (tmp_path / "ledger.sqlite3").touch()
    with pytest.raises(IndexUnusable, match="make one with: newsdesk ingest"):
        Index(tmp_path)


@pytest.mark.parametrize("create", [False, True])
def test_a_file_that_is_no_ledger_is_told(tmp_path, create):
    (tmp_path / "ledger.sqlite3").write_bytes(b"not a database " * 500)
    with pytest.raises(IndexUnusable, match="cannot be used"):
        Index(tmp_path, create=create)


@pytest.mark.parametrize("create", [False, True])
def test_an_index_of_a_newer_format_is_told_and_left_alone(desk, create):
    desk.write(ferry=FERRY)
    engine = sa.create_engine(f"sqlite:///{desk.index / 'ledger.sqlite3'}")
    with engine.begin() as connection:
        newer = ledger_settings.update().where(ledger_settings.c.name == "schema")
        connection.execute(newer.values(value="99"))
    engine.dispose()
    before = (desk.index / "ledger.sqlite3").read_bytes()
    with pytest.raises(IndexUnusable, match="has format 99, this newsdesk reads"):
        Index(desk.index, create=create)
    assert (desk.index / "ledger.sqlite3").read_bytes() == before


# -- one writer at a time -------------------------------------------------------------


@contextmanager
def writing_elsewhere(desk: Desk) -> Iterator[subprocess.Popen[str]]:
    """Let another process hold the writer's lock."""
    hold = "with index.writing(1): print('writing', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", PRELUDE + hold, str(desk.index)],
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_second_writer_waits_and_then_gives_up_with_a_sentence(desk):
    desk.write(ferry=FERRY)
    (desk.folder / "clinic.md").write_text(CLINIC)
    with writing_elsewhere(desk):
        with pytest.raises(IndexBusy, match="try again when it is done"):
            ingest(
                [desk.folder],
                index=desk.index,
                embedder=HashingEmbedder(),
                settings=QUICK,
            )
        with pytest.raises(IndexBusy):
            remove(
                "ferry.md",
                index=desk.index,
                settings=Settings(index=desk.index, lock_timeout=0.1),
            )


def test_a_writer_does_not_keep_anybody_from_reading(desk, opened):
    desk.write(ferry=FERRY)
    with writing_elsewhere(desk):
        index = opened(desk)
        assert by_words(index, "ferry") == by_meaning(index, FERRY) == ["ferry"]


def test_a_killed_writer_leaves_no_lock_behind(desk, opened):
    desk.write(ferry=FERRY)
    with writing_elsewhere(desk) as process:
        process.kill()
        process.wait()
        desk.write(clinic=CLINIC)
    assert by_words(opened(desk), "clinic") == ["clinic"]
