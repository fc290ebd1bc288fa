"""Folders, disks and clocks that are not as they should be: one sentence, no loss."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from ingest import ingest
from rag.config import Settings
from rag.errors import IndexBusy, IndexUnusable
from rag.index.index import Index
from tests.hashing import HashingEmbedder
from tests.marked import is_found, is_gone, marked

NEWSDESK = str(Path(sys.executable).with_name("newsdesk"))
SEEDS = Path(__file__).parent.parent / "seeds"
SEED = SEEDS / "a-ban-will-not-make-beijing-dependent.md"
QUESTION = "what does the author say about chip restrictions?"
COMMANDS = [
    ["ask", QUESTION],
    ["articles"],
    ["log"],
    ["status"],
    ["ingest", str(SEED)],
    ["remove", SEED.name],
]
# many indexes are made here: too slow for `make check`
pytestmark = pytest.mark.slow

# runs commands one after the other where only they see what was mounted
_RUNNER = """
import json, subprocess, sys

for command in json.load(sys.stdin):
    done = subprocess.run(command, capture_output=True, text=True)
    print(json.dumps([command, done.returncode, done.stdout, done.stderr]))
"""

Done = subprocess.CompletedProcess[str]


def newsdesk(index: Path, *arguments: str) -> list[str]:
    return [NEWSDESK, "--index", str(index), *arguments]


def run(command: list[str]) -> Done:
    return subprocess.run(command, capture_output=True, text=True, check=False)


def run_mounted(mounts: list[list[str]], commands: list[list[str]]) -> list[Done]:
    """Run commands beside mounts of their own; skip where nothing can be mounted."""
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("mounting for one process needs Linux and its unshare")
    told = subprocess.run(
        [unshare, "--mount", "--map-root-user", sys.executable, "-c", _RUNNER],
        input=json.dumps(mounts + commands),
        capture_output=True,
        text=True,
        check=False,
    )
    done = [Done(*json.loads(line)) for line in told.stdout.splitlines()]
    if told.returncode or any(one.returncode for one in done[: len(mounts)]):
        reason = told.stderr or " ".join(one.stderr for one in done[: len(mounts)])
        pytest.skip(f"nothing can be mounted here: {reason.strip()}")
    return done[len(mounts) :]


def says_one_sentence(done: Done, *words: str) -> None:
    assert done.returncode == 1, done
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].endswith(".")
    assert "report it" not in lines[0], "a bug"
    for word in words:
        assert word in lines[0]


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def folder(seeds_index: Path, tmp_path: Path) -> Path:
    """An index of the seed articles that a test may spoil."""
    return shutil.copytree(seeds_index, tmp_path / "index")


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


def test_a_read_only_folder_answers_as_if_it_were_not(folder: Path):
    commands = [newsdesk(folder, *one) for one in READS]
    for done in run_mounted(read_only(folder, folder), commands):
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == run(done.args).stdout


def test_a_read_only_folder_is_not_written_to(folder: Path, tmp_path: Path):
    article = tmp_path / "new.md"
    article.write_text(marked(1)[1])
    before = contents(folder)
    writes = (["ingest", str(article)], ["remove", SEED.name], ["doctor"])
    commands = [newsdesk(folder, *one) for one in writes]
    for done in run_mounted(read_only(folder, folder), commands):
        says_one_sentence(done, "cannot be written to", str(folder))
    assert contents(folder) == before


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


def test_what_a_killed_process_wrote_is_read_or_missed_aloud(folder: Path):
    """Never is an old state told as the present one."""
    run([sys.executable, "-c", _KILLED, str(folder), SEED.name])
    log = folder / "ledger.sqlite3-wal"
    assert log.stat().st_size
    mounts = read_only(folder, folder)
    (listed,) = run_mounted(mounts, [newsdesk(folder, "articles")])
    assert listed.stdout.count("[removed]") == 1, listed.stderr
    # as in a copy that was made without it
    log.with_name("ledger.sqlite3-shm").unlink()
    (listed,) = run_mounted(mounts, [newsdesk(folder, "articles")])
    says_one_sentence(listed, "cannot be written to")


def test_what_is_written_to_while_it_is_read_is_not_believed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    def unshared(*_: object) -> None:
        with closing(sqlite3.connect("/nowhere/at/all")) as connection:
            connection.execute("select 1")

    monkeypatch.setattr("rag.index.ledger.database.configure", unshared)
    ledger = folder / "ledger.sqlite3"
    with closing(Index(folder)) as index:
        index.searcher()
        with (
            pytest.raises(IndexBusy, match="while it was read"),
            index.ledger._database._connection(),
        ):
            os.utime(ledger)
        assert index.ledger.counts().articles == 8


def test_a_full_disk(tmp_path: Path):
    """What was committed answers; with room again, an ingest completes the rest."""
    disk, articles = tmp_path / "disk", tmp_path / "articles"
    disk.mkdir()
    articles.mkdir()
    for number in range(20):
        text = marked(number, sentences=100)[1]
        (articles / f"{number}.md").write_text(text)
    index, filler = disk / "index", disk / "filler"
    code = (
        "import sys; sys.path.insert(0, sys.argv.pop())\n"
        "import rag.embedding; from tests.hashing import HashingEmbedder\n"
        "rag.embedding.OnnxE5Embedder = HashingEmbedder  # to be quick\n"
        "from ui.cli import main; main()"
    )

    def quickly(*arguments: str) -> list[str]:
        program = [sys.executable, "-c", code, "--index", str(index), *arguments]
        return [*program, str(SEEDS.parent)]

    first, everything, mark = str(articles / "0.md"), str(articles), marked(0)[0]
    done = run_mounted(
        [["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(disk)]],
        [
            quickly("ingest", first),
            ["dd", "if=/dev/zero", f"of={filler}", "bs=1k"],
            quickly("ingest", everything),  # no room at all
            quickly("ask", f"How many barrels did the council of {mark} count?"),
            quickly("articles", "--json"),
            ["truncate", "-s", "-200K", str(filler)],
            quickly("ingest", everything),  # not enough room
            quickly("articles", "--json"),
            ["mount", "-o", "remount,size=64m", str(disk)],
            quickly("ingest", everything),
            quickly("articles", "--json"),
        ],
    )
    before, _, full, asked, still, _, partly, read, _, again, after = done
    assert before.returncode == 0, before.stderr
    says_one_sentence(full, "the disk is full")
    assert (asked.returncode, asked.stderr) == (3, "")  # to hashes nothing is near
    assert mark in asked.stdout
    assert first in still.stdout, still.stderr
    says_one_sentence(partly)
    assert first in read.stdout, read.stderr
    assert again.returncode == 0, again.stderr
    assert len(json.loads(after.stdout)) == 20


def test_a_folder_that_belongs_to_another_program(tmp_path: Path):
    """The index deletes in its folders what is not its own: so it takes none over."""
    (tmp_path / "vectors" / "mine").mkdir(parents=True)
    (tmp_path / "vectors" / "mine" / "drawing.svg").write_text("<svg/>")
    before = contents(tmp_path)
    for command in COMMANDS:
        says_one_sentence(run(newsdesk(tmp_path, *command)), str(tmp_path))
    assert contents(tmp_path) == before


def test_two_indexes_in_one_folder(folder: Path):
    before = contents(folder / "vectors")
    done = run(newsdesk(folder / "vectors", "ingest", str(SEED)))
    says_one_sentence(done, "something other than an index")
    assert contents(folder / "vectors") == before


def test_a_file_in_place_of_the_folder(tmp_path: Path):
    file = tmp_path / "index"
    file.write_text("mine")
    for command in COMMANDS:
        says_one_sentence(run(newsdesk(file, *command)), str(file))
    assert file.read_text() == "mine"


def test_an_index_of_a_newer_newsdesk(folder: Path):
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as ledger, ledger:
        ledger.execute("UPDATE settings SET value = '99' WHERE name = 'schema'")
    before = contents(folder)
    for command in COMMANDS:
        says_one_sentence(run(newsdesk(folder, *command)), "format 99", "newsdesk")
    assert contents(folder) == before


def test_a_lock_left_by_a_dead_process(tmp_path: Path):
    index, article = tmp_path / "index", tmp_path / "a.md"
    mark, text = marked(1)
    article.write_text(text)
    Index(index, create=True).close()
    code = (
        "import os, signal, sys\nfrom pathlib import Path\n"
        "from rag.index.index import Index\n"
        "with Index(Path(sys.argv[1])).writing(0):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    dead = run([sys.executable, "-c", code, str(index)])
    assert dead.returncode == -signal.SIGKILL, dead.stderr
    assert (index / "write.lock").exists()
    at_once = Settings(index=index, lock_timeout=0)
    ingest([article], settings=at_once, embedder=HashingEmbedder())
    with closing(Index(index)) as reader:
        reader.searcher()
        assert is_found(reader, text, mark)


def test_a_clock_that_goes_backwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The order of changes is that of the log, whatever the time says."""
    index, article = tmp_path / "index", tmp_path / "a.md"
    (old_mark, old), (new_mark, new) = marked(1), marked(2)
    article.write_text(old)
    ingest([article], index, embedder=HashingEmbedder())

    last_year = dt.datetime.now(dt.UTC) - dt.timedelta(days=365)
    clock = SimpleNamespace(now=lambda _: last_year)
    monkeypatch.setattr(
        "rag.index.ledger.log.dt", SimpleNamespace(datetime=clock, UTC=dt.UTC)
    )
    monkeypatch.setattr(time, "time", last_year.timestamp)
    article.write_text(new)
    os.utime(article, (last_year.timestamp(), last_year.timestamp()))
    ingest([article], index, embedder=HashingEmbedder())

    with closing(Index(index)) as reader:
        reader.searcher()
        assert is_found(reader, new, new_mark)
        assert is_gone(reader, old, old_mark)
        times = [one.at for one in reader.ledger.articles.changes_since(0)]
        assert times == sorted(times)


def test_nothing_is_made_where_nothing_can_be(tmp_path: Path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(IndexUnusable, match="cannot be made"):
        Index(tmp_path / "file" / "index", create=True)
