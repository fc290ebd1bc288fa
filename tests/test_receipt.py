"""Receipts: an answer with its proofs, of which no character can be altered unseen."""

import random
import shutil
from dataclasses import replace

import pytest

from rag.engine import QueryEngine
from rag.errors import UsageError
from rag.receipt import (
    check_against,
    check_alone,
    conversation_of,
    receipt_of,
    receipt_text,
)
from tests.desk import Desk
from ui import translation
from ui.render.receipt import read_receipt, receipt_html

FERRY = (
    "# The ferry\n\nThe ferry to Skarv sails at seven.\n\nIt carries <b>40</b> cars.\n"
)


@pytest.fixture
def desk(tmp_path, monkeypatch) -> Desk:
    desk = Desk(tmp_path)
    monkeypatch.setattr("rag.engine.open_embedder", lambda *_: desk.embedder)
    desk.write("ferry.md", FERRY)
    desk.ingest()
    return desk


@pytest.fixture
def engine(desk):
    with QueryEngine.open(settings=desk.settings, embedder=desk.embedder) as engine:
        yield engine


@pytest.fixture(params=["an answer", "a conversation"])
def record(engine, request):
    answer = engine.query("Which articles mention the ferry?")
    assert answer.citations
    if request.param == "an answer":
        return receipt_of(answer, engine)
    refusal = engine.query("Which articles mention gluons?")
    assert refusal.refused
    return conversation_of("The <b>ferry</b>", [answer, refusal], engine)


def found_out(raw: bytes) -> bool:
    """Whether alteration shows without an index."""
    try:
        record, exact = read_receipt(raw)
    except UsageError:
        return True
    return not exact or bool(check_alone(record).faults)


@pytest.mark.parametrize("form", [receipt_text, receipt_html])
def test_an_unaltered_receipt_holds(record, engine, form):
    again, exact = read_receipt(form(record).encode())
    assert exact
    assert again == record
    assert not check_alone(again).faults
    assert not check_against(again, engine).faults


def in_german(record) -> str:
    return receipt_html(record, "de")


def test_a_receipt_holds_whatever_is_said_otherwise_since(record, engine, monkeypatch):
    page = in_german(record)
    assert "Zu prüfen mit" in page
    for texts in ({}, {"Proofs": "Nachweise", "Made at {text}.": "Am {text}."}):
        known = {"de": {"name": "Deutsch", "texts": texts}} if texts else {}
        monkeypatch.setattr("ui.translation.languages", lambda known=known: known)
        translation._templates.cache_clear()
        again, exact = read_receipt(page.encode())
        assert exact
        assert not check_against(again, engine).faults
    translation._templates.cache_clear()


@pytest.mark.parametrize("form", [receipt_text, receipt_html, in_german])
def test_any_altered_character_is_found(record, form):
    whole = form(record)
    draw = random.Random(5)  # noqa: S311  # a fixed sample, no secret
    places = draw.sample(range(len(whole)), min(400, len(whole)))
    for at in places:
        other = draw.choice("abc 019<>\"'\n,.")
        for altered in (
            whole[:at] + other + whole[at + 1 :],
            whole[:at] + other + whole[at:],
            whole[:at] + whole[at + 1 :],
        ):
            assert altered == whole or found_out(altered.encode()), (at, other)


def test_a_receipt_that_was_made_up_does_not_stand_in_the_index(engine):
    answer = engine.query("Which articles mention the ferry?")
    [cited] = answer.citations
    lie = replace(cited, quote=cited.quote.replace("seven", "eight"))
    made_up = receipt_of(replace(answer, citations=(lie,)), engine)
    assert not check_alone(made_up).faults  # its hashes are its own
    assert any(
        "does not say this" in one for one in check_against(made_up, engine).faults
    )


def test_what_became_of_the_article_is_told(desk, engine, record):
    desk.write("ferry.md", FERRY.replace("seven", "nine"))
    desk.ingest()
    checked = check_against(record, engine)
    assert not checked.faults
    assert any("superseded by version 2" in one for one in checked.remarks)
    desk.newsdesk("purge", "ferry.md")
    assert any("purged" in one for one in check_against(record, engine).faults)


def test_nothing_of_an_article_runs_in_a_receipt(engine):
    answer = engine.query("Which articles mention cars?")
    evil = replace(answer, question="</script><script>alert(1)</script>")
    page = receipt_html(receipt_of(evil, engine))
    assert page.count("<script") == 1
    assert "<b>40" not in page
    assert "default-src 'none'" in page


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"[1]", b"\xff", b"<html>", b'{"a": [' * 9]
)
def test_what_is_no_receipt_is_told_in_a_sentence(raw):
    with pytest.raises(UsageError, match="not a receipt"):
        read_receipt(raw)


def test_the_commands_write_and_verify(desk, tmp_path):
    file = tmp_path / "receipt.html"
    desk.newsdesk("ask", "Which articles mention the ferry?", "--receipt", str(file))
    assert "1 quotation agrees with the index" in desk.newsdesk("verify", str(file))
    assert "agrees with the receipt" in desk.newsdesk("verify", "--alone", str(file))
    copy = shutil.copy(file, tmp_path / "altered.html")
    page = file.read_text().replace("seven", "eight")
    (tmp_path / "altered.html").write_text(page)
    assert desk.run("verify", str(copy)).exit_code == 1
    assert desk.run("verify", str(tmp_path / "none.html")).exit_code != 0
    asked = desk.run("ask", "the ferry?", "--receipt", str(tmp_path / "x.pdf"))
    assert asked.exit_code != 0
