"""Files that cannot be read: what a person is told, and that the others go on."""

import os
from pathlib import Path

import pytest

from ingest import Status
from rag.config import Settings
from tests.ingested import FERRY, failure, statuses


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("empty.md", b"", "has no text"),
        ("blank.md", b" \n\n\t", "has no text"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not UTF-8"),
        ("program.txt", b"\x7fELF" + bytes(4000), "not a text file"),
        ("latin.txt", "Die Fähre".encode("latin-1"), "not UTF-8"),
        ("front.md", b"---\ntitle: a: b\n---\nText.", "front matter"),
        ("date.md", b"---\npublished: 2024-13-45\n---\nText.", "front matter"),
    ],
)
def test_a_bad_file_is_told_and_the_others_are_ingested(desk, name, raw, reason):
    desk.write("a-first.md", FERRY)
    desk.write(name, raw)
    desk.write("z-last.md", "A clinic opened.")
    report = desk.ingest()
    assert reason in failure(report)
    assert name in failure(report)
    assert statuses(report)["a-first.md"] is Status.ADDED
    assert statuses(report)["z-last.md"] is Status.ADDED


def test_a_file_that_has_become_bad_leaves_the_stored_article_alone(desk):
    desk.write("ferry.md", FERRY)
    desk.ingest()
    desk.write("ferry.md", b"\xff\xff\xff")
    assert statuses(desk.ingest()) == {"ferry.md": Status.FAILED}
    assert desk.text("ferry.md") == FERRY


def test_html_in_a_file_does_not_stop_the_batch(desk):
    desk.write("page.md", "<div>\nThe ferry was late.\n</div>\n")
    assert statuses(desk.ingest()) == {"page.md": Status.ADDED}


def test_a_folder_without_articles_is_told(desk):
    desk.write("photo.png", b"\x89PNG")
    assert "holds no .txt, .md, .html, .pdf" in failure(desk.ingest())


def test_a_missing_path_is_told_and_the_others_are_ingested(desk):
    path = desk.write("ferry.md", FERRY)
    report = desk.ingest(desk.folder / "nowhere.md", path)
    assert "nowhere.md does not exist; check the path." in failure(report)
    assert statuses(report)["ferry.md"] is Status.ADDED


@pytest.mark.parametrize("name", ["", "a\x00b.md", "x" * 5000 + ".md"])
def test_an_impossible_path_is_told(desk, name, monkeypatch):
    monkeypatch.chdir(desk.folder)
    assert failure(desk.ingest(name))


def test_a_file_of_another_kind_is_told_if_it_was_named(desk):
    path = desk.write("report.xls", b"\xd0\xcf")
    assert "is not a .txt, .md, .html, .pdf" in failure(desk.ingest(path))


def test_a_web_address_of_this_machine_is_told_to_be_saved_first(desk):
    assert "save the page" in failure(desk.ingest("http://127.0.0.1/ferry"))


@pytest.mark.parametrize("named", [True, False])
def test_a_link_to_nothing_is_told(desk, named):
    link = desk.folder / "ferry.md"
    link.symlink_to(desk.folder / "nowhere.md")
    desk.write("clinic.md", "A clinic opened.")
    report = desk.ingest(link) if named else desk.ingest()
    assert "ferry.md" in failure(report)


@pytest.mark.parametrize("named", [True, False])
def test_a_link_to_itself_is_told(desk, named):
    link = desk.folder / "ring.md"
    link.symlink_to(link)
    desk.write("ferry.md", FERRY)
    assert str(link) in failure(desk.ingest(link if named else desk.folder))


def test_what_word_writes_of_an_open_file_is_left_alone(desk):
    desk.write("ferry.md", FERRY)
    desk.write("~$ferry.docx", b"\x09Ann Author")
    assert statuses(desk.ingest()) == {"ferry.md": Status.ADDED}


def test_a_folder_that_is_called_like_a_file_is_a_folder(desk):
    desk.write("x.txt/ferry.md", FERRY)
    assert statuses(desk.ingest(desk.folder / "x.txt")) == {"ferry.md": Status.ADDED}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(desk):
    desk.write("clinic.md", "A clinic opened.")
    desk.write("ferry.md", FERRY).chmod(0)
    assert "check its rights" in failure(desk.ingest())


def test_a_file_whose_name_is_not_utf_8_is_told_and_the_others_are_ingested(desk):
    path = os.fsencode(desk.folder) + b"/f\xffrry.md"
    try:
        Path(os.fsdecode(path)).write_text(FERRY)
    except OSError:
        pytest.skip("this file system takes no such name")
    desk.write("clinic.md", "A clinic opened.")
    report = desk.ingest()
    assert "rename it" in failure(report)
    assert failure(report).encode()
    assert statuses(report)["clinic.md"] is Status.ADDED


def test_a_file_over_the_limit_is_told_with_the_mend(desk):
    desk.write("long.md", "word " * 500)
    desk.write("short.md", FERRY)
    report = desk.ingest(settings=Settings(max_file_mb=0.001))
    assert "NEWSDESK_MAX_FILE_MB" in failure(report)
    assert statuses(report)["short.md"] is Status.ADDED


def test_50_mb_of_text_are_told_and_not_read(desk):
    desk.write("huge.txt", b"The ferry was late again. " * 2_000_000)
    desk.write("short.md", FERRY)
    report = desk.ingest()
    assert "has 52 MB, more than the 10 MB" in failure(report)
    assert statuses(report)["short.md"] is Status.ADDED
