"""Awkward files of every kind: what a person is told, and what is bounded."""

import io
import os
import re
import signal
import threading
from pathlib import Path

import pytest
from pypdf import PdfWriter

from ingest.readers import apart, read_file
from rag.errors import SourceError
from tests.desk import Desk
from tests.files import (
    DOCX,
    EML,
    EPUB,
    FERRY,
    SOUND,
    packed,
    pdf,
)

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
