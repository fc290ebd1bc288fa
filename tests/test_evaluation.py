"""`newsdesk eval` on a real index: a file of questions, and its own questions."""

import json
import shutil
from pathlib import Path

import pytest

from rag import QueryEngine
from rag.config import Settings
from rag.errors import UsageError
from rag.evaluation.estimates import (
    estimates,
)
from rag.evaluation.self_questions import ask_itself, failures, self_questions
from rag.index.index import Index
from tests.desk import Desk

SEED = "port-ellery-council-approves-86-million-flood-barrier.md"


@pytest.fixture
def seeds(seeds_index, tmp_path):
    """A desk whose index may be written to."""
    desk = Desk(tmp_path)
    shutil.copytree(seeds_index, desk.index)
    return desk


def test_a_file_is_measured_and_compared_with_the_last_run(seeds, tmp_path):
    file = tmp_path / "questions.jsonl"
    asked = [
        {
            "question": "What will the flood barrier cost? <script>alert(1)</script>",
            "article": SEED,
            "answers": [[0, 0, "86 million"]],
        },
        {"question": "Who won the chess tournament?", "answerable": False},
    ]
    file.write_text("\n".join(map(json.dumps, asked)), "utf-8")
    first = json.loads(seeds.newsdesk("eval", str(file), "--json"))
    values = {one["name"]: one["now"]["value"] for one in first["measures"]}
    assert values["hit@5"] == 1
    assert values["refusal recall"] == 1
    report = tmp_path / "report.html"
    said = seeds.newsdesk("eval", str(file), "--report", str(report))
    assert "+0.000 [+0.000, +0.000]" in said
    assert f"The report was written to {report}." in said
    assert "<svg" in report.read_text("utf-8")


def test_either_a_file_or_self_is_asked_for(seeds):
    for arguments in ((), ("questions.jsonl", "--self")):
        result = seeds.run("eval", *arguments)
        assert result.exit_code == 2
        assert "Give either a file of questions or --self." in result.stderr


@pytest.mark.slow
def test_the_seeds_are_found_by_their_own_questions(seeds):
    said = seeds.newsdesk("eval", "--self")
    assert "Retrieval looks sound." in said


def test_the_questions_are_always_the_same(seeds_index):
    index = Index(seeds_index)
    settings = Settings(index=seeds_index, model="none")
    with QueryEngine.open(settings=settings) as engine:
        questions = self_questions(engine, index)
        assert questions == self_questions(engine, index)
    assert len({one.kind for one in questions}) == 3


def test_vectors_without_meaning_are_told_and_words_acquitted(tmp_path):
    desk = Desk(tmp_path)
    desk.ingest(Path(__file__).parent.parent / "seeds")
    index = Index(desk.index)
    with QueryEngine.open(settings=desk.settings, embedder=desk.embedder) as engine:
        run = ask_itself(engine, self_questions(engine, index))
    told = " ".join(failures(estimates(run)))
    assert "quotation first by meaning" in told
    assert "quotation first by words" not in told


def test_articles_without_sentences_cannot_be_asked(tmp_path):
    desk = Desk(tmp_path)
    desk.write("short.md", "Too short.")
    desk.ingest()
    with (
        QueryEngine.open(settings=desk.settings, embedder=desk.embedder) as engine,
        pytest.raises(UsageError, match="give a file of questions"),
    ):
        self_questions(engine, Index(desk.index))
