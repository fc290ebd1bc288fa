"""A question made of several is answered part by part."""

import pytest

from rag import QueryEngine
from rag.questions.parts import parts_of


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "How much does the barrier cost and who pays?",
            ("How much does the barrier cost?", "who pays?"),
        ),
        ("What is a COP? Why does it fall?", ("What is a COP?", "Why does it fall?")),
        ("When did it open, and how long will it last?", 2),
        ("When and where was the agreement signed?", 1),
        ("Which towns and which villages were flooded?", 1),
        ("How did the price change and why?", 1),
        ("What is said of how it began and how it ended?", 1),
        ("What do Branscombe and Maddigan say?", 1),
        ("Describe the barrier and who paid for it", 1),
    ],
)
def test_a_question_is_taken_apart_where_each_part_asks_something(
    question: str, parts: tuple[str, ...] | int
) -> None:
    found = parts_of(question)
    assert found == parts if isinstance(parts, tuple) else len(found) == parts


def test_each_part_is_answered_and_later_ones_lean_on_the_first(
    engine: QueryEngine,
) -> None:
    answer = engine.query("How much does the flood barrier cost and who pays?")
    assert "£86 million" in answer.text
    assert "£58 million" in answer.text
    numbers = [one.number for one in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    cited = {n for one in answer.sentences for n in one.citations}
    assert cited == set(numbers)
    assert len({one.text for one in answer.sentences}) == len(answer.sentences)


def test_a_part_without_an_answer_is_named(engine: QueryEngine) -> None:
    answer = engine.query(
        "How wide are the gates of the barrier and who won the football cup?"
    )
    assert "28 metres" in answer.text
    assert any("football" in note for note in answer.notes)


def test_without_an_answer_to_any_part_the_question_is_refused(
    engine: QueryEngine,
) -> None:
    question = "Who won the football cup and when did the president die?"
    answer = engine.query(question)
    assert answer.refused
    assert answer.question == question
