"""One answer to a question that is made of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from rag.schema import Answer, Citation, Sentence


def joined(question: str, answers: Sequence[Answer]) -> Answer:
    """Return the answers to the parts of a question as the answer to all of it.

    What a part repeats is said once. A part that is refused is told of in a note; if
    all are, so is the question, for the reason of the first.
    """
    told = [one for one in answers if not one.refused]
    notes = [f"Not answered: {one.question}" for one in answers if one.refused]
    if not told:
        return replace(answers[0], question=question)
    citations: dict[tuple[str, int, int], Citation] = {}
    sentences: dict[str, Sentence] = {}
    for answer in told:
        numbers = {}
        for one in answer.citations:
            new = replace(one, number=len(citations) + 1)
            kept = citations.setdefault((one.article_id, one.start, one.end), new)
            numbers[one.number] = kept.number
        for said in answer.sentences:
            own = tuple(numbers[n] for n in said.citations)
            sentences.setdefault(said.text, replace(said, citations=own))
    return replace(
        told[0],
        question=question,
        sentences=tuple(sentences.values()),
        citations=tuple(citations.values()),
        passages=tuple(dict.fromkeys(chain(*(one.passages for one in told)))),
        notes=tuple(dict.fromkeys(chain(notes, *(one.notes for one in told)))),
        seconds=sum(one.seconds for one in answers),
        conflicts=(),
    )
