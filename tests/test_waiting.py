"""Who has to wait for another writer is told so."""

import threading
from pathlib import Path

import pytest

from rag.index.ledger.lock import writer_lock
from tests.desk import Desk


@pytest.mark.parametrize("command", ["remove", "purge", "doctor"])
def test_a_command_says_that_it_waits_for_another_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
):
    desk = Desk(tmp_path)
    path = desk.write("ferry.md", "The ferry was late.")
    desk.ingest()
    monkeypatch.setenv("NEWSDESK_LOCK_TIMEOUT", "1")
    held, done = threading.Event(), threading.Event()

    def write() -> None:
        with writer_lock(desk.index, 1):
            held.set()
            done.wait(60)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert held.wait(10)
        result = desk.run(command, *([] if command == "doctor" else [str(path)]))
    finally:
        done.set()
        writer.join()
    assert "Another process is writing to the index; waiting" in result.stderr
    assert result.exit_code != 0
    assert desk.live() == {"ferry.md"}
