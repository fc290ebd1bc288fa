"""Files of records: each record is an article."""

import io
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from ingest import ingest, purge, remove, retry
from ingest.readers.draft import Draft, Part
from ingest.readers.fields import read_mapping
from ingest.readers.records import read_records
from rag.config import Settings
from rag.errors import SourceError, UsageError
from tests.desk import BRIDGE, FERRY, QUAY, lines, statuses
from ui.web.uploads import Uploads


def read(name: str, text: str, mapped: str = "") -> list[Part]:
    file = io.BytesIO(text.encode())
    return list(read_records(Path(name), file, read_mapping(mapped)))


def draft(name: str, text: str, mapped: str = "") -> Draft:
    (part,) = read(name, text, mapped)
    return part.read()


def trouble(name: str, text: str) -> list[str]:
    """Return what is wrong with each record; raises nothing."""
    told = []
    for part in read(name, text):
        try:
            part.read()
        except SourceError as error:
            told.append(str(error))
    return told


# -- what a record says ---------------------------------------------------------------

FIELDS = {
    "Headline": "The ferry",
    "by-line": ["Ann Author", {"name": "Bo Berg"}],
    "publishedAt": "Wed, 4 Mar 2026 10:00:00 +0000",
    "source": {"id": None, "name": "The Coast"},
    "Link": "https://example.org/ferry",
    "lang": "en-GB",
    "content": FERRY,
}


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


def test_two_records_of_one_id_are_told():
    one, other = {"id": 7, "text": FERRY}, {"id": 7, "text": QUAY}
    assert trouble("a.jsonl", lines(one, other)) == [
        "a.jsonl (line 2) is called as line 1 is; give each its own id or url."
    ]


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


# -- one bad record -------------------------------------------------------------------


def test_one_bad_record_is_told_with_its_line_and_the_rest_goes_on(desk):
    good = lines({"id": 1, "text": FERRY}), lines({"id": 2, "text": QUAY})
    path = desk.write("news.jsonl", f"{good[0]}{{broken\n{good[1]}")
    report = desk.ingest()
    assert len(report.outcomes) == 3
    [failed] = report.failed
    assert failed.reason == (
        f"{path} (line 2) is not JSON (Expecting property name enclosed in double "
        "quotes at line 1, column 2); mend the line."
    )
    listed = json.loads(desk.newsdesk("articles", "--state", "failed", "--json"))
    assert [one["reason"] for one in listed] == [failed.reason]
    # mended, it is no longer at the line where it failed
    desk.write("news.jsonl", "".join((*good, lines({"id": 3, "text": BRIDGE}))))
    assert not retry(settings=desk.settings, embedder=desk.embedder).failed
    assert desk.newsdesk("articles", "--state", "failed", "--json").strip() == "[]"
    assert desk.live() == {"news.jsonl#1", "news.jsonl#2", "news.jsonl#3"}


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.jsonl", "7\n", "(line 1) is no record; write an object with a title and"),
        ("a.jsonl", '{"text": ""}\n', "(line 1) has no text in text; say which field"),
        ("a.jsonl", '{"text": "..."}\n', "(line 1) has no text; write some or leave"),
        ("a.jsonl", '{"a": ' + "[" * 90_000, "(line 1) is nested too deeply; write a"),
        ("a.jsonl", '{"a": ' + "9" * 5000 + "}", "(line 1) is not JSON (Exceeds the"),
        ("a.csv", "id,text\n1,a,b\n", "(line 2) has 3 fields, but the first line nam"),
        ("a.csv", 'id,text\n1,"x\ny"\n2,\n', "(line 4) has no text in id, text; say "),
        (
            "a.json",
            '[1, {"text": "x"}]',
            "(record 1) is no record; write an object wit",
        ),
    ],
)
def test_what_is_wrong_with_a_record_is_told(name, text, told):
    message, *_ = trouble(name, text)
    assert message.startswith(f"{name} {told}")
    assert "\n" not in message


def test_bytes_that_are_no_utf_8_spoil_their_own_record_only():
    raw = "id,text\n1,Fähre\n2,ferry\n".encode("latin-1")
    bad, good = read_records(Path("a.csv"), io.BytesIO(raw), {})
    with pytest.raises(SourceError, match=r"a.csv \(line 2\) is not UTF-8 text; save"):
        bad.read()
    assert good.read().text == "ferry\n"


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_a_line_that_is_too_long_is_not_taken_into_memory(name, monkeypatch):
    monkeypatch.setattr("ingest.readers.rows._LONGEST", 200)
    text = {
        "a.jsonl": lines({"text": "x" * 300}, {"text": FERRY}),
        "a.csv": f"id,text\n1,{'x' * 300}\n2,{FERRY}\n",
    }
    bad, good = read(name, text[name])
    with pytest.raises(SourceError, match=r"longer than|field larger than"):
        bad.read()
    assert good.read().text == f"{FERRY}\n"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.jsonl", "", "a.jsonl holds no records; leave it out."),
        ("a.jsonl", "[\n{}\n]\n", "a.jsonl has a record on several lines; name it .j"),
        ("a.json", "", "a.json is not JSON (Expecting value at line 1, column 1); me"),
        ("a.json", "7", "a.json holds no records; write a list of objects."),
        ("a.json", "[" * 90_000, "a.json is nested too deeply; write a list of recor"),
        ("a.csv", "", "a.csv has no columns; name them in its first line, with comm"),
        ("a.csv", "a,b\n1,2\n", "a.csv has no field for the text, but a, b; say whic"),
        ("a.json", '{"name": 1}', "a.json has no field for the text, but name; say "),
        ("a.json", lines(FIELDS, FIELDS), "a.json holds one record after another; nam"),
        ("a.json", "[1, 2]", "a.json holds no records; write a list of objects."),
    ],
)
def test_what_is_wrong_with_a_file_of_records_is_told_once(name, text, told):
    with pytest.raises(SourceError) as error:
        read(name, text)
    assert str(error.value).startswith(told)


def test_a_file_may_hold_only_so_many_records(monkeypatch):
    monkeypatch.setattr("ingest.readers.records._MOST", 2)
    with pytest.raises(SourceError, match="has more than 2 records; split it"):
        read("a.jsonl", lines(*[{"text": FERRY}] * 3))


def test_records_are_read_one_at_a_time():
    """However long the file is: no more of it is taken than has been asked for."""

    class Endless(io.RawIOBase):
        taken = 0

        def readable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return True

        def seek(self, at: int, whence: int = io.SEEK_SET) -> int:
            return self.taken if whence == io.SEEK_CUR else at

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # a buffer
            some = lines({"text": FERRY}).encode()[: len(buffer)]
            buffer[: len(some)] = some
            self.taken += len(some)
            return len(some)

    endless = Endless()
    records = read_records(Path("a.jsonl"), io.BufferedReader(endless), {})
    for _ in range(100):
        assert next(records).read().text == f"{FERRY}\n"
    assert endless.taken < 100_000


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
