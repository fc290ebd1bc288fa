"""What an article says as a whole, with a model and without."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import ingest
from rag import QueryEngine
from rag.answers.asked import turn_of
from rag.answers.summary import summarised_by
from rag.config import Length, Settings
from rag.questions.scope import Scope
from rag.schema import Turn, Verdict
from tests.seeded import Scripted
from tests.texts import SEEDS

BARRIER = "port-ellery-council-approves-86-million-flood-barrier.md"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryEngine]:
    settings = Settings(index=tmp_path_factory.mktemp("seeds"), model="none")
    ingest([SEEDS], settings=settings)
    with QueryEngine.open(settings=settings) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Summarise the article about the flood barrier.", "flood barrier"),
        ("sum up Gwen Tolliver's article", "Gwen Tolliver"),
        ("Could you give me a short summary of the correction?", "correction"),
        ("What are the main points of the heat pump article?", "heat pump"),
        ("What is the heat pump article about?", "heat pump"),
        ("What is this article about?", ""),
        ("summarize it", ""),
        ("Sum it up", ""),
        ("Fasse den Artikel von Katharina Wiesbrock zusammen", "Katharina Wiesbrock"),
        ("What is the flood barrier about to cost?", None),
        ("What is a heat pump?", None),
        ("Who wrote the summary?", None),
        ("What are the key points?", ""),
        ("What does the author recommend?", ""),
        ("What does the author suggest as an alternative?", ""),
        ("What is the author's main argument?", ""),
        ("What is the conclusion of the heat pump article?", "heat pump"),
        ("What does the author recommend about gates?", None),
        ("What is the author's view of China?", None),
    ],
)
def test_a_question_for_a_summary_is_recognised(
    question: str, named: str | None
) -> None:
    assert summarised_by(question) == named


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Summarise the article about the flood barrier", "Port Ellery council"),
        ("sum up Gwen Tolliver's article", "A ban will not"),
        ("What is the heat pump article about?", "How a heat pump"),
        ("Main points of The county that learned to count megawatts", "The county"),
    ],
)
def test_an_article_is_summed_up_in_its_own_sentences(
    engine: QueryEngine, question: str, title: str
) -> None:
    answer = engine.query(question)
    assert all(one.title.startswith(title) for one in answer.citations)
    assert {one.verdict for one in answer.sentences} == {Verdict.QUOTED}
    assert 3 <= len(answer.sentences) <= 4
    starts = [one.start for one in answer.citations]
    text = engine.article(answer.citations[0].article_id).text
    assert starts == sorted(starts)
    assert starts[0] < len(text) / 3  # its beginning is heard, and its end
    assert starts[-1] > len(text) / 2
    assert all(text[one.start : one.end] == one.quote for one in answer.citations)
    assert engine.query(question).sentences == answer.sentences


def test_it_is_the_article_that_was_spoken_of(engine: QueryEngine) -> None:
    before = engine.query("What does Lenore Maddigan say about demand?")
    answer = engine.query("summarise it", history=[turn_of(before)])
    assert {one.title[:10] for one in answer.citations} == {"Washington"}


def test_this_article_is_the_only_one_in_scope(engine: QueryEngine) -> None:
    scope = Scope(articles=(engine.article_id(BARRIER),))
    answer = engine.query("What is this article about?", scope=scope)
    assert {one.article_id for one in answer.citations} == set(scope.articles)


def test_where_it_is_not_clear_which_article_is_meant_all_are_listed(
    engine: QueryEngine,
) -> None:
    answer = engine.query("Summarise this article.")
    assert answer.sentences[0].text.startswith("There are 8 articles")
    assert any("name one" in note for note in answer.notes)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What does the author recommend?", "must carefully navigate"),
        ("What is the author's conclusion?", "In conclusion"),
        ("What is the author's main argument?", "In my opinion"),
    ],
)
def test_what_an_author_holds_is_told_by_sentences_that_say_so(
    engine: QueryEngine, question: str, told: str
) -> None:
    scope = Scope(articles=(engine.article_id("000_51589d0384667205.txt"),))
    assert told in engine.query(question, scope=scope).text


def test_a_longer_answer_has_more_sentences(engine: QueryEngine) -> None:
    longer = engine.settings.model_copy(update={"answer_length": Length.LONG})
    answer = engine.answering_by(longer).query("Sum up the heat pump article")
    assert 5 <= len(answer.sentences) <= 8


def test_a_model_reads_passages_from_all_over_the_article(tmp_path: Path) -> None:
    shutil.copy(SEEDS / BARRIER, tmp_path)
    ingest([tmp_path], index=tmp_path / "index")
    lead = "Port Ellery will build a flood barrier across the mouth of the River Wend"
    model = Scripted(f"{lead} [1].")
    with QueryEngine.open(tmp_path / "index", llm=model) as engine:
        answer = engine.query("Summarise this article")
    assert 5 <= len(answer.passages) <= 8
    starts = [one.start for one in answer.passages]
    assert starts == sorted(starts)
    assert len(model.prompts) == 1
    assert all(one.text in model.prompts[0][-1].content for one in answer.passages)
    assert answer.model == "scripted"
    assert lead in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "What does she say?",
        "what did she write about it?",
        "What does it say?",
        "What is this about?",
        "What does the author say?",
    ],
)
def test_what_is_said_in_the_articles_given_is_summed_up(
    engine: QueryEngine, question: str
) -> None:
    answer = engine.query(question, scope=Scope(authors=("Threlkeld",)))
    assert not answer.refused
    assert {one.title for one in answer.citations} == {
        "Port Ellery council approves £86 million flood barrier"
    }


@pytest.mark.parametrize(
    ("question", "asked", "held"),
    [
        (
            "What does she say about the gates?",
            "What does the author say about the gates?",
            "three steel gates",
        ),
        (
            "What does it say about the harbour company?",
            "What does the article say about the harbour company?",
            "mooring charges",
        ),
        ("How many homes will it protect?", "", "6,400"),
    ],
)
def test_who_speaks_in_the_articles_given_stands_for_a_pronoun(
    engine: QueryEngine, question: str, asked: str, held: str
) -> None:
    scope = Scope(authors=("Threlkeld",))
    answer = engine.query(question, scope=scope)
    assert answer.asked == asked
    assert held in answer.text
    said = [Turn("What does Imanov say about the fish market?", "It is outside.")]
    again = engine.query(question, history=said, scope=scope)
    assert "author" not in again.asked  # the conversation goes before


def test_without_articles_that_are_given_a_pronoun_stands_for_nobody(
    engine: QueryEngine,
) -> None:
    assert engine.query("What does she say about the gates?").asked == ""
