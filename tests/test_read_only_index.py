"""An index that may only be read, or is written to by others meanwhile."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from rag.errors import IndexBusy
from rag.index.index import Index
from tests.marked import marked
from tests.mounted import (
    QUESTION,
    SEED,
    contents,
    newsdesk,
    run,
    run_mounted,
    says_one_sentence,
)
from tests.texts import SEEDS

# many indexes are made here: too slow for `make check`
pytestmark = pytest.mark.slow


READS = [
    ["ask", QUESTION],
    ["ask", QUESTION, "--as-of", "2999-12-31"],
    ["articles"],
    ["log"],
]


def read_only(folder: Path, view: Path) -> list[list[str]]:
    """Return the mounts by which `view` shows a folder that cannot be written to."""
    return [
        ["mount", "--bind", str(folder), str(view)],
        ["mount", "-o", "remount,bind,ro", str(view)],
    ]


def test_a_read_only_folder_answers_as_if_it_were_not(copied_index: Path):
    commands = [newsdesk(copied_index, *one) for one in READS]
    for done in run_mounted(read_only(copied_index, copied_index), commands):
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == run(done.args).stdout


def test_a_read_only_folder_is_not_written_to(copied_index: Path, tmp_path: Path):
    article = tmp_path / "new.md"
    article.write_text(marked(1)[1])
    before = contents(copied_index)
    writes = (["ingest", str(article)], ["remove", SEED.name], ["doctor"])
    commands = [newsdesk(copied_index, *one) for one in writes]
    for done in run_mounted(read_only(copied_index, copied_index), commands):
        says_one_sentence(done, "cannot be written to", str(copied_index))
    assert contents(copied_index) == before


# arguments: the folder and a view of it that cannot be written to
_TOGETHER = """
import sys
from pathlib import Path

sys.path.insert(0, sys.argv.pop())
from ingest import ingest
from rag.index.index import Index
from tests.hashing import HashingEmbedder
from tests.marked import is_found, is_gone, marked

folder, view = map(Path, sys.argv[1:])
article = folder.parent / "a.md"
reader, before = None, []
for number in range(3):
    mark, text = marked(number)
    article.write_text(text)
    writer = Index(folder, create=True)
    ingest([article], folder, embedder=HashingEmbedder())
    reader = reader or Index(view)
    for state in ("a writer has it open", "nobody has"):
        reader.searcher()
        assert is_found(reader, text, mark), state
        assert all(is_gone(reader, *old) for old in before), state
        writer.close()
    before.append((text, mark))
"""


def test_who_may_only_read_sees_what_others_write(tmp_path: Path):
    folder, view = tmp_path / "folder" / "index", tmp_path / "view"
    folder.mkdir(parents=True)
    view.mkdir()
    together = [sys.executable, "-c", _TOGETHER, str(folder), str(view)]
    (done,) = run_mounted(read_only(folder, view), [[*together, str(SEEDS.parent)]])
    assert done.returncode == 0, done.stderr


# ends without closing: what it wrote last is only in the write-ahead log
_KILLED = """
import os, signal, sys
from pathlib import Path

from rag.index.index import Index

index = Index(Path(sys.argv[1]))
with index.writing(0):
    index.ledger.articles.remove(index.ledger.articles.resolve(sys.argv[2]))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_wrote_is_read_or_missed_aloud(copied_index: Path):
    """Never is an old state told as the present one."""
    run([sys.executable, "-c", _KILLED, str(copied_index), SEED.name])
    log = copied_index / "ledger.sqlite3-wal"
    assert log.stat().st_size
    mounts = read_only(copied_index, copied_index)
    (listed,) = run_mounted(mounts, [newsdesk(copied_index, "articles")])
    assert listed.stdout.count("[removed]") == 1, listed.stderr
    # as in a copy that was made without it
    log.with_name("ledger.sqlite3-shm").unlink()
    (listed,) = run_mounted(mounts, [newsdesk(copied_index, "articles")])
    says_one_sentence(listed, "cannot be written to")


def test_what_is_written_to_while_it_is_read_is_not_believed(
    copied_index: Path, monkeypatch: pytest.MonkeyPatch
):
    def unshared(*_: object) -> None:
        with closing(sqlite3.connect("/nowhere/at/all")) as connection:
            connection.execute("select 1")

    monkeypatch.setattr("rag.index.ledger.database.configure", unshared)
    ledger = copied_index / "ledger.sqlite3"
    with closing(Index(copied_index)) as index:
        index.searcher()
        with (
            pytest.raises(IndexBusy, match="while it was read"),
            index.ledger._database._connection(),
        ):
            os.utime(ledger)
        assert index.ledger.counts().articles == 8
