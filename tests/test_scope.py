"""Asking only some articles: which these are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from ingest import ingest
from rag import QueryEngine
from rag.config import Settings
from rag.errors import UsageError
from rag.index.index import Index
from rag.questions.scope import EVERYTHING, Scope
from rag.schema import ArticleSummary
from tests.desk import Desk
from tests.hashing import HashingEmbedder, hashed
from tests.texts import HOMES, summary
from tests.texts import article as made_up

Fits = Callable[[ArticleSummary], bool]


def found(engine: QueryEngine, scope: Scope) -> set[str]:
    """The articles of everything that a scope can find."""
    passages = engine.retrieve(HOMES, limit=100, scope=scope)
    return {passage.article_id for passage in passages}


# -- which articles -------------------------------------------------------------------

FILTERS: dict[str, tuple[Scope, Fits]] = {
    "author": (
        Scope(authors=("tolliver",)),
        lambda one: one.author == "Gwen Tolliver",
    ),
    "authors": (
        Scope(authors=("Gwen Tolliver", "PIET")),
        lambda one: one.author in {"Gwen Tolliver", "Piet Hallowell"},
    ),
    "publisher": (
        Scope(publishers=("port ellery",)),
        lambda one: one.publisher == "Port Ellery Courier",
    ),
    "source": (
        Scope(sources=("barrier.md", "000_")),
        lambda one: "barrier.md" in one.source or "000_" in one.source,
    ),
    "language": (Scope(languages=("DE",)), lambda one: one.language == "de"),
    "from a day": (
        Scope(published_from="2026-08-18"),
        lambda one: one.published >= "2026-08-18",
    ),
    "until a month": (
        Scope(published_to="2026-04"),
        lambda one: "" != one.published < "2026-05",
    ),
    "a year": (
        Scope(published_from="2026", published_to="2026"),
        lambda one: one.published.startswith("2026"),
    ),
    "a publisher in a month": (
        Scope(
            publishers=("Courier",), published_from="2026-02", published_to="2026-02"
        ),
        lambda one: "Courier" in one.publisher and one.published[:7] == "2026-02",
    ),
    "all at once": (
        Scope(
            (), ("Nadia",), ("Courier",), ("seeds",), ("en", "de"), "2026", "2026-12"
        ),
        lambda one: one.author == "Nadia Threlkeld",
    ),
}


@pytest.mark.parametrize("name", FILTERS)
def test_a_scope_finds_all_articles_that_fit_and_no_other(
    engine: QueryEngine, name: str
) -> None:
    scope, fits = FILTERS[name]
    wanted = {one.article_id for one in engine.articles() if fits(one)}
    assert 0 < len(wanted) < len(engine.articles())
    assert found(engine, scope) == wanted


def test_articles_are_named_by_their_ids(engine: QueryEngine) -> None:
    for one in engine.articles():
        assert found(engine, Scope(articles=(one.article_id,))) == {one.article_id}


def test_without_restriction_everything_is_asked(engine: QueryEngine) -> None:
    assert not EVERYTHING
    assert EVERYTHING.allowed(engine.articles()) is None


names = st.sampled_from(["", "Ann Lee", "ANN LEESON", "Bo", "Straße"])
dates = st.sampled_from(["", "2025", "2025-11", "2026-01-31", "2026-02", "2026-02-01"])
days = st.sampled_from(["", "2025-10-31", "2025-11-30", "2026-01-31", "2026-02-01"])
some = st.lists(st.sampled_from(["ann lee", "bo", "STRASSE", "x"]), max_size=2).map(
    tuple
)
languages = st.sampled_from(["en", "de"])
summaries = st.builds(
    summary,
    author=names,
    publisher=names,
    source=names,
    published=days,
    language=languages,
)
scopes = st.builds(
    Scope,
    authors=some,
    publishers=some,
    sources=some,
    languages=st.lists(languages, max_size=2).map(tuple),
    published_from=dates,
    published_to=dates,
)


def fits_by_hand(scope: Scope, one: ArticleSummary) -> bool:
    """The meaning of a scope, written as a person would check it."""
    lists = (
        (scope.authors, one.author),
        (scope.publishers, one.publisher),
        (scope.sources, one.source),
        (scope.languages, one.language),
    )
    for wanted, text in lists:
        if wanted and not any(name.casefold() in text.casefold() for name in wanted):
            return False
    if not (scope.published_from or scope.published_to):
        return True
    first = (scope.published_from + "-01-01")[:10] if scope.published_from else ""
    last = scope.published_to + "-99-99"  # after every day that begins like this
    if not scope.published_to:
        last = "9999"
    return one.published != "" and first <= one.published <= last


@given(st.lists(summaries, max_size=8), scopes)
def test_a_scope_means_what_a_check_by_hand_finds(
    articles: list[ArticleSummary], scope: Scope
) -> None:
    allowed = scope.allowed(articles)
    if allowed is None:
        assert not scope
    else:
        assert allowed.tolist() == [fits_by_hand(scope, one) for one in articles]


AUTHORS = ("Ann Lee", "Bo Kim", "Cy Day", "Di Fox")


def shelf(desk: Desk) -> None:
    """Ingest twelve made-up articles, three by each author."""
    for n in range(12):
        head = f"---\nauthor: {AUTHORS[n % 4]}\npublished: 2026-{n + 1:02}-01\n---\n"
        desk.write(f"{n}.md", head + made_up(n, 6))
    desk.ingest()


@pytest.fixture(scope="module")
def shelved(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("shelf"))
    shelf(desk)
    return desk


@pytest.mark.slow  # an index for each example
@given(
    authors=st.lists(st.sampled_from(AUTHORS), max_size=3, unique=True).map(tuple),
    since=st.integers(1, 12),
    question=st.integers(0, 10_000).map(lambda seed: made_up(seed, 1, (1, 1))),
)
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_scope_finds_what_an_index_of_only_these_articles_would(
    shelved: Desk,
    tmp_path_factory: pytest.TempPathFactory,
    authors: tuple[str, ...],
    since: int,
    question: str,
) -> None:
    scope = Scope(authors=authors, published_from=f"2026-{since:02}")
    articles = [one for one in shelved.articles() if fits_by_hand(scope, one)]
    alone = Settings(index=tmp_path_factory.mktemp("alone") / "index")
    if articles:
        paths = [Path(one.source) for one in articles]
        ingest(paths, settings=alone, embedder=HashingEmbedder())
        assert_alike(
            nearest(shelved.index, question, scope),
            nearest(alone.index, question, EVERYTHING),
        )
    with shelved.opened() as engine:
        passages = engine.retrieve(question, scope=scope)
    assert {one.source for one in passages} <= {one.source for one in articles}
    assert bool(passages) == bool(articles)


def nearest(folder: Path, question: str, scope: Scope) -> list[tuple[str, float]]:
    """The texts of the chunks nearest to a question, with their cosines."""
    searcher = Index(folder).searcher()
    allowed = scope.allowed(searcher.catalog.articles)
    rows, cosines = searcher.nearest(hashed(question), 10, allowed)
    hashes = [one.chunk.text_hash for one in searcher.chunks(rows)]
    return list(zip(hashes, cosines.tolist(), strict=True))


def assert_alike(one: list[tuple[str, float]], other: list[tuple[str, float]]) -> None:
    """The same cosines but for rounding, and the same texts but for ties at the end."""
    assert [near for _, near in one] == pytest.approx(
        [near for _, near in other], abs=1e-5
    )
    last = min((near for _, near in one), default=0.0) + 1e-5
    assert {text for text, near in one if near > last} <= dict(other).keys()


def test_words_are_found_in_scope_however_many_others_have_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The best of all are fetched until enough of them are allowed."""
    monkeypatch.setattr("rag.index.searcher._FEW_ARTICLES", 0)
    desk = Desk(tmp_path)
    for n in range(60):
        author = "Ann Lee" if n == 7 else "Bo Kim"
        desk.write(
            f"{n}.md", f"---\nauthor: {author}\n---\nThe ferry " + "is late. " * n
        )
    desk.ingest()
    searcher = Index(desk.index).searcher()
    allowed = Scope(authors=("Ann Lee",)).allowed(searcher.catalog.articles)
    rows, _ = searcher.matching("ferry", 1, allowed)
    (one,) = searcher.chunks(rows)
    assert searcher.article_of(one).author == "Ann Lee"


def test_a_scope_is_that_of_the_day_that_is_asked(desk: Desk) -> None:
    path = desk.write("ferry.md", "---\nauthor: Ann Lee\n---\nThe ferry was late.")
    desk.write("tram.md", "---\nauthor: Bo Kim\n---\nThe ferry was punctual.")
    desk.ingest()
    before = dt.datetime.now(dt.UTC)
    path.write_text("---\nauthor: Cy Day\n---\nThe ferry was early.", "utf-8")
    desk.ingest()
    ann, cy = Scope(authors=("Ann Lee",)), Scope(authors=("Cy Day",))
    with desk.opened() as engine:
        (then,) = engine.retrieve("ferry", scope=ann, as_of=before)
        (now,) = engine.retrieve("ferry", scope=cy)
        assert engine.retrieve("ferry", scope=ann) == []
        assert engine.retrieve("ferry", scope=cy, as_of=before) == []
        refused = engine.query("ferry", scope=cy, as_of=before)
    assert (then.version, then.text) == (1, "The ferry was late.")
    assert (now.version, now.text) == (2, "The ferry was early.")
    assert refused.reason == "There is no article by Cy Day."


@pytest.mark.parametrize(
    "date", ["yesterday", "2026-13", "2026-02-30", "2026-2", "20260201", "26"]
)
@pytest.mark.parametrize("name", ["published_from", "published_to"])
def test_what_is_no_date_is_told(name: str, date: str) -> None:
    with pytest.raises(UsageError, match=f"^{date} is not a date; give it as YYYY"):
        Scope(**{name: date})


def test_a_given_scope_is_kept_and_told(engine: QueryEngine) -> None:
    scope = Scope(publishers=("Courier",))
    answer = engine.query("What do articles by Gwen Tolliver say?", scope=scope)
    assert answer.notes == ("Only articles published by Courier were asked.",)
    assert {one.author for one in answer.passages} <= {
        "Nadia Threlkeld",
        "Corrections editor",
    }


def test_a_given_scope_that_does_not_answer_refuses(engine: QueryEngine) -> None:
    answer = engine.query(HOMES, scope=Scope(authors=("Gwen Tolliver",)))
    assert answer.refused
    assert answer.notes == ("Only articles by Gwen Tolliver were asked.",)


@pytest.mark.parametrize(
    ("scope", "reason"),
    [
        (Scope(authors=("Nobody", "None")), "by Nobody or None"),
        (Scope(published_from="2031"), "published from 2031"),
        (Scope(published_to="1931-05"), "published until 1931-05"),
        (
            Scope(published_from="2026-03", published_to="2026-01"),
            "published from 2026-03 until 2026-01",
        ),
        (
            Scope(languages=("fr",), publishers=("Wire",)),
            "published by Wire, in the language fr",
        ),
    ],
)
def test_a_scope_without_an_article_says_so(
    engine: QueryEngine, scope: Scope, reason: str
) -> None:
    answer = engine.query(HOMES, scope=scope)
    assert answer.refused
    assert answer.reason == f"There is no article {reason}."
    assert answer.passages == ()


def test_an_index_without_articles_has_none_in_a_scope_either(desk: Desk) -> None:
    desk.write("a.txt", "The ferry was late.")
    desk.ingest()
    desk.newsdesk("remove", "a.txt")
    with desk.opened() as engine:
        answer = engine.query("ferry", scope=Scope(authors=("Ann Lee",)))
    assert answer.reason == "There is no article by Ann Lee."
