"""`newsdesk ask` of some articles only."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rag import QueryEngine
from rag.schema import ArticleSummary
from tests.commands import Run
from tests.texts import HOMES

Ask = Callable[..., tuple[int, str, str]]
Fits = Callable[[ArticleSummary], bool]


@pytest.fixture
def ask(seeds_index: Path, run: Run) -> Ask:
    """Run `newsdesk ask` with options; returns its status and what it prints where."""

    def asked(*options: str) -> tuple[int, str, str]:
        done = run("--index", seeds_index, "ask", HOMES, *options)
        return done.status, done.out, done.err

    return asked


@pytest.mark.parametrize(
    ("options", "fits"),
    [
        (["--author", "nadia"], lambda one: "Nadia" in one.author),
        (["--publisher", "Courier"], lambda one: "Courier" in one.publisher),
        (["--source", "correction"], lambda one: "correction" in one.source),
        (["--language", "de"], lambda one: one.language == "de"),
        (["--from", "2026-02-19"], lambda one: one.published >= "2026-02-19"),
        (["--to", "2026-02"], lambda one: "" != one.published < "2026-03"),
        (
            ["--author", "nadia", "--author", "editor", "--from", "2026-02-19"],
            lambda one: one.author == "Corrections editor",
        ),
        (
            ["--article", "dreiundzwanzig-wochen-warten.md"],
            lambda one: one.title == "Dreiundzwanzig Wochen warten",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_each_option_restricts_what_is_asked(
    ask: Ask, engine: QueryEngine, options: list[str], fits: Fits
) -> None:
    _, printed, _ = ask("--json", *options)
    answer = json.loads(printed)
    wanted = {one.article_id for one in engine.articles() if fits(one)}
    assert {one["article_id"] for one in answer["passages"]} <= wanted
    assert answer["passages"]
    assert any(note.startswith("Only articles ") for note in answer["notes"])


@pytest.mark.parametrize("option", ["--from", "--to", "--as-of"])
def test_a_bad_date_in_the_terminal_is_one_sentence(ask: Ask, option: str) -> None:
    status, printed, error = ask(option, "2026-02-30")
    assert (status, printed) == (2, "")
    (line,) = error.splitlines()
    assert "2026-02-30" in line
    assert line.endswith(".")


def test_an_article_that_is_not_there_is_told(ask: Ask) -> None:
    status, _, error = ask("--article", "nowhere.md")
    assert status == 1
    assert error.startswith("There is no article nowhere.md in the index")
