"""The commands of what arrives, as a person types them."""

import json
import os
import signal
import subprocess
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ingest import ingest
from ingest.fetch import Fetcher
from rag.index.index import Index
from rag.index.ledger import Followed
from tests.coast import page
from tests.commands import COMMAND, Done, Run
from tests.servers import free_port
from tests.web import Reply, Web


@pytest.fixture
def index(tmp_path: Path, web: Web) -> Path:
    """An index of a page and two files, one of which cannot be read."""
    web.pages["/ferry"] = Reply(page())
    note = tmp_path / "note.md"
    note.write_text("---\nauthor: Carl Dahl\npublished: 2025-05-01\n---\nA short note.")
    broken = tmp_path / "broken.txt"
    broken.write_bytes(b"\xff\xfe\x00")
    ingest(
        [web.url("/ferry"), note, broken],
        tmp_path / "index",
        fetcher=Fetcher(pause=0, allowed=[web.host]),
    )
    return tmp_path / "index"


@pytest.fixture
def run(run: Run, index: Path) -> Run:
    """Run a command on the index."""
    return partial(run, "--index", index)


def titles(done: Done) -> list[str]:
    found: list[dict[str, Any]] = json.loads(done.out)
    return [one["title"] for one in found]


def test_articles_are_listed_by_what_they_are(run: Run) -> None:
    ferry, note = "Ferry sinks off Haugen", "A short note."
    for arguments, wanted in (
        ((), [ferry, note]),
        (("--author", "berg"), [ferry]),
        (("--author", "berg", "--author", "dahl"), [ferry, note]),
        (("--source", "127.0.0.1"), [ferry]),
        (("--publisher", "coast"), [ferry]),
        (("--from", "2026"), [ferry]),
        (("--to", "2025-12-31"), [note]),
        (("--language", "de"), []),
        (("--state", "removed"), []),
        (("--state", "live", "--from", "2025", "--to", "2025"), [note]),
    ):
        assert titles(run("articles", "--json", *arguments)) == wanted, arguments
    assert "is not a date" in run("articles", "--from", "May").err


def test_failures_are_listed_with_their_reason_and_retried(
    run: Run, index: Path, tmp_path: Path
) -> None:
    shown = run("articles", "--state", "failed").out
    assert "broken.txt" in shown
    assert "plain text in UTF-8" in shown
    (failure,) = json.loads(run("articles", "--state", "failed", "--json").out)
    assert failure["name"] == str(tmp_path / "broken.txt")

    (tmp_path / "broken.txt").unlink()
    done = run("retry")
    assert (done.status, run("articles", "--state", "failed").out) == (0, "")


def test_nothing_on_this_machine_is_fetched_by_a_command(run: Run, web: Web) -> None:
    web.asked.clear()
    for command in ("ingest", "follow"):
        done = run(command, web.url("/ferry"))
        assert done.status == 1
        assert "this machine or a private network" in done.err
    assert not web.asked


def test_feeds_are_shown_exported_and_unfollowed(run: Run, index: Path) -> None:
    target = Index(index)
    url = "https://coast.example/rss"
    failing = Followed(
        url, "The Coast \x1b[31m", 1800, "2026-01-01T10:00:00", failed=2, reason="down"
    )
    target.ledger.arrivals.follow(failing)
    target.close()
    shown = run("following").out
    assert "\x1b" not in shown
    assert "every 30 minutes, never answered, next 2026-01-01T10:00 UTC" in shown
    assert "failed 2 times: down" in shown
    assert json.loads(run("following", "--json").out)[0]["url"] == url
    assert f'xmlUrl="{url}"' in run("following", "--opml").out
    assert run("unfollow", url).status == 0
    assert "is not followed" in run("unfollow", url).err
    assert run("following").out.startswith("No feed is followed; ")


def test_a_list_of_feeds_is_followed_one_by_one(run: Run, tmp_path: Path) -> None:
    opml = tmp_path / "feeds.opml"
    opml.write_text(
        '<opml><body><outline xmlUrl="http://127.0.0.1/1"/>'
        '<outline xmlUrl="http://127.0.0.1/2"/></body></opml>'
    )
    done = run("follow", "--opml", str(opml))
    assert done.status == 1
    assert done.err.count("not followed: http://127.0.0.1/") == 2
    assert run("follow").status == 2


def test_watching_needs_folders_that_are_there(run: Run, tmp_path: Path) -> None:
    assert "is not a folder" in run("watch", str(tmp_path / "none")).err


@pytest.mark.slow
def test_the_page_watches_too_and_ends_with_sigterm(tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "quay.md").write_text("# Quay\n\nThe quay was flooded on Friday.")
    with subprocess.Popen(
        [
            COMMAND,
            *("--index", tmp_path / "index", "serve", "--port", str(free_port())),
            *("--watch", articles),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(os.environ, PYTHONUNBUFFERED="1"),
        text=True,
        # what a script starts with "&" does not hear Ctrl-C
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # noqa: PLW1509
    ) as process:
        assert process.stdout
        lines = [process.stdout.readline(), process.stdout.readline()]
        assert any("quay.md" in line for line in lines), lines
        assert any("newsdesk is at" in line for line in lines)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    assert process.returncode in (0, 130), errors  # 130: it was not yet waiting
