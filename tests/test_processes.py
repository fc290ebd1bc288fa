"""Real processes on one index: killed, and all at once. Longer by `make storm`."""

import subprocess
import sys
from pathlib import Path

import pytest

from ingest import ingest
from rag.index.index import Index
from tests.hashing import HashingEmbedder
from tests.marked import is_found, is_gone, marked

ROOT = Path(__file__).parent.parent


def run(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_no_kill_loses_anything():
    run("benchmarks.kill_storm", "--kills", "15", "--articles", "100")


@pytest.mark.slow
def test_a_crowd_finds_everything_within_a_second():
    run("benchmarks.crowd", "--seconds", "10")


def test_what_another_process_did_is_seen_by_who_was_open_before(tmp_path: Path):
    article, folder = tmp_path / "a.md", tmp_path / "index"
    (old_mark, old), (new_mark, new) = marked(1), marked(2)
    article.write_text(old, encoding="utf-8")
    ingest([article], folder, embedder=HashingEmbedder())
    index = Index(folder)
    index.searcher()
    assert is_found(index, old, old_mark)

    article.write_text(new, encoding="utf-8")
    code = (
        "import sys; from ingest import ingest\n"
        "from tests.hashing import HashingEmbedder\n"
        "ingest([sys.argv[1]], sys.argv[2], embedder=HashingEmbedder())"
    )
    command = [sys.executable, "-c", code, str(article), str(folder)]
    subprocess.run(command, check=True, cwd=ROOT)

    index.searcher()
    assert is_gone(index, old, old_mark)
    assert is_found(index, new, new_mark)
    index.close()
