"""What is said of an article itself answers only questions about the article."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest import ingest
from rag import QueryEngine
from rag.retrieval.notes import without_notes
from tests.passages import passage

SEEDS = Path(__file__).parents[1] / "seeds"
QUARRY = "The quarry at Tarn closed in May. Forty masons left."
NOTE = "This story was first published in the Tarn Echo. The quarry is invented."


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryEngine]:
    folder = tmp_path_factory.mktemp("notes")
    ingest([SEEDS], index=folder)
    with QueryEngine.open(folder) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"{QUARRY}\n\n*{NOTE}*", QUARRY),
        (f"_{NOTE}_\n\n{QUARRY}", QUARRY),
        (f"{QUARRY}\n\n{NOTE}", QUARRY),
        (f"*{NOTE}*", None),
        (f"{QUARRY}\n\n{NOTE}\n\nMore.", f"{QUARRY}\n\n{NOTE}\n\nMore."),
        (f"{QUARRY}\n\nThis story is sad.", f"{QUARRY}\n\nThis story is sad."),
        (
            f"{QUARRY}\n\n*This story was corrected: fifty masons left.*",
            f"{QUARRY}\n\n*This story was corrected: fifty masons left.*",
        ),
    ],
)
def test_a_passage_loses_what_its_article_says_of_itself(text, left):
    found = passage(text)
    kept = without_notes(found, found)
    assert (kept and kept.text) == left
    if kept:
        assert text[kept.start : kept.end] == left


def test_a_note_that_begins_before_the_passage_is_known():
    wide = passage(f"{QUARRY}\n\n*{NOTE}*")
    at = wide.text.index("The quarry is")
    part = replace(passage(wide.text[at:]), start=at, end=wide.end)
    assert without_notes(part, wide) is None


@pytest.mark.parametrize(
    "question",
    [
        "Who paid for the flood barrier?",
        "Which city has a flood barrier?",
        "What events happened in Brackwater County?",
    ],
)
def test_a_disclaimer_does_not_answer_what_is_asked_of_the_matter(engine, question):
    answer = engine.query(question)
    assert not answer.refused
    assert "invented" not in answer.text


def test_a_disclaimer_answers_what_is_asked_of_the_article(engine):
    assert "invented" in engine.query("Which persons are invented?").text
