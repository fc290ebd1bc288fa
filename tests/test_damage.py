"""Whatever happens to a projection's files, the ledger's articles are found again."""

import math
import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest import ingest, remove
from rag.index.index import Index
from tests.finding import matching, nearest
from tests.hashing import HashingEmbedder

TEXTS = {
    "harbour": "The harbour master of Ellerby counts 4,112 ships a year.",
    "mountain": "A goat path leads over the Silvretta pass to Galtuer.",
    "kitchen": "Leave the dough to rise overnight in a cold kitchen.",
}
EMBEDDER = HashingEmbedder()


def delete(path: Path) -> None:
    path.unlink()


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def zero(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def scramble(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(99))  # noqa: S311  # repeatable


# one kind of damage each in the quick tests, all of them in `make test`
DAMAGES = [
    truncate,
    *(pytest.param(one, marks=pytest.mark.slow) for one in (delete, zero, scramble)),
]


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pristine")
    (folder / "articles").mkdir()
    for name, text in TEXTS.items():
        (folder / "articles" / f"{name}.txt").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        # all words in one segment: a busy machine would give an article one of its own
        patch.setattr("ingest.storing._CATCH_UP_EVERY", math.inf)
        ingest([folder / "articles"], index=folder / "index", embedder=EMBEDDER)
    return folder / "index"


@pytest.fixture
def folder(pristine: Path, tmp_path: Path) -> Path:
    return shutil.copytree(pristine, tmp_path / "index")


@pytest.fixture
def index(folder: Path) -> Iterator[Index]:
    opened = Index(folder)
    yield opened
    opened.close()


def projection_files(folder: Path) -> list[Path]:
    return [
        path
        for part in ("vectors", "words")
        for path in sorted((folder / part).rglob("*"))
        if path.is_file() and path.stat().st_size
    ]


def found_by_all(index: Index) -> bool:
    """Whether every article is found first, by meaning and by words."""
    index.searcher()
    for text in TEXTS.values():
        near, _ = nearest(index, EMBEDDER.embed_question(text), 3)[0]
        same, _ = matching(index, text, 3)[0]
        for chunk in (near, same):
            if index.ledger.articles.text(chunk.article_id, chunk.version) != text:
                return False
    return True


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_file_damaged_while_closed_is_noticed_and_mended(
    folder: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(len(projection_files(folder))):
        files = projection_files(folder)
        damage(files[number % len(files)])
        caplog.clear()
        index = Index(folder)
        assert found_by_all(index), files[number % len(files)].name
        assert len(caplog.messages) <= 1
        index.close()


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_file_damaged_while_open_is_noticed_and_mended(
    folder: Path, index: Index, damage: Callable[[Path], None]
) -> None:
    assert found_by_all(index)
    for number in range(len(projection_files(folder))):
        files = projection_files(folder)
        damage(files[number % len(files)])
        assert found_by_all(index), files[number % len(files)].name


def test_files_that_changed_places_are_noticed(folder: Path, index: Index) -> None:
    assert found_by_all(index)
    by_size = sorted(projection_files(folder / "words" / ".."), key=lambda p: p.suffix)
    segment = [path for path in by_size if path.parent.name == "words"][:2]
    spare = folder / "spare"
    segment[0].rename(spare)
    segment[1].rename(segment[0])
    spare.rename(segment[1])
    assert found_by_all(index)


@pytest.mark.parametrize("part", ["vectors", "words"])
def test_a_projection_that_is_gone_is_made_anew_without_embedding(
    folder: Path, index: Index, part: str
) -> None:
    assert found_by_all(index)
    shutil.rmtree(folder / part)
    assert found_by_all(index)
    again = Index(folder)
    assert found_by_all(again)
    again.close()


def test_a_store_whose_vectors_are_not_the_ledgers_is_thrown_away(
    folder: Path, index: Index, caplog: pytest.LogCaptureFixture
) -> None:
    index.searcher()
    keys, matrix = index.ledger.vectors.live()
    with index.writing(1):
        index._vectors.build(
            index.ledger.state().last_change, keys, matrix[::-1].copy()
        )
    assert found_by_all(index)
    assert any("not the ledger's" in message for message in caplog.messages)


def test_what_a_writer_left_that_died_in_a_commit_does_not_stop_the_next(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # tantivy writes what is deleted into new files and only then says that they count
    twin = shutil.copytree(folder, tmp_path / "twin")
    remove("mountain.txt", twin)
    (deleted,) = (twin / "words").glob("*.del")
    shutil.copy(deleted, folder / "words")

    remove("mountain.txt", folder)

    assert "is in the way" in caplog.text
    index = Index(folder)
    assert [text for text in TEXTS.values() if not matching(index, text, 1)] == [
        TEXTS["mountain"]
    ]
    index.close()
