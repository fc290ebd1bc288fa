"""From candidates to passages: how they are ranked, looked at again, and merged."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from ingest import chunking, ingest
from rag.embedding import Vectors
from rag.index.catalog import Catalog
from rag.index.index import Index
from rag.retrieval import retriever as retrieval
from rag.retrieval.retriever import Query, _best_neighbour, rank, rerank, retrieve
from rag.schema import FoundBy, Passage
from tests.hashing import HashingEmbedder, hashed
from tests.texts import article

FERRY = "The ferry was late because of fog."
CLINIC = "A clinic opened near the harbour."
VIEWS = "What does the author say about barrels?"
COUNTED = "How many barrels were counted?"


class Indifferent:
    """A reranker that finds all passages equally good."""

    depth = 6

    def scores(
        self, question: str, vector: Vectors, passages: Sequence[Sequence[str]]
    ) -> Sequence[float]:
        return [1.0] * len(passages)


class Contrary(Indifferent):
    """A reranker that turns the best three chunks around."""

    depth = 3

    def scores(
        self, question: str, vector: Vectors, passages: Sequence[Sequence[str]]
    ) -> Sequence[float]:
        return [10.0**place for place in range(len(passages))]


class Desk:
    """An index of texts that a test writes, whose vectors are hashes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "articles"
        self._folder.mkdir()
        self.index = Index(folder / "index", create=True)

    def write(self, *texts: str) -> None:
        for number, text in enumerate(texts):
            (self._folder / f"{number}.md").write_text(text, "utf-8")
        ingest([self._folder], index=self.index.folder, embedder=HashingEmbedder())

    def passages(
        self, question: str, limit: int = 5, near: str | None = None
    ) -> list[Passage]:
        """Return what is found for a question that has the vector of `near`."""
        query = Query(question, hashed(near or question))
        return retrieve(self.index.searcher, query, limit, Indifferent())

    def text(self, passage: Passage) -> str:
        """Return what the article has where a passage points."""
        articles = self.index.ledger.articles
        text = articles.text(passage.article_id, passage.version)
        return text[passage.start : passage.end]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk where every sentence is a chunk, so that a test can count them."""
    monkeypatch.setattr(chunking, "_REACH", 0)
    made = Desk(tmp_path)
    yield made
    made.index.close()


def sentences(count: int, about: str = "barrels", length: int = 60) -> str:
    """Return so many sentences of so many characters each."""
    lines = (f"Of {about} number {n} was counted " for n in range(count))
    return "\n\n".join(f"{line:x<{length - 1}}." for line in lines)


# -- ranking --------------------------------------------------------------------------


def test_an_empty_index_has_no_passages(desk: Desk) -> None:
    assert desk.passages("Was the ferry late?") == []


def test_what_one_retriever_alone_proposes_has_its_cosine_all_the_same(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrieval, "CANDIDATES", 1)
    desk.write(FERRY, CLINIC)
    found = {one.text: one for one in desk.passages("ferry", near=CLINIC)}
    assert found[FERRY].found_by is FoundBy.WORDS
    assert found[FERRY].cosine == pytest.approx(float(hashed(FERRY) @ hashed(CLINIC)))
    assert found[CLINIC].found_by is FoundBy.MEANING
    assert found[CLINIC].cosine == pytest.approx(1)
    assert found[CLINIC].bm25 == 0


def test_a_question_of_stop_words_is_answered_by_meaning(desk: Desk) -> None:
    desk.write(FERRY, CLINIC)
    first, _ = desk.passages("What is it?", near=CLINIC)
    assert (first.text, first.found_by) == (CLINIC, FoundBy.MEANING)


def test_equal_texts_keep_their_order(desk: Desk) -> None:
    desk.write(*[FERRY] * 5)
    keys = desk.index.searcher().catalog.chunk_keys.tolist()
    for _ in range(3):
        found = rank(desk.index.searcher(), Query("ferry", hashed(FERRY)))
        assert found.rows.tolist() == list(range(len(keys)))
        assert len(set(found.scores.tolist())) == 1


@pytest.mark.parametrize("question", ["river council", "a quiet battery", "cautious"])
def test_scores_descend_and_no_character_is_returned_twice(
    desk: Desk, question: str
) -> None:
    desk.write(*(article(seed, paragraphs=12) for seed in range(4)))
    found = desk.passages(question, limit=40)
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    spans = sorted((one.article_id, one.start, one.end) for one in found)
    assert all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(spans))


def test_the_better_neighbour_counts_and_only_within_the_article() -> None:
    # rows 0 to 3 are of one article, 4 and 5 of another; row 2 is no candidate
    owners = np.array([0, 0, 0, 0, 1, 1])
    keys = np.arange(6)
    catalog = Catalog(keys, keys, owners, (), *[keys] * 4, owners, False, frozenset())
    rows = np.array([0, 1, 3, 4, 5])
    scores = np.array([5.0, 1.0, 2.0, 3.0, 4.0])
    assert _best_neighbour(catalog, rows, scores).tolist() == [1, 5, 1, 4, 3]
    three = _best_neighbour(catalog, np.array([0, 1, 2]), np.array([3.0, 1.0, 2.0]))
    assert three.tolist() == [1, 3, 1]


def test_a_good_neighbour_lifts_a_chunk_but_not_over_those_looked_at_again(
    desk: Desk,
) -> None:
    beside, alone = "Nothing else was seen that day.", "Nobody else came there."
    desk.write(f"{FERRY}\n\n{beside}", f"{CLINIC}\n\n{alone}")
    searcher = desk.index.searcher()
    text = {
        row: searcher.ledger.articles.text(one.article_id, one.version)[
            one.chunk.start : one.chunk.end
        ]
        for row, one in enumerate(searcher.chunks(np.arange(4)))
    }
    query = Query("ferry", hashed(FERRY))
    found = rank(searcher, query, depth=1)
    assert [text[row] for row in found.rows.tolist()][:2] == [FERRY, beside]


# -- the second look ------------------------------------------------------------------


def test_the_second_look_reorders_the_best_and_leaves_the_others_behind(
    desk: Desk,
) -> None:
    desk.write(article(1, paragraphs=12))
    searcher, query = desk.index.searcher(), Query("river council", hashed("river"))
    before = rank(searcher, query, Contrary.depth)
    after = rerank(searcher, query, before, Contrary())
    assert after.rows[0] == before.rows[2]
    assert set(after.rows[:3].tolist()) == set(before.rows[:3].tolist())
    assert after.rows[3:].tolist() == before.rows[3:].tolist()
    assert (np.diff(after.scores) <= 0).all()


def test_where_views_are_asked_no_article_takes_most_of_the_places(desk: Desk) -> None:
    desk.write(sentences(30), "Few barrels came.", "Barrels are heavy.")
    mine = [
        sum(one.text.count("Of barrels") for one in desk.passages(question, limit=10))
        for question in (VIEWS, COUNTED)
    ]
    assert mine == [4, 18]  # the best chunks for ten passages


# -- merging --------------------------------------------------------------------------


def test_neighbours_become_one_passage(desk: Desk) -> None:
    desk.write(sentences(3))
    assert [one.text for one in desk.passages(COUNTED)] == [sentences(3)]


def test_a_passage_does_not_cross_a_heading(desk: Desk) -> None:
    north, south = sentences(2, "northern barrels"), sentences(2, "southern barrels")
    desk.write(f"# North\n\n{north}\n\n# South\n\n{south}\n")
    found = {one.heading: one.text for one in desk.passages(COUNTED)}
    assert found == {"North": north, "South": south}


def test_a_passage_grows_to_1000_characters_and_not_over(desk: Desk) -> None:
    desk.write(sentences(9, length=330))
    lengths = [one.end - one.start for one in desk.passages(COUNTED, limit=9)]
    assert max(lengths) == 3 * 330 + 2 * len("\n\n")  # with a fourth it were 1 326


def test_a_chunk_that_is_longer_is_a_passage_by_itself(desk: Desk) -> None:
    long = "Barrels were counted " + "and counted " * 80 + "again."
    desk.write(f"{long}\n\nBarrels came.")
    assert long in [one.text for one in desk.passages(COUNTED)]


# -- what bears on the question -------------------------------------------------------

FOG = "Fog lay on the bay."
BARRELS = "Forty barrels were counted."
SOLD = "They were sold at noon."
RAIN = "Then came the rain."


@pytest.fixture
def whole_desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk where a short text is one chunk."""
    made = Desk(tmp_path)
    yield made
    made.index.close()


def _only(desk: Desk, question: str, text: str) -> str:
    desk.write(text)
    (found,) = desk.passages(question)
    assert desk.text(found) == found.text  # the offsets are those of what is left
    return found.text


@pytest.mark.parametrize(
    ("question", "left"),
    [
        (COUNTED, f"{BARRELS} {SOLD}"),  # and the sentence that goes on with it
        ("Did it rain when the fog came?", f"{FOG} {BARRELS} {SOLD} {RAIN}"),
        ("Who was the mayor?", f"{FOG} {BARRELS} {SOLD} {RAIN}"),
        ("Wieviele barrels wurden gezählt und wo?", f"{FOG} {BARRELS} {SOLD} {RAIN}"),
    ],
    ids=["ends", "both ends are asked for", "no word", "another language"],
)
def test_a_passage_begins_and_ends_with_what_is_asked(
    whole_desk: Desk, monkeypatch: pytest.MonkeyPatch, question: str, left: str
) -> None:
    monkeypatch.setattr(chunking, "_REACH", 9)
    assert _only(whole_desk, question, f"{FOG} {BARRELS} {SOLD} {RAIN}") == left


def test_a_table_keeps_its_head(whole_desk: Desk) -> None:
    table = "| Port | Goods |\n|---|---|\n| Wend. | Barrels. |\n| Ellery. | Fish. |"
    assert _only(whole_desk, COUNTED, f"{table}\n").count("\n") == 3
