"""Visitors' ratings of answers, kept in the index folder and used as questions."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.engine import QueryEngine
from rag.errors import ArticleNotFound, UsageError
from rag.index.atomic import write_atomically
from rag.schema import Answer

_NAME = "ratings.jsonl"
_MOST = 20_000_000  # bytes of all ratings: some ten thousand
_LINE = 64_000  # bytes of one
_REASON = 500  # characters


def rate(engine: QueryEngine, answer: Answer, *, good: bool, reason: str = "") -> None:
    """Keep in the index folder whether an answer is good, and why.

    Raises UsageError where what it quotes does not stand in the index (any more), or
    there is no room.
    """
    cited: list[dict[str, Any]] = [
        {
            "article": one.article_id,
            "version": one.version,
            "start": one.start,
            "end": one.end,
            "quote": one.quote,
        }
        for one in answer.citations
    ]
    if not all(_stands(engine, **one) for one in cited):
        raise UsageError("What this answer quotes is gone; ask again, then rate it.")
    rating = {
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "good": good,
        "reason": reason.strip()[:_REASON],
        "question": answer.asked or answer.question,
        "answer": answer.text,
        "refused": answer.refused,
        "model": answer.model,
        "cited": cited,
    }
    line = f"{json.dumps(rating)}\n".encode()
    file = engine.folder / _NAME
    if len(line) > _LINE or len(line) + _size(file) > _MOST:
        raise UsageError(
            f"There is no room for this rating; {_NAME} in the index folder takes no "
            "more: export it with newsdesk ratings and delete it."
        )
    with file.open("ab") as opened:
        opened.write(line)


def ratings(folder: Path) -> list[dict[str, Any]]:
    """Return the ratings kept in an index folder, oldest first."""
    return [json.loads(line) for line in _lines(folder / _NAME)]


def questions(kept: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the good answers as the questions of `rag.evaluation.measures`.

    Expected is one of the quotations, or a refusal. What is expected where an answer
    was bad, nobody has said.
    """
    found = []
    for one in kept:
        if not one["good"]:
            continue
        if one["refused"]:
            found.append({"question": one["question"], "answerable": False})
        elif one["cited"]:
            article = one["cited"][0]["article"]
            spans = [
                [span["start"], span["end"], span["quote"]]
                for span in one["cited"]
                if span["article"] == article
            ]
            line = {"question": one["question"], "article": article, "answers": spans}
            found.append(line)
    return found


def forget_ratings(folder: Path, article_id: str) -> None:
    """Delete the ratings of answers that cite an article, as part of its purge."""
    file = folder / _NAME
    lines = list(_lines(file))
    quoting = f'"article": "{article_id}"'
    if any(quoting in line for line in lines):
        kept = [line for line in lines if quoting not in line]
        write_atomically(file, "".join(kept))


def _stands(engine: QueryEngine, article: str, version: int, **span: Any) -> bool:
    try:
        text = engine.article(article, version).text
    except ArticleNotFound:
        return False
    return bool(text[span["start"] : span["end"]] == span["quote"])


def _lines(file: Path) -> Iterator[str]:
    if file.exists():
        with file.open(encoding="utf-8") as opened:
            yield from opened


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
