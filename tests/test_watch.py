"""Articles arriving by themselves: a real watcher, real files, real signals."""

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import pytest

from ingest import Listener, Outcome, Status, ingest, remove
from ingest import watch as watching
from ingest.fetch import Fetcher
from ingest.watch import _Pending
from rag.config import Settings
from rag.errors import IndexBusy, UsageError
from rag.index.index import Index
from rag.index.ledger import Followed
from tests.coast import page
from tests.commands import COMMAND
from tests.hashing import HashingEmbedder
from tests.web import Reply, web_server

PATIENCE = 60.0  # seconds: the machine may be busy


def wait_for(what: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.02)


@dataclass
class Watched:
    """A folder that is watched in a thread, and what was told of it."""

    folder: Path
    settings: Settings
    stop: Event = field(default_factory=Event)
    told: list[Outcome] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    thread: Thread = field(default_factory=Thread)

    def sources(self, status: Status = Status.ADDED) -> list[str]:
        return [Path(one.source).name for one in self.told if one.status is status]


@contextmanager
def watched(
    folder: Path, *, prune: bool = False, fetcher: Fetcher | None = None
) -> Iterator[Watched]:
    """Watch `folder / "articles"` while the block lasts; it begins once it is ready."""
    articles = folder / "articles"
    articles.mkdir(exist_ok=True)
    desk = Watched(articles, Settings(index=folder / "index"))
    (articles / "first.txt").write_text("The first article tells that all is ready.")
    desk.thread = Thread(
        target=watching.watch,
        args=([articles], desk.settings, desk.stop),
        kwargs={
            "embedder": HashingEmbedder(),
            "listener": Listener(outcome=desk.told.append, waiting=desk.said.append),
            "prune": prune,
            "fetcher": fetcher,
        },
    )
    desk.thread.start()
    try:
        wait_for(lambda: desk.told)
        yield desk
    finally:
        desk.stop.set()
        desk.thread.join(PATIENCE)
        assert not desk.thread.is_alive()


def live(settings: Settings) -> set[str]:
    index = Index(settings.index)
    try:
        known = index.ledger.articles.summaries()
    finally:
        index.close()
    return {Path(one.source).name for one in known if one.state == "live"}


def test_a_file_that_is_saved_arrives_and_one_that_changes_too(tmp_path: Path) -> None:
    with watched(tmp_path) as desk:
        bridge = desk.folder / "new" / "bridge.txt"
        bridge.parent.mkdir()
        bridge.write_text("The bridge was closed on Monday.")
        wait_for(lambda: "bridge.txt" in desk.sources())
        bridge.write_text("The bridge is open again since Tuesday.")
        wait_for(lambda: "bridge.txt" in desk.sources(Status.CHANGED))
        (desk.folder / ".hidden.txt").write_text("Nobody is to see this.")
        (desk.folder / "notes.xyz").write_text("This is of no known kind.")
        moved = desk.folder / "renamed.txt"
        bridge.rename(moved)
        wait_for(lambda: "renamed.txt" in desk.sources(Status.MOVED))
    assert live(desk.settings) == {"first.txt", "renamed.txt"}
    assert not desk.sources(Status.FAILED)


def test_what_changed_while_nobody_watched_arrives_first(tmp_path: Path) -> None:
    with watched(tmp_path):
        pass
    (tmp_path / "articles" / "bridge.txt").write_text("The bridge was closed.")
    with watched(tmp_path) as desk:
        wait_for(lambda: "bridge.txt" in desk.sources())


def test_what_somebody_removed_comes_back_only_when_it_is_saved(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    bridge = tmp_path / "articles" / "bridge.txt"
    bridge.write_text("The bridge was closed on Monday.")
    with watched(tmp_path) as desk:
        wait_for(lambda: len(desk.sources()) == 2)
    remove("bridge.txt", settings=desk.settings)
    with watched(tmp_path) as desk:
        (desk.folder / "quay.txt").write_text("The quay was flooded.")
        wait_for(desk.sources)
        assert desk.sources() == ["quay.txt"]
        bridge.write_text("The bridge is open again.")
        wait_for(lambda: "bridge.txt" in desk.sources())


def test_records_come_and_go_with_their_lines(tmp_path: Path) -> None:
    one, two, three = (f'{{"id": {n}, "text": "Record {n} is here."}}\n' for n in "123")
    (tmp_path / "articles").mkdir()
    news = tmp_path / "articles" / "news.jsonl"
    news.write_text(one + two)
    with watched(tmp_path, prune=True) as desk:
        wait_for(lambda: len(desk.sources()) == 3)
        news.write_text(two + three)
        wait_for(lambda: "news.jsonl#1" in desk.sources(Status.REMOVED))
        assert "news.jsonl#3" in desk.sources()
    remove("news.jsonl#2", settings=desk.settings)
    with watched(tmp_path) as desk:  # the first look leaves it removed
        (desk.folder / "quay.txt").write_text("The quay was flooded.")
        wait_for(desk.sources)
        assert desk.sources() == ["quay.txt"]


def test_a_folder_that_is_moved_in_brings_its_files(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    ready.mkdir()
    (ready / "quay.md").write_text("The quay was flooded on Friday.")
    with watched(tmp_path) as desk:
        ready.rename(desk.folder / "ready")
        wait_for(lambda: "quay.md" in desk.sources())


def test_a_half_written_file_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_QUIET", 2.0)
    with watched(tmp_path) as desk:
        with (desk.folder / "long.txt").open("w") as file:
            for number in range(8):
                file.write(f"Sentence {number} tells of the harbour. ")
                file.flush()
                time.sleep(0.3)  # each is heard of by itself
        wait_for(lambda: "long.txt" in desk.sources())
    assert not desk.sources(Status.CHANGED)


def test_a_burst_is_one_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    batches: list[int] = []
    real = watching._Folders.files

    def counted(self: watching._Folders, paths: list[Path]) -> list[Path]:
        files = real(self, paths)
        batches.append(len(files))
        return files

    monkeypatch.setattr(watching._Folders, "files", counted)
    # the burst may take long on a busy machine: then a batch waits for it
    monkeypatch.setattr(watching, "_PATIENCE", PATIENCE)
    monkeypatch.setattr(watching, "_QUIET", 2.0)
    with watched(tmp_path) as desk:
        for number in range(200):
            (desk.folder / f"{number}.txt").write_text(f"Article {number} is short.")
        wait_for(lambda: len(desk.sources()) == 201)
    assert batches == [1, 200]


def test_pending_files_are_taken_together_but_do_not_wait_for_ever() -> None:
    a, b, c = Path("a"), Path("b"), Path("c")
    pending = _Pending()
    pending.add({a, b}, 10.0)
    assert pending.finished(10.3) == []
    pending.add({b}, 10.3)
    assert pending.finished(10.5) == []  # `a` waits for `b`
    pending.add({b, c}, 10.7)
    pending.add({b}, 11.0)
    assert pending.finished(11.2) == [a, c]  # long enough
    assert pending.finished(11.5) == [b]
    assert not pending.heard


def test_what_vanishes_is_withdrawn_only_if_asked_for(tmp_path: Path) -> None:
    with watched(tmp_path) as desk:
        gone = desk.folder / "gone.txt"
        gone.write_text("This article will vanish.")
        wait_for(lambda: "gone.txt" in desk.sources())
        gone.unlink()
        (desk.folder / "later.txt").write_text("This one comes later.")
        wait_for(lambda: "later.txt" in desk.sources())
    assert "gone.txt" in live(desk.settings)
    with watched(tmp_path, prune=True) as desk:
        wait_for(lambda: "gone.txt" in desk.sources(Status.REMOVED))
        (desk.folder / "later.txt").unlink()
        wait_for(lambda: "later.txt" in desk.sources(Status.REMOVED))
    assert live(desk.settings) == {"first.txt"}


def test_a_file_that_cannot_be_read_is_told_and_the_rest_goes_on(
    tmp_path: Path,
) -> None:
    with watched(tmp_path) as desk:
        (desk.folder / "broken.txt").write_bytes(b"\xff\xfe\x00")
        wait_for(lambda: "broken.txt" in desk.sources(Status.FAILED))
        (desk.folder / "fine.txt").write_text("This one is fine.")
        wait_for(lambda: "fine.txt" in desk.sources())


def test_feeds_are_asked_when_they_are_due(tmp_path: Path) -> None:
    with web_server() as web:
        feed = f"<rss version='2.0'><channel><item><link>{web.url('/a')}</link></item>"
        web.pages["/feed"] = Reply(feed + "</channel></rss>", kind="text/xml")
        web.pages["/a"] = Reply(page())
        fetcher = Fetcher(pause=0, allowed=[web.host])
        with watched(tmp_path, fetcher=fetcher) as desk:
            index = Index(desk.settings.index)
            long_ago = "2026-01-01T00:00:00+00:00"
            followed = Followed(web.url("/feed"), "The Coast", 1800, long_ago)
            index.ledger.arrivals.follow(followed)
            wait_for(lambda: len(desk.sources()) == 2)
            wait_for(lambda: index.ledger.arrivals.followed()[0].last_at)
            index.close()
        assert web.paths().count("/feed") == 1


def test_a_slow_feed_keeps_neither_a_file_nor_the_end_waiting(tmp_path: Path) -> None:
    begun, over = Event(), Event()

    def slow(_: object) -> None:
        begun.set()
        over.wait(PATIENCE)

    with web_server() as web:
        web.pages["/feed"] = Reply(slow, kind="text/xml")
        fetcher = Fetcher(seconds=PATIENCE, pause=0, allowed=[web.host])
        try:
            with watched(tmp_path, fetcher=fetcher) as desk:
                index = Index(desk.settings.index)
                due = Followed(web.url("/feed"), "Slow", 1800, "2026-01-01")
                index.ledger.arrivals.follow(due)
                assert begun.wait(PATIENCE)
                (desk.folder / "meanwhile.txt").write_text("A file comes meanwhile.")
                wait_for(lambda: "meanwhile.txt" in desk.sources())
                assert not over.is_set()
            # the feed was broken off, which is no failure of it
            assert index.ledger.arrivals.followed() == [due]
            index.close()
        finally:
            over.set()


def test_an_index_has_one_watcher(tmp_path: Path) -> None:
    other = HashingEmbedder()
    with watched(tmp_path) as desk, pytest.raises(IndexBusy, match="already watches"):
        watching.watch([desk.folder], desk.settings, Event(), embedder=other)
    with watched(tmp_path):
        pass


def test_only_folders_are_watched(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a folder"):
        watching.watch([tmp_path / "none"], Settings(index=tmp_path / "i"), Event())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_saved_file_is_answered_from_and_a_signal_ends_it(
    tmp_path: Path, number: signal.Signals
) -> None:
    articles, index = tmp_path / "articles", tmp_path / "index"
    articles.mkdir()
    (articles / "first.md").write_text("# Quay\n\nThe quay was flooded on Friday.")
    arguments = [COMMAND, "--index", index, "watch", articles]
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert "first.md" in process.stdout.readline()
        (articles / "bridge.md").write_text(
            "# Bridge\n\nThe Malmgren bridge was closed on Monday because of rust."
        )
        assert "bridge.md" in process.stdout.readline()
        asked = ["ask", "--json", "Why was the Malmgren bridge closed?"]
        done = subprocess.run(
            [COMMAND, "--index", index, *asked],
            capture_output=True,
            check=False,
            text=True,
        )
        assert "because of rust" in json.loads(done.stdout)["text"]
        process.send_signal(number)
        _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert errors.splitlines() == ["watching; end with Ctrl-C", "stopped watching"]
    assert ingest([articles], index).summary().startswith("0 added")
