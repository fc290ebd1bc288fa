"""What people think of answers is kept, measured with, and purged with its articles."""

import json
from dataclasses import replace

import pytest

from ingest import purge
from rag.errors import UsageError
from rag.evaluation import ratings
from rag.evaluation.measures import read_questions
from tests.desk import Desk

QUESTION = "Who at Quillmark saw the second boat?"
STORY = "# The ledger\n\nNobody at Quillmark saw the second boat. It was late."


@pytest.fixture
def desk(desk: Desk) -> Desk:
    desk.write("secret.md", STORY)
    desk.ingest()
    return desk


def test_a_good_answer_is_a_question_with_its_expected_quotation(desk, tmp_path):
    with desk.opened() as engine:
        answer = engine.query(QUESTION)
        refusal = engine.query("zzyzx qwfp gluon vortices?")
        assert refusal.refused
        ratings.rate(engine, answer, good=True, reason=" It is \n<b>right</b> ")
        ratings.rate(engine, answer, good=False, reason="x" * 1000)
        ratings.rate(engine, refusal, good=True)
    kept = [json.loads(one) for one in desk.newsdesk("ratings").splitlines()]
    assert [one["good"] for one in kept] == [True, False, True]
    assert kept[0]["reason"] == "It is \n<b>right</b>"
    assert len(kept[1]["reason"]) == 500
    file = tmp_path / "questions.jsonl"
    file.write_text(desk.newsdesk("ratings", "--questions"), "utf-8")
    with desk.opened() as engine:
        questions, notes = read_questions(file, engine)
    assert not notes
    assert [one.answerable for one in questions] == [True, False]
    [span] = questions[0].answers[:1]
    assert STORY[span[1] : span[2]] == answer.citations[0].quote


def test_what_does_not_stand_in_the_index_is_not_kept(desk):
    with desk.opened() as engine:
        answer = engine.query(QUESTION)
        forged = replace(answer.citations[0], quote="Everybody saw it.")
        elsewhere = replace(answer.citations[0], article_id="none")
        for cited in (forged, elsewhere):
            with pytest.raises(UsageError, match="ask again"):
                ratings.rate(engine, replace(answer, citations=(cited,)), good=True)
    assert ratings.ratings(desk.index) == []


def test_ratings_take_no_more_room_than_they_may(desk, monkeypatch):
    with desk.opened() as engine:
        answer = engine.query(QUESTION)
        ratings.rate(engine, answer, good=True)
        size = (desk.index / "ratings.jsonl").stat().st_size
        monkeypatch.setattr(ratings, "_MOST", 2 * size + 10)
        ratings.rate(engine, answer, good=True)
        with pytest.raises(UsageError, match="no room"):
            ratings.rate(engine, answer, good=True)
    assert (desk.index / "ratings.jsonl").stat().st_size == 2 * size


def test_a_purge_takes_the_ratings_that_quote_the_article(desk):
    desk.write("other.md", "# Bees\n\nThe bees of Lund make dark honey in May.")
    desk.ingest()
    with desk.opened() as engine:
        secret = engine.query(QUESTION)
        ratings.rate(engine, secret, good=True)
        ratings.rate(engine, engine.query("What do the bees of Lund make?"), good=True)
        gone = secret.citations[0].article_id
    purge(gone, desk.index)
    [left] = ratings.ratings(desk.index)
    assert "honey" in left["answer"]
    assert "Quillmark" not in (desk.index / "ratings.jsonl").read_text("utf-8")
