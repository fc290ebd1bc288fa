"""Answers without a model: the articles' own sentences, chosen and ordered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from rag.answers.worth import said_by_another, worth_as_view, worth_of
from rag.config import Length
from rag.proof.binding import Bound, Citations
from rag.questions.question import (
    asks_for_views,
    asks_to_be_told,
    asks_what_is_said,
)
from rag.questions.slots import (
    asks_for_a_figure,
    asks_for_the_newest,
    asks_why,
    figures,
    holds,
    tells_of_an_error,
)
from rag.retrieval.nearest import Nearest
from rag.schema import Passage, Sentence, Verdict
from rag.sentences import LEANS_BACK, sentence_spans
from rag.tables import head_span, is_row

# Characters that further sentences fill up; those that belong together may have more.
_LONGEST_ANSWER = {Length.SHORT: 0, Length.USUAL: 400, Length.LONG: 1200}
_LONGEST_GROUP = {Length.SHORT: 250, Length.USUAL: 400, Length.LONG: 1200}
_LONGEST_VIEW = 600  # of each article, where views are asked for
_MOST_ARTICLES = 3
# How much worse a further sentence may be: of 782 answerable questions of SQuAD .922
# answers hold the gold one in 236 characters, with .7 as many in 243.
_MARGIN, _WIDE_MARGIN = 0.6, 1.2  # the wide one for other articles
_LONG_MARGIN = 2.0  # for long answers and on a subject: as much as a lead is worth
# How much worse a newer article with another figure may be, unless it corrects one.
_CLOSE = 0.3
# Share of the words asked for that a further article has in a sentence, unless its
# cosine is at most so much less than the best.
_ON_POINT, _AS_NEAR = 0.6, 0.015
# A colon opens a list, whose items have marks, and an interviewer's question a reply.
_OPENS = re.compile(r"[:?]\W*$")
_LISTS = re.compile(r":\s+[-*+] (?!.*\n\n[^-*+])", re.DOTALL)
_MARK = re.compile(r"[-*+>]\s+|#+\s+")
_MOST_BEFORE = 2  # sentences that are put before the best one
_BRIEF = 60  # characters: "The third is frost." says little by itself
_GAP = 3  # characters of white space between two sentences, at most

_Span = tuple[Passage, int, int]
"""A sentence: a passage, start and end in its text."""


class Extractor:
    """Chooses sentences; `widen` returns a passage with what stands around it."""

    def __init__(
        self, widen: Callable[[Passage], Passage], length: Length = Length.USUAL
    ) -> None:
        self._widen = widen
        self._length = length

    def extract(self, question: str, nearest: Sequence[Nearest]) -> Bound:
        """Return the few verbatim sentences that answer, each with its citation.

        The best sentence comes with those around it that belong to it; then, where
        the question asks for views, those of other articles that answer about as well,
        otherwise what else answers and fits; in a short answer neither. `nearest` are
        the sentences to choose from. The same index and question give the same answer.
        """
        worth = partial(worth_of, question)
        ordered = sorted(
            _without_others(question, nearest),
            key=partial(worth_as_view, question),
            reverse=True,
        )
        chosen = _of_each(ordered, worth) if self._of_several(question) else []
        if len(chosen) > 1 or (chosen and not asks_to_be_told(question)):
            if asks_for_the_newest(question):
                chosen.sort(key=lambda one: one.passage.published, reverse=True)
            return _bound(span for one in chosen for span in self._group(question, one))
        best = _newest(question, ordered, worth)
        first, longest = self._group(question, best), _LONGEST_ANSWER[self._length]
        spans = [*first]
        least = worth(best) - self._margin(question)
        own = best.passage.article_id
        for one in ordered:
            other = one.passage.article_id != own and not holds(question, one.text)
            if other and one.share < _ON_POINT:
                continue
            alone = [(one.passage, one.start, one.end)]
            for group in (self._group(question, one), alone):
                if worth(one) >= least and _fits(group, spans, longest):
                    spans += group
        return _bound(_in_order(spans, len(first)))

    def _margin(self, question: str) -> float:
        long = self._length is Length.LONG or asks_to_be_told(question)
        return _LONG_MARGIN if long else _MARGIN

    def _of_several(self, question: str) -> bool:
        return asks_for_views(question) and self._length is not Length.SHORT

    def _group(self, question: str, best: Nearest) -> list[_Span]:
        passage = self._widen(best.passage)
        longest = _LONGEST_GROUP[self._length]
        if self._of_several(question):
            longest = max(longest, _LONGEST_VIEW)
        grown = _grown(question, passage, best, longest)
        return [(passage, start, end) for start, end in grown]


def _without_others(question: str, nearest: Sequence[Nearest]) -> Sequence[Nearest]:
    """Return the sentences but those of others than whose word is asked for."""
    return [
        one
        for one in nearest
        if not said_by_another(question, one.passage, one.start, one.end)
    ] or nearest


def _in_order(spans: Sequence[_Span], leading: int) -> list[_Span]:
    """Return sentences as they stand in each text, but first those around the best.

    Those are the `leading` ones. So the answer comes first, and nothing is torn from
    what it leans on.
    """
    articles = list(dict.fromkeys(passage.article_id for passage, *_ in spans))
    runs: list[list[_Span]] = []
    ends = ("", 0)
    for span in sorted(spans, key=lambda s: (articles.index(s[0].article_id), _at(s))):
        article_id, start = span[0].article_id, _at(span)
        if ends[0] == article_id and start - ends[1] <= _GAP:
            runs[-1].append(span)
        else:
            runs.append([span])
        ends = (article_id, start + span[2] - span[1])
    runs.sort(key=lambda run: not any(span in spans[:leading] for span in run))
    return [span for run in runs for span in run]


def _at(span: _Span) -> int:
    return span[0].start + span[1]


def _bound(spans: Iterable[_Span]) -> Bound:
    """Return the sentences with their citations, without the marks of a list."""
    citations = Citations()
    sentences = []
    for passage, first, end in spans:
        mark = _MARK.match(passage.text, first, end - 1)
        start = mark.end() if mark else first
        number = citations.add(passage, start, end)
        text = passage.text[start:end]
        sentences.append(Sentence(text, (number,), Verdict.QUOTED))
    return Bound(tuple(sentences), citations.all(), ())


def _of_each(
    ordered: Sequence[Nearest], worth: Callable[[Nearest], float]
) -> list[Nearest]:
    """Return the best sentence of each of the articles that answer about as well.

    After the first only of those that bear on what is asked.
    """
    firsts = {one.passage.article_id: one for one in reversed(ordered)}
    most = {one.passage.article_id: worth(one) for one in sorted(ordered, key=worth)}
    best, *others = sorted(firsts, key=lambda own: -most[own])[:_MOST_ARTICLES]
    near = (own for own in others if most[own] >= most[best] - _WIDE_MARGIN)
    nearest = max(one.cosine for one in ordered) - _AS_NEAR
    on_point = {
        one.passage.article_id
        for one in ordered
        if one.share >= _ON_POINT or one.cosine >= nearest
    }
    return [firsts[best], *(firsts[own] for own in near if own in on_point)]


def _newest(
    question: str, ordered: Sequence[Nearest], worth: Callable[[Nearest], float]
) -> Nearest:
    """Return the best sentence, or one of a newer article where that matters.

    That is where what holds now is asked for, and where a figure is and the newer
    article has another one. Of equally new ones that which corrects is taken first.
    """
    best = ordered[0]
    wanted = asks_for_the_newest(question)

    def corrects(one: Nearest) -> bool:
        return asks_for_a_figure(question) and tells_of_an_error(one.text)

    def supersedes(one: Nearest) -> bool:
        if wanted or corrects(one):
            return worth(one) >= worth(best) - _WIDE_MARGIN
        return worth(one) >= worth(best) - _CLOSE and _differ(question, one, best)

    newer = [
        one
        for one in ordered
        if one.passage.published > best.passage.published > "" and supersedes(one)
    ]
    newest = max((one.passage.published for one in newer), default="")
    latest = [one for one in newer if one.passage.published == newest]
    return max(latest, key=corrects, default=best)


def _differ(question: str, one: Nearest, other: Nearest) -> bool:
    """Whether both give a figure that is asked for, and not the same one."""
    asked = asks_for_a_figure(question) and figures(one.text) != figures(other.text)
    return asked and holds(question, one.text) and holds(question, other.text)


def _fits(group: Sequence[_Span], spans: Sequence[_Span], longest: int) -> bool:
    """Whether sentences are new, within the length and understood where they stand."""
    passage, first, _ = group[0]
    start, end = passage.start + first, passage.start + group[-1][2]
    taken = [
        (other.start + a, other.start + b)
        for other, a, b in spans
        if other.article_id == passage.article_id
    ]
    leans = LEANS_BACK.match(passage.text, first) is not None
    opens = _OPENS.search(passage.text, first, group[-1][2]) is not None
    follows = any(0 <= start - before <= _GAP for _, before in taken)
    return (
        end - start + sum(b - a + 1 for _, a, b in spans) <= longest
        and not any(a < end and start < b for a, b in taken)
        and (follows or not leans)
        and not opens
    )


def _grown(
    question: str, passage: Passage, best: Nearest, longest: int
) -> list[tuple[int, int]]:
    """Return the spans of `best` and of the sentences around it that belong to it.

    They have up to `longest` characters.
    """
    text, spans = passage.text, sentence_spans(passage.text, passage.language)
    offset = best.passage.start - passage.start
    at = next(n for n, span in enumerate(spans) if span[1] > best.start + offset)
    if is_row(text[slice(*spans[at])]):
        head = head_span(text, spans[at][0])
        return [head, spans[at]] if head else [spans[at]]
    first = last = at
    own, after = (text[start:end] for start, end in (*spans, (0, 0))[at : at + 2])
    if not holds(question, own) and (holds(question, after) or asks_why(question)):
        last += bool(after) and spans[at + 1][1] - spans[at][0] <= longest
    while (
        first > max(at - _MOST_BEFORE, 0)
        and LEANS_BACK.match(text, *spans[first])
        and spans[last][1] - spans[first - 1][0] <= longest
        and not said_by_another(question, passage, *spans[first - 1])
    ):
        first -= 1
    while last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= longest:
        start, end = spans[last + 1]
        so_far = text[spans[first][0] : start]
        if not _belongs(question, so_far, text[start:end]):
            break
        last += 1
    return spans[first : last + 1]


def _belongs(question: str, so_far: str, following: str) -> bool:
    """Whether a sentence goes on with those before it, or gives what they do not."""
    if LEANS_BACK.match(following) or _OPENS.search(so_far):
        return True
    if _MARK.match(following) and _LISTS.search(so_far):
        return True
    if asks_what_is_said(question) and len(so_far.strip()) <= _BRIEF:
        return True
    if asks_for_a_figure(question) and len(following) <= _BRIEF and figures(following):
        return True
    return holds(question, following) and not holds(question, so_far)
