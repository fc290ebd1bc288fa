"""Reading the known files again: what changed becomes a version, nothing else."""

import pytest

from ingest import Report, Status, remove, reread
from rag.errors import ArticleNotFound
from tests.desk import Desk


@pytest.fixture
def read_twice(desk: Desk) -> Desk:
    """Two articles, of which one was changed since."""
    desk.write("ferry.md", "# Ferry\n\nThe ferry was late.\n\nIt was full.\n")
    desk.write("tax.md", "# Tax\n\nThe tax was raised.\n")
    desk.ingest()
    desk.write("ferry.md", "# Ferry\n\nThe ferry was early.\n\nIt was full.\n")
    desk.write("new.md", "# New\n\nNobody has named this file.\n")
    desk.embedder.embedded.clear()
    return desk


def again(desk: Desk, *ids: str) -> Report:
    return reread(ids or None, settings=desk.settings, embedder=desk.embedder)


def ids(desk: Desk) -> dict[str, str]:
    return {one.title: one.article_id for one in desk.articles()}


def test_all_that_is_known_is_read_again_and_nothing_is_embedded_twice(read_twice):
    outcomes = {one.source[-8:]: one.status for one in again(read_twice).outcomes}
    assert outcomes == {"ferry.md": Status.CHANGED, "s/tax.md": Status.UNCHANGED}
    assert len(read_twice.embedder.embedded) == 1
    assert "early" in read_twice.embedder.embedded[0]
    assert not again(read_twice).embedded


def test_one_article_is_read_again(read_twice):
    assert [
        one.status for one in again(read_twice, ids(read_twice)["Tax"]).outcomes
    ] == [Status.UNCHANGED]
    assert not read_twice.embedder.embedded


def test_what_was_removed_is_not_brought_back(read_twice):
    ferry = ids(read_twice)["Ferry"]
    remove(ferry, settings=read_twice.settings)
    assert len(again(read_twice).outcomes) == 1
    with pytest.raises(ArticleNotFound, match="put it back"):
        again(read_twice, ferry)
    assert read_twice.live() == {"tax.md"}


def test_a_file_that_is_gone_fails_and_its_article_stays(read_twice):
    (read_twice.folder / "tax.md").unlink()
    [failed] = again(read_twice, ids(read_twice)["Tax"]).failed
    assert "does not exist" in failed.reason
    assert "tax.md" in read_twice.live()
