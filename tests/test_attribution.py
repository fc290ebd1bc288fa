"""Who says a sentence of an article."""

import json
from pathlib import Path

import pytest

from rag.attribution import speaker_of
from rag.engine import QueryEngine
from rag.schema import Speaker, Voice

LABELLED = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "speakers.jsonl").open(
        encoding="utf-8"
    )
]


@pytest.mark.parametrize("case", LABELLED, ids=lambda case: case["sentence"])
def test_the_speaker_is_the_one_that_a_person_named(case):
    text = case["before"] + case["sentence"]
    found = speaker_of(text, len(case["before"]), len(text), case["author"])
    assert found == Speaker(Voice(case["voice"]), case["name"])


def test_a_citation_knows_who_speaks(seeds_index):
    with QueryEngine.open(seeds_index) as engine:
        answer = engine.query("What did Jonas Ruhland warn of?")
    speakers = {cited.speaker.name for cited in answer.citations}
    assert "Jonas Ruhland" in speakers
