"""Answers without a model: the articles' own sentences, chosen and ordered."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.attribution import speaker_of
from rag.config import Length
from rag.nearest import Nearest
from rag.proof import Bound, Citations
from rag.question import asks_for_views, asks_the_author
from rag.schema import Passage, Sentence, Verdict, Voice
from rag.sentences import sentence_spans

# characters of sentences that belong together
_LONGEST_GROUP = {Length.SHORT: 250, Length.USUAL: 600, Length.LONG: 1200}
_MOST_ARTICLES = 3
# How much worse (in its score) a sentence of another article may be.
_MARGIN = 0.6
# What the author's own word is worth where the author is asked for: half of that.
_OWN_WORD = 0.3
# A sentence that begins so is not understood without the one before it ...
_LEANS_BACK = re.compile(
    r"(?:This|That|These|Those|It|Its|They|Their|He|His|She|Her|Such|However|But|And|So"
    r"|Then|Yet|Thus|Therefore|Instead|While this|What this)\b"
)
_MOST_BEFORE = 2  # sentences that are put before the best one
# ... and one that begins so may go on with the thought of the one before.
_GOES_ON = re.compile(rf"{_LEANS_BACK.pattern}|If\b")


class Extractor:
    """Chooses sentences; `widen` returns a passage with what stands around it."""

    def __init__(
        self, widen: Callable[[Passage], Passage], length: Length = Length.USUAL
    ) -> None:
        self._widen = widen
        self._length = length

    def extract(self, question: str, nearest: Sequence[Nearest]) -> Bound:
        """Return the few verbatim sentences that answer, each with its citation.

        The best sentence comes first, with those around it that belong to it; then,
        where the question asks for views, those of other articles that answer about as
        well; in a long answer always, in a short one never. `nearest` are the sentences
        to choose from. The same index and question give the same answer.
        """
        citations = Citations()
        sentences: list[Sentence] = []
        worth = _worth_to_author if asks_the_author(question) else _worth
        several = self._length is Length.LONG or (
            self._length is Length.USUAL and asks_for_views(question)
        )
        for best in _best(nearest, worth, several=several):
            passage = self._widen(best.passage)
            for start, end in _grown(passage, best, _LONGEST_GROUP[self._length]):
                number = citations.add(passage, start, end)
                text = passage.text[start:end]
                sentences.append(Sentence(text, (number,), Verdict.QUOTED))
        return Bound(tuple(sentences), citations.all(), ())


def _worth(one: Nearest) -> float:
    return one.score


def _worth_to_author(one: Nearest) -> float:
    """Return the score, better where the author says it."""
    passage = one.passage
    said = speaker_of(passage.text, one.start, one.end, passage.author)
    return one.score + (_OWN_WORD if said.voice is Voice.AUTHOR else 0.0)


def _best(
    scored: Sequence[Nearest], worth: Callable[[Nearest], float], *, several: bool
) -> list[Nearest]:
    """Return the best sentence, and the best of other articles if `several`."""
    ordered = sorted(scored, key=worth, reverse=True)
    firsts = {one.passage.article_id: one for one in reversed(ordered)}
    chosen = sorted(firsts.values(), key=worth, reverse=True)
    chosen = chosen[: _MOST_ARTICLES if several else 1]
    return [one for one in chosen if worth(one) >= worth(chosen[0]) - _MARGIN]


def _grown(passage: Passage, best: Nearest, longest: int) -> list[tuple[int, int]]:
    """Return the spans of `best` and of the sentences around it that belong to it.

    They have up to `longest` characters.
    """
    spans = sentence_spans(passage.text, passage.language)
    offset = best.passage.start - passage.start
    at = next(n for n, span in enumerate(spans) if span[1] > best.start + offset)
    first = last = at
    while first > max(at - _MOST_BEFORE, 0) and _LEANS_BACK.match(
        passage.text, *spans[first]
    ):
        first -= 1
    while last + 1 < len(spans) and _GOES_ON.match(passage.text, *spans[last + 1]):
        if spans[last + 1][1] - spans[first][0] > longest:
            break
        last += 1
    return spans[first : last + 1]
