"""Why a question is not answered: each cause is told apart, with a sentence for it."""

import datetime as dt
from collections.abc import Iterator

import pytest

from ingest import ingest
from rag import QueryEngine
from rag.questions.denial import denial
from rag.questions.period import period_of
from rag.questions.scope import Scope
from rag.schema import Cause
from tests.passages import passage

TODAY = dt.date(2026, 11, 24)  # a Tuesday
NOTES = {
    "fee.md": (
        "---\ntitle: The fee\npublished: 2026-06-04\n---\n\n"
        "Secretary Bessent said that the fee on chips would be 15 per cent. A new "
        "office in Suzhou will open in the winter of 2029. Bessent did not resign over "
        "the fee."
    ),
    "harbour.md": (
        "---\ntitle: The harbour\npublished: 2026-10-08\n---\n\n"
        "The harbour master of Port Ellery counted 310 fishing boats at Customs Quay."
    ),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryEngine]:
    folder = tmp_path_factory.mktemp("notes")
    for name, text in NOTES.items():
        (folder / name).write_text(text, "utf-8")
    ingest([folder], index=folder / ".index")
    with QueryEngine.open(folder / ".index") as opened:
        yield opened


def test_a_subject_of_which_the_articles_say_nothing(engine: QueryEngine) -> None:
    answer = engine.query("What is the weather in Paris?")
    assert answer.cause is Cause.NOTHING_ON_SUBJECT
    assert "“Paris”" in answer.reason
    assert answer.passages


def test_a_scope_without_articles(engine: QueryEngine) -> None:
    answer = engine.query("What is the fee?", scope=Scope(authors=("Nobody",)))
    assert (answer.cause, answer.passages) == (Cause.NO_ARTICLES, ())
    assert "by Nobody" in answer.reason


@pytest.mark.parametrize(
    "question",
    [
        "What did Secretary Bessent say about the fee on chips since October 2026?",
        "What has Bessent said of the fee on chips in the past 2 days?",
    ],
)
def test_only_older_articles_than_asked(engine: QueryEngine, question: str) -> None:
    answer = engine.query(question)
    assert answer.cause is Cause.ONLY_OLDER
    assert "2026-06-04" in answer.reason
    assert answer.passages


def test_an_article_of_the_time_asked_for_answers(engine: QueryEngine) -> None:
    answer = engine.query(
        "How many boats has the harbour master of Port Ellery counted since October?",
        as_of=dt.datetime.now(dt.UTC),
    )
    assert "310" in answer.text
    assert any("from 20" in note for note in answer.notes)


def test_what_a_question_takes_for_granted_is_denied(engine: QueryEngine) -> None:
    answer = engine.query("Why did Bessent resign over the fee?")
    assert answer.cause is Cause.DENIED
    assert "“Bessent did not resign over the fee.”" in answer.reason


@pytest.mark.parametrize(
    ("question", "start", "recent"),
    [
        ("What happened today?", "2026-11-24", True),
        ("What happened yesterday in Paris?", "2026-11-23", True),
        ("What is new this week?", "2026-11-23", True),
        ("Who left last week?", "2026-11-16", True),
        ("Who left last month?", "2026-10-01", True),
        ("Who left this year?", "2026-01-01", True),
        ("Who left in the past 3 days?", "2026-11-21", True),
        ("Who left since October?", "2026-10-01", True),
        ("Who left since December?", "2025-12-01", True),
        ("Who left since 2019?", "2019-01-01", True),
        ("Who left in May 2025?", "2025-05-01", False),
        ("Who left in 2026?", "2026-01-01", False),
    ],
)
def test_the_time_that_a_question_asks_about(
    question: str, start: str, recent: bool
) -> None:
    period = period_of(question, TODAY)
    assert period is not None
    assert (period.start.isoformat(), period.recent) == (start, recent)
    assert period.said in question


@pytest.mark.parametrize(
    "question",
    [
        "Who may leave?",
        "What is the island called today?",
        "When will it open in 2029?",
        "Who won in the last week of the war?",
    ],
)
def test_questions_that_ask_about_no_time_of_the_past(question: str) -> None:
    assert period_of(question, TODAY) is None


def test_an_article_that_names_the_year_is_not_too_old_for_it() -> None:
    period = period_of("What opens in 2026?", TODAY)
    assert period is not None
    assert not period.precludes(passage("The hall opens in 2026."))
    assert period.precludes(passage("The hall opens soon."))


@pytest.mark.parametrize(
    ("question", "text", "denied"),
    [
        ("Why did the council sell the quay?", "The council did not sell the quay.", 1),
        ("When was the quay sold?", "The quay was never sold.", 1),
        ("Who sold the quay?", "The quay was never sold.", 0),
        ("Was the quay sold?", "The quay was never sold.", 0),
        ("Why was the quay not sold?", "The quay was not sold.", 0),
        ("When was the quay sold?", "The quay was not sold until 1990.", 0),
        (
            "Why did the council sell the quay?",
            "The council did not sell the quay because it was poor.",
            0,
        ),
        (
            "Why did the council sell the quay?",
            "The council did not sell the quay. In May the council did sell the quay.",
            0,
        ),
        ("Why did the council sell the quay?", "It did not sell.", 0),
        (
            "Why did the council sell the quay?",
            "Mr Orr did not stay, but the council did sell the quay.",
            0,
        ),
        (
            "Warum hat der Rat den Kai verkauft?",
            "Der Rat hat den Kai nicht verkauft.",
            1,
        ),
        ("Wann wurde der Kai verkauft?", "Der Kai wurde nie verkauft.", 1),
        ("Weshalb verkauft der Rat den Kai?", "Der Rat verkauft den Kai nicht.", 1),
        ("Wer hat den Kai verkauft?", "Der Kai wurde nie verkauft.", 0),
        ("Warum wurde der Kai nicht verkauft?", "Der Kai wurde nicht verkauft.", 0),
        ("Wann wurde der Kai verkauft?", "Der Kai wurde nicht sofort verkauft.", 0),
        ("Wann wurde der Kai verkauft?", "Der Kai wurde nicht verkauft, bis 1990.", 0),
        (
            "Warum hat der Rat den Kai verkauft?",
            "Der Rat hat den Kai nicht verkauft, weil er arm war.",
            0,
        ),
        (
            "Warum hat der Rat den Kai verkauft?",
            "Der Bürgermeister blieb nicht, aber der Rat hat den Kai verkauft.",
            0,
        ),
    ],
)
def test_a_denial_is_only_told_when_it_is_sure(
    question: str, text: str, denied: bool
) -> None:
    assert bool(denial(question, [passage(text)])) == denied
