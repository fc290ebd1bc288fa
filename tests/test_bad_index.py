"""Folders, disks and clocks that are not as they should be: one sentence, no loss."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from ingest import ingest
from rag.config import Settings
from rag.errors import IndexUnusable
from rag.index.index import Index
from tests.hashing import HashingEmbedder
from tests.marked import is_found, is_gone, marked
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


COMMANDS = [
    ["ask", QUESTION],
    ["articles"],
    ["log"],
    ["status"],
    ["ingest", str(SEED)],
    ["remove", SEED.name],
]


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


def test_two_indexes_in_one_folder(copied_index: Path):
    before = contents(copied_index / "vectors")
    done = run(newsdesk(copied_index / "vectors", "ingest", str(SEED)))
    says_one_sentence(done, "something other than an index")
    assert contents(copied_index / "vectors") == before


def test_a_file_in_place_of_the_folder(tmp_path: Path):
    file = tmp_path / "index"
    file.write_text("mine")
    for command in COMMANDS:
        says_one_sentence(run(newsdesk(file, *command)), str(file))
    assert file.read_text() == "mine"


def test_an_index_of_a_newer_newsdesk(copied_index: Path):
    with closing(sqlite3.connect(copied_index / "ledger.sqlite3")) as ledger, ledger:
        ledger.execute("UPDATE settings SET value = '99' WHERE name = 'schema'")
    before = contents(copied_index)
    for command in COMMANDS:
        says_one_sentence(
            run(newsdesk(copied_index, *command)), "format 99", "newsdesk"
        )
    assert contents(copied_index) == before


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
