"""The same story from several outlets: kept, shown once, counted once."""

import json

import pytest

from ingest.purging import purge
from rag.answers.find import Sought
from rag.index.index import Index
from rag.index.ledger.tables import marks
from rag.schema import Answer
from tests.desk import Desk
from ui.render.html import answer_html
from ui.render.json import answer_json
from ui.render.text import answer_text

STORY = """\
The town council of Lower Wend voted on Tuesday to build a flood barrier of steel.

The barrier will stand beside the old mill and protect 1,400 homes from the river, said
the engineer Rosa Malik, who has drawn the plans for it since the winter of the flood.

Work begins in March after the bridge is closed, and the council expects that visitors
will use the northern road until the following autumn, when the bridge opens again.
"""
QUESTION = "How many homes will the flood barrier protect?"
OTHER = """\
A bakery in Upper Sorn has won the prize for the best bread of the county, and nobody
was more surprised than the baker, who had sent his loaf a day late by ordinary post.
"""


def signed(publisher: str, text: str) -> str:
    return f"---\npublisher: {publisher}\n---\n{text}"


@pytest.fixture
def desk(tmp_path) -> Desk:
    desk = Desk(tmp_path)
    desk.write("first.md", signed("Wend Weekly", STORY))
    headed = f"# Barrier comes\n\nBy the Agency\n\n{STORY}\nSubscribe to our letter.\n"
    desk.write("second.md", signed("Daily <b>Planet</b>", headed))
    desk.write("bread.md", signed("The Loaf", OTHER))
    desk.ingest()
    return desk


def stories(desk: Desk) -> set[frozenset[str]]:
    """Return the file names of the pairs of copies."""
    articles = Index(desk.index).ledger.articles
    name = {one.article_id: one.source.rpartition("/")[2] for one in desk.articles()}
    return {frozenset(name[one] for one in pair) for pair in articles.stories.pairs()}


def asked(desk: Desk) -> Answer:
    with desk.opened() as engine:
        return engine.query(QUESTION)


def test_a_copy_with_another_headline_and_byline_is_known(desk):
    assert stories(desk) == {frozenset({"first.md", "second.md"})}


def test_a_text_that_was_cut_is_a_copy_and_other_texts_are_not(desk):
    desk.write("cut.md", "\n\n".join(STORY.split("\n\n")[:2]))
    desk.ingest()
    assert {"cut.md", "first.md"} in stories(desk)
    assert not any("bread.md" in pair for pair in stories(desk))


def test_the_passages_hold_one_copy_and_say_where_the_story_is_too(desk):
    with desk.opened() as engine:
        found = [one for one in engine.retrieve(QUESTION) if "1,400" in one.text]
    assert len(found) == 1
    assert [one.publisher for one in found[0].also_in] in (
        ["Daily <b>Planet</b>"],
        ["Wend Weekly"],
    )


def test_an_answer_says_it_on_the_terminal_on_the_page_and_in_json(desk):
    desk.ingest(desk.write("first.md", signed("A <i>Gazette</i>", STORY)))
    answer = asked(desk)
    assert "1,400 homes" in answer.text
    assert "The same story is also in" in answer_text(answer)
    page = answer_html(answer, 0)
    assert "The same story is also in" in page
    assert "<b>" not in page
    assert "<i>" not in page
    told = json.loads(json.dumps(answer_json(answer)))["citations"]
    assert [len(one["also_in"]) for one in told] == [1] * len(told)


def test_what_a_copy_says_otherwise_is_not_hidden(desk):
    desk.write("third.md", STORY.replace("1,400", "900"))
    desk.ingest()
    with desk.opened() as engine:
        texts = " ".join(one.text for one in engine.retrieve(QUESTION))
    assert "1,400 homes" in texts
    assert "900 homes" in texts


def test_copies_count_as_one_independent_story(desk):
    with desk.opened() as engine:
        found = engine.find("barrier")
    assert (found.total, found.stories, len(found.mentions)) == (2, 1, 1)
    assert "2 of 3 articles mention" in found.statement
    assert "1 independent story: copies count once" in found.statement
    assert found.sought == Sought("barrier")


def test_a_removed_copy_is_named_no_more_and_a_returned_one_is(desk):
    desk.newsdesk("remove", "second.md")
    assert stories(desk) == set()
    assert not any(one.also_in for one in asked(desk).citations)
    desk.write("second.md", f"{STORY}\nIt is back.\n")
    desk.ingest()
    assert stories(desk) == {frozenset({"first.md", "second.md"})}


def test_a_copy_that_is_corrected_into_another_story_leaves(desk):
    desk.write("second.md", OTHER)
    desk.ingest()
    assert stories(desk) == {frozenset({"bread.md", "second.md"})}


def test_an_engine_that_is_open_sees_a_copy_that_comes(desk):
    with desk.opened() as engine:
        before = engine.find("barrier").total
        desk.write("late.md", STORY)
        desk.ingest()
        after = engine.find("barrier")
    assert (before, after.total, after.stories) == (2, 3, 1)


def test_a_purge_takes_what_was_compared_of_an_article(desk):
    purge("second.md", settings=desk.settings)
    database = Index(desk.index).ledger._database
    assert len(database.rows(marks.select())) == 2
    assert stories(desk) == set()


def test_a_digest_of_many_stories_is_none_of_them(desk):
    sentences = [
        f"On day {n} the {n}th boat of {n % 7} came {n} late." for n in range(300)
    ]
    desk.write("digest.md", STORY + "\n" + " ".join(sentences))
    desk.ingest()
    assert not any("digest.md" in pair for pair in stories(desk))
