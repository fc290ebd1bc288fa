"""PDF files: the text of their pages (pypdf)."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from unicodedata import normalize

from pypdf import DocumentInformation, PageObject, PdfReader
from pypdf.errors import DependencyError, PdfReadError

from ingest.readers.draft import Draft, canonical_text, line
from ingest.readers.fields import draft_of
from rag.errors import SourceError

_PAGES = 5_000
_BETWEEN = "\n\n"  # two pages
# a word cut at the end of a line, and a line that is not the end of a paragraph
_HYPHEN = re.compile(r"(?<=[a-z\u00df-\u00ff])-\n(?=[a-z\u00df-\u00ff])")
_BROKEN = re.compile(r"(?<=[^\n.!?:\u201d\"])\n(?=[^\n\u2022\-*\d])")
# what programs write where nobody gave a title: the name of their own file
_NO_TITLE = re.compile(
    r"(?:Microsoft \w+ - |untitled\b).*|.*\.(?:docx?|indd|odt|pdf|qxd|rtf|tex)",
    re.IGNORECASE,
)
_REPEATED = 3  # pages, and a third of all: a line at their edge is a running one
_DIGITS = re.compile(r"\d+")
_LIGATURE = re.compile("[\ufb00-\ufb06]")  # "office" is to be found, too


def read_pdf(path: Path, raw: bytes) -> Draft:
    """Turn a PDF into a draft; raises SourceError, for a scan without text as well."""
    try:
        reader = PdfReader(io.BytesIO(raw))
        if reader.is_encrypted and not reader.decrypt(""):
            raise SourceError(f"{path} needs a password; save it without one.")
        pages = [_extracted(page) for page in reader.pages[:_PAGES]]
    except DependencyError as error:
        raise SourceError(
            f"{path} is encrypted with AES, which takes one package more; install it "
            "with: pip install 'newsdesk[encrypted]'."
        ) from error
    except PdfReadError as error:
        raise SourceError(
            f"{path} is not a sound PDF ({line(error)}); save it again."
        ) from error
    pages = [_joined(page) for page in _without_running_lines(pages)]
    text = _BETWEEN.join(filter(None, pages))
    # a page without text begins where the next one does
    lengths = (len(page) + len(_BETWEEN) if page else 0 for page in pages)
    starts = tuple(accumulate(lengths, initial=0))[:-1]
    if not any(character.isalnum() for character in text):
        raise SourceError(
            f"{path} has no text: its pages are pictures; recognise their text first "
            "(OCR)."
        )
    about = reader.metadata or DocumentInformation()
    told = {"title": line(about.title), "author": line(about.author)}
    if _NO_TITLE.fullmatch(told["title"]):
        told["title"] = ""
    with suppress(ValueError):  # a date that is none
        told["published"] = str(about.creation_date or "")
    note = f"{len(pages)} page{'s' * (len(pages) != 1)}"
    return replace(draft_of(told, text + "\n", path.stem), note=note, pages=starts)


def _extracted(page: PageObject) -> str:
    """Return the canonical text of a page, in lines."""
    text = canonical_text(page.extract_text().replace("\xad\n", "")).strip()
    return _LIGATURE.sub(lambda found: normalize("NFKC", found[0]), text)


def _without_running_lines(pages: Sequence[str]) -> list[str]:
    """Leave out heads and feet: lines at the edge of many pages, but for a number.

    They would stand in the midst of sentences. The first line of all stays: where it is
    a running head, it is the title, too.
    """
    left = [page.split("\n") for page in pages]
    for edge in (0, -1):
        while running := _running(left, edge):
            for place, lines in enumerate(left):
                first = place == 0 and edge == 0
                if not first and _key(lines, edge) in running:
                    del lines[edge]
    return ["\n".join(lines).strip() for lines in left]


def _running(pages: Sequence[Sequence[str]], edge: int) -> set[str]:
    """Return the running lines at an edge of the pages, as keys."""
    counts = Counter(key for page in pages if (key := _key(page, edge)))
    enough = max(_REPEATED, len(pages) / 3)
    return {key for key, count in counts.items() if count >= enough}


def _key(lines: Sequence[str], edge: int) -> str:
    """Return what two running lines have in common; "" on an empty page."""
    return _DIGITS.sub("#", lines[edge]).strip() if lines else ""


def _joined(text: str) -> str:
    """Return the text of a page without the breaks of its lines."""
    return _BROKEN.sub(" ", _HYPHEN.sub("", text))
