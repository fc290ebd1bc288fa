"""Answers and findings as plain values, ready for `json.dumps`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rag.schema import Answer, ArticleSummary, Citation, Passage

if TYPE_CHECKING:
    from rag.answers.find import Findings, Mention

Values = dict[str, object]


def _picked(one: object, names: str) -> Values:
    return {name: getattr(one, name) for name in names.split()}


def answer_json(answer: Answer) -> Values:
    """Return the answer as plain values."""
    return {
        **_picked(answer, "text asked refused reason cause notes"),
        "sentences": [
            _picked(one, "text citations verdict reason") for one in answer.sentences
        ],
        "citations": list(map(_citation_json, answer.citations)),
        "conflicts": [
            {
                "kind": one.kind,
                "older": _citation_json(one.older),
                "newer": _citation_json(one.newer),
                "dated": one.dated,
            }
            for one in answer.conflicts
        ],
        "passages": list(map(_passage_json, answer.passages)),
        **_picked(
            answer, "model prompt_tokens completion_tokens cost asked_at seconds"
        ),
    }


def findings_json(found: Findings) -> Values:
    """Return what mentions something as plain values."""
    return {
        **_picked(found, "statement total stories searched"),
        "articles": list(map(_mention_json, found.mentions)),
    }


def _mention_json(one: Mention) -> Values:
    passage = one.passage
    return {
        **_picked(passage, "article_id version title published source"),
        "chunks": one.count,
        "start": passage.start + one.start,
        "end": passage.start + one.end,
        "quote": passage.text[one.start : one.end],
        "also_in": _also_in_json(passage.also_in),
    }


def _citation_json(citation: Citation) -> Values:
    return {
        **_picked(citation, "number article_id version title source start end page"),
        "quote": citation.quote,
        "speaker": _picked(citation.speaker, "voice name"),
        "also_in": _also_in_json(citation.also_in),
    }


def _passage_json(passage: Passage) -> Values:
    picked = _picked(passage, "article_id source start end text score")
    return {**picked, "also_in": _also_in_json(passage.also_in)}


def _also_in_json(copies: Iterable[ArticleSummary]) -> list[Values]:
    """Return who has the same story."""
    return [_picked(one, "article_id title publisher source") for one in copies]
