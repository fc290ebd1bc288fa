"""The reranker of the settings in a question, and the answer where it fails."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import QueryEngine
from rag.config import Settings
from tests.rerankers import QUESTION, ranked
from tests.servers import Fake, Handler


@pytest.fixture
def built_in(seeds_index: Path) -> Iterator[QueryEngine]:
    with QueryEngine.open(seeds_index) as engine:
        yield engine


def opened(index: Path, reranker: str, **given: object) -> QueryEngine:
    return QueryEngine.open(settings=Settings(index=index, reranker=reranker, **given))


def likes(word: str):
    """A reranker that scores a passage by how often it has a word."""

    def behave(server: Handler) -> None:
        documents = server.fake.requests[-1]["documents"]
        server.reply(
            200, ranked(*((n, d.count(word)) for n, d in enumerate(documents)))
        )

    return behave


def test_the_reranker_of_the_settings_ranks_the_passages(
    fake: Fake, seeds_index: Path, built_in: QueryEngine
) -> None:
    fake.behaviour = likes("megawatt")
    with opened(seeds_index, f"{fake.base_url}/rerank") as engine:
        best = engine.retrieve("How much power does it take?")
        answer = engine.query("How much power does it take?")
    assert best != built_in.retrieve("How much power does it take?")
    assert "megawatt" in best[0].text
    assert len(fake.requests[0]["documents"]) == 30
    assert answer.notes == ()


def test_a_cross_encoder_ranks_the_passages(
    encoder: Path, seeds_index: Path, built_in: QueryEngine
) -> None:
    question = "How is warmth made?"
    with opened(seeds_index, str(encoder)) as engine:
        assert all("heat" in one.text for one in engine.retrieve(question))
    assert not all("heat" in one.text for one in built_in.retrieve(question))


def test_where_the_reranker_fails_the_answer_is_the_built_in_one_with_a_note(
    fake: Fake, seeds_index: Path, built_in: QueryEngine
) -> None:
    fake.behaviour = lambda server: server.reply(503, "")
    with opened(seeds_index, f"{fake.base_url}/rerank") as engine:
        answer = engine.query(QUESTION)
    expected = built_in.query(QUESTION)
    assert answer.sentences == expected.sentences
    assert answer.passages == expected.passages
    assert expected.notes == ()
    (note,) = answer.notes
    assert "status 503" in note
    assert note.endswith("The built-in ranking was used instead.")


def test_asked_twice_for_one_question_it_fails_with_one_note(
    fake: Fake, seeds_index: Path
) -> None:
    fake.behaviour = lambda server: server.reply(503, "")
    with opened(seeds_index, f"{fake.base_url}/rerank") as engine:
        answer = engine.query("What did Piet Hallowell say of homes, by Gwen Tolliver?")
    assert sum("status 503" in note for note in answer.notes) == 1


def test_where_there_is_no_answer_to_hold_a_note_the_failure_is_logged(
    encoder: Path,
    seeds_index: Path,
    built_in: QueryEngine,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with opened(seeds_index, str(encoder)) as engine:
        (encoder / "model.onnx").write_bytes(b"")
        with caplog.at_level(logging.WARNING):
            found = engine.retrieve(QUESTION)
            engine.why(QUESTION, found[0].article_id)
    assert found == built_in.retrieve(QUESTION)
    assert [one.levelname for one in caplog.records] == ["WARNING"] * 2
    assert "does not run" in caplog.text
