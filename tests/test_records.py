"""Files of records: what each says, and what an article of it is known by."""

import io
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from ingest import ingest, purge, remove
from ingest.readers.fields import read_mapping
from ingest.readers.records import read_records
from rag.config import Settings
from rag.errors import SourceError, UsageError
from tests.desk import BRIDGE, FERRY, QUAY, lines, statuses
from tests.recorded import FIELDS, draft, read
from ui.web.uploads import Uploads


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", lines(FIELDS)),
        ("a.json", json.dumps([FIELDS], indent=1)),
        ("a.json", json.dumps({"status": "ok", "articles": [FIELDS]})),
        ("a.json", json.dumps(FIELDS)),
    ],
)
def test_usual_names_are_understood_however_they_are_written(name, text):
    (part,) = read(name, text)
    found = part.read()
    assert part.key == "#https://example.org/ferry"
    assert found.title == "The ferry"
    assert found.author == "Ann Author, Bo Berg"
    assert found.published == "2026-03-04"
    assert found.publisher == "The Coast"
    assert found.url == "https://example.org/ferry"
    assert found.language == "en"
    assert found.text == f"{FERRY}\n"


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_a_table_may_have_any_usual_separator_and_lines_inside_of_quotes(mark):
    text = f"\ufefftitle{mark}Published At{mark}Body\r\nThe ferry{mark}2026/03/04{mark}"
    found = draft("a.csv", f'{text}"One {mark} two.\nThree ""four""."\r\n\r\n')
    assert (found.title, found.published) == ("The ferry", "2026-03-04")
    assert found.text == f'One {mark} two.\nThree "four".\n'


def test_a_table_may_begin_as_excel_writes_it():
    """In UTF-16, or with the separator or nothing above the names."""
    for above in ("sep=;\r\n", "\n\n", ""):
        raw = f"{above}title;text\r\nThe ferry;{FERRY}\r\n\r\nB;\r\n"
        for encoding in ("utf-8-sig", "utf-16"):
            parts = read_records(Path("a.csv"), io.BytesIO(raw.encode(encoding)), {})
            ferry, empty = parts
            assert (ferry.key, ferry.read().text) == ("#The ferry", f"{FERRY}\n")
            line = raw.split("\n").index("B;\r") + 1
            with pytest.raises(
                SourceError, match=rf"^a.csv \(line {line}\) has no text"
            ):
                empty.read()


@pytest.mark.parametrize("outer", ["response", "data"])
def test_the_list_of_records_may_lie_deeper(outer):
    whole = {"status": "ok", outer: {"total": 1, "results": [FIELDS]}}
    assert draft("a.json", json.dumps(whole)).title == "The ferry"


def test_a_mapping_comes_before_usual_names():
    record = {"text": "An abstract.", "Body": {"full": FERRY}, "Kop": "The ferry"}
    found = draft("a.jsonl", lines(record), "text=Body.full, title=Kop")
    assert (found.title, found.text) == ("The ferry", f"{FERRY}\n")


@pytest.mark.parametrize("told", ["text", "text=", "=Body", "txt=Body"])
def test_a_mapping_of_nothing_is_told(told):
    with pytest.raises(UsageError, match="maps nothing; write FIELD=NAME"):
        read_mapping(told)


def test_html_in_a_record_becomes_text():
    body = f"<p>{FERRY}</p><script>alert(1)</script><ul><li>One &amp; two</li></ul>"
    found = draft("a.jsonl", lines({"content_html": body}))
    assert FERRY in found.text
    assert "One & two" in found.text
    assert "<" not in found.text
    assert "alert" not in found.text


def test_a_text_that_compares_is_no_html():
    assert draft("a.jsonl", lines({"text": "If a < b then p > 0."})).text == (
        "If a < b then p > 0.\n"
    )


@pytest.mark.parametrize("day", ["04/03/2026", "March", "1772618400", "2026-13-45"])
def test_a_date_that_may_mean_several_days_is_none(day):
    assert draft("a.jsonl", lines({"text": FERRY, "date": day})).published == ""


# -- what a record is known by --------------------------------------------------------


def keys(*records: Mapping[str, object]) -> list[str]:
    return [part.key for part in read("a.jsonl", lines(*records))]


def test_a_record_is_known_by_id_address_title_or_place():
    found = {"id": 7, "url": "https://e.org", "title": "The ferry", "text": FERRY}
    assert keys(found) == ["#7"]
    del found["id"]
    assert keys(found) == ["#https://e.org"]
    del found["url"]
    assert keys(found, found) == ["#The ferry", "#The ferry (2)"]
    del found["title"]
    assert keys(found, found) == ["#line 1", "#line 2"]


def test_an_edited_record_is_a_new_version_and_nothing_else_changes(desk):
    first, second = {"id": 1, "text": FERRY}, {"id": 2, "text": QUAY}
    desk.write("news.jsonl", lines(first, second))
    assert statuses(desk.ingest()) == ["added news.jsonl#1", "added news.jsonl#2"]
    third = {"id": 3, "text": BRIDGE}
    desk.write("news.jsonl", lines(third, {**second, "text": f"{QUAY} So."}, first))
    assert statuses(desk.ingest()) == [
        "added news.jsonl#3",
        "changed news.jsonl#2",
        "unchanged news.jsonl#1",
    ]
    with desk.opened() as engine:
        [cited] = engine.query("Why was the bridge closed?").citations
        assert cited.source == str(desk.folder / "news.jsonl#3")


def test_another_mapping_reads_the_records_again(desk):
    path = desk.write("news.jsonl", lines({"id": 1, "text": FERRY, "long": QUAY}))
    desk.ingest()
    settings = Settings(index=desk.index, fields="text=long")
    report = ingest([path], settings=settings, embedder=desk.embedder)
    assert statuses(report) == ["changed news.jsonl#1"]


def test_a_renamed_file_of_records_keeps_its_articles(desk):
    path = desk.write("news.csv", f"id,text\n1,{FERRY}\n2,{QUAY}\n")
    ids = {one.article_id for one in desk.ingest().outcomes}
    path.rename(path.with_name("old.csv"))
    report = desk.ingest()
    assert statuses(report) == ["moved old.csv#1", "moved old.csv#2"]
    assert {one.article_id for one in report.outcomes} == ids


# -- the rest of what happens to articles ---------------------------------------------


def test_a_file_that_changes_while_it_is_read_is_read_again(desk, monkeypatch):
    """And what another process has committed meanwhile is never put back."""
    path = desk.write("news.jsonl", lines({"id": 1, "text": FERRY}))
    real = desk.embedder.embed_passages

    def saved_meanwhile(texts: list[str]) -> object:
        monkeypatch.setattr(desk.embedder, "embed_passages", real)
        desk.write("news.jsonl", lines({"id": 1, "text": QUAY}, {"id": 2, "text": "B"}))
        return real(texts)

    monkeypatch.setattr(desk.embedder, "embed_passages", saved_meanwhile)
    assert statuses(desk.ingest(path)) == ["added news.jsonl#1", "added news.jsonl#2"]
    assert {one.version for one in desk.articles()} == {1}
    assert "flooded" in desk.newsdesk("show", "news.jsonl#1")


def test_a_removed_record_comes_back_when_it_is_ingested_again(desk):
    path = desk.write("news.jsonl", lines({"id": 1, "text": FERRY}))
    desk.ingest()
    remove(f"{path}#1", settings=desk.settings)
    assert statuses(desk.ingest()) == ["added news.jsonl#1"]


def test_a_purged_record_is_said_to_be_in_its_file_still(desk):
    path = desk.write("news.jsonl", lines({"id": 1, "text": FERRY}))
    desk.ingest()
    assert purge(f"{path}#1", settings=desk.settings).file == str(path)
    assert path.exists()


def test_a_mapping_is_given_on_the_command_line(desk):
    path = desk.write("news.csv", f"Kop;Tekst\nThe ferry;{FERRY}\n")
    assert desk.run("ingest", str(path)).exit_code == 1
    desk.newsdesk("ingest", str(path), "--map", "title=Kop,text=Tekst")
    assert desk.live() == {"news.csv#The ferry"}
    assert isinstance(desk.run("ingest", str(path), "--map", "x").exception, UsageError)


def test_a_table_that_visitors_add_again_takes_its_own_place(desk, tmp_path):
    desk.ingest(desk.write("first.txt", BRIDGE))
    table = tmp_path / "news.csv"
    table.write_text(f"id,text\n1,{FERRY}\n")
    uploads = Uploads(desk.index, [])
    kept = uploads.keep(table)
    assert kept.name == "news.csv"
    assert statuses(desk.ingest(kept)) == ["added news.csv#1"]
    table.write_text(f"id,text\n1,{QUAY}\n")
    assert Uploads(desk.index, desk.articles()).keep(table) == kept
    assert statuses(desk.ingest(kept)) == ["changed news.csv#1"]
