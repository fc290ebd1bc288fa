"""Archives: read like folders, and never trusted."""

import json
import os
import stat
import zipfile

import pytest

from ingest import Status, ingest
from ingest.readers import parts
from rag.config import Settings
from tests.desk import BRIDGE, FERRY, QUAY, lines, packed, statuses


def test_an_archive_is_read_like_a_folder(desk):
    files = {
        "ferry.md": FERRY,
        "deep/er/quay.txt": QUAY,
        "news.csv": f"id,text\n1,{BRIDGE}\n",
        "picture.png": "x",
        ".hidden.txt": "x",
        "__MACOSX/._ferry.txt": "x",
    }
    path = packed(desk.folder / "news.zip", files)
    assert [one.source for one in desk.ingest().outcomes] == [
        f"{path}/ferry.md",
        f"{path}/deep/er/quay.txt",
        f"{path}/news.csv#1",
    ]
    assert desk.ingest().embedded == 0
    assert "forty cars" in desk.newsdesk("show", f"{path}/ferry.md")
    assert "because of rust" in desk.newsdesk("show", "news.csv#1")
    desk.newsdesk("remove", "quay.txt")
    listed = json.loads(desk.newsdesk("articles", "--source", "news.zip/", "--json"))
    assert [one["state"] for one in listed] == ["live", "removed", "live"]


def test_what_vanished_from_an_archive_is_withdrawn_if_asked_for(desk):
    path = packed(desk.folder / "news.zip", {"a.txt": FERRY, "b.txt": QUAY})
    desk.write("c.txt", BRIDGE)
    desk.ingest()
    packed(path, {"a.txt": FERRY})
    assert len(desk.ingest().outcomes) == 2
    assert statuses(desk.ingest(path, prune=True)) == [
        "unchanged a.txt",
        "removed b.txt",
    ]
    path.unlink()
    assert "removed a.txt" in statuses(desk.ingest(prune=True))
    assert desk.live() == {"c.txt"}


def test_where_a_record_failed_none_is_withdrawn(desk):
    """It may be the one that is missed."""
    path = desk.write("news.jsonl", lines({"id": 1, "text": FERRY}))
    desk.ingest()
    desk.write("news.jsonl", '{"id": 1, "text": \n')
    desk.ingest(path, prune=True)
    assert desk.live() == {"news.jsonl#1"}


def test_unpacked_files_are_the_same_articles(desk):
    path = packed(desk.folder / "news.zip", {"a.txt": FERRY})
    [before] = desk.ingest().outcomes
    path.unlink()
    desk.write("a.txt", FERRY)
    [after] = desk.ingest().outcomes
    assert after.status is Status.MOVED
    assert after.article_id == before.article_id


def test_a_folder_may_be_named_like_an_archive(desk):
    desk.write("old.zip/a.txt", FERRY)
    desk.write("old.zip/b.txt", QUAY)
    desk.ingest()
    (desk.folder / "old.zip" / "a.txt").unlink()
    assert "removed a.txt" in statuses(desk.ingest(prune=True))
    assert desk.live() == {"b.txt"}


def linked() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("link.txt")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("../out.txt", FERRY, "leads out of its archive and is not read; pack it agai"),
        ("/etc/out.txt", FERRY, "leads out of its archive and is not read; pack it a"),
        ("a/../../b.txt", FERRY, "leads out of its archive and is not read; pack it "),
        ("..\\out.txt", FERRY, "leads out of its archive and is not read; pack it aga"),
        ("inner.zip", FERRY, "is an archive inside an archive; unpack it first."),
        ("large.txt", "x" * 300_000, "has 0 MB, more than the 0.2 MB of NEWSDESK_MAX"),
        (linked(), "/etc/passwd", "is a link, not a file; pack what it leads to."),
        ("empty.txt", "", "has no text; write some or leave the file out."),
        ("no.pdf", "no PDF", "is not a sound PDF (Stream has ended unexpectedly); sa"),
        ("bad.csv", "a,b\n", "holds no records; leave it out."),
    ],
    ids=str,
)
def test_what_is_wrong_inside_an_archive_is_told_and_the_rest_goes_on(
    desk, name, text, told
):
    path = desk.folder / "news.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
        archive.writestr("ferry.txt", FERRY)
    settings = Settings(index=desk.index, max_file_mb=0.2)
    report = ingest([path], settings=settings, embedder=desk.embedder)
    [failed] = report.failed
    inside = name if isinstance(name, str) else name.filename
    assert failed.reason.startswith(f"{path}/{inside} {told}")
    assert desk.live() == {"ferry.txt"}
    assert {one.name for one in desk.folder.parent.iterdir()} == {"articles", "index"}


def test_a_member_with_a_password_is_told(desk):
    path = packed(desk.folder / "news.zip", {"a.txt": FERRY, "b.txt": QUAY})
    raw = bytearray(path.read_bytes())
    # zipfile writes no such archive: the flag is set in both headers of a.txt
    for at in (raw.index(b"PK\3\4") + 6, raw.index(b"PK\1\2") + 8):
        raw[at] |= 0x1
    path.write_bytes(raw)
    [failed] = desk.ingest().failed
    assert failed.reason == f"{path}/a.txt needs a password; pack it without one."
    assert desk.live() == {"b.txt"}


def test_a_member_that_is_damaged_is_told(desk):
    path = packed(desk.folder / "news.zip", {"a.txt": FERRY, "b.txt": QUAY})
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"a.txt") + 9] ^= 0xFF
    path.write_bytes(raw)
    [failed] = desk.ingest().failed
    assert failed.reason == f"{path}/a.txt is damaged in its archive; pack it again."
    assert desk.live() == {"b.txt"}


def test_an_archive_that_swells_is_not_unpacked(desk, monkeypatch):
    monkeypatch.setattr(parts, "_member", None)  # it would be called
    path = packed(desk.folder / "bomb.zip", {"a.txt": "a" * 30_000_000})
    [failed] = desk.ingest().failed
    assert failed.reason == f"{path} swells to 30 MB inside; it is not read."


def test_an_archive_may_hold_only_so_much_though_it_hardly_swells(desk, monkeypatch):
    monkeypatch.setattr(parts, "LARGEST", 2_000_000)
    monkeypatch.setattr(parts, "_PER_LIMIT", 0)
    noise = {f"{number}.txt": os.urandom(2**19) for number in range(4)}
    path = packed(desk.folder / "a.zip", noise)
    [failed] = desk.ingest().failed
    assert failed.reason == f"{path} swells to 2 MB inside; it is not read."


def test_an_archive_may_hold_only_so_many_files(desk, monkeypatch):
    monkeypatch.setattr("ingest.readers.archive._MOST", 1)
    packed(desk.folder / "news.zip", {"a.txt": FERRY, "b.txt": QUAY})
    [failed] = desk.ingest().failed
    assert failed.reason.endswith("holds more than 1 files; split it.")


def test_an_archive_without_articles_is_told(desk):
    path = packed(desk.folder / "news.zip", {"a.png": "x"})
    [failed] = desk.ingest(path).failed
    assert failed.reason == f"{path} holds no files of a kind that is read; unpack it."
