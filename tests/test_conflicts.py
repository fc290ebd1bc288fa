"""Where articles contradict each other: shown when sure, and only then."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rag import QueryEngine
from rag.answers.conflicts import conflicts, contradicts, with_conflicts
from rag.answers.statement import stated
from rag.config import Settings
from rag.receipt import check_against, receipt_of
from rag.schema import Answer, ConflictKind
from tests.answered import make_answer
from tests.passages import passage
from tests.servers import Fake
from tests.test_web_desk import clicked
from ui.render.html import answer_html
from ui.render.json import answer_json
from ui.render.receipt import read_receipt, receipt_html
from ui.render.text import answer_text
from ui.web.desk import Desk

DATA = Path(__file__).parent / "data"
QUESTION = "How many homes will be protected?"
# contradictions that are passed over: "before" is taken for a condition
MISSED = {"The mayor knew of the report before the fire."}


def pairs(name: str) -> list[dict[str, str]]:
    lines = (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def told(case: dict[str, str]) -> str:
    return contradicts(stated(case["one"]), stated(case["other"])) or ""


@pytest.mark.parametrize("name", ["conflicts", "conflicts_unseen"])
def test_pairs_that_contradict_each_other_and_pairs_that_only_seem_to(name: str):
    cases = pairs(name)
    assert len(cases) >= 25
    for case in cases:
        expected = "" if case["one"] in MISSED else case["kind"]
        assert told(case) == expected, case
        turned = {"one": case["other"], "other": case["one"]}
        assert told(turned) == expected, turned


def test_a_sentence_does_not_contradict_itself():
    for case in pairs("conflicts") + pairs("conflicts_unseen"):
        assert told({"one": case["one"], "other": case["one"]}) == ""


ONE, OTHER = "The wall will protect 6,400 homes.", "The wall will protect 4,600 homes."


def found(*texts: str, question: str = QUESTION, **changes: Sequence[object]) -> list:
    """What articles of these texts, each its own, contradict each other on."""
    passages = [
        replace(passage(text), article_id=f"a{n}", published="2026-03-01")
        for n, text in enumerate(texts)
    ]
    for name, values in changes.items():
        passages = [
            replace(one, **{name: value})  # type: ignore[arg-type]  # as the test says
            for one, value in zip(passages, values, strict=True)
        ]
    return conflicts(question, passages)


def test_only_other_articles_of_about_the_same_time_are_compared():
    assert len(found(ONE, OTHER)) == 1
    assert found(ONE, OTHER, article_id=["same", "same"]) == []
    assert len(found(ONE, OTHER, published=["2026-03-01", "2026-04-20"])) == 1
    assert found(ONE, OTHER, published=["2026-03-01", "2026-06-01"]) == []
    assert found(ONE, OTHER, published=["2026-03-01", "2026"]) == []
    assert len(found(ONE, OTHER, published=["2026-03-01", ""])) == 1


def test_what_is_not_asked_about_is_not_told():
    assert found(ONE, OTHER, question="When does the ferry sail?") == []


def test_two_articles_are_told_once_for_each_kind():
    again = "Engineers wrote that the wall will protect 6,400 homes."
    assert len(found(ONE, OTHER, again)) == 2  # the second one against both others


def test_a_correction_contradicts_whoever_gives_the_wrong_figure():
    note = "Our report was wrong. We wrote 6,400 homes. The correct number is 4,600."
    report = "According to engineers, the scheme will protect 6,400 homes in all."
    [(kind, side, other)] = found(
        note.replace("report", "report on the scheme"), report
    )
    assert kind is ConflictKind.FIGURE
    assert side.text == report
    assert other.text == "We wrote 6,400 homes. The correct number is 4,600."
    assert found(note, "The harbour company has 6,400 moorings.") == []


def checked(answer: Answer, engine: QueryEngine) -> list[tuple[str, str]]:
    """The two quotations of each conflict, each proved in its article."""
    for one in answer.proofs:
        text = engine.article(one.article_id, one.version).text
        assert text[one.start : one.end] == one.quote
    numbers = [one.number for one in answer.proofs]
    assert numbers == list(range(1, len(numbers) + 1))
    return [(one.older.quote, one.newer.quote) for one in answer.conflicts]


def test_a_report_and_its_correction_are_shown_side_by_side(engine: QueryEngine):
    answer = engine.query(QUESTION)
    [(older, newer)] = checked(answer, engine)
    assert "6,400 homes" in older
    assert newer.endswith("The correct number is 4,600.")
    [conflict] = answer.conflicts
    assert conflict.dated
    assert "the second is the newer" in answer_text(answer)
    assert answer_json(answer)["conflicts"][0]["newer"]["quote"] == newer  # type: ignore[index]  # a list
    page = answer_html(answer, 0)
    assert page.count('class="sources conflict"') == 1
    assert f'data-number="{conflict.newer.number}"' in page


def test_on_the_page_its_number_opens_the_article_there(engine: QueryEngine):
    answer = engine.query(QUESTION)
    newer = answer.conflicts[0].newer
    assert newer not in answer.citations
    shown = Desk(engine).open_cited(
        clicked(act="cite", turn="0", number=str(newer.number)), [answer]
    )
    assert "Correction: homes protected" in shown
    assert re.search(r"<mark[^>]*>We wrote 6,400", shown)


def test_with_a_model_as_well(seeds_index: Path, fake: Fake):
    said = "The council's engineers say that the scheme will protect 6,400 homes. [1]"
    fake.behaviour = lambda server: server.stream(said)
    settings = Settings(openai_base_url=fake.base_url, model="tiny")
    with QueryEngine.open(seeds_index, settings=settings) as engine:
        answer = engine.query(QUESTION)
        assert answer.model == "tiny"
        [(older, newer)] = checked(answer, engine)
    assert "6,400" in older
    assert "4,600" in newer


def test_a_refusal_and_an_answer_without_contradiction_have_none(engine: QueryEngine):
    assert engine.query("What is the weather in Paris?").conflicts == ()
    assert engine.query("Why does the COP fall in cold weather?").conflicts == ()


def test_a_receipt_holds_the_contradiction(engine: QueryEngine):
    record = receipt_of(engine.query(QUESTION), engine)
    [conflict] = record["conflicts"]
    numbers = {one["number"] for one in record["citations"]}
    assert {conflict["older"], conflict["newer"]} <= numbers
    assert check_against(record, engine).faults == ()
    page = receipt_html(record)
    assert "contradict each other" in page
    assert read_receipt(page.encode()) == (record, True)


def test_copies_of_one_story_do_not_contradict_each_other(engine: QueryEngine):
    copy = next(one for one in engine.articles() if "council" in one.title)
    one, other = passage(ONE), replace(passage(OTHER), article_id=copy.article_id)
    assert len(conflicts(QUESTION, [one, other])) == 1
    assert conflicts(QUESTION, [replace(one, also_in=(copy,)), other]) == []


def test_words_of_an_article_are_escaped_on_the_page():
    hostile = tuple(
        replace(passage(f"<b>x</b> {text}"), article_id=text, title="<i>t</i>")
        for text in (ONE, OTHER)
    )
    answer = with_conflicts(replace(make_answer(), passages=hostile), QUESTION)
    assert len(answer.conflicts) == 1
    page = answer_html(answer, 0)
    assert "&lt;b&gt;x" in page
    assert "<b>" not in page
    assert "<i>" not in page
