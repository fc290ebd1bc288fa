"""Questions that set two sides against each other: each side is asked of by itself."""

import pytest

from rag import QueryEngine
from rag.questions.comparison import sides_of


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        (
            "Compare what Orr and the mayor say about the ferry.",
            ("What does Orr say about the ferry?", "What does the mayor say about the"),
        ),
        (
            "Do Orr and Lund agree on the fares?",
            (
                "What does Orr say about the fares?",
                "What does Lund say about the fares?",
            ),
        ),
        (
            "What is the difference between the old pier and the new one?",
            ("What is said about the old pier?", "What is said about the new one?"),
        ),
        (
            "How does the old pier differ from the new one?",
            ("What is said about the old pier?", "What is said about the new one?"),
        ),
        (
            "Which is older, the price of bread or of milk?",
            ("How old is the price of bread?", "How old is the price of milk?"),
        ),
        (
            "Which costs more, a pump or a boiler?",
            ("How much does a pump cost?", "How much does a boiler cost?"),
        ),
    ],
)
def test_each_side_is_a_question(question: str, sides: tuple[str, str]) -> None:
    found = sides_of(question)
    assert len(found) == 2
    assert all(map(str.startswith, found, sides))


@pytest.mark.parametrize(
    "question",
    [
        "What do supply and demand determine?",
        "Who built the pier, and why?",
        "When did Poland and Lithuania unite?",
        "Which city, in the north or south, is meant?",
        "What did Rome and Carthage fight over?",
    ],
)
def test_not_everything_with_an_and_is_a_comparison(question: str) -> None:
    assert sides_of(question) == ()


def test_both_sides_are_heard(engine: QueryEngine) -> None:
    answer = engine.query("Compare what Hollerbach and Stoltenau say about chips.")
    assert "Hollerbach" in answer.text
    assert "Stoltenau" in answer.text
    assert len(answer.citations) > 1


def test_a_side_without_an_answer_is_named(engine: QueryEngine) -> None:
    answer = engine.query("Which is higher, the flood barrier or the Eiffel Tower?")
    assert answer.refused or "Eiffel Tower" in " ".join(answer.notes)
