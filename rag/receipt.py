"""Receipts: an answer with its proofs, such that any altered character is found.

It holds the quoted spans, the hash of each quotation and of each article version, and a
hash over all of it. The hash tells alteration, not authorship: whoever makes up a
receipt makes up its hash, too, which is why one is checked against an index as well.
A conversation is a receipt that holds those of its answers.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.engine import QueryEngine
from rag.errors import ArticleNotFound
from rag.schema import Answer, Citation

FORMAT = "newsdesk receipt 1"
CONVERSATION = "newsdesk conversation 1"
_HASH = "sha256"

Receipt = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of checking a receipt: it holds if there are no `faults`.

    `remarks` tell what has happened since: a newer version, a removed article.
    """

    faults: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def receipt_of(answer: Answer, engine: QueryEngine) -> Receipt:
    """Return the receipt of an answer; raises ArticleNotFound for a purged article."""
    record = {
        "format": FORMAT,
        "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "question": answer.question,
        "asked": answer.asked,
        "text": answer.text,
        "refused": answer.refused,
        "model": answer.model,
        "notes": list(answer.notes),
        "sentences": [
            {
                "text": one.text,
                "citations": list(one.citations),
                "verdict": str(one.verdict),
                "reason": one.reason,
            }
            for one in answer.sentences
        ],
        "citations": [_cited(one, engine) for one in answer.proofs],
        "conflicts": [
            {
                "kind": str(one.kind),
                "older": one.older.number,
                "newer": one.newer.number,
                "dated": one.dated,
            }
            for one in answer.conflicts
        ],
    }
    return signed(record)


def conversation_of(
    name: str, answers: Sequence[Answer], engine: QueryEngine
) -> Receipt:
    """Return the receipt of a conversation; raises ArticleNotFound as `receipt_of`."""
    record = {
        "format": CONVERSATION,
        "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "name": name,
        "receipts": [receipt_of(one, engine) for one in answers],
    }
    return signed(record)


def receipts_in(record: Receipt) -> Sequence[Receipt]:
    """Return the receipts of the single answers."""
    found: Sequence[Receipt] = record.get("receipts", (record,))
    return found


def cited_in(record: Receipt) -> list[Mapping[str, Any]]:
    """Return what is quoted, in order."""
    return [cited for one in receipts_in(record) for cited in one["citations"]]


def signed(record: Receipt) -> Receipt:
    """Return a receipt with the hash of what else it holds."""
    return {**record, _HASH: digest(record)}


def digest(record: Receipt) -> str:
    """Return the SHA-256 of a receipt, its own hash left out, in hexadecimal."""
    rest = {name: value for name, value in record.items() if name != _HASH}
    return _sha256(receipt_text(rest))


def receipt_text(record: Receipt) -> str:
    """Return a receipt as it stands in a file: one form, to the byte."""
    return json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def check_alone(record: Receipt) -> Checked:
    """Check a receipt against its own hashes."""
    faults = []
    if record.get("format") not in {FORMAT, CONVERSATION}:
        faults.append("It is not a receipt that this version of newsdesk can read.")
    if record.get(_HASH) != digest(record):
        faults.append("It was altered: its hash is not that of what it says.")
    faults += [
        f"The quotation [{cited['number']}] was altered."
        for cited in cited_in(record)
        if cited["quote_sha256"] != _sha256(cited["quote"])
    ]
    return Checked(tuple(faults))


def check_against(record: Receipt, engine: QueryEngine) -> Checked:
    """Check a receipt against an index: does each quotation stand where it says?"""
    alone = check_alone(record)
    faults, remarks = list(alone.faults), list(alone.remarks)
    for cited in cited_in(record):
        name = f"[{cited['number']}] {cited['title']}"
        try:
            article = engine.article(cited["article_id"], cited["version"])
        except ArticleNotFound:
            faults.append(
                f"{name} is not in this index; it was purged, or never there."
            )
            continue
        if article.content_hash != cited["content_sha256"]:
            faults.append(f"{name} has another text in this index.")
        elif article.text[cited["start"] : cited["end"]] != cited["quote"]:
            faults.append(f"{name} does not say this at the place that is given.")
        state = engine.version_state(cited["article_id"], cited["version"])
        if state.note:
            remarks.append(f"{name} is {state.note}.")
    return Checked(tuple(faults), tuple(dict.fromkeys(remarks)))


def _cited(one: Citation, engine: QueryEngine) -> dict[str, Any]:
    return {
        "number": one.number,
        "article_id": one.article_id,
        "version": one.version,
        "title": one.title,
        "author": one.author,
        "published": one.published,
        "source": one.source,
        "start": one.start,
        "end": one.end,
        "page": one.page,
        "quote": one.quote,
        "quote_sha256": _sha256(one.quote),
        "content_sha256": engine.article(one.article_id, one.version).content_hash,
    }


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
