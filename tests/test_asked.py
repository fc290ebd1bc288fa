"""May it be answered: questions as people ask them, of texts of many kinds.

A report, abstracts, a chat, a speech, an interview, minutes, a review, two texts in
other languages and the seed articles, in one index; asked in other words than theirs,
in lower case, with typing errors, with keywords only.
"""

import json
from pathlib import Path

import pytest

from ingest import ingest
from rag import QueryEngine

DATA = Path(__file__).parent / "data"
SEEDS = Path(__file__).parent.parent / "seeds"
SHARED = Path(__file__).parents[2] / "shared" / "data"


def refusals(index: Path, name: str) -> dict[bool, list[bool]]:
    """Whether each question is refused, by whether the texts of an index answer it."""
    found: dict[bool, list[bool]] = {True: [], False: []}
    with QueryEngine.open(index) as engine:
        for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines():
            one = json.loads(line)
            answerable = one.get("answerable", bool(one.get("answer")))
            found[answerable].append(engine.query(one["question"]).refused)
    return found


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, list[bool]]:
    folder = tmp_path_factory.mktemp("kinds")
    ingest([SEEDS, DATA / "kinds"], index=folder)
    return refusals(folder, "asked")


def test_few_questions_that_the_texts_answer_are_refused(
    refused: dict[bool, list[bool]],
) -> None:
    assert sum(refused[True]) <= 0.16 * len(refused[True])


def test_many_that_they_do_not_answer_are_refused(
    refused: dict[bool, list[bool]],
) -> None:
    assert sum(refused[False]) >= 0.4 * len(refused[False])


def test_of_texts_on_other_subjects_as_many_are_refused_as_was_measured(
    tmp_path: Path,
) -> None:
    ingest([SEEDS, DATA / "subjects"], index=tmp_path)
    found = refusals(tmp_path, "asked_subjects")
    assert sum(found[True]) <= 3
    assert sum(found[False]) >= 6


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "seeds", "wrongly", "rightly"),
    # refused of those that the texts answer, and of the others: docs/answers.md
    [
        ("asked_shared", False, 2, 6),
        ("asked_unseen", False, 1, 7),
        ("asked_fresh", True, 4, 7),
    ],
)
def test_of_other_texts_as_many_are_refused_as_was_measured(
    tmp_path: Path, name: str, *, seeds: bool, wrongly: int, rightly: int
) -> None:
    if not SHARED.exists():
        pytest.skip("../shared/data is not here")
    for kind in ("squad2", "excerpts"):
        for line in (SHARED / kind / "articles.jsonl").read_text("utf-8").splitlines():
            one = json.loads(line)
            (tmp_path / f"{one['id']}.txt").write_text(one["text"], "utf-8")
    ingest([tmp_path, *[SEEDS] * seeds], index=tmp_path / ".index")
    found = refusals(tmp_path / ".index", name)
    assert sum(found[True]) <= wrongly
    assert sum(found[False]) >= rightly
