"""Questions asked of news stories as agencies write them: plain text, many voices."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import ingest
from rag import QueryEngine
from rag.questions.otherwise import in_short
from rag.quotations import quotation_spans
from rag.sentences import sentence_spans

WIRE = Path(__file__).parent / "data" / "wire"


@pytest.fixture(scope="module")
def wire(tmp_path_factory) -> Iterator[QueryEngine]:
    folder = tmp_path_factory.mktemp("wire")
    ingest([WIRE], index=folder)
    with QueryEngine.open(folder) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("How old is Daniel Orme?", "Daniel Orme, 47, from Stell"),
        ("What is the latest on Gannet Sound?", "A captain who was locked in"),
        ("Any news about Northmere Airways?", "Northmere Airways blamed dear fuel"),
        ("When did Northmere go bankrupt?", "The firm sought bankruptcy protection"),
        ("By how much did NA's profit fall?", "Northmere Airways blamed dear fuel"),
        ("What does Olof Brandt expect?", '"I expect fares to rise'),
        ("Who is Olof Brandt?", '"I expect fares to rise'),
        ("What does NA stand for?", "Northmere Airways"),
        ("How many jobs has NA cut?", "NA has cut 900 jobs"),
        ("How many Britons died?", "In March 2026 three people"),
        ("What does Brandt say about the pilots?", "But Mr Brandt said"),
        ("How did the harbour board respond to Orme's claims?", "The harbour board"),
    ],
)
def test_the_answer_begins_with_what_is_asked(wire, question, begins):
    assert wire.query(question).text.startswith(begins)


@pytest.mark.parametrize(
    "question",
    [
        "What does Petra Voss say about Gannet Sound?",
        "What does Ruth Anselm say about Northmere?",
        "What does Petra Voss say about captains?",
    ],
)
def test_nobody_is_heard_on_what_others_are_asked(wire, question):
    assert wire.query(question).refused


def test_his_lawyer_is_found_where_he_is_named_in_full(wire):
    assert "Ruth Anselm" in wire.query("Who is Daniel Orme's lawyer?").text


@pytest.mark.parametrize(
    ("name", "short"),
    [("British Airways", "BA"), ("Xi Na", ""), ("Xi Ivanov", "")],
)
def test_a_name_has_letters_that_stand_for_it_if_its_words_are_long(name, short):
    assert in_short(name) == short


def test_what_others_say_is_left_out_where_one_is_asked(wire):
    assert "cold" not in wire.query("What does Olof Brandt say about fares?").text


def test_do_two_people_agree_is_asked_of_both(wire):
    answer = wire.query("Do Olof Brandt and Marta Quill agree?")
    assert "fares to rise" in answer.text
    assert "cold" in answer.text


def test_a_title_is_no_answer(wire):
    title = "Ferry captain sues the harbour board"
    for question in (
        "Who sues the harbour board?",
        "How many articles mention ferry?",
    ):
        answer = wire.query(question)
        assert not answer.refused
        assert title not in answer.text


BROKEN = (
    'She said: "We waited. He added: "They knew. It was cold." The board denied it. '
    'It said: "He was free. "All is well." Nobody came.'
)


def test_a_quotation_mark_that_is_missing_turns_nothing_inside_out():
    found = [BROKEN[start:end] for start, end in sentence_spans(BROKEN)]
    assert found == [
        'She said: "We waited.',
        'He added: "They knew. It was cold."',
        "The board denied it.",
        'It said: "He was free.',
        '"All is well."',
        "Nobody came.",
    ]
    assert [BROKEN[start:end] for start, end in quotation_spans(BROKEN)] == [
        '"We waited. He added: "They knew. It was cold."',
        '"He was free. "All is well."',
    ]
