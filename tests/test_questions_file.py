"""Files of questions: what is understood, what is said of a bad line."""

import json

import pytest

from rag import QueryEngine
from rag.errors import UsageError
from rag.evaluation.measures import (
    read_questions,
)
from tests.desk import Desk


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    desk.write(
        "The_wall.md", "# A wall\n\nMira Osei came in 2021. The wall is of stone."
    )
    desk.write("b.md", "---\nurl: https://example.org/b\n---\nThe sea is cold in May.")
    desk.ingest()
    return desk


@pytest.fixture
def engine(desk):
    with QueryEngine.open(settings=desk.settings, embedder=desk.embedder) as engine:
        yield engine


def read(engine, tmp_path, *lines):
    file = tmp_path / "questions.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    file.write_text("\n".join(texts), "utf-8")
    return read_questions(file, engine)


@pytest.mark.parametrize(
    "name", ["The_wall.md", "The_wall", "the wall", "A wall", "https://example.org/b"]
)
def test_an_article_goes_by_many_names(engine, tmp_path, name):
    questions, notes = read(engine, tmp_path, {"question": "Who?", "article": name})
    expected = {one.article_id for one in engine.articles()}
    assert questions[0].article_id in expected
    assert notes == []


def test_an_answer_is_found_where_it_stands_now(engine, tmp_path):
    (question,), _ = read(
        engine,
        tmp_path,
        {"question": "When?", "article": "The_wall", "answers": [[5, 9, "2021"]]},
    )
    ((article_id, start, end),) = question.answers
    assert engine.article(article_id).text[start:end] == "2021"


def test_what_cannot_be_asked_is_told_once_and_counted(engine, tmp_path):
    _, notes = read(
        engine,
        tmp_path,
        {"question": "Who?", "article": "b"},
        {"question": "One?", "article": "nowhere"},
        {"question": "Two?", "article": "nowhere"},
        {"question": "Three?", "article": "b", "answers": [[0, 4, "warm"]]},
        {"question": "Four?", "article": "b", "references": [[0, 4000]]},
    )
    missing, unanswered, outside = [
        note.split("questions.jsonl, ")[1] for note in notes
    ]
    assert missing.startswith("line 2: no article of the index has the id, file name")
    assert missing.endswith("nowhere; ingest it (questions left out: 2).")
    assert unanswered.startswith(
        "line 4: no answer stands in the article b as ingested"
    )
    assert outside.startswith("line 5: a reference lies outside the article b")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2: Invalid JSON"),
        ({"article": "b"}, "line 2: question Field required"),
        ({"question": "Who?"}, 'line 2: a question that can be answered needs an "art'),
        ({"question": " ? ", "article": "b"}, "line 2: The question is empty"),
        (
            {"question": "Who?", "article": "b", "answers": [[1]]},
            "line 2: answers 0 1 Field",
        ),
    ],
)
def test_a_bad_line_is_named(engine, tmp_path, line, said):
    with pytest.raises(UsageError, match=r"questions\.jsonl, ") as raised:
        read(engine, tmp_path, {"question": "Who?", "article": "b"}, line)
    assert said in str(raised.value)


def test_a_file_without_a_question_is_an_error(engine, tmp_path):
    with pytest.raises(UsageError, match="holds no question"):
        read(engine, tmp_path, "")
    with pytest.raises(UsageError, match="nowhere; ingest it"):
        read(engine, tmp_path, {"question": "Who?", "article": "nowhere"})
    with pytest.raises(UsageError, match="cannot be read"):
        read_questions(tmp_path / "none.jsonl", engine)
