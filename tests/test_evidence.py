"""May a question be answered: what differs between it and the passage nearest to it."""

import pytest

from rag.questions.mismatch import (
    has_an_opposite,
    lacks_its_not,
    names_tell,
    strange_names,
)

SAID = "The father of Anna Orr opened the northern mill in 1905."


@pytest.mark.parametrize(
    ("question", "lacks"),
    [
        ("When did the father of Anna Orr open the northern mill?", False),
        ("Who never opened a northern mill?", True),
        ("Who didn't open a northern mill?", True),
    ],
)
def test_a_question_with_a_not_and_a_sentence_without_one(
    question: str, lacks: bool
) -> None:
    assert lacks_its_not(question, SAID) == lacks


@pytest.mark.parametrize(
    "sentence", ["It was not opened.", "It failed to open.", "None was opened."]
)
def test_a_question_with_a_not_fits_a_sentence_that_says_no(sentence: str) -> None:
    assert not lacks_its_not("What was not opened?", sentence)


def test_the_opposite_of_what_is_asked() -> None:
    asked = "When did the mother of Orr open the southern mill?"
    assert has_an_opposite(asked, SAID)
    assert not has_an_opposite(asked, f"{SAID} Her mother was from southern France.")
    assert has_an_opposite(
        "Wie hoch ist der kleinste Turm?", "Der größte Turm ist hoch."
    )


def test_a_name_is_known_in_another_form() -> None:
    assert not strange_names("Who are Normans?", "Normandy")
    assert strange_names("Who is Ellen Orr?", SAID) == ["Ellen"]


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
    assert names_tell(text, language) == strange
