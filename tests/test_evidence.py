"""May a question be answered: what differs between it and the passage nearest to it."""

import pytest

from rag.questions.mismatch import Mismatch, mismatch

SAID = "The father of Anna Orr opened the northern mill in 1905."


@pytest.mark.parametrize(
    ("question", "differs"),
    [
        (
            "When did the father of Anna Orr open the northern mill?",
            Mismatch(False, False, False, False),
        ),
        ("Who never opened a northern mill?", Mismatch(True, False, False, False)),
        ("Who didn't open a northern mill?", Mismatch(True, False, False, False)),
        (
            "When did the mother of Orr open the southern mill?",
            Mismatch(False, True, False, False),
        ),
        ("Who opened the northern mill in 1950?", Mismatch(False, False, True, False)),
        (
            "When did Ellen Orr open the northern mill?",
            Mismatch(False, False, False, True),
        ),
        ("When did Anna Orr's government open?", Mismatch(False, False, False, False)),
    ],
)
def test_what_a_question_says_and_the_nearest_sentence_does_not(
    question: str, differs: Mismatch
) -> None:
    assert mismatch(question, SAID, SAID, "en") == differs


@pytest.mark.parametrize(
    "sentence", ["It was not opened.", "It failed to open.", "None was opened."]
)
def test_a_question_with_a_not_fits_a_sentence_that_says_no(sentence: str) -> None:
    assert not mismatch("What was not opened?", sentence, sentence, "en").negation


def test_a_name_is_known_in_another_form() -> None:
    assert not mismatch("Who are Normans?", "Normandy", "Normandy", "en").name


@pytest.mark.parametrize(
    ("text", "language", "strange"),
    [
        ("The mill was opened by Anna Orr.", "en", True),
        ("I opened the mill, and my sister ran it.", "en", False),
        ('"I opened the mill," said Anna Orr.', "en", True),
        ("Die Mühle wurde geöffnet.", "de", False),
    ],
)
def test_who_says_i_is_not_named_where_he_speaks(
    text: str, language: str, strange: bool
) -> None:
    asked = "What did Lindqvist say about the mill?"
    assert mismatch(asked, text, text, language).name == strange


def test_numbers_compare_without_their_commas() -> None:
    assert not mismatch("Which 1,000 homes?", "1000 homes", "1000 homes", "en").number
