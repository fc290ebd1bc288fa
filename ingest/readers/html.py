"""Web pages: the article without menus, banners and comments (trafilatura)."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path, PurePath
from typing import Any

from lxml.etree import strip_attributes, strip_tags
from trafilatura import bare_extraction, load_html
from trafilatura.settings import Document, use_config

from ingest.readers.draft import Draft, canonical_text, line, title_of, web_address
from ingest.readers.flags import HIDDEN, hides
from rag.errors import SourceError
from rag.languages import language_of

_LANGUAGE = re.compile(
    rb"<html\b[^>]*?\blang\s*=\s*[\"']?([A-Za-z]{2,3})\b", re.IGNORECASE
)
# what schema.org has publishers say of pages that are not whole without paying
_NOT_FREE = re.compile(rb'"isAccessibleForFree"\s*:\s*"?false', re.IGNORECASE)
_ONLY_A_PART = "its page is not free: this may be its beginning only"
_BLOCKS = {"article", "blockquote", "div", "dl", "figure", "section", "table"}
_BLOCKS |= {"h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "ul"}
# Less is taken for a failure, and all that the page says is taken instead: at the 250
# characters of trafilatura a piece of two sentences came with the menu above it.
_LIMITS = use_config()
_LIMITS.set("DEFAULT", "MIN_EXTRACTED_SIZE", "50")
# archives hold old papers
_DATES = {"original_date": True, "extensive_search": False, "min_date": "1600-01-01"}
_HOW: dict[str, Any] = {
    "with_metadata": True,
    "include_formatting": True,
    "include_comments": False,
    "config": _LIMITS,
    "date_extraction_params": _DATES,
}


def read_piece(path: Path, raw: bytes) -> Draft:
    """Turn a piece of a page in UTF-8, such as a body in a record, into a draft.

    Only its text, its language and its flags mean anything.
    """
    page = (
        b'<html><head><meta charset="utf-8"></head><body><article><p>'
        b"%b</p></article></body></html>" % raw
    )
    return read_page(path, page, all_of_it=True)


def read_page(
    path: Path, raw: bytes, url: str = "", charset: str = "", *, all_of_it: bool = False
) -> Draft:
    """Turn a page into a draft whose `url` is the one it calls canonical, else `url`.

    `path` is `Path()` where it is no file. A date is taken only from where the page
    states it, never guessed from its text. `charset` is its encoding where it is not in
    UTF-8; without one it is told by the bytes. With `all_of_it` there is nothing around
    the article that is to be left out. Raises SourceError where there is no text.
    """
    name = url if path == Path() else str(path)
    try:
        tree = load_html(_decoded(raw, charset))
        _level(tree)
        if all_of_it:
            _unframe(tree)
        found = bare_extraction(
            tree,
            url=url or None,
            favor_recall=all_of_it,
            **_HOW,
        )
    except Exception as error:
        raise SourceError(f"{name} cannot be read as a page; save its text.") from error
    document: Any = found or Document()
    text = canonical_text(document.text or "").strip()
    if not any(character.isalnum() for character in text):
        raise SourceError(f"{name} has no article in it; save its text if it has any.")
    return Draft(
        title=line(document.title) or title_of(text) or PurePath(name).stem,
        author=line(document.author) or _one_word_author(tree),
        publisher=line(document.sitename),
        published=line(document.date),
        language=_stated_language(raw) or language_of(text),
        url=line(document.url) or url,
        text=text + "\n",
        flags=(HIDDEN,) if hides(tree, text) else (),
        note=_ONLY_A_PART if _NOT_FREE.search(raw) else "",
    )


def _decoded(raw: bytes, charset: str) -> bytes | str:
    for encoding in ("utf-8", charset or "utf-8"):
        with suppress(UnicodeDecodeError, LookupError):
            return raw.decode(encoding)
    return raw


def _one_word_author(tree: Any) -> str:
    """Return an author such as "Reuters", which trafilatura takes for no name."""
    said = line(tree.xpath("string(//meta[@name='author'][1]/@content)"))
    return "" if web_address(said) else said


def _stated_language(raw: bytes) -> str:
    found = _LANGUAGE.search(raw[:5000])
    return found[1].decode().lower() if found else ""


def _level(tree: Any) -> None:
    """Write CO2 and 10^6 in a line, which trafilatura writes with tags."""
    if tree is None:  # no page at all
        return
    for raised in tree.iter("sup"):
        before = raised.getprevious()
        said = raised.getparent().text if before is None else before.tail
        if (said or "")[-1:].isdigit():
            raised.text = f"^{raised.text or ''}"
    strip_tags(tree, "sub", "sup")


def _unframe(tree: Any) -> None:
    """Take from a page what makes trafilatura leave out parts of it.

    It takes a list of links for a menu, what is called "share" for buttons, and misses
    text that is in no paragraph. Tables that hold tables, or one column, are the frame
    of a newsletter.
    """
    strip_tags(tree, "a")
    strip_attributes(tree, "class", "id")
    frames = [
        table
        for table in tree.iter("table")
        if table.find(".//table") is not None
        or all(len(row) < 2 for row in table.iter("tr"))
    ]
    for part in list(tree.iter("tbody", "tr", "td", "th")):
        if next(part.iterancestors("table"), None) in frames:
            part.tag = "div"
    for table in frames:
        table.tag = "div"
    for part in tree.iter("div"):
        if not any(one.tag in _BLOCKS for one in part.iterdescendants()):
            part.tag = "p"
