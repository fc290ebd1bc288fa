"""Backups are complete and written while others write; a restore is seen by all."""

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ingest import remove
from rag.errors import IndexUnusable, NewsdeskError, UsageError
from rag.index.index import Index
from rag.index.ledger.database import PAGE_SIZE
from rag.index.upkeep import restore
from tests import texts
from tests.desk import Desk
from tests.finding import matching, nearest
from tests.hashing import hashed

# many indexes are made here: too slow for `make check`
pytestmark = pytest.mark.slow

PARAGRAPH = "The ferry to Quillmark leaves at noon."


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.write("ferry.md", PARAGRAPH)
    desk.write("other.md", texts.article(1, 20))
    desk.ingest()
    return desk


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.db"


def failure(desk: Desk, *arguments: str) -> str:
    """Run a command that must fail, and return the one sentence that it says."""
    error = desk.run(*arguments).exception
    assert isinstance(error, NewsdeskError)
    return str(error)


def found(index: Index, words: str) -> bool:
    index.searcher()
    chunks = [chunk for chunk, _ in matching(index, words, 3)]
    return any(
        words in index.ledger.articles.text(c.article_id, c.version) for c in chunks
    )


def test_a_backup_brings_everything_back(desk: Desk, file: Path) -> None:
    before = desk.articles()
    assert desk.newsdesk("backup", str(file)) == f"backed up 2 articles to {file}\n"
    assert not list(file.parent.glob("*.tmp"))
    remove("ferry.md", settings=desk.settings)
    desk.write("other.md", texts.article(2, 20))
    desk.ingest(desk.folder / "other.md")
    embedded = len(desk.embedder.embedded)

    assert desk.newsdesk("restore", str(file)) == f"restored 2 articles from {file}\n"

    assert desk.articles() == before
    index = Index(desk.index)
    assert found(index, PARAGRAPH)
    ((_, cosine), *_) = nearest(index, hashed(PARAGRAPH), 1)
    assert cosine == pytest.approx(1)
    assert len(desk.embedder.embedded) == embedded


def test_a_process_that_has_the_index_open_sees_the_restored_state(
    desk: Desk, file: Path
) -> None:
    reader = Index(desk.index)
    desk.newsdesk("backup", str(file))
    desk.write("ferry.md", "The ferry has been cancelled.")
    desk.ingest(desk.folder / "ferry.md")
    assert not found(reader, PARAGRAPH)
    assert found(reader, "The ferry has been cancelled.")

    restore(desk.index, file, timeout=1)

    assert found(reader, PARAGRAPH)
    assert not found(reader, "The ferry has been cancelled.")


def test_a_version_that_comes_again_after_a_restore_has_its_new_text(
    desk: Desk, file: Path
) -> None:
    reader = Index(desk.index)
    desk.newsdesk("backup", str(file))
    for number, text in enumerate(["It sails on Mondays.", "It sails on Fridays."]):
        desk.write("ferry.md", text)
        desk.ingest(desk.folder / "ferry.md")
        assert found(reader, text)  # both times as version 2
        if number == 0:
            restore(desk.index, file, timeout=1)


def test_the_folder_of_another_program_is_not_restored_to(
    desk: Desk, file: Path, tmp_path: Path
) -> None:
    desk.newsdesk("backup", str(file))
    (tmp_path / "theirs" / "words").mkdir(parents=True)
    (tmp_path / "theirs" / "letter.txt").touch()
    with pytest.raises(UsageError, match="something other than an index"):
        restore(tmp_path / "theirs", file, timeout=1)
    assert (tmp_path / "theirs" / "words").is_dir()


def test_an_index_that_lost_its_ledger_can_be_restored(desk: Desk, file: Path) -> None:
    desk.newsdesk("backup", str(file))
    for part in desk.index.glob("ledger.sqlite3*"):
        part.unlink()
    desk.newsdesk("restore", str(file))
    assert found(Index(desk.index), PARAGRAPH)


def test_backups_are_whole_while_others_write(desk: Desk, tmp_path: Path) -> None:
    done = threading.Event()

    def write() -> None:
        for number in range(12):
            desk.write(f"n{number}.md", texts.article(number, 10))
            desk.ingest(desk.folder / f"n{number}.md")
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    backups = 0
    while not done.is_set() or not backups:
        Index(desk.index).ledger.back_up(tmp_path / f"b{backups}.db")
        backups += 1
    writer.join()
    for number in {0, backups // 2, backups - 1}:
        folder = tmp_path / f"restored{number}"
        restore(folder, tmp_path / f"b{number}.db", timeout=1)
        index = Index(folder)
        for one in index.ledger.articles.summaries():
            assert len(index.ledger.chunks.of_article(one.article_id)) == one.chunks


def test_a_new_folder_can_be_restored_to(
    desk: Desk, file: Path, tmp_path: Path
) -> None:
    desk.newsdesk("backup", str(file))
    restore(tmp_path / "elsewhere", file, timeout=1)
    assert found(Index(tmp_path / "elsewhere"), PARAGRAPH)


@pytest.mark.parametrize("damage", [b"", b"no ledger at all" * 999])
def test_a_damaged_ledger_is_replaced_and_kept_beside(
    desk: Desk, file: Path, damage: bytes
) -> None:
    desk.newsdesk("backup", str(file))
    ledger = desk.index / "ledger.sqlite3"
    for part in desk.index.glob("ledger.sqlite3-*"):
        part.unlink()
    ledger.write_bytes(damage)

    desk.newsdesk("restore", str(file))

    assert found(Index(desk.index), PARAGRAPH)
    aside = desk.index / "ledger.sqlite3.damaged"
    assert not damage or aside.read_bytes() == damage


def test_a_damaged_backup_is_refused_and_changes_nothing(
    desk: Desk, file: Path
) -> None:
    desk.newsdesk("backup", str(file))
    whole = bytearray(file.read_bytes())
    whole[3 * PAGE_SIZE : 5 * PAGE_SIZE] = bytes(2 * PAGE_SIZE)
    file.write_bytes(whole)

    assert "damaged" in failure(desk, "restore", str(file))

    assert found(Index(desk.index), PARAGRAPH)
    assert not list(desk.index.glob("*.restoring"))


def test_what_is_not_a_backup_is_refused(desk: Desk, tmp_path: Path) -> None:
    text = desk.folder / "ferry.md"
    assert "is not a newsdesk backup" in failure(desk, "restore", str(text))
    assert "is not a newsdesk backup" in failure(desk, "backup", str(text))
    assert text.read_text() == PARAGRAPH
    assert "There is no file" in failure(desk, "restore", str(tmp_path / "none.db"))
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("create table settings (name, value)")
    assert "is not a newsdesk backup" in failure(desk, "restore", str(foreign))


def test_a_backup_of_a_newer_newsdesk_is_refused(desk: Desk, file: Path) -> None:
    desk.newsdesk("backup", str(file))
    with sqlite3.connect(file) as connection:
        connection.execute("update settings set value='99' where name='schema'")

    said = failure(desk, "restore", str(file))

    assert "has format 99, this newsdesk reads format" in said


def test_a_backup_is_kept_outside_the_index(desk: Desk) -> None:
    inside = desk.index / "backup.db"
    with pytest.raises(UsageError, match="lies inside the index"):
        Index(desk.index).ledger.back_up(inside.resolve())
    ledger = desk.index / "ledger.sqlite3"
    with pytest.raises(UsageError, match="lies inside the index"):
        Index(desk.index).ledger.back_up(ledger.resolve())


def test_a_backup_that_cannot_be_written_says_so(desk: Desk, file: Path) -> None:
    said = failure(desk, "backup", str(file.parent / "nowhere" / "b.db"))
    assert "could not be written" in said


def test_a_damaged_ledger_never_replaces_a_good_backup(desk: Desk, file: Path) -> None:
    desk.newsdesk("backup", str(file))
    good = file.read_bytes()
    index = Index(desk.index)
    index.ledger._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    index.close()
    ledger = desk.index / "ledger.sqlite3"
    whole = bytearray(ledger.read_bytes())
    whole[3 * PAGE_SIZE : 5 * PAGE_SIZE] = b"\xff" * 2 * PAGE_SIZE
    ledger.write_bytes(whole)

    with pytest.raises(IndexUnusable):
        Index(desk.index).ledger.back_up(file)

    assert file.read_bytes() == good
    assert [path.name for path in file.parent.glob("backup.db*")] == ["backup.db"]


def test_a_restore_killed_before_its_end_loses_nothing(desk: Desk, file: Path) -> None:
    desk.newsdesk("backup", str(file))
    remove("other.md", settings=desk.settings)
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from rag.index.ledger import restored\n"
        "with restored(Path(sys.argv[1]), Path(sys.argv[2]), 1, None):\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    arguments = [sys.executable, "-c", script, str(desk.index), str(file)]
    assert subprocess.run(arguments, check=False).returncode == -9

    assert found(Index(desk.index), PARAGRAPH)
    assert desk.live() == {"ferry.md"}
    desk.newsdesk("restore", str(file))
    assert desk.live() == {"ferry.md", "other.md"}
