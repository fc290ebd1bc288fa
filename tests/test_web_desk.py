"""What the page does, without a browser."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from ingest import ingest
from rag.embedding import Vectors
from rag.engine import QueryEngine
from rag.errors import EmbeddingError
from tests.desk import Desk as Folder
from tests.hashing import HashingEmbedder
from ui import web_desk
from ui.web_desk import Desk
from ui.web_page import build

BARRIER = (
    "# The flood barrier\n\nThe flood barrier protects homes. The council approved "
    "the flood barrier, and the flood barrier protects the harbour.\n"
)


class Asked(HashingEmbedder):
    """Counts the questions, and fails when it is told to."""

    questions = 0
    reachable = True

    def embed_question(self, question: str) -> Vectors:
        """Count, then embed."""
        self.questions += 1
        if not self.reachable:
            raise EmbeddingError("The embedder is out of reach; try again.")
        return super().embed_question(question)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """An index of one article that examples can be made from."""
    folder = Folder(tmp_path)
    folder.embedder = Asked()
    folder.write("barrier.md", BARRIER)
    folder.ingest()
    return folder


@pytest.fixture
def engine(folder: Folder) -> Iterator[QueryEngine]:
    with QueryEngine.open(settings=folder.settings, embedder=folder.embedder) as engine:
        yield engine


def test_examples_are_computed_once_for_each_state_of_the_articles(folder, engine):
    desk = Desk(engine, folder.index)
    first = desk.examples()
    counted = folder.embedder.questions
    assert counted
    assert desk.examples() == first
    assert folder.embedder.questions == counted
    folder.write("barrier.md", BARRIER + "\nThe barrier tax is new.\n")
    folder.ingest()
    desk.examples()
    assert folder.embedder.questions > counted


def test_the_page_is_built_and_read_while_the_embedder_is_out_of_reach(folder, engine):
    folder.embedder.reachable = False
    build(engine, folder.index).close(verbose=False)
    assert folder.embedder.questions == 0
    desk = Desk(engine, folder.index)
    assert desk.examples() == ""
    assert "The flood barrier" in desk.shelf()
    folder.embedder.reachable = True
    desk.examples()
    assert folder.embedder.questions > 1


# -- files that visitors add ----------------------------------------------------------


@pytest.fixture
def upload(folder: Folder, engine: QueryEngine, tmp_path: Path, monkeypatch):
    """Add a file as a visitor does; return the report."""
    take_in = partial(ingest, embedder=folder.embedder)
    monkeypatch.setattr(web_desk, "ingest", take_in)
    desk = Desk(engine, folder.index)

    def add(name: str, raw: bytes) -> str:
        path = tmp_path / "temporary" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(raw)
        *_, (report, _, _) = desk.add([str(path)])
        assert str(folder.index) not in report
        return report

    return add


def kept(folder: Folder) -> dict[str, bytes]:
    files = (folder.index / "uploads").glob("*")
    return {path.name: path.read_bytes() for path in files}


def test_a_file_of_the_same_name_about_something_else_is_kept_beside(folder, upload):
    ferry, tax = b"# Ferry\n\nIt was late.", b"# Tax\n\nIt was raised."
    assert "Added: Ferry" in upload("notes.md", ferry)
    assert "Added: Tax" in upload("notes.md", tax)
    assert kept(folder) == {"notes.md": ferry, "notes-2.md": tax}
    assert "Already there: notes.md" in upload("notes.md", ferry)
    assert "Already there: notes-2.md" in upload("notes.md", tax)
    assert {"notes.md", "notes-2.md"} < folder.live()


def test_a_file_of_the_same_name_and_title_is_the_next_version(folder, upload):
    upload("notes.md", b"# Ferry\n\nIt was late.")
    upload("notes.md", b"# Tax\n\nIt was raised.")
    assert "New version: Ferry" in upload("notes.md", b"# Ferry\n\nIt was early.")
    assert "New version: Tax" in upload("notes.md", b"# Tax\n\nIt was lowered.")
    assert set(kept(folder)) == {"notes.md", "notes-2.md"}


@pytest.mark.parametrize("bad", [b"", b"\xff\xfe\xfd", bytes(200)])
def test_a_file_that_cannot_be_read_leaves_the_kept_copy(folder, upload, bad):
    good = b"# Ferry\n\nIt was late."
    upload("notes.md", good)
    assert "notes.md" in upload("notes.md", bad)
    upload("other.md", bad)
    assert kept(folder) == {"notes.md": good}


def test_a_file_that_fails_later_is_not_kept(folder, upload, engine):
    good = b"# Ferry\n\nIt was late."
    upload("notes.md", good)
    engine.settings = engine.settings.model_copy(update={"max_file_mb": 0.0001})
    assert "NEWSDESK_MAX_FILE_MB" in upload("notes.md", good * 20)
    assert "NEWSDESK_MAX_FILE_MB" in upload("other.md", good * 20)
    assert kept(folder) == {"notes.md": good}
