"""The measures of an evaluation by hand, their intervals and the last run."""

import json

import pytest

from rag import Answer, Sentence
from rag.evaluation.estimates import (
    AUROC,
    Bounds,
    Miss,
    Run,
    estimates,
    keep_run,
    read_run,
)
from rag.evaluation.measures import (
    Question,
    _add_refusals,
    _filled,
    _measured,
)
from rag.schema import Verdict
from tests.passages import passage
from ui.render.evaluation import report_html

NOW = "2026-01-02T03:04:05+00:00"


def answer(*passages, text="", refused=False):
    return Answer(
        question="?",
        sentences=(Sentence(text, (), Verdict.QUOTED),),
        citations=(),
        passages=passages,
        refused=refused,
        reason="",
        model="none",
        notes=(),
        prompt_tokens=0,
        completion_tokens=0,
        seconds=0.0,
    )


def measured(question, *passages, text="", refused=False):
    """What one question gives: measure -> (value, weight)."""
    found = answer(*passages, text=text, refused=refused)
    return {name: (v, w) for name, v, w in _measured(question, found, passages)}


# -- the measures, by hand ------------------------------------------------------------


def test_a_hit_holds_an_answer_wholly_in_the_right_article():
    passages = [
        passage("x" * 100, article_id="other"),
        passage("x" * 100, start=0),
        passage("x" * 100, start=100),
    ]
    across = Question("?", "a1", answers=(("a1", 90, 110),))
    assert measured(across, *passages)["hit@10"] == (False, 1)
    second = Question("?", "a1", answers=(("a1", 90, 110), ("a1", 100, 110)))
    found = measured(second, *passages)
    assert found["hit@1"] == (False, 1)
    assert found["hit@3"] == (True, 1)
    assert found["passage length"] == (300, 3)


def test_a_budget_cuts_the_passage_that_crosses_it():
    first, second = passage("x" * 60), passage("x" * 60, start=200)
    assert _filled(100, [first, second]) == [("a1", 0, 60), ("a1", 200, 240)]
    question = Question("?", "a1", answers=(("a1", 2500, 2510),))
    found = measured(question, passage("x" * 1900), passage("x" * 600, start=2400))
    assert found["answer@2000"] == (False, 1)
    assert found["answer@4000"] == (True, 1)


def test_a_budget_is_filled_from_a_deeper_search_only_where_it_must():
    few, deep = [passage("x" * 60)], [passage("x" * 90), passage("x" * 90, start=200)]
    assert _filled(50, few, deep) == [("a1", 0, 50)]
    assert _filled(100, few, deep) == [("a1", 0, 90), ("a1", 200, 210)]
    assert _filled(500, few, deep) == [("a1", 0, 90), ("a1", 200, 290)]


def test_excerpts_are_measured_in_characters():
    question = Question("?", "a1", references=(("a1", 50, 150), ("a1", 500, 600)))
    found = measured(question, passage("x" * 300))
    assert found["excerpt recall@5 passages"] == (100 / 200, 1)
    assert found["excerpt precision@5 passages"] == (100 / 300, 1)
    assert found["excerpt IoU@5 passages"] == (100 / 400, 1)
    assert "hit@5" not in found


def test_with_only_an_article_expected_only_the_article_is_measured():
    found = measured(Question("?", "a1"), passage("x", article_id="b"), passage("x"))
    assert found["article hit@1"] == (False, 1)
    assert found["article hit@3"] == (True, 1)
    assert set(found) == {f"article hit@{k}" for k in (1, 3, 5, 10)} | {
        "passage length"
    }


def test_a_short_answer_is_told_within_400_characters():
    question = Question("?", "a1", answers=(("a1", 0, 5),), golden=("Paris",))
    told = "x" * 395 + "Paris"
    assert measured(question, text=told)["short answer"] == (True, 1)
    assert measured(question, text="x" + told)["short answer"] == (False, 1)
    assert measured(question, text=told, refused=True)["short answer"] == (False, 1)


def test_refusals_are_measured_as_if_both_kinds_were_as_many():
    asked = [(Question(f"{n}", "a1"), n == 0) for n in range(4)]  # one of four refused
    asked += [(Question(f"u{n}", "", answerable=False), n == 0) for n in range(2)]
    rows = dict.fromkeys(("wrongly refused", "refusal recall", "refusal precision"))
    rows = {name: {} for name in rows}
    _add_refusals(rows, asked)
    value = {one.name: one.now.value for one in estimates(Run(NOW, rows))}
    assert value["wrongly refused"] == 1 / 4
    assert value["refusal recall"] == 1 / 2
    # with two of each kind, one rightly refused and half a one wrongly
    assert value["refusal precision"] == pytest.approx(1 / 1.5)


def test_auroc_counts_a_tie_as_half():
    scores = {"a": (3, 1), "b": (2, 1), "c": (1, 0), "d": (2, 0)}
    (found,) = estimates(Run(NOW, {AUROC: scores}))
    assert found.now.value == 3.5 / 4
    assert 0 <= found.now.low <= found.now.value <= found.now.high <= 1


def test_a_measure_that_is_not_defined_is_left_out():
    rows = {"refusal precision": {"a": (0, 0)}, AUROC: {"a": (1.0, 1)}}
    assert estimates(Run(NOW, rows)) == []


# -- intervals and the last run -------------------------------------------------------


def half(right):
    return Run(NOW, {"hit@1": {str(n): (n in right, 1) for n in range(100)}})


def test_the_interval_is_the_binomial_one_and_always_the_same():
    (found,) = estimates(half(range(50)))
    assert found.now.value == 0.5
    # 1.96 standard errors of 0.05
    ends = (found.now.low, found.now.high)
    assert ends == pytest.approx((0.402, 0.598), abs=0.02)
    assert estimates(half(range(50))) == [found]


def test_a_change_is_paired_question_by_question(tmp_path):
    keep_run(half(range(50)), tmp_path / "run.json")
    last = read_run(tmp_path / "run.json")
    (same,) = estimates(half(range(50)), last)
    assert same.change == Bounds(0, 0, 0)
    (better,) = estimates(half(range(60)), last)
    assert better.change.value == pytest.approx(0.1)
    # narrower than the intervals of two runs that know nothing of each other
    assert 0 < better.change.low < 0.1 < better.change.high < 0.18


def test_a_kept_run_holds_no_text(tmp_path):
    run = Run(NOW, {}, (Miss("a secret", "how", "a purged text"),))
    keep_run(run, tmp_path / "run.json")
    assert json.loads((tmp_path / "run.json").read_text()) == {"at": NOW, "rows": {}}


def test_a_kept_run_that_is_broken_is_no_last_run(tmp_path):
    (tmp_path / "run.json").write_text("[")
    assert read_run(tmp_path / "run.json") is None
    assert read_run(tmp_path / "none.json") is None


def test_the_report_escapes_and_fetches_nothing():
    evil = '<script src="//evil">&'
    run = Run(NOW, {"hit@1": {"a": (1, 1)}}, (Miss(evil, "how", evil),))
    page = report_html(run, estimates(run, run), [evil])
    assert page.count("&lt;script src=&quot;//evil&quot;&gt;&amp;") == 3
    for outside in ("<script", "http", "url(", "@import", "<link", "<img"):
        assert outside not in page
