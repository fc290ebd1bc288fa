"""Records, and files of them, that cannot be read: told, and the rest goes on."""

import io
import json
from pathlib import Path

import pytest

from ingest import retry
from ingest.readers.records import read_records
from rag.errors import SourceError
from tests.desk import BRIDGE, FERRY, QUAY, lines
from tests.recorded import FIELDS, read


def trouble(name: str, text: str) -> list[str]:
    """Return what is wrong with each record; raises nothing."""
    told = []
    for part in read(name, text):
        try:
            part.read()
        except SourceError as error:
            told.append(str(error))
    return told


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


def test_two_records_of_one_id_are_told():
    one, other = {"id": 7, "text": FERRY}, {"id": 7, "text": QUAY}
    assert trouble("a.jsonl", lines(one, other)) == [
        "a.jsonl (line 2) is called as line 1 is; give each its own id or url."
    ]
