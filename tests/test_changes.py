"""What has changed since a day, or since the last question: told from the log."""

import datetime as dt
import json
from collections.abc import Iterator

import pytest

from ingest import purge
from rag.answers.changes import KINDS, changes_sought_by
from rag.engine import QueryEngine
from rag.errors import UsageError
from rag.questions.period import period_of
from rag.questions.scope import Scope
from rag.schema import Answer, Turn, Verdict
from tests.desk import Desk

TODAY = dt.date(2026, 11, 24)  # a Tuesday
ALL = set(KINDS)
HISTORY = [Turn("What?", "That.", "2026-11-20T09:30:00.000+00:00")]
RECOGNISED = {
    "what has changed since last week?": ("16 November", ALL, ""),
    "What is new since Monday": ("23 November", ALL, ""),
    "what's new since yesterday?": ("23 November", ALL, ""),
    "What changed since I last asked?": ("you last asked (20 Nov", ALL, ""),
    "what changed since my last question": ("you last asked (20 Nov", ALL, ""),
    "What has changed since we last spoke?": ("you last asked (20 Nov", ALL, ""),
    "what has changed about the flood barrier since June?": (
        "1 June 2026",
        ALL,
        "the flood barrier",
    ),
    "What has changed since 12 October about chips?": ("12 October", ALL, "chips"),
    "What has been corrected since November 2?": ("2 November", {"changed"}, ""),
    "Which articles were withdrawn this week?": ("23 November", {"withdrawn"}, ""),
    "which articles have been added in the last 3 days": (
        "21 November",
        {"arrived"},
        "",
    ),
    "Has anything changed in the articles since 2026-11-01?": ("1 November", ALL, ""),
    "Is there anything new on tariffs this week?": ("23 November", ALL, "tariffs"),
    "How many articles were added since Friday?": ("20 November", {"arrived"}, ""),
    "What are the changes since Sunday?": ("22 November", ALL, ""),
    "What is new?": ("17 November", ALL, ""),
    "Any new articles?": ("17 November", ALL, ""),
    "Which articles were corrected?": ("17 November", {"changed"}, ""),
}
QUESTIONS = [
    "What has changed about the flood barrier?",
    "What is new about the flood barrier?",
    "What has changed?",
    "What changed in Port Ellery since Monday?",
    "What happened since last week?",
    "What did Bessent say since Monday?",
    "What changed in June?",
    "What is the new sea wall made of since 2024?",
    "How has the city changed its mind since last week?",
    "What changed the author's mind since Monday?",
]


@pytest.mark.parametrize(("question", "expected"), RECOGNISED.items())
def test_a_question_for_changes_is_recognised(question, expected):
    sought = changes_sought_by(question, TODAY, HISTORY)
    said, kinds, topic = expected
    assert sought is not None
    assert said in sought.said
    assert (sought.kinds, sought.topic) == (kinds, topic)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_that_the_articles_answer_is_not(question):
    assert changes_sought_by(question, TODAY, HISTORY) is None


def test_since_i_last_asked_needs_to_know_when_that_was():
    for history in ([], [Turn("What?", "That.")]):
        with pytest.raises(UsageError, match="does not know when you last asked"):
            changes_sought_by("What changed since I last asked?", TODAY, history)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("since Monday", "2026-11-23"),
        ("since Tuesday", "2026-11-17"),
        ("since last Friday", "2026-11-20"),
        ("since 5 March", "2026-03-05"),
        ("since December 24th", "2025-12-24"),
        ("since the 3rd of May, 2024", "2024-05-03"),
        ("since 2026-02-28", "2026-02-28"),
    ],
)
def test_days_by_which_a_question_says_since_when(said, day):
    period = period_of(f"What did the council decide {said}?", TODAY)
    assert period is not None
    assert (period.start.isoformat(), period.said, period.recent) == (day, said, True)


@pytest.mark.parametrize("said", ["since 31 June 2026", "since 2027-01-01"])
def test_a_day_that_never_was_is_no_time(said):
    assert changes_sought_by(f"What has changed {said}?", TODAY, HISTORY) is None


WALL = (
    "---\ntitle: The wall\nauthor: Ann Hale\npublished: 2026-02-18\n---\n\n"
    "The council met on Tuesday. The wall will protect 6,400 homes. It opens in 2029."
)
FERRY = "---\ntitle: The ferry\nauthor: Bo Lind\n---\n\nThe ferry sails at seven."
TAX = "---\ntitle: The tax\n---\n\nThe tax on boats was raised."


@pytest.fixture
def engine(desk: Desk) -> Iterator[QueryEngine]:
    for name, text in (("wall", WALL), ("ferry", FERRY), ("tax", TAX)):
        desk.write(f"{name}.md", text)
    desk.ingest()
    with desk.opened() as engine:
        yield engine


def asked_now() -> list[Turn]:
    return [Turn("?", "!", dt.datetime.now(dt.UTC).isoformat())]


def happens(desk: Desk) -> None:
    desk.ingest(desk.write("wall.md", WALL.replace("6,400", "4,600")))
    desk.ingest(desk.write("fog.md", "---\ntitle: Fog\n---\n\nFog came to the wall."))
    desk.newsdesk("remove", "tax.md")


def proved(answer: Answer, engine: QueryEngine) -> dict[str, int]:
    """The quoted sentences with the version each stands in, checked there."""
    cited = {one.number: one for one in answer.citations}
    found = {}
    for sentence in answer.sentences:
        assert bool(sentence.citations) == (sentence.verdict is Verdict.QUOTED)
        for number in sentence.citations:
            one = cited[number]
            text = engine.article(one.article_id, one.version).text
            assert text[one.start : one.end] == one.quote == sentence.text
            found[one.quote] = one.version
    return found


def test_old_and_new_are_quoted_each_from_its_own_version(desk, engine):
    history = asked_now()
    happens(desk)
    answer = engine.query("What has changed since I last asked?", history=history)
    assert proved(answer, engine) == {
        "The wall will protect 6,400 homes.": 1,
        "The wall will protect 4,600 homes.": 2,
        "The tax on boats was raised.": 1,
        "Fog came to the wall.": 1,
    }
    assert answer.sentences[0].text.endswith(
        "of the articles: 1 was changed, 1 was withdrawn, 1 arrived."
    )
    assert answer.text.index("6,400") < answer.text.index("4,600")
    assert answer.model == "none"
    assert not answer.refused


def test_a_topic_and_a_scope_restrict_what_is_told(desk, engine):
    history = asked_now()
    happens(desk)
    question = "What has changed about {} since I last asked?"
    about = {
        topic: set(
            proved(engine.query(question.format(topic), history=history), engine)
        )
        for topic in ("the wall", "boats", "the ferry", "6,400 homes")
    }
    wall = {"The wall will protect 6,400 homes.", "The wall will protect 4,600 homes."}
    assert about["the wall"] == {*wall, "Fog came to the wall."}
    assert about["boats"] == {"The tax on boats was raised."}
    assert about["the ferry"] == set()
    assert about["6,400 homes"] == wall  # words that only the old version has
    answer = engine.query(
        "What changed since I last asked?",
        history=history,
        scope=Scope(authors=("Ann Hale",)),
    )
    assert set(proved(answer, engine)) == wall


def test_nothing_has_changed_is_an_answer(engine):
    history = asked_now()
    answer = engine.query("What changed since I last asked?", history=history)
    assert not answer.refused
    assert answer.citations == ()
    assert answer.text.endswith(", no article was changed or was withdrawn or arrived.")


def test_the_past_is_told_as_it_stood(desk, engine):
    before = dt.datetime.now(dt.UTC)
    happens(desk)
    question = "What is new this week?"
    then, now = (engine.query(question, as_of=at) for at in (before, None))
    assert "4,600" in now.text
    assert "4,600" not in then.text
    assert "3 arrived" in then.text


def test_an_article_that_came_and_was_corrected_within_the_time_is_told_so(
    desk, engine
):
    desk.ingest(desk.write("wall.md", WALL.replace("6,400", "4,600")))
    answer = engine.query("What has been corrected this week?")
    assert list(proved(answer, engine).values()) == [1, 2]


def test_sentences_that_came_and_went_and_another_title(desk, engine):
    history = asked_now()
    desk.ingest(desk.write("wall.md", WALL.replace("It opens in 2029.", "")))
    desk.ingest(desk.write("ferry.md", FERRY.replace("The ferry\n", "A ferry\n")))
    desk.ingest(desk.write("tax.md", TAX + " It is five pounds."))
    answer = engine.query("What changed since I last asked?", history=history)
    assert "This is no longer in it." in answer.text
    assert "its title, author or date; not its text" in answer.text
    assert proved(answer, engine) == {"It opens in 2029.": 1, "It is five pounds.": 2}


def test_what_was_moved_put_back_or_purged_is_not_told(desk, engine):
    history = asked_now()
    (desk.folder / "ferry.md").rename(desk.folder / "boat.md")
    desk.ingest(prune=True)
    desk.newsdesk("remove", "tax.md")
    desk.ingest(desk.write("tax.md", TAX))
    purge("wall.md", desk.index)
    answer = engine.query("What changed since I last asked?", history=history)
    assert "no article" in answer.text


def test_a_change_of_the_world_is_looked_for_in_the_articles(engine):
    # the log does not reach back to 2019, and nothing in it is about a change
    answer = engine.query("What has changed about the ferry since 2019?")
    assert "of the articles" not in answer.text


def test_many_are_counted_and_the_latest_shown(desk, engine):
    history = asked_now()
    for number in range(8):
        desk.write(f"{number}.md", f"Boat {number} came home.")
    desk.ingest()
    answer = engine.query("What is new since I last asked?", history=history)
    assert "8 arrived" in answer.text
    assert len(answer.citations) == 5
    assert answer.notes == ("3 more arrived; newsdesk log lists all.",)


def test_in_the_terminal(desk, engine, monkeypatch):
    monkeypatch.setattr("rag.engine.open_embedder", lambda *_: desk.embedder)
    happens(desk)
    told = json.loads(desk.newsdesk("ask", "what has changed this week?", "--json"))
    versions = {one["quote"]: one["version"] for one in told["citations"]}
    assert versions["The wall will protect 4,600 homes."] == 2
    result = desk.run("ask", "what has changed since I last asked?")
    assert result.exit_code != 0
    assert "name a day" in str(result.exception or result.output)
