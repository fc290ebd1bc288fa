"""What happened to articles, told in sentences that quote the versions; pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from rag.answers.changes import KINDS, ChangesSought, Event, day_of
from rag.index.word_query import stems
from rag.proof.binding import Bound, Citations
from rag.retrieval.passages import passage_of
from rag.schema import Article, Passage, Sentence, Verdict
from rag.sentences import sentence_spans

_SHOWN = 5  # articles of each kind
_PLACES = 3  # places of a changed article
_LONGEST = 600  # characters that are quoted of one place, and at least a sentence
_TITLE = 120  # characters
_PROSE = re.compile(r"[^#\s].*[.!?][\"'\N{RIGHT DOUBLE QUOTATION MARK})]*$", re.DOTALL)

Spans = Sequence[tuple[int, int]]


def told(sought: ChangesSought, events: Sequence[Event]) -> tuple[Bound, list[Passage]]:
    """Return an answer that tells `events`, and the passages that it quotes."""
    telling = _Telling(frozenset(stems(sought.topic)))
    of_kind = {
        kind: [one for one in events if one.kind == kind]
        for kind in KINDS
        if kind in sought.kinds
    }
    telling.say(_statement(sought, {kind: len(its) for kind, its in of_kind.items()}))
    changed = {one.article.article_id for one in of_kind.get("changed", ())}
    for kind, its in of_kind.items():
        # what arrived and was changed since is quoted once, and counted twice
        news = [
            one
            for one in its
            if kind != "arrived" or one.article.article_id not in changed
        ]
        for event in news[:_SHOWN]:
            telling.tell(event)
        if (rest := len(news) - _SHOWN) > 0:
            telling.notes.append(
                f"{rest:,} more {_verb(kind, rest)}; newsdesk log lists all."
            )
    return telling.bound()


def _statement(sought: ChangesSought, counts: dict[str, int]) -> str:
    about = f" on “{sought.topic}”" if sought.topic else ""
    some = [(kind, count) for kind, count in counts.items() if count]
    if not some:
        none = " or ".join(_verb(kind, 1) for kind in counts)
        return f"{sought.said}, no article{about} {none}."
    parts = [f"{count:,} {_verb(kind, count)}" for kind, count in some]
    return f"{sought.said}, of the articles{about}: {', '.join(parts)}."


def _verb(kind: str, count: int) -> str:
    if kind == "arrived":
        return kind
    return f"{'was' if count == 1 else 'were'} {kind}"


class _Telling:
    """The sentences, citations and passages of an answer in the making."""

    def __init__(self, topic: frozenset[str]) -> None:
        self.notes: list[str] = []
        self._topic = topic
        self._sentences: list[Sentence] = []
        self._citations = Citations()
        self._passages: list[Passage] = []

    def bound(self) -> tuple[Bound, list[Passage]]:
        """Return what was told."""
        citations, notes = self._citations.all(), tuple(self.notes)
        return Bound(tuple(self._sentences), citations, notes), self._passages

    def say(self, text: str) -> None:
        """Say what is no claim of an article."""
        self._sentences.append(Sentence(text, (), Verdict.NOT_A_CLAIM))

    def tell(self, event: Event) -> None:
        """Say what happened to an article, and quote it."""
        title = " ".join(event.article.title.split())[:_TITLE]
        day = day_of(dt.datetime.fromisoformat(event.at))
        if event.before is not None:
            self._differences(f"“{title}” was changed on {day}", event.before, event)
            return
        self.say(f"“{title}” {_verb(event.kind, 1)} on {day}:")
        spans = _spans(event.article)
        if spans:
            best = max(
                range(len(spans)), key=lambda n: self._worth(event.article, *spans[n])
            )
            self._quote(event.article, spans, best, best + 1)

    def _worth(self, article: Article, start: int, end: int) -> tuple[int, bool]:
        """Return how much a sentence says of the topic, prose before headings."""
        text = article.text[start:end]
        held = len(self._topic.intersection(stems(text))) if self._topic else 0
        return held, _PROSE.match(text) is not None

    def _differences(self, lead: str, old: Article, event: Event) -> None:
        """Quote each place that differs, as it was and as it is."""
        was, now = _spans(old), _spans(event.article)
        places = list(_places(old.text, was, event.article.text, now))
        if not places:
            self.say(f"{lead}: its title, author or date; not its text.")
        for a, b, c, d in places[:_PLACES]:
            self.say(f"{lead}. {'Before:' if b > a else 'New in it:'}")
            self._quote(old, was, a, b)
            if b > a and d > c:
                self.say("Now:")
            elif b > a:
                self.say("This is no longer in it.")
            self._quote(event.article, now, c, d)
        if (rest := len(places) - _PLACES) > 0:
            self.notes.append(
                f"{lead} in {rest} more places; newsdesk show marks them."
            )

    def _quote(self, article: Article, spans: Spans, first: int, last: int) -> None:
        """Cite sentences `first` up to `last`, with those beside them as passage."""
        if first == last:
            return
        begin = spans[max(first - 1, 0)][0]
        stop = spans[min(last, len(spans) - 1)][1]
        passage = passage_of(article, article.text[begin:stop], begin)
        self._passages.append(passage)
        for n in range(first, last):
            start, end = spans[n]
            if n > first and end - spans[first][0] > _LONGEST:
                break
            number = self._citations.add(passage, start - begin, end - begin)
            quote = article.text[start:end]
            self._sentences.append(Sentence(quote, (number,), Verdict.QUOTED))


def _spans(article: Article) -> Spans:
    return sentence_spans(article.text, article.language)


def _places(
    old: str, was: Spans, new: str, now: Spans
) -> Iterator[tuple[int, int, int, int]]:
    """Yield the runs of sentences that differ, by their places in both versions."""
    one, other = (
        [" ".join(t[a:b].split()) for a, b in s] for t, s in ((old, was), (new, now))
    )
    matcher = SequenceMatcher(None, one, other)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            yield a, b, c, d
