"""Sound files of every kind: what is kept and cited."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from pypdf import PageObject

from ingest.readers import SUFFIXES, read_file
from ingest.readers.pdf import read_pdf
from rag.receipt import receipt_of
from tests.desk import Desk
from tests.files import DOCX, EPUB, FERRY, GATES, ODT, SOUND, W, packed, pdf
from ui.render.article import article_html
from ui.render.copy import answer_bibtex, answer_markdown
from ui.render.html import answer_html
from ui.render.json import answer_json
from ui.render.receipt import receipt_html
from ui.render.text import answer_text, on_pages


@pytest.mark.parametrize("suffix", SOUND)
def test_a_sound_file_keeps_text_title_author_and_date(suffix):
    draft = read_file(Path(f"/a/ferry{suffix}"), SOUND[suffix])
    said = " ".join(draft.text.split())
    assert FERRY in said
    assert GATES in said
    assert said.index(FERRY) < said.index(GATES)
    assert draft.title == "The Skarv ferry"
    assert draft.author == "Ann Author"
    assert draft.published == "2026-03-04"
    assert "alert" not in draft.text
    assert "Cookies" not in draft.text


def test_a_heading_of_a_word_file_is_one_in_any_language():
    style = '<w:style w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>'
    files = {
        **DOCX,
        "word/document.xml": DOCX["word/document.xml"].replace(
            "Heading1", "berschrift2"
        ),
        "word/styles.xml": f'<w:styles xmlns:w="{W}">{style}</w:styles>',
    }
    text = read_file(Path("/a/b.docx"), packed(files)).text
    assert text.startswith("## The ferry\n\n")


@pytest.mark.parametrize(
    ("suffix", "files", "name", "tags"),
    [
        (".docx", DOCX, "word/document.xml", ("w:tbl", "w:tr", "w:tc", "w:p", "w:t")),
        (".odt", ODT, "content.xml", ("table", "table-row", "table-cell", "p", "span")),
        (".epub", EPUB, "OPS/a.xhtml", ("table", "tr", "td", "p", "b")),
    ],
)
def test_a_table_of_a_file_is_one_of_the_text(suffix, files, name, tags):
    table, row, cell, *inside = tags
    opened = "".join(f"<{tag}>" for tag in (cell, *inside))
    closed = "".join(f"</{tag}>" for tag in (*inside[::-1], cell))
    rows = (("Year", "Cars"), ("2025", "40 | 41"), ("2026",))
    shown = "".join(
        f"<{row}>{''.join(opened + said + closed for said in cells)}</{row}>"
        for cells in rows
    )
    end = files[name].rindex("</", 0, files[name].rindex("</"))
    body = f"{files[name][:end]}<{table}>{shown}</{table}>{files[name][end:]}"
    text = read_file(Path(f"/a/b{suffix}"), packed({**files, name: body})).text
    told = "| Year | Cars |\n| --- | --- |\n| 2025 | 40 \\| 41 |\n| 2026 |  |"
    assert f"\n\n{told}" in text


def test_the_title_style_of_a_word_file_is_a_heading():
    body = DOCX["word/document.xml"].replace("Heading1", "Title")
    files = {"word/document.xml": body}
    assert read_file(Path("/a/b.docx"), packed(files)).title == "The ferry"


def test_line_breaks_and_deep_headings_of_a_word_file_part_words():
    runs = "<w:r><w:t>One</w:t><w:br/><w:t>two</w:t><w:cr/><w:t>three</w:t></w:r>"
    body = DOCX["word/document.xml"].replace("Heading1", "Heading9")
    body = body.replace("<w:tbl>", f"<w:p>{runs}</w:p><w:tbl>")
    text = read_file(
        Path("/a/b.docx"), packed({**DOCX, "word/document.xml": body})
    ).text
    assert text.startswith("###### The ferry\n\n")
    assert "\n\nOne\ntwo\nthree\n\n" in text


def book(chapter: str, about: str = "") -> bytes:
    """Return a book of one chapter."""
    files = {"OPS/a.xhtml": chapter, "OPS/b c.xhtml": "<p/>"}
    package = EPUB["OPS/book.opf"].replace("</p>", f"{about}</p>")
    return packed({**EPUB, **files, "OPS/book.opf": package})


def test_all_text_of_a_book_is_kept_whatever_holds_it():
    chapter = (
        "<!DOCTYPE html><html><head><title>Not text</title></head><body>"
        "<div>Bare&nbsp;words<p>One<br/>two &eacute; &mdash; &lt;</p>after</div>"
        "<ul><li>Item<ul><li>Inner</li></ul></li></ul>"
        "<table><tr><td>Cars</td><td>40</td></tr></table>"
        "<pre>a  b</pre></body></html>"
    )
    assert read_file(Path("/a/b.epub"), book(chapter)).text.split("\n\n") == [
        *("Bare words", "One\ntwo é — <", "after", "Item", "Inner", "Cars", "40"),
        "a  b\n",
    ]


def test_all_authors_of_a_book_are_kept():
    draft = read_file(
        Path("/a/b.epub"), book("<p>Text</p>", "<creator>Ben Writer</creator>")
    )
    assert draft.author == "Ann Author, Ben Writer"


def test_a_paragraph_with_a_footnote_is_kept_without_it():
    note = (
        "<text:note><text:note-body><text:p>Below</text:p></text:note-body></text:note>"
    )
    content = ODT["content.xml"].replace("forty", f"forty{note}<text:s/>")
    text = read_file(Path("/a/b.odt"), packed({**ODT, "content.xml": content})).text
    assert " ".join(text.split()) == f"# The ferry {FERRY} {GATES}"


def test_a_pdf_whose_date_is_none_is_read_without_one():
    raw = pdf(FERRY).replace(b"D:20260304100000Z", b"4th of March 2026")
    draft = read_file(Path("/a/b.pdf"), raw)
    assert (draft.title, draft.published) == ("The Skarv ferry", "")


def test_a_text_box_of_a_word_file_is_read_once():
    box = f"<txbxContent><w:p><w:r><w:t>{GATES}</w:t></w:r></w:p></txbxContent>"
    both = f"<w:p><w:r><Choice>{box}</Choice><Fallback>{box}</Fallback></w:r></w:p>"
    body = DOCX["word/document.xml"].replace(GATES, "").replace("<w:tbl>", f"{both}<x>")
    body = body.replace("</w:tbl>", "</x>")
    draft = read_file(Path("/a/b.docx"), packed({**DOCX, "word/document.xml": body}))
    assert draft.text == f"# The ferry\n\n{FERRY}\n\n{GATES}\n"


def newsletter(plain: str) -> bytes:
    """Return a message whose HTML is laid out in tables."""
    message = EmailMessage()
    message["Subject"] = "The Skarv ferry"
    message.set_content(plain)
    cells = f"<tr><td>{FERRY}</td></tr><tr><td>{GATES}</td></tr>"
    table = f"<table><tr><td><table>{cells}</table></td></tr></table>"
    message.add_alternative(f"<html><body>{table}</body></html>", subtype="html")
    return message.as_bytes()


def test_a_newsletter_is_read_as_it_is_seen_where_its_plain_text_only_says_so():
    stub = newsletter("Your program shows no HTML.")
    assert read_file(Path("/a/b.eml"), stub).text == f"{FERRY}\n\n{GATES}\n"
    whole = newsletter(f"{FERRY} {GATES}")
    assert read_file(Path("/a/b.eml"), whole).text == f"{FERRY} {GATES}\n"


def test_the_pages_of_a_pdf_are_kept_and_cited(tmp_path):
    desk = Desk(tmp_path)
    path = desk.folder / "ferry.pdf"
    path.write_bytes(pdf("", FERRY, "", GATES))  # two of them are pictures
    [outcome] = desk.ingest().outcomes
    article = desk.article(outcome.article_id)
    first, second = article.text.index(FERRY), article.text.index(GATES)
    assert article.pages == (first, first, second, second)
    with desk.opened() as engine:
        answer = engine.query("Who is the captain, and since when?")
        assert {one.page for one in answer.citations if one.quote in GATES} == {4}
        told = on_pages(answer.citations)
        assert "4" in told
        assert told in answer_text(answer)
        pages = [one["page"] for one in answer_json(answer)["citations"]]
        assert pages == [one.page for one in answer.citations]
        assert "p. 4" in answer_html(answer, 0)
        assert "p. 4" in answer_markdown(answer)
        assert f"pages = {{{told.split(' ', 1)[1]}}}" in answer_bibtex(answer)
        record = receipt_of(answer, engine)
        assert "p. 4" in receipt_html(record)
    page = article_html(article)
    assert f'<span class="page" data-page="4"></span>{GATES}' in page


def test_an_article_without_pages_is_cited_without_one(tmp_path):
    desk = Desk(tmp_path)
    desk.write("ferry.md", GATES)
    desk.ingest()
    with desk.opened() as engine:
        answer = engine.query("Who is the captain, and since when?")
        assert {one.page for one in answer.citations} == {None}
        assert "p. " not in answer_text(answer)
        assert answer_json(answer)["citations"][0]["page"] is None


def test_every_kind_is_taken_from_a_folder_and_answers(tmp_path):
    desk = Desk(tmp_path)
    for suffix, raw in SOUND.items():
        (desk.folder / f"ferry{suffix}").write_bytes(raw)
    report = desk.ingest()
    assert len(report.outcomes) == len(SOUND)
    assert not report.failed
    assert desk.ingest().embedded == 0


def test_the_page_takes_the_same_kinds():
    assert {".pdf", ".docx", ".html"} < SUFFIXES


@pytest.mark.parametrize("named", ["Microsoft Word - a.doc", "untitled", "ferry.indd"])
def test_the_name_of_a_program_s_file_is_no_title(named):
    raw = pdf(FERRY).replace(b"(The Skarv ferry)", f"({named})".encode())
    assert read_file(Path("/a/b.pdf"), raw).title == FERRY


def test_running_heads_and_feet_of_a_pdf_part_no_sentence(tmp_path):
    said = [
        "The ferry sails at eight and",
        "comes back at noon with",
        "the mail for the islands. It",
        "waits for the last bus.",
    ]
    next_line = ") Tj 0 -20 Td ("
    path = tmp_path / "ferry.pdf"
    path.write_bytes(
        pdf(
            *(
                next_line.join(["Harbour Report 2026", text, f"Page {number} of 4"])
                for number, text in enumerate(said, start=1)
            )
        )
    )
    draft = read_file(path, path.read_bytes())
    assert draft.text.split() == ["Harbour", "Report", "2026", *" ".join(said).split()]
    begins = [draft.text[start:].split()[0] for start in draft.pages]
    assert begins == ["Harbour", "comes", "the", "waits"]


def test_what_begins_two_pages_of_a_pdf_alike_is_no_running_head(tmp_path):
    next_line = ") Tj 0 -20 Td ("
    rows = ["Ferries and fares", "Route 1: 4 euro", "Route 2: 6 euro"]
    pages = [rows[0], *(next_line.join(["Fares", row]) for row in rows[1:])]
    path = tmp_path / "fares.pdf"
    path.write_bytes(pdf(*pages))
    assert read_file(path, path.read_bytes()).text.count("Fares") == 2


def test_ligatures_and_soft_hyphens_of_a_pdf_part_no_word(monkeypatch):
    """As older TeX sets them: "office" is to be found."""
    said = "The o\ufb03ce of \ufb01\xad\nsh."
    monkeypatch.setattr(PageObject, "extract_text", lambda _: said)
    assert read_pdf(Path("/a/b.pdf"), pdf(FERRY)).text == "The office of fish.\n"
