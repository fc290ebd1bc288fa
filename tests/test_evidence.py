"""May a question be answered: what differs between it and the passage nearest to it."""

import pytest

from rag.questions.mismatch import Mismatch, mismatch

SAID = "The father of Anna Orr opened the northern mill in 1905."


@pytest.mark.parametrize(
    ("question", "differs"),
    [
        (
            "When did the father of Anna Orr open the northern mill?",
            Mismatch(0, 0, 0, 0),
        ),
        ("Who never opened a northern mill?", Mismatch(1, 0, 0, 0)),
        ("Who didn't open a northern mill?", Mismatch(1, 0, 0, 0)),
        ("When did the mother of Orr open the southern mill?", Mismatch(0, 2, 0, 0)),
        ("Who opened the northern mill in 1950?", Mismatch(0, 0, 1, 0)),
        ("When did Ellen Orr open the northern mill?", Mismatch(0, 0, 0, 1)),
        ("When did Anna Orr's government open?", Mismatch(0, 0, 0, 0)),
    ],
)
def test_what_a_question_says_and_the_nearest_sentence_does_not(
    question: str, differs: Mismatch
) -> None:
    assert mismatch(question, SAID, SAID) == differs


@pytest.mark.parametrize(
    "sentence", ["It was not opened.", "It failed to open.", "None was opened."]
)
def test_a_question_with_a_not_fits_a_sentence_that_says_no(sentence: str) -> None:
    assert mismatch("What was not opened?", sentence, sentence).negation == 0


def test_a_name_is_known_in_another_form() -> None:
    assert mismatch("Who are Normans?", "Normandy", "Normandy").names == 0


def test_numbers_compare_without_their_commas() -> None:
    assert mismatch("Which 1,000 homes?", "1000 homes", "1000 homes").numbers == 0
