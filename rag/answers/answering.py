"""From a question to its answer: search, weigh, then write or choose sentences."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from functools import partial

from rag.answers import summary
from rag.answers.asked import Asked, turn_of
from rag.answers.changes import changes_sought_by
from rag.answers.conflicts import with_conflicts
from rag.answers.evidence import CALIBRATED_FOR, Evidence, weigh, weigh_timely
from rag.answers.extract import Extractor
from rag.answers.instructions import in_own_words, to_readers
from rag.answers.joining import joined
from rag.answers.scanned import changed, counted
from rag.answers.writing import Writer
from rag.config import Settings, Unproved
from rag.embedding import Embedder
from rag.errors import ModelError
from rag.index.searcher import Searcher
from rag.index.words import WordProjection
from rag.llm import ChatModel
from rag.prompts import rewrite_messages
from rag.questions.comparison import sides_of
from rag.questions.followup import leans, sensible, standalone
from rag.questions.parts import parts_of
from rag.questions.period import Period, period_of
from rag.questions.question import (
    asks_the_author,
    asks_to_be_told,
    asks_what_is_said,
    for_embedding,
    is_no_question,
    speaks_of,
    telling,
)
from rag.questions.scope import Scope, author_speaking, understood, with_speaker
from rag.questions.slots import asks_for_a_side, tells_of_an_error
from rag.questions.sought import Sought, sought_by
from rag.retrieval.nearest import nearest_sentences
from rag.retrieval.notes import asks_of_the_article
from rag.retrieval.rerank import SecondLook, SentenceVectors
from rag.retrieval.retriever import PASSAGES, Query, pertinent, retrieve, whole, widen
from rag.schema import Answer, Cause, Passage, Turn

_WHICH = "The question may be asked of any of these: name one, by its title or author."

_GREETED = "Ask a question about the articles, such as: What are the articles about?"


class Answerer:
    """Answers one question after another; holds nothing of any of them."""

    def __init__(
        self,
        embedder: Embedder,
        chat_model: ChatModel | None,
        sentences: SentenceVectors,
        second_look: SecondLook,
        settings: Settings,
    ) -> None:
        """Answer with these; without a chat model in the articles' own sentences.

        The settings say how long, and what becomes of what is not proved.
        """
        self._embedder = embedder
        self._chat_model = chat_model
        self._sentences = sentences
        self._second_look = second_look
        self._length = settings.answer_length
        calibrated = embedder.fingerprint in CALIBRATED_FOR
        self._writer = Writer(
            chat_model,
            settings.answer_length,
            sentences.closeness if calibrated else None,
            strike=settings.unproved is Unproved.STRIKE,
        )

    def answering(
        self,
        question: str,
        history: Sequence[Turn],
        current: Callable[[], Searcher],
        scope: Scope,
        today: dt.date,
    ) -> Generator[str, None, Answer]:
        """Yield the words of the answer as they come; return the settled answer.

        A question that leans on `history` is put so that it stands by itself. `current`
        returns what is searched, as it is at that moment; `today` is the day from which
        "last week" counts.
        """
        asked_at = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        whole = question
        if is_no_question(question):
            asked = Asked(question, scope, time.perf_counter())
            return asked.refused(Cause.NOTHING_ON_SUBJECT, _GREETED)
        answer = yield from self._summed_up(question, history, current(), scope)
        if answer is None:
            whole = self._resolved(question, history, scope)
            ask = partial(self._answering, current=current, scope=scope, today=today)
            sides = sides_of(whole)
            parts = sides or parts_of(whole)
            if len(parts) > 1 and self._chat_model is None:
                answer = yield from self._each(parts, history, ask)
            else:
                answer = yield from ask(whole, history)
        return replace(
            answer,
            question=question,
            asked="" if whole == question else whole,
            asked_at=asked_at,
        )

    def _each(
        self,
        parts: Sequence[str],
        history: Sequence[Turn],
        ask: Callable[[str, Sequence[Turn]], Generator[str, None, Answer]],
    ) -> Generator[str, None, Answer]:
        """Answer each part of a question; one may lean on those before it."""
        answers: list[Answer] = []
        for part in parts:
            before = [turn_of(one) for one in answers]
            whole = standalone(f"and {part}", before) if before else part
            answers.append((yield from ask(whole, (*history, *before))))
        return with_conflicts(joined(" ".join(parts), answers), parts[0])

    def _resolved(self, question: str, history: Sequence[Turn], scope: Scope) -> str:
        """Return the question as it stands by itself."""
        if not leans(question):
            return question
        if not any(turn.question for turn in history):
            return with_speaker(question) if scope else question
        by_rule = standalone(question, history)
        if self._chat_model is None:
            return by_rule
        stream = self._chat_model.stream(rewrite_messages(question, history))
        try:
            rewritten = "".join(stream).strip().strip('"')
        except ModelError:  # the answer itself will say so
            return by_rule
        return rewritten if sensible(rewritten, question, history) else by_rule

    def _answering(
        self,
        question: str,
        history: Sequence[Turn],
        current: Callable[[], Searcher],
        scope: Scope,
        today: dt.date,
    ) -> Generator[str, None, Answer]:
        """Answer a question that stands by itself."""
        if sought := sought_by(question):
            return (yield from counted(question, sought, current(), scope))
        if news := changes_sought_by(question, today, history):
            answer = yield from changed(question, news, current(), scope)
            if answer is not None:
                return answer
        asked, evidence, query = self.found(question, current, scope, today)
        if evidence.cause is not None:
            return asked.refused(evidence.cause, asked.reason_against(evidence))
        written, notes = yield from self._writer.written(asked, history)
        if written and written.refused:
            return written
        if written:
            return with_conflicts(written, question)
        return (yield from self._verbatim(asked, query, current(), notes))

    def _verbatim(
        self, asked: Asked, query: Query, searcher: Searcher, notes: tuple[str, ...]
    ) -> Generator[str, None, Answer]:
        """Answer with the articles' own sentences."""
        passages = asked.passages
        if asks_the_author(query.question) or asks_to_be_told(query.question):
            passages = tuple(whole(searcher, query.vector, passages))
        elif asks_what_is_said(query.question):  # "she told me" has no word of it
            passages = tuple(widen(searcher, one) for one in passages)
        nearest = nearest_sentences(searcher.words, self._sentences, query, passages)
        extractor = Extractor(partial(widen, searcher), self._length)
        bound = to_readers(extractor.extract(query.question, in_own_words(nearest)))
        yield from bound.words()
        return with_conflicts(asked.answered(bound, notes=notes), asked.question)

    def _summed_up(
        self,
        question: str,
        history: Sequence[Turn],
        searcher: Searcher,
        scope: Scope,
    ) -> Generator[str, None, Answer | None]:
        """Answer with what an article says as a whole; None where none is asked for."""
        given = bool(scope) and not any(turn.question for turn in history)
        named = summary.summarised_by(question, given=given)
        if named is None:
            return None
        article = summary.article_meant(named, searcher, scope, history)
        if article is None and named:
            return None
        if article is None:  # which one? these there are
            listed = yield from counted(question, Sought(""), searcher, scope)
            return replace(listed, notes=(*listed.notes, _WHICH))
        asked = Asked(question, scope, time.perf_counter(), searcher.seq is not None)
        about = self._embedder.embed_question(article.title)
        of = partial(summary.stretches, searcher, article, about)
        asked = replace(
            asked, passages=tuple(one.passages[0] for one in of(summary.READ))
        )
        written, notes = yield from self._writer.written(asked, ())
        if written:
            return written
        count = summary.SENTENCES[self._length]
        bound = summary.outline(of(count), self._sentences, telling(question))
        if not bound.sentences:
            bound = summary.outline(of(count), self._sentences)
        if not bound.sentences:  # a table, a poem
            return None
        yield from bound.words()
        return asked.answered(bound, notes=notes)

    def found(
        self,
        question: str,
        current: Callable[[], Searcher],
        scope: Scope,
        today: dt.date,
    ) -> tuple[Asked, Evidence, Query]:
        """Search in the given scope, or in that which the question itself says."""
        started = time.perf_counter()
        vector = self._embedder.embed_question(for_embedding(question))
        searcher = current()
        period = period_of(question, today)
        timeless = period.without(question) if period else question
        query = Query(timeless, vector, scope)
        if not scope:
            said, rest = understood(question, searcher.catalog.articles, period)
            if said and rest != question:
                query = Query(rest, self._embedder.embed_question(rest), said)
            else:
                query = Query(timeless, vector, said)
        asked = Asked(question, query.scope, started, past=searcher.seq is not None)
        asked, evidence = self._look(asked, query, current, period)
        if scope or not query.scope or evidence.sufficient:
            return asked, evidence, query
        everywhere = Query(timeless, vector)
        heard, told = self._look(asked.everywhere(), everywhere, current, period)
        # nobody else answers for an author
        if name := author_speaking(question, query.scope):
            quoting = [one for one in heard.passages if speaks_of(one.text, name)]
            words = current().words
            if not quoting or not self.weigh(words, query, quoting).sufficient:
                silent = replace(evidence, cause=Cause.NOT_THIS_POINT, detail=name)
                return asked, silent, query
            heard = replace(heard, passages=tuple(quoting))
        return heard, told, everywhere

    def _look(
        self,
        asked: Asked,
        query: Query,
        current: Callable[[], Searcher],
        period: Period | None,
    ) -> tuple[Asked, Evidence]:
        """Find passages for what is asked, and weigh them."""
        found, notes = self._search(current, query, PASSAGES)
        if not asks_of_the_article(query.question):
            told = pertinent(current(), found)
            if len(told) < len(found):  # what else there is takes their place
                more = 2 * PASSAGES - len(told)
                found, notes = self._search(current, query, more)
                told = pertinent(current(), found)[:PASSAGES]
            found = told
        if asks_for_a_side(query.question):  # "he voted against" has no word of it
            found = [widen(current(), one) for one in found]
        notes = tuple(dict.fromkeys(asked.notes + notes))
        weighed = partial(self.weigh, current().words, query)
        evidence, timely = weigh_timely(weighed, found, period)
        # the right figure may stand in a sentence that has no word of the question
        timely = [
            widen(current(), one) if tells_of_an_error(one.text) else one
            for one in timely
        ]
        return replace(asked, passages=tuple(timely), notes=notes), evidence

    def _search(
        self, current: Callable[[], Searcher], query: Query, limit: int
    ) -> tuple[list[Passage], tuple[str, ...]]:
        return self._second_look.noted(partial(retrieve, current, query, limit))

    def weigh(
        self, words: WordProjection, query: Query, passages: Sequence[Passage]
    ) -> Evidence:
        """Judge whether passages can answer."""
        nearest = nearest_sentences(words, self._sentences, query, passages)
        fingerprint = self._embedder.fingerprint
        return weigh(words, query.question, fingerprint, passages, nearest)
