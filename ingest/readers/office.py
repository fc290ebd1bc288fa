"""Word, OpenDocument and EPUB files: archives of XML."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from defusedxml import DefusedXmlException, ElementTree

from ingest.readers.archive import open_archive
from ingest.readers.draft import Draft, canonical_text, day_of, line
from ingest.readers.flags import HIDDEN
from ingest.readers.text import title_of
from rag.errors import SourceError
from rag.languages import language_of

_BLOCKS = {"p", "h", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "pre"}
_LEFT_OUT = {"script", "style", "nav", "annotation", "tracked-changes", "note"}


def read_docx(path: Path, raw: bytes) -> Draft:
    """Turn a Word file into a draft; raises SourceError."""
    archive = _archive(path, raw)
    root = _xml(path, archive, "word/document.xml")
    blocks, styles = [], _styles(path, archive)
    # what is in a text box stands there twice, in a paragraph inside another
    for element in _within(root, {"Fallback"}):
        if _tag(element) == "p":
            inside = list(_within(element, {"Fallback", "p"}))
            style = next((e for e in inside if _tag(e) == "pStyle"), None)
            named = "" if style is None else next(iter(style.attrib.values()), "")
            named = styles.get(named, named)
            said = "".join(
                one.text or "" if _tag(one) == "t" else " "
                for one in inside
                if _tag(one) in {"t", "tab", "br"}
            )
            level = named[-1:] if named.lower().startswith("heading") else ""
            blocks.append(f"{'#' * int(level)} {said}" if level.isdigit() else said)
    draft = _draft(path, blocks, _properties(archive, "docProps/core.xml"))
    hidden = any(map(_hidden, root.iter()))
    return replace(draft, flags=(HIDDEN,)) if hidden else draft


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
        return ElementTree.fromstring(archive.read(name), forbid_dtd=False)
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


def _blocks(root: Any) -> Iterator[str]:
    """Yield paragraphs and headings in their order."""
    tag = _tag(root)
    if tag in _LEFT_OUT:
        return
    if tag in _BLOCKS and not any(
        _tag(one) in _BLOCKS for one in list(root.iter())[1:]
    ):
        said = "".join(root.itertext())
        level = tag[1:] or next(
            (value for key, value in root.attrib.items() if key.endswith("level")), "1"
        )
        heading = tag.startswith("h") and level.isdigit()
        yield f"{'#' * min(int(level), 6)} {line(said)}" if heading else said
        return
    for child in root:
        yield from _blocks(child)


def _properties(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    try:
        return _known(ElementTree.fromstring(archive.read(name)))
    except (KeyError, ElementTree.ParseError):
        return {}


def _known(root: Any) -> dict[str, str]:
    """Return the Dublin Core of a file, the first of each."""
    found: dict[str, str] = {}
    for element in root.iter():
        found.setdefault(_tag(element), line(element.text))
    return found


def _draft(path: Path, blocks: Iterable[str], known: dict[str, str]) -> Draft:
    text = canonical_text("\n\n".join(filter(str.strip, (b.strip() for b in blocks))))
    if not any(character.isalnum() for character in text):
        raise SourceError(f"{path} has no text; save it with some.")
    return Draft(
        title=known.get("title") or title_of(text) or path.stem,
        author=known.get("creator") or known.get("initial-creator", ""),
        publisher=known.get("publisher", ""),
        published=day_of(known.get("date") or known.get("created", "")),
        language=known.get("language", "")[:2].lower() or language_of(text),
        text=text + "\n",
    )


def _tag(element: Any) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]
