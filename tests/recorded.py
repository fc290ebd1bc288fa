"""Files of records and what is read of them; for tests."""

import io
from pathlib import Path

from ingest.readers.draft import Draft, Part
from ingest.readers.fields import read_mapping
from ingest.readers.records import read_records
from tests.desk import FERRY

FIELDS = {
    "Headline": "The ferry",
    "by-line": ["Ann Author", {"name": "Bo Berg"}],
    "publishedAt": "Wed, 4 Mar 2026 10:00:00 +0000",
    "source": {"id": None, "name": "The Coast"},
    "Link": "https://example.org/ferry",
    "lang": "en-GB",
    "content": FERRY,
}


def read(name: str, text: str, mapped: str = "") -> list[Part]:
    """Return the records of a file."""
    file = io.BytesIO(text.encode())
    return list(read_records(Path(name), file, read_mapping(mapped)))


def draft(name: str, text: str, mapped: str = "") -> Draft:
    """Return what the only record of a file says."""
    (part,) = read(name, text, mapped)
    return part.read()
