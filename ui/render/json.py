"""An answer as JSON."""

from collections.abc import Iterable

from rag.schema import Answer, ArticleSummary, Citation, Passage


def answer_json(answer: Answer) -> dict[str, object]:
    """Return the answer as plain values, ready for `json.dumps`."""
    return {
        "text": answer.text,
        "asked": answer.asked,
        "refused": answer.refused,
        "reason": answer.reason,
        "cause": answer.cause,
        "notes": list(answer.notes),
        "sentences": [
            {
                "text": sentence.text,
                "citations": list(sentence.citations),
                "verdict": sentence.verdict,
                "reason": sentence.reason,
            }
            for sentence in answer.sentences
        ],
        "citations": [_citation_json(citation) for citation in answer.citations],
        "conflicts": [
            {
                "kind": one.kind,
                "older": _citation_json(one.older),
                "newer": _citation_json(one.newer),
                "dated": one.dated,
            }
            for one in answer.conflicts
        ],
        "passages": [_passage_json(passage) for passage in answer.passages],
        "model": answer.model,
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": answer.completion_tokens,
        "cost": answer.cost,
        "asked_at": answer.asked_at,
        "seconds": answer.seconds,
    }


def also_in_json(copies: Iterable[ArticleSummary]) -> list[dict[str, str]]:
    """Return who has the same story, as plain values."""
    names = ("article_id", "title", "publisher", "source")
    return [{name: getattr(one, name) for name in names} for one in copies]


def _citation_json(citation: Citation) -> dict[str, object]:
    return {
        "number": citation.number,
        "article_id": citation.article_id,
        "version": citation.version,
        "title": citation.title,
        "source": citation.source,
        "start": citation.start,
        "end": citation.end,
        "page": citation.page,
        "quote": citation.quote,
        "speaker": {"voice": citation.speaker.voice, "name": citation.speaker.name},
        "also_in": also_in_json(citation.also_in),
    }


def _passage_json(passage: Passage) -> dict[str, object]:
    return {
        "article_id": passage.article_id,
        "source": passage.source,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "score": passage.score,
        "also_in": also_in_json(passage.also_in),
    }
