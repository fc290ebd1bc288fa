"""Proves the sentences of an answer from the passages it was made of; pure.

A sentence is held against the passages that it cites, then against the others, so that
a wrong marker is corrected and a missing one is put in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rag.proof.attribution import speaker_of
from rag.proof.finder import Finder
from rag.proof.paraphrase import Cited
from rag.proof.quotes import restored
from rag.proof.verdicts import Closeness, Judgement, claims, judge, parts
from rag.schema import Passage, Verdict

_TRIED = 3  # spans of a passage

_Place = tuple[int, tuple[int, int]]
"""The index of a passage, and a span in it."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of a sentence: its text, its verdict, and the spans that carry it."""

    text: str
    verdict: Verdict
    reason: str = ""
    spans: tuple[_Place, ...] = ()
    notes: tuple[str, ...] = ()


class Prover:
    """Proves sentence after sentence from the same passages."""

    def __init__(
        self, passages: Sequence[Passage], closeness: Closeness | None
    ) -> None:
        self._passages = passages
        self._closeness = closeness
        self._finder = Finder(passages)
        self._cited = cache(self._cited_span)

    def proof(self, sentence: str, numbers: Sequence[int]) -> Proof:
        """Return the proof of a sentence that cites these passages (indices)."""
        others = [n for n in range(len(self._passages)) if n not in numbers]
        texts = [self._passages[n].text for n in (*numbers, *others)]
        text, notes = restored(sentence, texts)
        if not claims(text):
            return Proof(text, Verdict.NOT_A_CLAIM, notes=notes)
        partly: list[tuple[Judgement, tuple[_Place, ...]]] = []
        for group in filter(None, (numbers, others)):
            found = self._found(text, group)
            partly.append(found)
            judged, spans = found
            if judged.proved:
                notes += _of_markers(numbers, spans)
                return Proof(text, judged.verdict, judged.reason, spans, notes)
        for judged, spans in partly:
            if judged.verdict is Verdict.PARTLY_SUPPORTED:
                return Proof(text, judged.verdict, judged.reason, spans, notes)
        reason = partly[0][0].reason if partly else "there are no passages"
        return Proof(text, Verdict.UNSUPPORTED, reason, notes=notes)

    def _found(
        self, sentence: str, group: Sequence[int]
    ) -> tuple[Judgement, tuple[_Place, ...]]:
        """Return what some passages prove of a sentence, and the spans that do."""
        tried = [self._best(sentence, n) for n in group]
        proved = [one for one in tried if one[0].proved]
        if proved:
            return proved[0][0], tuple(place for _, place in proved)
        places = [
            next((place for judged, place in found if judged.proved), None)
            for found in ([self._best(p, n) for n in group] for p in parts(sentence))
        ]
        carrying = tuple(dict.fromkeys(filter(None, places)))
        if carrying:
            spans = [self._cited(*place) for place in carrying]
            judged = judge(sentence, spans, self._closeness)
            if judged.verdict is not Verdict.UNSUPPORTED:
                return judged, carrying
        best = next(
            (o for o in tried if o[0].verdict is Verdict.PARTLY_SUPPORTED), tried[0]
        )
        return best[0], (best[1],)

    def _best(self, sentence: str, passage: int) -> tuple[Judgement, _Place]:
        """Return the best that a passage proves of a sentence, and the span."""
        best = Judgement(Verdict.UNSUPPORTED, "the passage says nothing of this")
        where = (0, 0)
        for span in self._spans(sentence, passage):
            cited = self._cited(passage, span)
            judged = judge(sentence, [cited], self._closeness)
            if judged.proved:
                return judged, (passage, span)
            if where == (0, 0) or (
                judged.verdict is Verdict.PARTLY_SUPPORTED is not best.verdict
            ):
                best, where = judged, span
        return best, (passage, where)

    def _spans(self, sentence: str, passage: int) -> Iterator[tuple[int, int]]:
        """Yield the spans that may prove a sentence: by words, then by meaning."""
        ranked = self._finder.ranked(sentence, passage)[:_TRIED]
        yield from ranked
        if self._closeness is not None:
            text = self._passages[passage].text
            spans = self._finder.sentences(passage)
            near = max(
                spans, key=lambda one: self._close(sentence, text, one), default=None
            )
            if near and near not in ranked:
                yield near

    def _close(self, sentence: str, text: str, span: tuple[int, int]) -> float:
        return self._closeness(sentence, text[slice(*span)]) if self._closeness else 0.0

    def _cited_span(self, passage: int, span: tuple[int, int]) -> Cited:
        one, (start, end) = self._passages[passage], span
        return Cited(
            text=one.text[start:end],
            around=f"{one.text[:start]}\n{one.text[end:]}",
            title=one.title,
            author=one.author,
            published=one.published,
            language=one.language,
            speaker=speaker_of(one.text, start, end, one.author),
        )


def _of_markers(numbers: Sequence[int], spans: Sequence[_Place]) -> tuple[str, ...]:
    """Return what is to be told of markers that did not prove their sentence."""
    proving = {passage for passage, _ in spans}
    wrong = [number + 1 for number in numbers if number not in proving]
    if wrong and proving.isdisjoint(numbers):
        told = "for a sentence that another passage proves; it was corrected."
        return (f"The model cited passage {wrong[0]} {told}",)
    return tuple(
        f"The model cited passage {number} for a sentence that it does not prove; the "
        "marker was dropped."
        for number in wrong
    )
