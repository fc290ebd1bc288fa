"""The measures of ../shared/data/README.md."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# article ("" where the passage was not located), start and end
Span = tuple[str, int, int]


def located(found: Sequence[Any], texts: dict[str, str]) -> list[Span]:
    """Return where passages (file, start, text) stand in their articles.

    A start that is not told, or where the text does not stand, is looked up: the exact
    text, or else the same words with other white space between them.
    """
    spans = []
    for file, told, text in found:
        name, start, length = Path(file).stem, max(told, 0), len(text)
        article = texts[name]
        if not article.startswith(text, start):
            words = r"\s+".join(map(re.escape, text.split()))
            match = re.search(re.escape(text), article) or re.search(words, article)
            start, length = (match.start(), len(match[0])) if match else (0, length)
            name = name if match else ""
        spans.append((name, start, start + length))
    return spans


def measured(spans: Sequence[Span], question: dict[str, Any]) -> dict[str, float]:
    """Measure a question: any of squad2's answers is enough, all of excerpts' count."""
    article = question["article"]
    length = sum(end - start for _, start, end in spans[:5])
    figures: dict[str, float] = {"characters of five": length}
    if "references" in question:
        wanted = _characters([(article, *one) for one in question["references"]])
        five, within = _characters(spans[:5]), _characters(_cut(spans, 4000))
        return figures | {
            "excerpt recall@5": len(wanted & five) / len(wanted),
            "excerpt precision@5": len(wanted & five) / len(five),
            "excerpt IoU@5": len(wanted & five) / len(wanted | five),
            "excerpt recall@4000": len(wanted & within) / len(wanted),
        }
    answers = [(article, *one[:2]) for one in question["answers"]]
    for k in (1, 3, 5, 10):
        figures[f"hit@{k}"] = _holds(spans[:k], answers)
    for budget in (2000, 4000):
        figures[f"answer@{budget}"] = _holds(_cut(spans, budget), answers)
    return figures


def _holds(spans: Sequence[Span], answers: Sequence[Span]) -> bool:
    return any(
        name == article and start <= first and last <= end
        for article, start, end in spans
        for name, first, last in answers
    )


def _cut(spans: Sequence[Span], budget: int) -> list[Span]:
    kept = []
    for article, start, end in spans:
        kept.append((article, start, min(end, start + max(budget, 0))))
        budget -= end - start
    return kept


def _characters(spans: Sequence[Span]) -> set[tuple[str, int]]:
    return {(article, at) for article, *ends in spans for at in range(*ends)}
