"""What a question says of which articles it is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest import ingest
from rag import QueryEngine
from rag.questions.scope import EVERYTHING, Scope, understood
from rag.schema import Cause
from tests.texts import summary

DESK = (
    summary(author="Jane Doe", published="2025-10-02"),
    summary(author="Jane Doe and Max Roe", published="2026-06-11"),
    summary(author="Robert Downey Jr., Ann Lee", published="2026-10-20"),
    summary(author="Ann Leeson", published=""),
    summary(author="Reuters", published="2026-10-21"),
)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What did the author write about chips in October?", "in 2026-10"),
        ("What did the author write about chips in China in June?", "in 2026-06"),
        ("What do the articles say of trade in October 2025?", "in 2025-10"),
        ("What was reported during October of 2025?", "in 2025-10"),
        ("Which stories from 2025 mention chips?", "in 2025"),
    ],
)
def test_a_period_beside_a_word_of_publishing_is_understood(
    question: str, said: str
) -> None:
    scope, _ = understood(question, DESK)
    assert str(scope) == f"published {said}"


@pytest.mark.parametrize(
    ("question", "authors"),
    [
        ("articles by Jane Doe", ("Jane Doe",)),
        ("What was written BY JANE DOE's team?", ("Jane Doe",)),
        ("articles by Max Roe and by Jane Doe", ("Jane Doe", "Max Roe")),
        ("What is said by Robert Downey Jr. of chips?", ("Robert Downey Jr.",)),
        ("the piece by Ann Leeson", ("Ann Leeson",)),
    ],
)
def test_an_author_of_the_collection_is_understood(
    question: str, authors: tuple[str, ...]
) -> None:
    assert understood(question, DESK) == (Scope(authors=authors), question)


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("What do Jane Doe and Max Roe say of chips?", "the authors say of chips?"),
        ("What do Doe and Roe say of chips?", "the authors say of chips?"),
    ],
)
def test_two_authors_named_together_are_heard(question: str, rest: str) -> None:
    scope, asked = understood(question, DESK)
    assert scope == Scope(authors=("Jane Doe", "Max Roe"))
    assert asked == f"What do {rest}"


@pytest.mark.parametrize("name", ["Jane Doe", "Doe"])
def test_an_author_who_is_asked_for_is_one_whom_no_text_names(name: str) -> None:
    scope, asked = understood(f"What does {name} think of chips?", DESK)
    assert scope == Scope(authors=("Jane Doe",))
    assert asked == "What does the author think of chips?"


def test_both_are_understood_together() -> None:
    scope, _ = understood("What do articles by Jane Doe from 2025 say?", DESK)
    assert str(scope) == "by Jane Doe, published in 2025"


@pytest.mark.parametrize(
    "question",
    [
        "What happened in 1929?",  # not when it was written
        "What happened in October?",
        "How many chips are sold?",
        "What does Jane Doe say?",  # of her, or by her
        "What does Jane think of chips?",
        "What is printed by Reuters?",  # one word may mean anything
        "What is meant by Jane Doering?",
        "Who stood nearby Jane Doe?",
        "What did the articles say in January?",  # no article is of a January
        "Which articles are from 1931?",
        "What did articles by Jane Doe say in October 2026?",  # she wrote none then
        "",
    ],
)
def test_what_is_not_surely_a_restriction_is_none(question: str) -> None:
    assert understood(question, DESK) == (EVERYTHING, question)


def test_the_period_is_not_searched_for(engine: QueryEngine) -> None:
    """No article of June has the word June."""
    answer = engine.query("What did the author write about chips in June?")
    assert {one.published[:7] for one in answer.citations} == {"2026-06"}
    assert answer.question == "What did the author write about chips in June?"
    assert answer.notes == ("Only articles published in 2026-06 were asked.",)


def test_where_those_articles_do_not_answer_all_are_asked(engine: QueryEngine) -> None:
    answer = engine.query(
        "What was written in February about how a heat pump finds warmth?"
    )
    assert {one.author for one in answer.citations} == {"Piet Hallowell"}
    assert answer.notes == (
        "No article published in 2026-02 answers this, so all articles were asked.",
    )


@pytest.mark.parametrize(
    ("question", "author"),
    [
        ("What does Piet Hallowell say about the flood barrier?", "Piet Hallowell"),
        ("What does Threlkeld think of chip restrictions?", "Nadia Threlkeld"),
        ("Was sagt Gwen Tolliver über Wärmepumpen?", "Gwen Tolliver"),
    ],
)
def test_nobody_else_answers_for_an_author(
    engine: QueryEngine, question: str, author: str
) -> None:
    answer = engine.query(question)
    assert answer.cause is Cause.NOT_THIS_POINT
    assert answer.reason.startswith(f"Nothing was found that {author} says on this")
    assert {one.author for one in answer.passages} == {author}


def test_an_author_whom_others_quote_is_heard_there(tmp_path: Path) -> None:
    own = "---\ntitle: Apples\nauthor: Ann Orr\n---\n\nApples ripen late this year.\n"
    other = (
        "---\ntitle: The quay\nauthor: Max Roe\n---\n\nAnn Orr said that the new quay "
        "was too high for the fishing boats. The council will build it all the same.\n"
    )
    for name, text in (("apples.md", own), ("quay.md", other)):
        (tmp_path / name).write_text(text, "utf-8")
    ingest([tmp_path], index=tmp_path / "index")
    with QueryEngine.open(tmp_path / "index") as engine:
        answer = engine.query("What does Ann Orr say about the quay?")
    assert answer.text.startswith("Ann Orr said that the new quay was too high")
