"""Why an article was found or not, and whether the advice helps."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from rag import QueryEngine
from rag.errors import ArticleNotFound
from rag.questions.scope import Scope
from rag.retrieval.why import Explanation
from tests.desk import Desk
from tests.texts import article as made_up
from ui.cli import cli

HOMES = "How many homes will be protected?"
BARRIER = "correction-homes-protected-by-the-wend-barrier.md"
GERMAN = "dreiundzwanzig-wochen-warten.md"
HEAT = "how-a-heat-pump-finds-warmth-in-freezing-air.md"


def passed(told: Explanation) -> dict[str, bool]:
    return {stage.name: stage.passed for stage in told.stages}


def finds(engine: QueryEngine, question: str, article_id: str, **given: object) -> bool:
    """Whether the article is among the passages of the question."""
    found = engine.query(question, **given).passages  # type: ignore[arg-type]
    return article_id in {one.article_id for one in found}


def test_an_article_that_was_found_passed_every_stage_that_counts(
    engine: QueryEngine,
) -> None:
    wanted = engine.article_id(BARRIER)
    told = engine.why(HOMES, wanted)
    ranks = [one.article_id for one in engine.retrieve(HOMES)]
    assert told.verdict == f"It was found: passage {ranks.index(wanted) + 1} of 5."
    assert all(passed(told).values())
    assert told.missing == ("many",)


@pytest.mark.parametrize(
    "question", [HOMES, "What does the author say about chips?", "Was schlägt sie vor?"]
)
@pytest.mark.parametrize("limit", [1, 2, 5])
def test_the_verdict_agrees_with_what_is_found_for_every_article(
    engine: QueryEngine, question: str, limit: int
) -> None:
    found = [one.article_id for one in engine.retrieve(question, limit=limit)]
    for one in engine.articles():
        told = engine.why(question, one.article_id, limit=limit)
        rank = told.stages[-1].rank
        assert told.verdict.startswith("It was found") == (one.article_id in found)
        if one.article_id in found:
            assert found.index(one.article_id) + 1 == rank


def test_the_advice_to_ask_it_alone_finds_every_article(engine: QueryEngine) -> None:
    for one in engine.articles():
        told = engine.why(HOMES, one.article_id, limit=1)
        if "found" not in told.verdict:
            assert told.verdict.endswith("ask it alone (newsdesk ask --article).")
        assert finds(
            engine, HOMES, one.article_id, scope=Scope(articles=(one.article_id,))
        )


def test_the_advice_to_ask_with_words_that_it_has_finds_it(engine: QueryEngine) -> None:
    wanted = engine.article_id(HEAT)
    told = engine.why(HOMES, wanted)
    assert told.missing == ("homes", "protected")
    assert "it lacks homes, protected; ask with words that it has" in told.verdict
    question = "How does a pump find warmth in the air?"
    assert engine.why(question, wanted).missing == ()
    assert finds(engine, question, wanted)


# -- lost at each stage ---------------------------------------------------------------


def test_an_article_that_no_search_proposes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("rag.retrieval.retriever", "rag.retrieval.why"):
        monkeypatch.setattr(f"{module}.CANDIDATES", 3)
    for n in range(8):
        desk.write(f"{n}.txt", f"The ferry of day {n} was late.")
    desk.write("tram.txt", "A tram ran punctually.")
    desk.ingest()
    with desk.opened() as engine:
        ferries = [engine.article_id(f"{n}.txt") for n in range(8)]
        tolds = [engine.why("ferry", one) for one in ferries]
        (lost, *_) = [told for told in tolds if not told.stages[2].rank]
        told = engine.why("ferry", engine.article_id("tram.txt"), limit=1)
    assert not any(passed(lost).values())
    assert lost.verdict == (
        "Neither search proposed it among its 3 candidates: ask it alone (newsdesk ask "
        "--article)."
    )
    assert told.missing == ("ferry",)


def test_an_article_that_others_outranked(desk: Desk) -> None:
    for n in range(8):
        desk.write(f"{n}.txt", f"Ferry {n}: the ferry of the harbour was late.")
    desk.write("tram.txt", "The tram was late.")
    desk.ingest()
    with desk.opened() as engine:
        told = engine.why("harbour ferry", engine.article_id("tram.txt"), limit=1)
    assert passed(told) == {
        "by meaning": True,
        "by words": False,
        "both together": False,
        "second look": False,
        "passages": False,
    }
    assert "its best chunk only came to rank 9, and the first 2 become" in told.verdict
    assert "it lacks harbour, ferry; ask with words that it has" in told.verdict


def test_an_article_that_others_left_no_passage(desk: Desk) -> None:
    """Its chunk is among the best, but passages of others fill the places."""
    desk.write("a.txt", "The ferry of the harbour was late today.")
    desk.write("b.txt", "The ferry of the harbour was late.")
    desk.ingest()
    with desk.opened() as engine:
        (first,) = engine.retrieve("harbour ferry", limit=1)
        (other,) = {one.article_id for one in engine.articles()} - {first.article_id}
        told = engine.why("harbour ferry", other, limit=1)
    assert passed(told)["second look"]
    assert not passed(told)["passages"]
    assert told.verdict.startswith(
        "Its best chunk came to rank 2, but chunks of others filled the 1 passages"
    )


def test_an_article_outside_the_scope(engine: QueryEngine) -> None:
    told = engine.why(HOMES, engine.article_id(BARRIER), scope=Scope(languages=("de",)))
    assert told.verdict == "It was not asked: only articles in the language de were."
    assert told.stages == ()


def test_an_article_outside_what_the_question_says(engine: QueryEngine) -> None:
    """What `ask` understands, `why` does."""
    question = "What did the author write about chips in June?"
    wanted = engine.article_id("washington-swaps-chip-ban-for-a-fee-then-raises-it.md")
    told = engine.why(question, wanted)
    assert told.verdict == "It was not asked: only articles published in 2026-06 were."
    assert not finds(engine, question, wanted)
    assert finds(engine, "What did the author write about chips?", wanted)


def test_all_articles_are_asked_where_those_that_the_question_says_do_not_answer(
    engine: QueryEngine,
) -> None:
    question = "What was written in February about how a heat pump finds warmth?"
    told = engine.why(question, engine.article_id(HEAT))
    assert told.verdict.startswith("It was found")


def test_an_article_that_is_not_live(desk: Desk) -> None:
    path = desk.write("ferry.txt", "The ferry was late.")
    desk.ingest()
    later = dt.datetime.now(dt.UTC)
    with desk.opened() as engine:
        wanted = engine.article_id("ferry.txt")
        with pytest.raises(ArticleNotFound, match=r"was not live.*newsdesk log"):
            engine.why("ferry", wanted, as_of=dt.date(1999, 1, 1))
        desk.newsdesk("remove", str(path))
        with pytest.raises(ArticleNotFound, match="was not live"):
            engine.why("ferry", wanted)
        assert engine.why("ferry", wanted, as_of=later).stages[-1].passed


def test_chunks_that_the_second_look_could_still_lift_are_not_called_lost(
    desk: Desk,
) -> None:
    for n in range(6):
        desk.write(f"{n}.txt", made_up(n, 4))
    desk.ingest()
    with desk.opened() as engine:
        for one in engine.articles():
            told = engine.why("river council vote", one.article_id, limit=1)
            fused, second = told.stages[2:4]
            assert fused.needed == 6
            assert fused.passed or not second.passed


# -- in the terminal ------------------------------------------------------------------


def why(index: Path, *arguments: str) -> str:
    done = CliRunner().invoke(cli, ["--index", str(index), "why", HOMES, *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_command_shows_the_stages_and_then_the_verdict(
    seeds_index: Path, engine: QueryEngine
) -> None:
    *stages, verdict = why(seeds_index, "--article", GERMAN).splitlines()
    told = engine.why(HOMES, engine.article_id(GERMAN))
    assert verdict == told.verdict
    assert [line[:4] == "kept" for line in stages] == list(passed(told).values())
    assert stages[1].split(maxsplit=1) == ["lost", "by words       not among 15"]


def test_the_command_says_the_same_as_json(
    seeds_index: Path, engine: QueryEngine
) -> None:
    told = json.loads(why(seeds_index, "--article", GERMAN, "--limit", "3", "--json"))
    again = engine.why(HOMES, engine.article_id(GERMAN), limit=3)
    assert told["verdict"] == again.verdict
    assert [one["rank"] for one in told["stages"]] == [one.rank for one in again.stages]


def test_the_command_takes_a_scope(seeds_index: Path) -> None:
    printed = why(
        seeds_index, "--article", GERMAN, "--author", "Gwen", "--from", "2026"
    )
    assert (
        printed
        == "It was not asked: only articles by Gwen, published from 2026 were.\n"
    )
