"""Files and records that are no articles: passed over, or told."""

import json

import pytest

from tests.desk import FERRY, packed

TSCONFIG = '{\n  // how it is compiled\n  "compilerOptions": {"strict": true}\n}\n'
STRAY = {
    "package.json": ('{"name": "site", "version": "1.0.0"}', "has no field for the te"),
    "tsconfig.json": (TSCONFIG, "is not JSON (Expecting property name enclosed in"),
    "numbers.csv": ("year,cars\n2025,410\n", "has no field for the text, but year, c"),
}


@pytest.mark.parametrize("packed_in", ["folder", "archive"])
def test_what_is_no_article_is_passed_over_in_a_folder_and_no_failure(desk, packed_in):
    files = {name: text for name, (text, _) in STRAY.items()} | {"ferry.md": FERRY}
    at = desk.folder / "site.zip" if packed_in == "archive" else desk.folder
    if packed_in == "archive":
        packed(at, files)
    else:
        for name, text in files.items():
            desk.write(name, text)
    done = desk.run("ingest", str(desk.folder))
    assert done.exit_code == 0
    for name, (_, why) in STRAY.items():
        assert f"no article {at / name} {why}" in done.stdout
    assert ", 0 failed, 3 passed over; 1 texts embedded." in done.stdout
    assert desk.newsdesk("articles", "--state", "failed") == ""
    assert desk.live() == {"ferry.md"}


def test_files_of_other_kinds_are_counted_and_no_failure(desk):
    for name in (
        "ferry.md",
        "old.doc",
        "older.DOC",
        "logo.png",
        "Makefile",
        ".hid.doc",
    ):
        desk.write(name, FERRY)
    done = desk.run("ingest", str(desk.folder))
    assert done.exit_code == 0
    assert (
        f"no article {desk.folder} holds files of other kinds, which are not read: "
        "2 .doc, 1 "
    ) in done.stdout
    assert "1 without ending" in done.stdout


def test_what_is_no_article_fails_if_a_person_named_it(desk):
    path = desk.write("package.json", STRAY["package.json"][0])
    [failed] = desk.ingest(path).failed
    assert failed.reason == (
        f"{path} has no field for the text, but name, version; say which it is: "
        "--map text=FIELD."
    )


def test_broken_records_are_no_strays_and_withdraw_nothing(desk):
    path = desk.write("news.json", json.dumps([{"id": 1, "text": FERRY}]))
    desk.ingest()
    path.write_text('[{"id": 1, "text": "cut o')
    [failed] = desk.ingest().failed
    assert failed.reason.startswith(f"{path} is not JSON (Unterminated string")
    path.write_text("[]")  # passed over, and no reason to withdraw what was there
    assert not desk.ingest(prune=True).failed
    assert desk.live() == {"news.json#1"}


def test_a_file_of_nothing_but_trouble_is_left(desk, monkeypatch):
    monkeypatch.setattr("ingest.several._MOST_FAILED", 3)
    path = desk.write("news.jsonl", "no\n" * 9)
    *lines_, last = desk.ingest().outcomes
    assert len(lines_) == 4
    assert last.reason == (
        f"More than 3 articles of {path} cannot be read, so the rest was left; mend "
        "it, then ingest it again."
    )
