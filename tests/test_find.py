"""All articles that mention something, and how many were searched."""

import json

import pytest

from rag.engine import QueryEngine
from rag.errors import UsageError
from rag.questions.scope import Scope
from rag.questions.sought import Sought, sought_by
from rag.schema import Cause, Verdict
from tests.desk import Desk

RECOGNISED = {
    "which articles mention tariffs?": Sought("tariffs"),
    "Which articles talk about the flood barrier?": Sought("the flood barrier"),
    "What articles are about heat pumps?": Sought("heat pumps"),
    "How many articles mention Scott Bessent?": Sought("Scott Bessent"),
    "How many of the articles discuss tariffs?": Sought("tariffs"),
    "In how many stories is there": None,
    "Does any article mention the Wend?": Sought("the Wend"),
    "list all articles about chips": Sought("chips"),
    "List every mention of the barrier.": Sought("the barrier"),
    'Which articles mention "flood barrier"?': Sought('"flood barrier"'),
    "how many articles criticise the ban?": Sought("the ban", "criticise"),
    "Which articles oppose tariffs": Sought("tariffs", "criticise"),
    "which articles support the fee?": Sought("the fee", "support"),
    "Which article does not mention tariffs?": Sought("tariffs", lacking=True),
    "which articles don't talk about the Wend": Sought("the Wend", lacking=True),
    "Which articles say nothing about tariffs?": Sought("tariffs", lacking=True),
    "How many of the articles never mention steel?": Sought("steel", lacking=True),
    "List all articles that are not about chips.": Sought("chips", lacking=True),
    "Who wrote about tariffs?": Sought("tariffs", authors=True),
    "Which journalists have reported on the Wend?": Sought("the Wend", authors=True),
    "what is this collection about?": Sought(""),
    "Which articles are there?": Sought(""),
    "How many articles do you have?": Sought(""),
    "List all articles by Ann Orr": Sought("", by=True),
    "Which articles were written by Ann Orr?": Sought("", by=True),
    "Who are the authors?": Sought("", authors=True),
}
QUESTIONS = [
    "What does the author say about chip restrictions?",
    "How many homes will the barrier protect?",
    "Which company built the barrier?",
    "What do the articles say about tariffs?",
    "Which article won the prize?",
    "Which articles do not agree with Bessent?",
    "Which articles lack what the minister has promised?",
    "How many articles did the constitution have?",
    "Who mentions tariffs?",
    "Why do the articles matter?",
    "What is the list of every king?",
    "List all reasons why tariffs fail",
    "Show me all the arguments against chip controls",
    "list all the people who died in the flood",
    "Which articles on tariffs are newest?",
    "What articles about tariffs say on steel",
    "Who wrote the constitution?",
    "What is this article about?",
    "What is the index about inflation?",
]


@pytest.mark.parametrize(("question", "sought"), RECOGNISED.items())
def test_a_question_that_wants_all_is_recognised(question, sought):
    assert sought_by(question) == sought


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_that_wants_an_answer_is_not(question):
    assert sought_by(question) is None


@pytest.fixture
def desk(tmp_path) -> Desk:
    desk = Desk(tmp_path)
    for number in range(40):
        topic = "tariff" if number % 4 == 0 else "harbour"
        desk.write(
            f"{number:02}.md",
            f"---\ntitle: Report {number}\npublished: 2026-01-{number % 28 + 1:02}\n"
            f"author: {'Ann' if number < 20 else 'Bob'}\n---\n"
            f"Day {number} was cold.\n\nThe minister spoke of {topic}s at length.\n",
        )
    desk.ingest()
    return desk


@pytest.fixture
def engine(desk):
    with QueryEngine.open(settings=desk.settings, embedder=desk.embedder) as engine:
        yield engine


def test_every_article_is_counted_and_the_newest_are_shown(engine):
    found = engine.find("tariff", limit=3)
    assert (found.total, found.searched) == (10, 40)
    assert found.statement.startswith("10 of 40 articles mention “tariff”; all were")
    dates = [one.passage.published for one in found.mentions]
    assert dates == sorted(dates, reverse=True)
    for one in found.mentions:
        assert "tariff" in one.passage.text[one.start : one.end]


def test_the_quotation_is_the_articles_own_text(engine):
    for one in engine.find("tariffs", limit=100).mentions:
        text = engine.article(one.passage.article_id).text
        start = one.passage.start
        quote = one.passage.text[one.start : one.end]
        assert text[start + one.start : start + one.end] == quote


def test_what_stands_in_quotation_marks_must_be_there_word_for_word(desk, engine):
    desk.write("x.md", "At length the tariffs fell.")
    desk.ingest()
    found = engine.find("tariffs length")
    assert found.total == 11
    assert "within a few sentences" in found.statement
    assert engine.find('"tariffs at length"').total == 10


def test_a_removed_article_is_not_counted_and_a_scope_restricts(desk, engine):
    assert engine.find("tariffs", scope=Scope(authors=("Ann",))).total == 5
    desk.newsdesk("remove", "00.md")
    found = engine.find("tariffs")
    assert (found.total, found.searched) == (9, 39)


def test_the_past_is_searched_as_it_stood(desk, engine):
    desk.newsdesk("remove", "00.md")
    entries = json.loads(desk.newsdesk("log", "--json"))
    assert entries
    assert engine.find("tariffs").total == 9


def test_in_the_conversation_the_count_comes_first_then_proofs(engine):
    answer = engine.query("How many articles mention tariffs?")
    first, *others = answer.sentences
    assert first.verdict is Verdict.NOT_A_CLAIM
    assert "10 of 40 articles" in first.text
    assert {one.verdict for one in others} == {Verdict.QUOTED}
    assert all(one.citations for one in others)


@pytest.mark.parametrize("scope", [Scope(), Scope(authors=("Bob",))])
def test_the_articles_without_a_word_are_all_the_others(engine, scope):
    answer = engine.query("Which articles do not mention tariffs?", scope=scope)
    has, every = (5, 20) if scope else (10, 40)
    assert answer.text.startswith(
        f"{every - has} of {every} articles do not mention “tariffs”; all were searched"
    )
    assert engine.find("tariffs", lacking=True, scope=scope).total == every - has
    proofs = [one.quote for one in answer.citations]
    assert len(proofs) == 10
    for one in answer.citations:
        assert "tariff" not in engine.article(one.article_id).text


def test_where_every_article_has_a_word_none_is_without_it(engine):
    answer = engine.query("Which articles say nothing about the minister?")
    assert answer.refused
    assert "0 of 40 articles do not mention “the minister”" in answer.reason


def test_what_there_is_is_counted_with_the_first_sentences_as_proof(engine):
    answer = engine.query("What is this collection about?")
    first, *others = answer.sentences
    assert (
        first.text == "There are 40 articles, published from 2026-01-01 to 2026-01-28."
    )
    assert len(others) == 10
    assert all(one.text.startswith("Day ") for one in others)
    assert "30 more articles have it." in answer.notes


def test_who_wrote_about_something_is_named(desk, engine):
    desk.write("z.md", "---\nauthor: Cleo Dusk\n---\nZeppelins rose again.")
    desk.ingest()
    assert "Written by Cleo Dusk." in engine.query("Who wrote about zeppelins?").text
    both = engine.query("Who wrote about tariffs?").text
    assert "10 of 41 articles" in both
    assert "Written by " in both
    assert " and " in both


def test_articles_by_somebody_are_counted_and_a_stranger_is_not_guessed(desk, engine):
    desk.write("z.md", "---\nauthor: Cleo Dusk\n---\nZeppelins rose again.")
    desk.ingest()
    assert engine.query("How many articles are by Cleo Dusk?").text.startswith(
        "There is 1 article."
    )
    assert engine.query("How many articles are by Cleo Dawn?").refused


def test_nothing_found_is_a_refusal_that_says_what_was_searched(engine):
    answer = engine.query("Which articles mention zeppelins?")
    assert answer.refused
    assert answer.cause is Cause.NOTHING_ON_SUBJECT
    assert answer.reason.startswith("0 of 40 articles")


def test_a_stance_is_by_words_and_says_so(desk, engine):
    desk.write("c.md", "Critics called the tariffs a costly mistake.")
    desk.ingest()
    answer = engine.query("Which articles criticise tariffs?")
    assert "1 of 41 articles mentions" in answer.text
    assert "there may be other ways of saying it" in answer.text


def test_nothing_but_stop_words_finds_nothing(engine):
    assert engine.find("the of and").total == 0
    with pytest.raises(UsageError):
        engine.find("  ")


def test_the_command_prints_what_was_found(desk, monkeypatch):
    monkeypatch.setattr("rag.engine.open_embedder", lambda *_: desk.embedder)
    shown = desk.newsdesk("find", "tariffs", "--limit", "2")
    assert "10 of 40 articles" in shown
    told = json.loads(desk.newsdesk("find", "tariffs", "--json"))
    assert told["total"] == 10
    assert len(told["articles"]) == 10
    assert desk.run("find", "zeppelin").exit_code == 3
