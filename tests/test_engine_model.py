"""From a question to an answer that a model writes, over an index of the seeds."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from rag import QueryEngine, Turn
from rag.config import Settings
from rag.llm import Message
from rag.schema import Verdict
from tests.seeded import DETAIL, SEED_QUESTION, Scripted, proved
from tests.servers import Fake


def with_model(index: Path, text: str) -> tuple[QueryEngine, Scripted]:
    model = Scripted(text)
    return QueryEngine.open(index, llm=model), model


def test_a_model_writes_the_sentences_and_the_proofs_are_ours(
    seeds_index: Path,
) -> None:
    engine, model = with_model(
        seeds_index,
        "Councillors voted 9 to 4 for the £86m scheme. [1] Nobody slept. [99]",
    )
    stream = engine.stream("Who voted against the flood barrier?")
    assert list(stream)
    answer = stream.answer
    assert answer.model == "scripted"
    assert answer.sentences[0].citations == (1,)
    assert answer.sentences[0].verdict is Verdict.SUPPORTED
    assert "[99]" not in answer.text
    assert "Nobody" not in answer.text
    assert any("99" in note for note in answer.notes)
    assert (answer.prompt_tokens, answer.completion_tokens) == (11, 7)
    assert proved(engine, answer)
    assert "flood barrier" in model.prompts[0][-1].content


def test_a_model_is_not_asked_what_the_articles_do_not_say(seeds_index: Path) -> None:
    engine, model = with_model(seeds_index, "It is sunny. [1]")
    assert engine.query("What is the weather in Paris?").refused
    assert model.prompts == []


def test_a_model_may_refuse(seeds_index: Path) -> None:
    engine, _ = with_model(seeds_index, "The passages do not answer this question.")
    answer = engine.query("Who voted against the flood barrier?")
    assert answer.refused
    assert answer.model == "scripted"


def test_what_a_model_says_without_proof_is_not_passed_on(seeds_index: Path) -> None:
    engine, _ = with_model(seeds_index, "Everybody was in favour.")
    answer = engine.query("Who voted against the flood barrier?")
    assert answer.model == "none"
    assert "Everybody" not in answer.text
    assert any("scripted" in note for note in answer.notes)
    assert proved(engine, answer)


def test_history_goes_to_the_model_and_stays_out_of_the_engine(
    seeds_index: Path,
) -> None:
    engine, model = with_model(seeds_index, "Four councillors voted against it. [1]")
    question = "Who voted against the flood barrier?"
    engine.query(question, history=[Turn("What is planned?", "A barrier.")])
    engine.query(question)
    with_history, without = model.prompts
    assert Message("user", "What is planned?") in with_history
    assert Message("user", "What is planned?") not in without


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_failing_endpoint_leaves_the_answer_without_a_model(
    seeds_index: Path, fake: Fake, status: int
) -> None:
    fake.behaviour = lambda handler: handler.refuse(status, "no")
    settings = Settings(
        openai_base_url=fake.base_url, openai_api_key=SecretStr("sk-secret")
    )
    with QueryEngine.open(seeds_index, settings=settings) as engine:
        answer = engine.query("Who voted against the flood barrier?")
    assert answer.model == "none"
    assert answer.sentences
    (note,) = answer.notes
    assert "sk-secret" not in note
    assert "\n" not in note


@pytest.mark.slow
def test_a_real_model_over_the_real_protocol(seeds_index: Path, chat_url: str) -> None:
    settings = Settings(openai_base_url=chat_url, timeout=120)
    with QueryEngine.open(seeds_index, settings=settings) as engine:
        stream = engine.stream("Who voted against the flood barrier?")
        assert len(list(stream)) > 1
        answer = stream.answer
        # the little model may forget its markers; then the articles speak themselves
        assert answer.sentences or answer.refused
        assert proved(engine, answer)


def test_other_settings_answer_beside_the_engine_and_leave_it_as_it_is(
    engine: QueryEngine, fake: Fake
) -> None:
    fake.behaviour = lambda handler: handler.stream(f"{DETAIL} [1]")
    key = SecretStr("sk-of-a-visitor")
    change = {"openai_base_url": fake.base_url, "openai_api_key": key, "model": "m"}
    written = engine.answering_by(engine.settings.model_copy(update=change))
    assert written.query(SEED_QUESTION).model == "m"
    assert engine.query(SEED_QUESTION).model == "none"
