"""Files of every kind, sound and awkward: what is kept, and what a person is told."""

import io
import os
import re
import signal
import threading
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path

import pytest
from pypdf import PdfWriter

from ingest.readers import SUFFIXES, apart, read_file
from rag.errors import SourceError
from rag.receipt import receipt_of
from tests.desk import Desk
from ui.render.article import article_html
from ui.render.copy import answer_bibtex, answer_markdown
from ui.render.html import answer_html
from ui.render.json import answer_json
from ui.render.receipt import receipt_html
from ui.render.text import answer_text, on_pages

FERRY = "The ferry to Skarv sails at seven every morning and carries forty cars."
GATES = "Its captain, Ottilie Brandvold, has missed only two sailings since 1987."


def packed(files: Mapping[str, str | bytes]) -> bytes:
    """Return a zip archive of these files."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return memory.getvalue()


CORE = (
    '<p xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:t="http://purl.org/dc/terms/"><dc:title>The Skarv ferry</dc:title>'
    "<dc:creator>Ann Author</dc:creator><dc:language>en-GB</dc:language>"
    "<t:created>2026-03-04T10:00:00Z</t:created></p>"
)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DOCX = {
    "word/document.xml": f'<w:document xmlns:w="{W}"><w:body><w:p><w:pPr>'
    '<w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>The ferry</w:t></w:r></w:p>'
    f"<w:p><w:r><w:t>{FERRY[:20]}</w:t></w:r><w:r><w:t>{FERRY[20:]}</w:t></w:r></w:p>"
    f"<w:tbl><w:tr><w:tc><w:p><w:r><w:t>{GATES}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    "</w:body></w:document>",
    "docProps/core.xml": CORE,
}
T = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
ODT = {
    "content.xml": f'<o xmlns:text="{T}"><text:h text:outline-level="1">The ferry'
    f"</text:h><text:p>{FERRY}</text:p><text:p>{GATES}</text:p></o>",
    "meta.xml": CORE,
}
EPUB = {
    "META-INF/container.xml": '<c><rootfile full-path="OPS/book.opf"/></c>',
    "OPS/book.opf": "<package>" + CORE + '<item id="two" href="b%20c.xhtml"/>'
    '<item id="one" href="a.xhtml"/><itemref idref="one"/><itemref idref="two"/>'
    "</package>",
    "OPS/a.xhtml": f"<html><body><h1>The ferry</h1><p>{FERRY}</p></body></html>",
    "OPS/b c.xhtml": f"<html><script>alert(1)</script><p>{GATES}</p></html>",
}
PAGE = (
    '<html lang="en"><head><title>The Skarv ferry</title>'
    '<meta name="author" content="Ann Author">'
    '<meta property="article:published_time" content="2026-03-04T10:00:00Z"></head>'
    f"<body><nav>Home About Contact</nav><article><h1>The Skarv ferry</h1>"
    f"<p>{FERRY}</p><p>{GATES}</p></article><footer>Cookies</footer></body></html>"
)
EML = (
    "From: Ann Author <ann@example.org>\r\nSubject: The Skarv ferry\r\n"
    "Date: Wed, 4 Mar 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\n"
    f"{FERRY}\r\n\r\n{GATES}\r\n"
)
MHTML = (
    "Snapshot-Content-Location: https://example.org/ferry\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/related; boundary="x"\r\n\r\n--x\r\n'
    "Content-Type: text/html\r\nContent-Location: https://example.org/ferry\r\n\r\n"
    f"{PAGE}\r\n--x--\r\n"
)


def pdf(*pages: str) -> bytes:
    """Return a small PDF, written by hand, with a line of text on each page."""
    count = len(pages)
    kids = " ".join(f"{3 + 2 * n} 0 R" for n in range(count))
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {count} /Kids [{kids}] >>",
    ]
    font = 3 + 2 * count
    for number, text in enumerate(pages):
        stream = f"BT /F1 12 Tf 20 700 Td ({text}) Tj ET" if text else ""
        at = 4 + 2 * number
        parts.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 900 800] /Contents {at} 0 R "
            f"/Resources << /Font << /F1 {font} 0 R >> >> >>"
        )
        parts.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    parts.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    parts.append(
        "<< /Title (The Skarv ferry) /Author (Ann Author) "
        "/CreationDate (D:20260304100000Z) >>"
    )
    body, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return (
        f"{body}xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}trailer\n"
        f"<< /Size {len(parts) + 1} /Root 1 0 R /Info {len(parts)} 0 R >>\n"
        f"startxref\n{len(body)}\n%%EOF\n"
    ).encode("latin-1")


SOUND = {
    ".docx": packed(DOCX),
    ".odt": packed(ODT),
    ".epub": packed(EPUB),
    ".html": PAGE.encode(),
    ".htm": PAGE.encode(),
    ".eml": EML.encode(),
    ".mhtml": MHTML.encode(),
    ".pdf": pdf(FERRY, GATES),
}


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


BOMB = packed({"word/document.xml": "<a>" + " " * 40_000_000 + "</a>"})
ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><x>&b;</x>'
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


def locked(password: str, raw: bytes) -> bytes:
    """Return a PDF that opens with `password`."""
    writer = PdfWriter(clone_from=io.BytesIO(raw))
    writer.encrypt(user_password=password, owner_password="own", algorithm="RC4-128")  # noqa: S106
    memory = io.BytesIO()
    writer.write(memory)
    return memory.getvalue()


# each with what a person is told of it, behind the name of the file
NO_PDF = "is not a sound PDF (Stream has ended unexpectedly); save it again."
NO_ZIP = "is not what its name says, or damaged; open it and save it again."
EMPTY = "has no text; write some or leave the file out."
NO_TEXT = "has no text; save it with some."
NO_PAGE = "has no page in it; save the page again."
NO_ARTICLE = "has no article in it; save its text if it has any."
ATTACHED = "has no text; save the attachment by itself."
BOOK = EPUB["OPS/book.opf"]
AWKWARD = [
    ("text.pdf", b"This is no PDF at all.", NO_PDF),
    ("cut.pdf", pdf(FERRY)[:200], NO_PDF),
    (
        "scan.pdf",
        pdf("", ""),
        "has no text: its pages are pictures; recognise their text first (OCR).",
    ),
    (
        "locked.pdf",
        locked("secret", pdf(FERRY)),
        "needs a password; save it without one.",
    ),
    (
        "aes.pdf",
        (Path(__file__).parent / "data/encrypted.pdf").read_bytes(),
        (
            "is encrypted with AES, which takes one package more; install it with: pip "
            "install 'newsdesk[encrypted]'."
        ),
    ),
    ("text.docx", b"This is no Word file.", NO_ZIP),
    ("old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", NO_ZIP),
    ("cut.docx", packed(DOCX)[:300], NO_ZIP),
    ("other.docx", packed({"a.txt": "x"}), "lacks word/document.xml; save it anew."),
    ("blank.docx", packed({"word/document.xml": "<a/>"}), NO_TEXT),
    (
        "broken.docx",
        packed({"word/document.xml": "<a><b></a>"}),
        "is damaged in word/document.xml; save it anew.",
    ),
    ("bomb.docx", BOMB, "swells to 40 MB inside; it is not read."),
    (
        "entities.docx",
        packed({"word/document.xml": ENTITIES}),
        "defines entities in word/document.xml, which are not read; save its text.",
    ),
    (
        "outside.docx",
        packed({"word/document.xml": OUTSIDE}),
        "defines entities in word/document.xml, which are not read; save its text.",
    ),
    (
        "deep.docx",
        packed({"word/document.xml": "<a>" * 9000 + "x" + "</a>" * 9000}),
        (
            "cannot be read (RecursionError); it may be damaged: open it and save it "
            "again, or save its text."
        ),
    ),
    ("other.odt", packed({}), "lacks content.xml; save it anew."),
    (
        "broken.odt",
        packed({"content.xml": "no"}),
        "is damaged in content.xml; save it anew.",
    ),
    (
        "entities.odt",
        packed({"content.xml": ENTITIES}),
        "defines entities in content.xml, which are not read; save its text.",
    ),
    ("blank.odt", packed({"content.xml": "<a/>"}), NO_TEXT),
    ("other.epub", packed({}), "lacks META-INF/container.xml; save it anew."),
    (
        "blank.epub",
        packed({"META-INF/container.xml": "<c/>"}),
        "lacks its contents; save it anew.",
    ),
    (
        "entities.epub",
        packed({**EPUB, "OPS/a.xhtml": OUTSIDE}),
        "defines entities in OPS/a.xhtml, which are not read; save its text.",
    ),
    (
        "chapter.epub",
        packed({**EPUB, "OPS/book.opf": BOOK.replace("a.xh", "z.xh")}),
        "lacks OPS/z.xhtml; save it anew.",
    ),
    (
        "path.epub",
        packed({**EPUB, "OPS/book.opf": BOOK.replace("a.xh", "../../../../etc/a.xh")}),
        "lacks ../../../etc/a.xhtml; save it anew.",
    ),
    ("spaces.html", b"  \n ", NO_ARTICLE),
    ("menu.html", b"<html><body><img src=x></body></html>", NO_ARTICLE),
    ("script.html", b"<script>document.write('Hello there')</script>", NO_ARTICLE),
    ("picture.html", bytes(range(256)) * 40, NO_ARTICLE),
    ("blank.eml", b"Subject: x\n\n \n", ATTACHED),
    ("attachment.eml", b"Subject: x\nContent-Type: image/png\n\nxxxx", ATTACHED),
    (
        "charset.eml",
        EML.replace("utf-8", "x-none").encode(),
        "is written in x-none, an encoding that nobody knows; save its text by itself.",
    ),
    ("text.mhtml", b"Only text.", NO_PAGE),
    ("menu.mhtml", b"Content-Type: text/html\n\n<img>", NO_ARTICLE),
    *((f"empty{suffix}", b"", EMPTY) for suffix in (".pdf", ".docx", ".html", ".md")),
    ("blank.txt", b" \n ", EMPTY),
    (
        "picture.txt",
        bytes(range(256)) * 40,
        "is not UTF-8 text (at byte 128); save it as plain text in UTF-8.",
    ),
    (
        "program.txt",
        bytes(range(128)) * 40,
        "is not a text file; save it as plain text in UTF-8.",
    ),
    (
        "latin.txt",
        "Fähre".encode("latin-1"),
        "is not UTF-8 text (at byte 1); save it as plain text in UTF-8.",
    ),
    (
        "half.txt",
        b"\xff\xfea",
        "is not UTF-16 text (at byte 2); save it as plain text in UTF-8.",
    ),
    (
        "matter.md",
        b"---\ntitle: [\n---\ntext\n",
        (
            "The front matter of /a/matter.md is not valid YAML (line 3); put values "
            "that hold a colon, and dates that do not exist, in quotes."
        ),
    ),
]


@pytest.mark.parametrize(("name", "raw", "told"), AWKWARD, ids=[a[0] for a in AWKWARD])
def test_an_awkward_file_is_told_in_one_sentence_with_its_name(name, raw, told):
    with pytest.raises(SourceError) as error:
        read_file(Path("/a") / name, raw)
    assert str(error.value) == (told if "/a/" in told else f"/a/{name} {told}")


def test_a_pdf_that_anybody_may_open_is_read_though_it_is_encrypted():
    assert FERRY in read_file(Path("/a/x.pdf"), locked("", pdf(FERRY))).text


@pytest.fixture
def worker(monkeypatch):
    """The process that reads for this thread; it is new."""
    monkeypatch.setattr(apart, "_own", threading.local())
    read_file(Path("/a/ferry.pdf"), SOUND[".pdf"])
    return apart._own.worker


def test_the_process_that_reads_is_bounded_and_serves_the_next_file(worker):
    limits = Path(f"/proc/{worker.pid}/limits").read_text()
    assert re.search(r"Max address space +2000000000 ", limits)
    assert 60 < int(re.search(r"Max cpu time +(\d+)", limits)[1]) < 120
    for suffix, raw in SOUND.items():
        assert FERRY in read_file(Path(f"/a/ferry{suffix}"), raw).text
    assert apart._own.worker is worker


def test_a_reader_that_is_brought_down_does_not_take_the_ingest_with_it(
    tmp_path, worker, monkeypatch
):
    worker.kill()  # between two files: nobody is to notice
    assert FERRY in read_file(Path("/a/ferry.pdf"), SOUND[".pdf"]).text
    apart._own.worker.kill()
    # what a crash of the child looks like from here
    monkeypatch.setattr("ingest.readers.apart.sys.executable", "/bin/false")
    desk = Desk(tmp_path)
    pdf = desk.folder / "ferry.pdf"
    pdf.write_bytes(SOUND[".pdf"])
    desk.write("ferry.md", FERRY)
    report = desk.ingest()
    assert desk.live() == {"ferry.md"}
    [failed] = report.failed
    assert failed.reason == (
        f"{pdf} brought down what read it (too large inside, or damaged); save its "
        "text instead."
    )


def test_a_reader_without_end_is_stopped(worker, monkeypatch):
    os.kill(worker.pid, signal.SIGSTOP)
    monkeypatch.setattr("ingest.readers.apart._SECONDS", 0.5)
    told = "/a/ferry.pdf took longer than 0.5 s to read; save its text instead."
    with pytest.raises(SourceError, match=f"^{re.escape(told)}$"):
        read_file(Path("/a/ferry.pdf"), SOUND[".pdf"])
    assert worker.returncode == -signal.SIGKILL
    monkeypatch.undo()
    assert FERRY in read_file(Path("/a/ferry.pdf"), SOUND[".pdf"]).text


@pytest.mark.slow
def test_a_file_that_swells_in_memory_is_given_up(worker):
    body = f"<a>{'<p/>' * 45_000_000}</a>"  # 45 million elements
    raw = packed({"pad": os.urandom(1_000_000), "word/document.xml": body})
    with pytest.raises(SourceError, match=r"brought down what read it|took longer"):
        read_file(Path("/a/bomb.docx"), raw)


def test_the_page_takes_the_same_kinds():
    assert {".pdf", ".docx", ".html"} < SUFFIXES
