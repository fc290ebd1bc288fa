"""One sound file of each kind, made up, for tests of the readers."""

import io
import zipfile
from collections.abc import Mapping

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
