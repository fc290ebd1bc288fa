"""The doctor finds what is wrong, mends the projections and tells the rest."""

import hashlib
import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from ingest import reembed, remove
from rag import QueryEngine
from rag.errors import IndexUnusable
from rag.index.doctor import Finding, examine
from rag.index.index import Index
from rag.index.vectors import VectorProjection
from tests import texts
from tests.desk import Desk
from tests.finding import matching, nearest
from tests.hashing import hashed

# many indexes are made here: too slow for `make check`
pytestmark = pytest.mark.slow


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An index with an old version, a removed article and several live ones."""
    desk = Desk(tmp_path)
    path = desk.write("a.md", texts.article(1, 20))
    desk.write("b.md", texts.article(2, 20))
    desk.write("c.md", texts.article(3, 20))
    desk.ingest()
    path.write_text(texts.article(4, 20), "utf-8")
    desk.ingest()
    remove("b.md", settings=desk.settings)
    return desk


@pytest.fixture(autouse=True)
def _nothing_is_told_twice(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What the doctor finds is in its report, not in warnings besides."""
    yield
    assert not [one for one in caplog.records if one.levelno >= logging.WARNING]


def findings(desk: Desk) -> list[Finding]:
    index = Index(desk.index)
    try:
        return examine(index, timeout=1)
    finally:
        index.close()


def mended(desk: Desk) -> str:
    """Return what was mended, after seeing that it was: by search and by the doctor."""
    embedded = len(desk.embedder.embedded)
    (finding,) = findings(desk)
    assert finding.mended
    index = Index(desk.index)
    index.searcher()
    paragraph = desk.embedder.embedded[-1]
    ((_, cosine),) = nearest(index, hashed(paragraph), 1)
    assert cosine == pytest.approx(1)
    assert matching(index, paragraph, 1)
    assert findings(desk) == []
    assert len(desk.embedder.embedded) == embedded
    return finding.line()


def broken(desk: Desk, statement: str) -> str:
    """Change the ledger behind newsdesk's back, and return what the doctor says."""
    with closing(sqlite3.connect(desk.index / "ledger.sqlite3")) as connection:
        connection.execute(statement)
        connection.commit()
    (finding,) = findings(desk)
    assert not finding.mended
    assert findings(desk) == [finding]  # nothing was changed
    return finding.line()


def test_a_healthy_index_is_told_to_be_well(desk: Desk) -> None:
    printed = desk.newsdesk("doctor")

    assert printed.startswith("All is well: 2 articles, 4 versions, ")
    assert json.loads(desk.newsdesk("doctor", "--json")) == []


def test_vectors_of_an_embedder_to_come_are_told_and_left_alone(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.index / "ledger.sqlite3")) as connection:
        connection.execute(
            "insert into vectors (embedder, text_hash, vector) "
            "select 'another', text_hash, zeroblob(8) from vectors"
        )
        connection.commit()
    (finding,) = findings(desk)
    assert finding.line().startswith("open    ")
    assert "vectors of another wait for a newsdesk reembed to end" in finding.line()
    assert desk.run("doctor").exit_code == 0
    assert findings(desk) == [finding]  # nothing was changed
    reembed(desk.embedder, settings=desk.settings)
    assert findings(desk) == []


def test_an_empty_index_is_well(tmp_path: Path) -> None:
    Index(tmp_path / "empty", create=True).close()
    index = Index(tmp_path / "empty")
    assert examine(index, timeout=1) == []


# -- what can be mended -------------------------------------------------------------


@pytest.mark.parametrize("content", [None, b"", b"something else"])
@pytest.mark.parametrize("name", ["meta.json", "applied.json", "*.store"])
def test_damaged_words_are_made_anew(
    desk: Desk, name: str, content: bytes | None
) -> None:
    for path in (desk.index / "words").glob(name):
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)

    assert "mended  The words were " in mended(desk)


@pytest.mark.parametrize("content", [None, b"", b"something else"])
@pytest.mark.parametrize("name", ["*/chroma.sqlite3", "*/*/data_level0.bin"])
def test_damaged_vectors_are_made_anew(
    desk: Desk, name: str, content: bytes | None
) -> None:
    for path in (desk.index / "vectors").glob(name):
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)

    assert "mended  Chroma's vectors were damaged (" in mended(desk)


def test_words_that_lack_a_chunk_are_noticed(desk: Desk) -> None:
    index = Index(desk.index)
    index.words.reload()
    (article, *_) = (one for one in desk.articles() if one.state == "live")
    index.words.apply([(article.article_id, [])], index.words.applied)

    said = f"The words were damaged ({article.chunks} chunks too many or too few)"
    assert said in mended(desk)


def test_vectors_that_are_not_those_of_the_ledger_are_noticed(desk: Desk) -> None:
    index = Index(desk.index)
    keys, matrix = index.ledger.vectors.live()
    last = index.ledger.articles.last_change()
    VectorProjection(desk.index / "vectors").build(last, keys, np.roll(matrix, 1, 0))

    assert "damaged (some are not those of the ledger)" in mended(desk)


def test_a_purge_that_was_cut_off_is_finished(desk: Desk) -> None:
    index = Index(desk.index)
    with index.writing(1):
        index.ledger.purge(index.ledger.articles.resolve("c.md"))
    (finding,) = findings(desk)

    assert "was cut off: finished." in finding.line()
    assert findings(desk) == []


# -- what can only be told ----------------------------------------------------------


def test_a_text_that_was_altered_is_told(desk: Desk) -> None:
    said = broken(desk, "update versions set text='Never said.' where version=2")
    assert said.startswith("broken  The text of version 2 of ")
    assert "is not the one that was ingested: restore a backup" in said
    assert desk.run("doctor").exit_code == 1


def test_chunks_that_do_not_fit_are_told(desk: Desk) -> None:
    said = broken(desk, "update chunks set start=start+1 where chunk_key=1")
    assert "do not fit its text" in said
    assert "version 1 of" in said


def test_a_chunk_without_vector_is_told(desk: Desk) -> None:
    last = hashlib.sha256(desk.embedder.embedded[-1].encode()).hexdigest()
    said = broken(desk, f"delete from vectors where text_hash='{last}'")  # noqa: S608
    assert "1 chunks of" in said
    assert "have no vector" in said


@pytest.mark.parametrize("vector", ["zeroblob(256)", "x'00'", "zeroblob(255)"])
def test_a_vector_that_is_none_is_told(desk: Desk, vector: str) -> None:
    old = hashlib.sha256(desk.embedder.embedded[0].encode()).hexdigest()
    said = broken(
        desk,
        f"update vectors set vector={vector} where text_hash='{old}'",  # noqa: S608
    )
    assert "1 vectors have the wrong dimension or length" in said


def test_a_search_that_needs_a_vector_of_the_wrong_length_says_so(desk: Desk) -> None:
    live = desk.embedder.embedded[-1]
    digest = hashlib.sha256(live.encode()).hexdigest()
    broken(desk, f"update vectors set vector=x'00' where text_hash='{digest}'")  # noqa: S608
    engine = QueryEngine.open(settings=desk.settings, embedder=desk.embedder)
    with pytest.raises(IndexUnusable, match=r"is damaged .* restore a backup"):
        engine.retrieve(live)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("update versions set until=null where version=1", "versions that overlap"),
        ("update versions set since=99 where version=2", "versions that overlap"),
        ("delete from versions where version=1 and until is not null", "damaged"),
    ],
)
def test_versions_that_do_not_follow_each_other_are_told(
    desk: Desk, statement: str, said: str
) -> None:
    with closing(sqlite3.connect(desk.index / "ledger.sqlite3")) as connection:
        connection.execute(statement)
        connection.commit()
    found = findings(desk)
    assert not any(one.mended for one in found if "words" not in one.what)
    assert any(said in one.line() for one in found)


def test_a_damaged_ledger_is_told(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.index / "ledger.sqlite3")) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
        (size,) = connection.execute("pragma page_size").fetchone()
    ledger = desk.index / "ledger.sqlite3"
    whole = bytearray(ledger.read_bytes())
    whole[2 * size : 4 * size] = b"\xff" * 2 * size
    ledger.write_bytes(whole)

    result = desk.run("doctor")

    assert result.exit_code == 1
    told = result.stdout or str(result.exception)
    assert "damaged" in told
    assert "restore a backup" in told
    assert not result.exception or isinstance(
        result.exception, IndexUnusable | SystemExit
    )
