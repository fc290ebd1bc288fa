"""What moves and what vanishes, the log and the state of an index."""

import datetime as dt
import json
import tempfile
from pathlib import Path

import pytest

from ingest import Report, Status, remove
from rag import QueryEngine
from rag.errors import ArticleNotFound
from rag.index.index import Index
from rag.index.ledger import log
from tests import texts
from tests.desk import Desk

# many indexes are made here: too slow for `make check`
pytestmark = pytest.mark.slow


def statuses(report: Report) -> list[Status]:
    return [one.status for one in report.outcomes]


# -- moved files --------------------------------------------------------------------


def test_a_moved_file_keeps_its_identity_and_embeds_nothing(desk: Desk) -> None:
    old = desk.write("old.md", texts.article(1, 5))
    added = desk.ingest().outcomes[0]
    new = desk.folder / "deep" / "new.md"
    new.parent.mkdir()
    old.rename(new)
    embedded = len(desk.embedder.embedded)

    (outcome,) = desk.ingest().outcomes

    assert outcome.status is Status.MOVED
    assert outcome.article_id == added.article_id
    assert outcome.line() == (
        f"moved      {new} ({added.chunks} chunks; before at {old})"
    )
    assert len(desk.embedder.embedded) == embedded
    (article,) = desk.articles()
    assert (article.source, article.version) == (str(new), 1)
    assert statuses(desk.ingest()) == [Status.UNCHANGED]


def test_a_copy_is_an_article_of_its_own(desk: Desk) -> None:
    text = texts.article(1, 5)
    desk.write("a.md", text)
    desk.ingest()
    desk.write("b.md", text)

    assert statuses(desk.ingest()) == [Status.UNCHANGED, Status.ADDED]
    assert desk.live() == {"a.md", "b.md"}


def test_moved_twins_are_told_apart_by_their_names(desk: Desk) -> None:
    text = texts.article(1, 5)
    before = {name: desk.write(name, text) for name in ("a.md", "b.md")}
    desk.ingest()
    ids = {one.source: one.article_id for one in desk.articles()}
    for name, path in before.items():
        (desk.folder / "new").mkdir(exist_ok=True)
        path.rename(desk.folder / "new" / name)

    assert statuses(desk.ingest()) == [Status.MOVED, Status.MOVED]
    assert {Path(one.source).name: one.article_id for one in desk.articles()} == {
        path.name: ids[str(path)] for path in before.values()
    }


def test_the_old_place_of_a_moved_file_can_be_taken_by_another(desk: Desk) -> None:
    old = desk.write("a.md", texts.article(1, 5))
    desk.ingest()
    old.rename(desk.folder / "b.md")
    desk.ingest()
    desk.write("a.md", texts.article(2, 5))

    assert statuses(desk.ingest()) == [Status.ADDED, Status.UNCHANGED]
    assert len({one.article_id for one in desk.articles()}) == 2


# -- pruning ------------------------------------------------------------------------


def test_prune_withdraws_what_has_vanished_from_that_folder_only(desk: Desk) -> None:
    for number, name in enumerate(["in/a.md", "in/b.md", "in/c/d.md", "out/e.md"]):
        desk.write(name, texts.article(number, 3))
    desk.ingest()
    for name in ("in/a.md", "in/c/d.md", "out/e.md"):
        (desk.folder / name).unlink()

    report = desk.ingest(desk.folder / "in", prune=True)

    assert statuses(report) == [Status.UNCHANGED, Status.REMOVED, Status.REMOVED]
    gone = desk.folder / "in" / "a.md"
    assert report.outcomes[1].line() == f"removed    {gone} (its file has vanished)"
    assert desk.live() == {"b.md", "e.md"}


def test_without_prune_what_has_vanished_stays(desk: Desk) -> None:
    desk.write("a.md", texts.article(1, 3))
    desk.write("b.md", texts.article(2, 3)).unlink()
    desk.ingest()
    desk.write("c.md", texts.article(3, 3))
    desk.ingest()
    (desk.folder / "c.md").unlink()

    desk.ingest()

    assert desk.live() == {"a.md", "c.md"}


def test_what_has_moved_within_the_folder_is_not_withdrawn(desk: Desk) -> None:
    path = desk.write("z.md", texts.article(1, 3))
    desk.write("a.md", texts.article(2, 3))
    desk.ingest()
    path.rename(desk.folder / "moved.md")

    assert statuses(desk.ingest(prune=True)) == [Status.UNCHANGED, Status.MOVED]
    assert desk.live() == {"a.md", "moved.md"}


@pytest.mark.parametrize("mount_point_stays", [True, False])
def test_a_disk_that_is_not_mounted_prunes_nothing(
    desk: Desk, mount_point_stays: bool
) -> None:
    disk = desk.folder / "disk"
    path = desk.write("disk/a.md", texts.article(1, 3))
    desk.ingest()
    path.unlink()
    if not mount_point_stays:
        disk.rmdir()

    report = desk.ingest(disk, prune=True)

    assert set(statuses(report)) == {Status.FAILED}
    assert desk.live() == {"a.md"}
    said = "is its disk mounted?" if mount_point_stays else "does not exist"
    assert said in report.outcomes[-1].line()


# -- the log ------------------------------------------------------------------------


class _StoppedClock(dt.datetime):
    """A clock that was put back to the year 2000."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
        return dt.datetime(2000, 1, 1, tzinfo=tz)


def test_the_log_tells_what_came_changed_moved_and_left(desk: Desk) -> None:
    path = desk.write("a.md", "# Tides\n\nThe tide comes in.")
    desk.ingest()
    path.write_text("# Tides\n\nThe tide goes out.", "utf-8")
    desk.ingest()
    path.rename(desk.folder / "b.md")
    desk.ingest()
    remove("b.md", settings=desk.settings)

    entries = desk.history()

    told = [(one.kind, one.title, one.version) for one in entries]
    assert told == [
        ("added", "Tides", 1),
        ("changed", "Tides", 2),
        ("moved", "Tides", 2),
        ("removed", "Tides", 2),
    ]


def test_time_never_goes_backwards_in_the_log(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write("a.md", texts.article(1, 3))
    desk.ingest()
    monkeypatch.setattr(log.dt, "datetime", _StoppedClock)
    desk.write("b.md", texts.article(2, 3))
    desk.ingest()

    first, second = desk.history()

    assert second.at == first.at


def test_before_the_first_article_there_was_none(desk: Desk) -> None:
    desk.write("a.md", texts.article(1, 20))
    desk.ingest()
    with QueryEngine.open(settings=desk.settings, embedder=desk.embedder) as engine:
        answer = engine.query("what?", as_of=dt.date(1999, 12, 31))
    assert answer.reason == "There were no articles in the index at that time."


def test_a_past_state_leaves_nothing_behind(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where the process is killed: it never has a file of its own."""
    desk.write("a.md", texts.article(1, 20))
    desk.ingest()
    before = set(tmp_path.rglob("*"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with QueryEngine.open(settings=desk.settings, embedder=desk.embedder) as engine:
        assert engine.retrieve("what?", as_of=dt.date(2999, 12, 31))
        left = {one for one in tmp_path.rglob("*") if desk.index not in one.parents}
        assert left <= before


def test_newsdesk_log_prints_a_line_per_change(desk: Desk) -> None:
    desk.write("a.md", "# Tides\n\nThe tide comes in.")
    (added,) = desk.ingest().outcomes
    (entry,) = json.loads(desk.newsdesk("log", "--json"))
    line = desk.newsdesk("log")

    assert entry.pop("at").endswith("+00:00")
    assert entry == {
        "kind": "added",
        "article_id": added.article_id,
        "title": "Tides",
        "version": 1,
    }
    assert line[19:] == f"  added    {added.article_id}  Tides (version 1)\n"


# -- the status ---------------------------------------------------------------------


def test_the_status_counts_what_is_there(desk: Desk) -> None:
    path = desk.write("a.md", texts.article(1, 20))
    desk.write("b.md", texts.article(2, 20))
    desk.ingest()
    path.write_text(texts.article(3, 20), "utf-8")
    desk.ingest()
    remove("b.md", settings=desk.settings)

    found = json.loads(desk.newsdesk("status", "--json"))

    articles = desk.articles()
    live = sum(one.chunks for one in articles if one.state == "live")
    assert (found["articles"], found["versions"], found["chunks"]) == (1, 3, live)
    assert found["vectors"] == len(set(desk.embedder.embedded))
    assert set(found["bytes"]) == {"ledger", "words", "vectors", "uploads"}
    assert min(found["bytes"][part] for part in ("ledger", "words", "vectors")) > 0
    assert (found["last_change"], found["embedder"]) == (4, "hashing")
    assert found["lag"]["words"] == 0
    assert found["health"] == "ok"


def test_the_status_tells_how_far_the_projections_lag(desk: Desk) -> None:
    desk.write("a.md", texts.article(1, 20))
    (added,) = desk.ingest().outcomes
    (desk.index / "words" / "applied.json").unlink()
    (desk.index / "vectors" / "current.json").unlink()

    printed = desk.newsdesk("status")

    assert f"words 1 changes, vectors {added.chunks} chunks\n" in printed


def test_the_status_names_damage(desk: Desk) -> None:
    desk.write("a.md", texts.article(1, 3))
    desk.ingest()
    (desk.index / "words" / "meta.json").write_text("{}")

    assert "health       The words are damaged (meta.json" in desk.newsdesk("status")


# -- versions shown -----------------------------------------------------------------


@pytest.fixture
def corrected(desk: Desk) -> Desk:
    """An article with a wrong figure, and then the right one."""
    head = "---\ntitle: Homes\nauthor: Mira Osei\n---\nIt is about the barrier.\n\n"
    path = desk.write("homes.md", head + "It protects 900 homes.")
    desk.ingest()
    path.write_text(head + "It protects 700 homes.", "utf-8")
    desk.ingest()
    return desk


def test_the_newest_version_is_shown_as_it_is(corrected: Desk) -> None:
    path = corrected.folder / "homes.md"
    assert corrected.newsdesk("show", "homes.md") == (
        f"Homes\nMira Osei\n{path}\nversion 2\n\n"
        "It is about the barrier.\n\nIt protects 700 homes.\n"
    )


def test_an_old_version_is_marked_and_the_difference_shown(corrected: Desk) -> None:
    date = corrected.history()[1].at[:10]

    printed = corrected.newsdesk("show", "homes.md", "--version", "1")

    assert f"\nversion 1 (superseded by version 2 on {date})\n" in printed
    text, difference = printed.split("--- version 1\n+++ version 2\n")
    assert "It protects 900 homes." in text
    assert "-It protects 900 homes.\n+It protects 700 homes." in difference


def test_a_removed_article_is_shown_as_such(corrected: Desk) -> None:
    article_id = corrected.articles()[0].article_id
    remove(article_id, settings=corrected.settings)
    date = corrected.history()[2].at[:10]

    newest = corrected.newsdesk("show", article_id)
    oldest = corrected.newsdesk("show", "homes.md", "--version", "1")

    assert f"\nversion 2 (removed on {date})\n" in newest
    superseded = f"superseded by version 2 on {corrected.history()[1].at[:10]}"
    assert f"\nversion 1 ({superseded}, removed on {date})\n" in oldest


def test_what_came_back_is_not_removed(corrected: Desk) -> None:
    remove("homes.md", settings=corrected.settings)
    corrected.ingest()

    state = Index(corrected.index).ledger.version_state(
        corrected.articles()[0].article_id, 2
    )

    assert (state.newest, state.removed_at, state.superseded) == (3, "", True)
    printed = corrected.newsdesk("show", "homes.md", "--version", "2")
    assert printed.endswith("version 3 says the same\n")


def test_a_version_that_never_was_is_named(corrected: Desk) -> None:
    error = corrected.run("show", "homes.md", "--version", "3").exception
    assert isinstance(error, ArticleNotFound)
    assert str(error).startswith("There is no version 3 of article ")
