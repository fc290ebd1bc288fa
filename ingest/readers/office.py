"""Word, OpenDocument and EPUB files: archives of XML."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from defusedxml import DefusedXmlException, ElementTree

from ingest.readers.archive import open_archive
from ingest.readers.draft import Draft, canonical_text, line
from ingest.readers.fields import draft_of
from ingest.readers.flags import HIDDEN
from ingest.readers.tables import markdown_table
from rag.errors import SourceError

_BLOCKS = {"p", "h", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "pre"}
_BLOCKS |= {"div", "section", "td", "th", "dt", "dd", "figcaption"}
_LEFT_OUT = {"script", "style", "nav", "annotation", "tracked-changes", "note", "head"}
_LEFT_OUT |= {"title", "desc", "binary-data"}  # of a picture
_BETWEEN = {"br": "\n", "cr": "\n", "line-break": "\n", "tab": " ", "s": " "}
_BETWEEN |= {"noBreakHyphen": "-"}
# what books call by name (&nbsp;) and XML does not know
_NAMED = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z]\w*);")


def read_docx(path: Path, raw: bytes) -> Draft:
    """Turn a Word file into a draft; raises SourceError."""
    archive = _archive(path, raw)
    root = _xml(path, archive, "word/document.xml")
    blocks = _word_blocks(root, _styles(path, archive))
    draft = _draft(path, blocks, _properties(archive, "docProps/core.xml"))
    hidden = any(map(_hidden, root.iter()))
    return replace(draft, flags=(HIDDEN,)) if hidden else draft


def _word_blocks(element: Any, styles: Mapping[str, str]) -> Iterator[str]:
    """Yield paragraphs, headings and tables in their order."""
    for child in element:
        if _tag(child) == "Fallback":  # what is in a text box stands there twice
            continue
        if _tag(child) == "tbl" and (table := markdown_table(child, _cell)):
            yield table
            continue
        if _tag(child) == "p":
            yield _word_paragraph(child, styles)
        yield from _word_blocks(child, styles)


def _cell(cell: Any) -> str:
    return " ".join(_word_blocks(cell, {}))


def _word_paragraph(paragraph: Any, styles: Mapping[str, str]) -> str:
    """Return its text without that of a text box, a heading with its signs."""
    inside = list(_within(paragraph, {"Fallback", "p"}))
    style = next((e for e in inside if _tag(e) == "pStyle"), None)
    named = "" if style is None else next(iter(style.attrib.values()), "")
    named = styles.get(named, named).lower()
    said = "".join(
        one.text or "" if _tag(one) == "t" else _BETWEEN[_tag(one)]
        for one in inside
        if _tag(one) == "t" or _tag(one) in _BETWEEN
    )
    level = named[-1:] if named.startswith("heading") else "1" * (named == "title")
    return _heading(level) + line(said) if level.isdigit() else said


def _styles(path: Path, archive: zipfile.ZipFile) -> dict[str, str]:
    """Return what styles are called: "heading 1", also where their id is in German."""
    name = "word/styles.xml"
    found: dict[str, str] = {}
    for style in _xml(path, archive, name) if name in archive.namelist() else ():
        ids = [value for key, value in style.attrib.items() if key.endswith("styleId")]
        names = [next(iter(e.attrib.values()), "") for e in style if _tag(e) == "name"]
        found |= dict(zip(ids, names, strict=False))
    return found


def _within(element: Any, without: Collection[str]) -> Iterator[Any]:
    """Yield what is inside an element but for some elements and what they hold."""
    for child in element:
        if _tag(child) not in without:
            yield child
            yield from _within(child, without)


def _hidden(element: Any) -> bool:
    """Whether it is a run of text in a Word file that is hidden, or white."""
    if _tag(element) != "r" or not any(_tag(one) == "t" for one in element):
        return False
    values = {
        _tag(one): next(iter(one.attrib.values()), "true").lower()
        for one in element.iter()
    }
    vanishes = values.get("vanish", "false") not in {"false", "0", "off"}
    return vanishes or (values.get("color") == "ffffff" and "shd" not in values)


def read_odt(path: Path, raw: bytes) -> Draft:
    """Turn an OpenDocument text into a draft; raises SourceError."""
    archive = _archive(path, raw)
    root = _xml(path, archive, "content.xml")
    return _draft(path, _blocks(root), _properties(archive, "meta.xml"))


def read_epub(path: Path, raw: bytes) -> Draft:
    """Turn a book into one draft, its chapters in their order; raises SourceError."""
    archive = _archive(path, raw)
    container = _xml(path, archive, "META-INF/container.xml")
    package = next(
        (e.attrib["full-path"] for e in container.iter() if _tag(e) == "rootfile"), ""
    )
    book = _xml(path, archive, package)
    files = {
        e.attrib.get("id"): e.attrib.get("href", "")
        for e in book.iter()
        if _tag(e) == "item"
    }
    spine = [e.attrib.get("idref") for e in book.iter() if _tag(e) == "itemref"]
    folder = posixpath.dirname(package)
    blocks: list[str] = []
    for name in filter(None, map(files.get, spine)):
        at = posixpath.normpath(posixpath.join(folder, unquote(name)))
        blocks += _blocks(_xml(path, archive, at))
    return _draft(path, blocks, _known(book))


def _archive(path: Path, raw: bytes) -> zipfile.ZipFile:
    return open_archive(path, io.BytesIO(raw), len(raw))


def _xml(path: Path, archive: zipfile.ZipFile, name: str) -> Any:
    """Return the root of a file in the archive; entities are refused."""
    try:
        raw = _NAMED.sub(_numbered, archive.read(name))
        return ElementTree.fromstring(raw, forbid_dtd=False)
    except KeyError:
        raise SourceError(
            f"{path} lacks {name or 'its contents'}; save it anew."
        ) from None
    except ElementTree.ParseError as error:
        raise SourceError(f"{path} is damaged in {name}; save it anew.") from error
    except DefusedXmlException as error:
        raise SourceError(
            f"{path} defines entities in {name}, which are not read; save its text."
        ) from error


def _numbered(entity: re.Match[bytes]) -> bytes:
    meant = unescape(entity[0].decode())
    known = not meant.startswith("&")
    return "".join(f"&#{ord(one)};" for one in meant).encode() if known else entity[0]


def _blocks(root: Any) -> Iterator[str]:
    """Yield paragraphs and headings in their order, and what stands between them."""
    said = ""
    for piece in (*_pieces(root), None):
        if piece is not None:
            said += piece
        elif said:
            yield line(said) if said.startswith("#") else said
            said = ""


def _pieces(element: Any, *, as_is: bool = False) -> Iterator[str | None]:
    """Yield the text of an element, None where a paragraph begins or ends."""
    tag = _tag(element)
    if tag in _LEFT_OUT:
        return
    if tag == "table" and (table := markdown_table(element, _joined)):
        yield from (None, table, None)
        return
    around = [None] if tag in _BLOCKS else []
    as_is = as_is or tag == "pre"
    yield from around
    yield _marks(element) + _BETWEEN.get(tag, "")
    yield _spaced(element.text, as_is=as_is)
    for child in element:
        yield from _pieces(child, as_is=as_is)
        yield _spaced(child.tail, as_is=as_is)
    yield from around


def _joined(cell: Any) -> str:
    return " ".join(_blocks(cell))


def _spaced(text: str | None, *, as_is: bool) -> str:
    return text or "" if as_is else re.sub(r"\s+", " ", text or "")


def _marks(element: Any) -> str:
    """Return what Markdown puts before a heading, "" for what is none."""
    tag = _tag(element)
    if not re.fullmatch("h[1-6]?", tag):
        return ""
    levels = (value for key, value in element.attrib.items() if key.endswith("level"))
    level = tag[1:] or next(levels, "1")
    return _heading(level) if level.isdigit() else ""


def _heading(level: str) -> str:
    return "#" * min(int(level), 6) + " "


def _properties(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    try:
        return _known(ElementTree.fromstring(archive.read(name)))
    except (KeyError, ElementTree.ParseError):
        return {}


def _known(root: Any) -> dict[str, str]:
    """Return the Dublin Core of a file: the first of each, but all authors."""
    found: dict[str, str] = {}
    for element in root.iter():
        tag, said = _tag(element), line(element.text)
        if tag == "creator" and found.get(tag):
            said = f"{found.pop(tag)}, {said}"
        found.setdefault(tag, said)
    return found


def _draft(path: Path, blocks: Iterable[str], known: dict[str, str]) -> Draft:
    text = canonical_text("\n\n".join(filter(str.strip, (b.strip() for b in blocks))))
    if not any(character.isalnum() for character in text):
        raise SourceError(f"{path} has no text; save it with some.")
    told = known | {
        "author": known.get("creator") or known.get("initial-creator", ""),
        "published": known.get("date") or known.get("created", ""),
    }
    return draft_of(told, text + "\n", path.stem)


def _tag(element: Any) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]
