"""Lists of feeds as other programs keep them: OPML in and out."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from defusedxml import DefusedXmlException, ElementTree

from rag.errors import SourceError
from rag.index.ledger import Followed


def read_opml(raw: bytes, name: str) -> list[str]:
    """Return the addresses of the feeds of an OPML file, folders and all.

    Raises SourceError where it is none; `name` is then named.
    """
    try:
        root = ElementTree.fromstring(raw, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
        raise SourceError(f"{name} is not an OPML file; export it again.") from error
    found = [one.get("xmlUrl", "").strip() for one in root.iter("outline")]
    if not (urls := list(dict.fromkeys(filter(None, found)))):
        raise SourceError(f"{name} lists no feeds; export it again.")
    return urls


def write_opml(feeds: Iterable[Followed]) -> str:
    """Return OPML 2.0 that lists the feeds."""
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = "newsdesk"
    body = SubElement(root, "body")
    for feed in feeds:
        title = feed.title or feed.url
        about = {"type": "rss", "text": title, "title": title, "xmlUrl": feed.url}
        SubElement(body, "outline", about)
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True)
