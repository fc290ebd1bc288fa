"""What the page does, without a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.embedding import Vectors
from rag.engine import QueryEngine
from rag.errors import EmbeddingError
from tests.desk import Desk as Folder
from tests.hashing import HashingEmbedder
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
