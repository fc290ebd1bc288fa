"""Saved messages and saved pages: `.eml` and `.mhtml`, both MIME."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage, MIMEPart
from email.utils import parseaddr
from pathlib import Path

from ingest.readers.draft import Draft, canonical_text, day_of, line, web_address
from ingest.readers.html import read_page
from rag.errors import SourceError
from rag.languages import language_of


def read_eml(path: Path, raw: bytes) -> Draft:
    """Turn a message into a draft: its text, or its HTML; raises SourceError.

    The sender is the author and the day it was sent its date. Attachments stay out.
    """
    message = _message(raw)
    plain, page = (message.get_body((kind,)) for kind in ("plain", "html"))
    text = canonical_text(_said(path, plain)).strip() if plain else ""
    attached = sum(1 for _ in message.iter_attachments())
    note = f"attachments were left out: {attached}" if attached else ""
    name, address = parseaddr(str(message["from"] or ""))
    draft = Draft(
        title=line(message["subject"]) or path.stem,
        author=line(name or address),
        published=day_of(str(message["date"])),
        text="",
        note=note,
    )
    if page and (seen := _read_page(path, _said(path, page), text)):
        return replace(draft, text=seen.text, language=seen.language, flags=seen.flags)
    if not any(character.isalnum() for character in text):
        raise SourceError(f"{path} has no text; save the attachment by itself.")
    return replace(draft, text=text + "\n", language=language_of(text))


def _said(path: Path, part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except LookupError as error:
        raise SourceError(
            f"{path} is written in {part.get_content_charset()}, an encoding that "
            "nobody knows; save its text by itself."
        ) from error


def _read_page(path: Path, html: str, text: str) -> Draft | None:
    """Return the HTML of a message if its `text` is none, or only says so."""
    try:
        page = read_page(path, html.encode("utf-8", "replace"), all_of_it=True)
    except SourceError:
        return None
    return page if len(page.text) > 2 * len(text) else None


def read_mhtml(path: Path, raw: bytes) -> Draft:
    """Turn a saved page into a draft; raises SourceError."""
    message = _message(raw)
    page = next(
        (part for part in message.walk() if part.get_content_type() == "text/html"),
        None,
    )
    if page is None:
        raise SourceError(f"{path} has no page in it; save the page again.")
    html = page.get_payload(decode=True)
    url = web_address(page["content-location"] or message["snapshot-content-location"])
    raw = html if isinstance(html, bytes) else b""
    return read_page(path, raw, url, page.get_content_charset(""))


def _message(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101  # what this policy makes
    return message
