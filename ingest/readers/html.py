"""Web pages: the article without menus, banners and comments (trafilatura)."""

from __future__ import annotations

import re
from pathlib import Path, PurePath

from trafilatura import bare_extraction, load_html
from trafilatura.settings import Document

from ingest.readers.draft import Draft, canonical_text, line
from ingest.readers.flags import HIDDEN, hides
from ingest.readers.text import title_of
from rag.errors import SourceError
from rag.languages import language_of

_LANGUAGE = re.compile(
    rb"<html\b[^>]*?\blang\s*=\s*[\"']?([A-Za-z]{2,3})\b", re.IGNORECASE
)


def read_page(path: Path, raw: bytes) -> Draft:
    """Turn a page that was saved as a file into a draft; raises SourceError."""
    return read_html(raw, str(path))


def read_piece(html: str, name: str) -> Draft:
    """Turn a piece of a page, such as a body in a record, into a draft; as `read_html`.

    Only its text, its language and its flags mean anything.
    """
    page = (
        '<html><head><meta charset="utf-8"></head><body><article><p>'
        f"{html}</p></article></body></html>"
    )
    return read_html(page.encode("utf-8", "replace"), name, all_of_it=True)


def read_html(
    raw: bytes, name: str, url: str = "", *, all_of_it: bool = False
) -> Draft:
    """Turn a page into a draft whose `url` is the one it calls canonical, else `url`.

    `name` is what a person knows the page by. A date is taken only from where the page
    states it, never guessed from its text. With `all_of_it` there is nothing around
    the article that is to be left out. Raises SourceError where there is no text.
    """
    try:
        tree = load_html(raw)
        found = bare_extraction(
            tree,
            url=url or None,
            with_metadata=True,
            include_formatting=True,
            include_comments=False,
            favor_recall=all_of_it,
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
    except Exception as error:
        raise SourceError(f"{name} cannot be read as a page; save its text.") from error
    document = found if isinstance(found, Document) else Document()
    text = canonical_text(document.text or "").strip()
    if not any(character.isalnum() for character in text):
        raise SourceError(f"{name} has no article in it; save its text if it has any.")
    language = _LANGUAGE.search(raw[:5000])
    return Draft(
        title=line(document.title) or title_of(text) or PurePath(name).stem,
        author=line(document.author),
        publisher=line(document.sitename),
        published=line(document.date),
        language=language[1].decode().lower() if language else language_of(text),
        url=line(document.url) or url,
        text=text + "\n",
        note="",
        flags=(HIDDEN,) if hides(tree, text) else (),
    )
