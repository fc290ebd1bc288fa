"""A visitor's conversations, and answers to be pasted elsewhere."""

import json
from dataclasses import replace

import pytest

from rag.schema import Conflict, ConflictKind
from tests.answered import EVIL, make_answer
from ui.conversations import (
    conversations_html,
    find,
    kept_form,
    read,
    renamed,
    with_turns,
    without,
)
from ui.render.copy import (
    answer_bibtex,
    answer_markdown,
    answer_plain,
    conversation_markdown,
)
from ui.web.conversations import Conversations


def asked(*questions: str):
    return [replace(make_answer(), question=question) for question in questions]


def test_a_conversation_is_named_after_its_first_question():
    [one] = with_turns([], "", asked("Who built it?", "When?"))
    assert one.name == "Who built it?"
    assert [turn.question for turn in one.turns] == ["Who built it?", "When?"]


def test_what_a_browser_keeps_comes_back_the_same():
    conversations = with_turns([], "", asked("Who built it?"))
    assert read(json.loads(json.dumps(kept_form(conversations)))) == conversations


@pytest.mark.parametrize("nonsense", [None, 3, "x", [1], [{"name": "x"}], {"a": 1}])
def test_nonsense_in_a_browser_is_no_conversation(nonsense):
    assert read(nonsense) == []


def test_the_conversation_that_goes_on_is_the_newest():
    first = with_turns([], "", asked("One?"))
    both = with_turns(first, "", asked("Two?"))
    again = with_turns(both, first[0].conversation_id, asked("One?", "And?"))
    assert [one.name for one in again] == ["One?", "Two?"]
    assert len(again[0].turns) == 2


def test_a_browser_is_not_filled_without_end():
    conversations = []
    for number in range(60):
        conversations = with_turns(conversations, "", asked(f"Question {number}?"))
    assert len(conversations) == 50
    assert conversations[0].name == "Question 59?"


def test_a_conversation_is_renamed_and_deleted():
    conversations = with_turns([], "", asked("One?"))
    key = conversations[0].conversation_id
    assert renamed(conversations, key, " The wall ")[0].name == "The wall"
    assert renamed(conversations, key, "  ") == conversations
    assert without(conversations, key) == []
    assert find(conversations, "another") is None


def test_a_hostile_name_is_only_text():
    shown = conversations_html(with_turns([], "", asked(EVIL)))
    assert "<script" not in shown
    assert "<img" not in shown


class Click:
    """The event of a button with these data-* attributes."""

    def __init__(self, **data: str) -> None:
        self._data = data


def test_a_conversation_is_opened_again_and_left_for_a_new_one(engine):
    conversations, room = with_turns([], "", asked("One?")), Conversations(engine)
    kept, key = kept_form(conversations), conversations[0].conversation_id
    current, turns, talk, _ = room.resume(Click(act="resume", id=key), kept)
    assert (current, turns) == (key, list(conversations[0].turns))
    assert "One?" in talk
    assert room.begin(Click(act="new"))[:2] == ("", [])


def test_deleting_the_open_conversation_leaves_none_open(engine):
    conversations = with_turns([], "", asked("One?"))
    key = conversations[0].conversation_id
    kept, current, _ = Conversations(engine).change(
        Click(act="forget", id=key), kept_form(conversations), key
    )
    assert (kept, current) == ([], "")


# ---- to be pasted elsewhere


def test_markdown_has_the_quoted_sentences_as_footnotes():
    shown = answer_markdown(make_answer())
    assert "The wall is 3 m high.[^1]" in shown
    assert "[^1]: “The wall is 3 m high.”" in shown


def test_markdown_of_an_article_is_not_interpreted():
    answer = replace(make_answer(), question="[x](http://evil.example) *a* <b>")
    assert r"\[x\](http://evil.example) \*a\* \<b\>" in answer_markdown(answer)


def test_bibtex_names_each_article_once():
    shown = answer_bibtex(make_answer())
    assert shown.count("@article{") == 1
    assert "title = {A title}" in shown
    assert "author = {Ann Author}" in shown
    assert "year = {2026}" in shown


def test_plain_text_is_that_of_the_terminal():
    assert "The wall is 3 m high. [1]" in answer_plain(make_answer())


def test_what_articles_contradict_each_other_on_is_copied_with_its_proof():
    answer = make_answer()
    [wall] = answer.citations
    older = replace(wall, number=2, quote="The wall is 2 m high.", title="An error")
    conflict = Conflict(ConflictKind.FIGURE, older, wall, dated=True)
    answer = replace(answer, conflicts=(conflict,))
    shown = conversation_markdown("Walls", [answer])
    assert "Two articles give different figures; the second is the newer:" in shown
    assert "- “The wall is 2 m high.”[^1-2]\n- “The wall is 3 m high.”[^1-1]" in shown
    assert "[^1-2]: “The wall is 2 m high.” An error" in shown
    assert "“The wall is 2 m high.”" in answer_plain(answer)
    assert answer_bibtex(answer).count("@article{") == 1


def test_a_conversation_as_markdown_keeps_the_footnotes_of_its_answers_apart():
    text = conversation_markdown("*Bridges*", asked("One?", "Two?"))
    assert text.startswith(r"# \*Bridges\*")
    for mark in ("[^1-1]", "[^2-1]"):
        assert text.count(mark) == text.count(f"{mark}:") + 1
    assert text.index("**One?**") < text.index("[^1-1]:") < text.index("**Two?**")
