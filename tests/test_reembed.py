"""Another embedder for an index: built beside the old one, swapped in one step."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from ingest import ingest, reembed
from rag import QueryEngine
from rag.config import Settings
from rag.embedding import Vectors
from rag.errors import EmbedderMismatch, EmbeddingError
from rag.index.index import Index
from tests.finding import nearest
from tests.hashing import HashingEmbedder

# many indexes are made here: too slow for `make check`
pytestmark = pytest.mark.slow

TEXTS = [
    f"Ship number {n} carries {n * 17} barrels to port {n * 3}." for n in range(40)
]


class Other(HashingEmbedder):
    """Another embedder, with another dimension, that may give up."""

    fingerprint = "other"

    def __init__(self, gives_up_after: int = 10_000) -> None:
        super().__init__()
        self._left = gives_up_after

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self._left -= len(texts)
        if self._left < 0:
            raise EmbeddingError("The embedder gave up; try again.")
        return halved(super().embed_passages(texts))

    def embed_question(self, question: str) -> Vectors:
        return halved(super().embed_question(question)[np.newaxis])[0]


def halved(rows: Vectors) -> Vectors:
    rows = rows[:, :32]
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "articles"
    folder.mkdir()
    for number, text in enumerate(TEXTS):
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    settings = Settings(index=tmp_path / "index", model="none")
    ingest([folder], settings=settings, embedder=HashingEmbedder())
    return settings


def finds_all(index: Index, embedder: HashingEmbedder) -> bool:
    index.searcher()
    return all(
        index.ledger.articles.text(chunk.article_id, chunk.version) == text
        for text in TEXTS
        for chunk, _ in nearest(index, embedder.embed_question(text), 1)
    )


def test_everything_is_found_with_the_other_embedder(settings: Settings) -> None:
    opened_before = Index(settings.index)
    assert finds_all(opened_before, HashingEmbedder())
    assert reembed(Other(), settings=settings) == len(TEXTS)
    assert finds_all(opened_before, Other())
    assert finds_all(Index(settings.index), Other())


def test_the_old_embedder_is_then_refused_by_name(settings: Settings) -> None:
    engine = QueryEngine.open(settings=settings, embedder=HashingEmbedder())
    reembed(Other(), settings=settings)
    with pytest.raises(EmbedderMismatch, match="other, not hashing"):
        engine.query(TEXTS[0])
    with pytest.raises(EmbedderMismatch):
        ingest([settings.index.parent], settings=settings, embedder=HashingEmbedder())


def test_until_the_swap_the_index_answers_from_its_old_vectors(
    settings: Settings,
) -> None:
    index = Index(settings.index)
    with pytest.raises(EmbeddingError):
        reembed(Other(gives_up_after=20), settings=settings)
    assert finds_all(index, HashingEmbedder())
    assert finds_all(Index(settings.index), HashingEmbedder())


def test_it_resumes_where_it_was_cut_off(settings: Settings) -> None:
    with pytest.raises(EmbeddingError):
        reembed(Other(gives_up_after=20), settings=settings)
    second = Other()
    reembed(second, settings=settings)
    assert 0 < len(second.embedded) < len(TEXTS)
    assert finds_all(Index(settings.index), Other())


def test_old_versions_can_still_be_asked(settings: Settings) -> None:
    changed = settings.index.parent / "articles" / "0.txt"
    changed.write_text("This ship has sunk.", encoding="utf-8")
    ingest([changed], settings=settings, embedder=HashingEmbedder())
    reembed(Other(), settings=settings)
    ledger = Index(settings.index).ledger
    assert len(ledger.chunks.rows(seq=len(TEXTS))) == len(TEXTS), "each has a vector"
