"""The same live articles give the same passages, whatever happened before."""
# ruff: noqa: S311  # made-up questions, no secrets

import json
import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import tantivy

from rag.index.index import Index
from rag.index.manifest import describe
from rag.retrieval import retriever
from rag.retrieval.rerank import SentenceReranker, SentenceVectors
from rag.retrieval.retriever import Query, retrieve
from rag.schema import Passage
from tests.hashing import HashingEmbedder, hashed
from tests.shelf import FERRY, Desk, by_words
from tests.texts import article, sentence

TEXTS = {f"a{n}": article(n, paragraphs=10) for n in range(12)}
TEXTS["twin"] = TEXTS["a3"]  # its chunks tie with those of another in all respects


Found = list[list[tuple[Passage, list[str]]]]


def found(folder: Path, count: int) -> Found:
    """Return what is found for made-up questions, version numbers apart."""
    index, rng = Index(folder), random.Random(1)
    reranker = SentenceReranker(SentenceVectors(HashingEmbedder()))
    asked = []
    for _ in range(count):
        question = " ".join(rng.sample(sentence(rng).rstrip(".").split(), 3))
        query = Query(question, hashed(question))
        passages = retrieve(index.searcher, query, 5, reranker)
        # the others that tell a story are named with their versions, too
        others = [[one.article_id for one in each.also_in] for each in passages]
        asked.append(
            [
                (replace(one, version=0, also_in=()), also)
                for one, also in zip(passages, others, strict=True)
            ]
        )
    index.close()
    return asked


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def fresh(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Found:
    # so that many chunks with the same words stand at the end of what is proposed
    monkeypatch.setattr(retriever, "CANDIDATES", 15)
    desk.write(**TEXTS)
    return found(desk.index, 60)


def test_edits_and_removals_leave_no_trace_in_what_is_found(
    desk: Desk, fresh: Found
) -> None:
    for name in ("a1", "a2", "a3"):
        desk.write(**{name: article(50, paragraphs=30)})
        desk.remove(name)
    desk.write(a5=TEXTS["a5"].replace("river", "council"))
    desk.write(**TEXTS)
    assert found(desk.index, 60) == fresh


def test_the_order_of_arrival_decides_no_tie(desk: Desk, fresh: Found) -> None:
    desk.index = desk.index.with_name("other")
    for path in desk.folder.iterdir():
        path.unlink()
    for name in sorted(TEXTS, reverse=True):
        desk.write(**{name: TEXTS[name]})
    assert found(desk.index, 60) == fresh


def test_a_process_that_followed_every_change_finds_what_a_new_one_finds(
    desk: Desk, fresh: Found
) -> None:
    index = Index(desk.index)
    for name in ("a1", "a7"):
        desk.write(**{name: article(51, paragraphs=5)})
        index.searcher()
    desk.write(**TEXTS)
    followed, new = index.searcher().catalog, Index(desk.index).searcher().catalog
    assert followed.chunk_keys.tolist() == new.chunk_keys.tolist()
    assert followed.vector_keys.tolist() == new.vector_keys.tolist()
    assert followed.owners.tolist() == new.owners.tolist()
    assert followed.articles == new.articles
    assert found(desk.index, 60) == fresh


def test_words_that_an_older_newsdesk_wrote_are_made_anew_without_a_warning(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.write(ferry=FERRY)
    words = desk.index / "words"
    applied = json.loads((words / "applied.json").read_text("utf-8"))
    shutil.rmtree(words)
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("body")
    words.mkdir()
    tantivy.Index(builder.build(), path=str(words))  # had other fields
    files = describe(words, ["meta.json"])
    old = applied | {"reads": applied["reads"] - 1, "files": files}
    (words / "applied.json").write_text(json.dumps(old), "utf-8")
    index = Index(desk.index)
    assert by_words(index, "ferry") == ["ferry"]
    assert caplog.messages == []
    index.close()
