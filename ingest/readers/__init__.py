"""Files to articles: bytes to canonical text, title, author, date.

One module reads each family of files; `read_file` knows which. What is not plain text
is read in a process of its own (`apart`), which a hostile file can bring down alone.
"""

from __future__ import annotations

from pathlib import Path

from ingest.readers.apart import read_apart
from ingest.readers.draft import Draft, canonical_text
from ingest.readers.text import decode, read_text
from rag.errors import SourceError

_PLAIN = frozenset({".txt", ".text", ".md", ".markdown"})
# which module reads it, and which of its functions
_READERS = {
    ".html": "html:read_page",
    ".htm": "html:read_page",
    ".mhtml": "mail:read_mhtml",
    ".mht": "mail:read_mhtml",
    ".eml": "mail:read_eml",
    ".pdf": "pdf:read_pdf",
    ".docx": "office:read_docx",
    ".odt": "office:read_odt",
    ".epub": "office:read_epub",
}
# files that hold several articles: see `ingest.readers.parts`
RECORDS = frozenset({".json", ".jsonl", ".csv"})
SEVERAL = RECORDS | {".zip"}
SUFFIXES = _PLAIN | _READERS.keys() | SEVERAL

__all__ = [
    "RECORDS",
    "SEVERAL",
    "SUFFIXES",
    "Draft",
    "canonical_text",
    "decode",
    "read_file",
]


def read_file(path: Path, raw: bytes) -> Draft:
    """Turn the bytes of a file into a draft; its suffix says how.

    Raises SourceError, which says what is wrong with the file and what to do about it.
    """
    if not raw:
        raise SourceError(f"{path} has no text; write some or leave the file out.")
    reader = _READERS.get(path.suffix.lower())
    return read_apart(reader, path, raw) if reader else read_text(path, raw)
