"""Saved questions: asked again when something new bears on them, and only then."""

from collections.abc import Iterator
from typing import Any

import gradio as gr
import pytest

from ingest import ingest
from rag.engine import QueryEngine
from tests.desk import Desk
from ui import conversations as talks
from ui.saved import MOST, Saved, kept_form, read, saved_html, with_question
from ui.web.saved import SavedQuestions

QUESTION = "When does the Quillmark ferry sail?"
HOSTILE = '"><img src=x onerror=alert(1)>'


@pytest.fixture
def engine(desk: Desk) -> Iterator[QueryEngine]:
    desk.write("ferry.md", "# The ferry\n\nThe Quillmark ferry sails at seven.")
    desk.write("bees.md", "# The bees\n\nThe bees of Lund make dark honey.")
    refill(desk)
    with QueryEngine.open(desk.index) as engine:
        yield engine


def refill(desk: Desk) -> None:
    """Ingest the folder with the real embedder: only it can weigh evidence."""
    ingest([desk.folder], index=desk.index)


def click(**data: str) -> gr.EventData:
    return gr.EventData(None, data)


def save(room: SavedQuestions, engine: QueryEngine, question: str = QUESTION) -> Any:
    answer = engine.query(question)
    kept, shown = room.save(click(act="save", turn="0"), None, [answer])
    assert question in shown
    return kept


def test_what_was_changed_is_asked_again_and_the_old_answer_stays(desk, engine):
    room = SavedQuestions(engine)
    kept = save(room, engine)
    before = talks.with_turns([], "", [engine.query(QUESTION)])
    desk.write("ferry.md", "# The ferry\n\nThe Quillmark ferry sails at 9.")
    refill(desk)
    kept, now, _, _, shown = room.ask_again(kept, talks.kept_form(before))
    again, old = talks.read(now)
    assert old == before[0]
    assert "sails at 9" in again.turns[0].text
    assert "because of what is new: “The ferry”" in again.turns[0].notes[0]
    assert again.conversation_id in shown
    # and not once more
    assert room.ask_again(kept, now)[4] == ""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("bees.md", "# The bees\n\nThe bees of Lund make light honey."),
        ("ferry.md", "# The ferry\n\nThe Quillmark ferry sails at seven.\n\nFog came."),
    ],
    ids=["something else", "the same is said"],
)
def test_what_says_nothing_new_is_not_told(desk, engine, name, text):
    room = SavedQuestions(engine)
    kept = save(room, engine)
    desk.write(name, text)
    refill(desk)
    after, *_, shown = room.ask_again(kept, None)
    assert shown == ""
    assert read(after)[0].seq == engine.state().last_change  # looked at once


def test_what_nothing_answered_is_told_when_something_does(desk, engine):
    room = SavedQuestions(engine)
    kept = save(room, engine, "Who painted the Merrow lighthouse?")
    text = "# Paint\n\nOttilie Brand painted the Merrow lighthouse."
    desk.write("paint.md", text)
    refill(desk)
    _, now, *_ = room.ask_again(kept, None)
    assert "Ottilie" in talks.read(now)[0].turns[0].text


def test_after_a_purge_it_begins_anew(desk, engine):
    room = SavedQuestions(engine)
    kept = save(room, engine)
    desk.newsdesk("purge", "bees.md")
    after, *_, shown = room.ask_again(kept, None)
    assert shown == ""
    assert read(after)[0].epoch == engine.state().epoch


def test_a_question_is_taken_off_the_list(engine):
    room = SavedQuestions(engine)
    kept = save(room, engine)
    gone, shown = room.forget(click(act="unsave", question=QUESTION), kept)
    assert (gone, shown) == ([], "")


@pytest.mark.parametrize("nonsense", [None, 3, "x", [1], [{"question": "x"}]])
def test_nonsense_in_a_browser_is_no_question(engine, nonsense):
    assert read(nonsense) == []
    assert SavedQuestions(engine).ask_again(nonsense, None)[4] == ""


def test_the_list_is_bounded_and_only_text():
    saved: list[Saved] = []
    for number in range(MOST + 5):
        saved = with_question(saved, Saved(f"{HOSTILE} {number}", "e", 1, ""))
    assert len(read(kept_form(saved))) == MOST
    assert "<img" not in saved_html(saved)
