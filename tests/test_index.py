"""The ledger decides what is found, in every process."""

from pathlib import Path

import pytest

from rag.errors import ArticleNotFound
from tests.finding import matching, nearest
from tests.hashing import hashed
from tests.shelf import CLINIC, FERRY, Desk, by_meaning, by_words


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


# -- what is found --------------------------------------------------------------------


def test_an_added_article_is_found_by_meaning_and_by_words(desk, opened):
    desk.write(ferry=FERRY, clinic=CLINIC)
    index = opened(desk)
    assert by_words(index, "When is the ferry late?") == ["ferry"]
    assert by_meaning(index, FERRY) == ["ferry"]


def test_words_are_found_in_any_form_and_stop_words_find_nothing(desk, opened):
    desk.write(ferry=FERRY)
    index = opened(desk)
    assert by_words(index, "FERRIES") == ["ferry"]
    assert by_words(index, "What was of the?") == []


def test_an_index_that_was_open_before_sees_what_is_added(desk, opened):
    desk.write(clinic=CLINIC)
    index = opened(desk)
    assert by_words(index, "ferry") == []
    desk.write(ferry=FERRY)
    assert by_words(index, "ferry") == ["ferry"]
    assert by_meaning(index, FERRY) == ["ferry"]


def test_a_removed_article_is_found_by_neither_not_even_by_an_index_open_before(
    desk, opened
):
    desk.write(ferry=FERRY, clinic=CLINIC)
    index = opened(desk)
    assert by_words(index, "ferry") == by_meaning(index, FERRY) == ["ferry"]
    desk.remove("ferry")
    for one in (index, opened(desk)):
        assert by_words(one, "ferry") == []
        assert by_meaning(one, FERRY) == []
        assert by_meaning(one, CLINIC) == ["clinic"]


def test_a_removed_article_is_not_found_even_before_an_index_looks_again(desk, opened):
    desk.write(ferry=FERRY, clinic=CLINIC)
    index = opened(desk)
    index.searcher()
    desk.remove("ferry")
    assert matching(index, "ferry", 10) == []
    assert [
        c for c, cosine in nearest(index, hashed(FERRY), 10) if cosine > 0.999
    ] == []


def test_another_process_sees_what_is_added_and_what_is_removed(desk):
    look = f"""
        index.searcher()
        near = [cosine for _, cosine in nearest(index, hashed({FERRY!r}), 10)]
        print(len(matching(index, "ferry", 10)), sum(one > 0.999 for one in near))
    """
    desk.write(ferry=FERRY, clinic=CLINIC)
    assert desk.run(look) == "1 1"
    desk.remove("ferry")
    assert desk.run(look) == "0 0"


def test_what_another_process_removes_is_gone_here(desk, opened):
    desk.write(ferry=FERRY, clinic=CLINIC)
    index = opened(desk)
    assert by_words(index, "ferry") == ["ferry"]
    desk.run("from ingest import remove; remove('ferry.md', index=sys.argv[1])")
    assert by_words(index, "ferry") == []
    assert by_meaning(index, FERRY) == []


def test_a_changed_article_answers_from_its_new_text_only(desk, opened):
    desk.write(ferry=FERRY)
    index = opened(desk)
    assert by_words(index, "fog") == ["ferry"]
    desk.write(ferry="The ferry was early.")
    assert by_words(index, "fog") == []
    assert by_meaning(index, FERRY) == []
    assert by_words(index, "early") == ["ferry"]


def test_the_old_version_of_a_changed_article_stays_addressable(desk, opened):
    desk.write(ferry=FERRY)
    desk.write(ferry="The ferry was early.")
    articles = opened(desk).ledger.articles
    article_id = articles.resolve("ferry.md")
    assert articles.article(article_id, version=1).text == FERRY
    assert articles.article(article_id, version=2).text == "The ferry was early."
    assert articles.article(article_id).version == 2


def test_a_removed_article_stays_addressable_and_is_listed_as_removed(desk, opened):
    desk.write(ferry=FERRY)
    article_id = opened(desk).ledger.articles.resolve("ferry.md")
    desk.remove("ferry")
    articles = opened(desk).ledger.articles
    assert articles.article(article_id).text == FERRY
    assert [one.state for one in articles.summaries()] == ["removed"]
    with pytest.raises(ArticleNotFound):
        articles.resolve("ferry.md")


def test_a_removed_article_can_come_back(desk, opened):
    desk.write(ferry=FERRY)
    desk.remove("ferry")
    desk.ingest()
    index = opened(desk)
    assert by_words(index, "ferry") == by_meaning(index, FERRY) == ["ferry"]
    assert index.ledger.articles.summaries()[0].version == 2


def test_two_articles_with_the_same_text_are_two(desk, opened):
    desk.write(one=FERRY, two=FERRY)
    index = opened(desk)
    assert sorted(by_words(index, "ferry")) == ["one", "two"]
    assert sorted(by_meaning(index, FERRY)) == ["one", "two"]


def test_removing_one_of_two_articles_with_the_same_text_leaves_the_other(desk, opened):
    desk.write(one=FERRY, two=FERRY)
    index = opened(desk)
    desk.remove("one")
    assert by_words(index, "ferry") == ["two"]
    assert by_meaning(index, FERRY) == ["two"]


def test_the_changes_are_in_order_and_complete(desk, opened):
    desk.write(ferry=FERRY)
    desk.write(ferry="The ferry was early.")
    desk.remove("ferry")
    changes = opened(desk).ledger.articles.changes_since(0)
    assert [(one.seq, one.kind, one.version) for one in changes] == [
        (1, "added", 1),
        (2, "changed", 2),
        (3, "removed", 2),
    ]
