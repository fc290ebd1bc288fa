"""From a question to its answer: search, weigh, then write or choose sentences."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from functools import partial

from rag.asked import Asked
from rag.changes import ChangesSought, changes, changes_sought_by
from rag.config import Settings, Unproved
from rag.conflicts import with_conflicts
from rag.differences import told
from rag.embedding import Embedder
from rag.errors import ContextTooSmall, ModelError
from rag.evidence import CALIBRATED_FOR, Evidence, weigh, weigh_timely
from rag.extract import Extractor
from rag.find import find
from rag.followup import leans, sensible, standalone
from rag.instructions import (
    gives_up_on_orders,
    in_own_words,
    to_readers,
    without_obeyed,
)
from rag.llm import ChatModel
from rag.nearest import nearest_sentences
from rag.period import Period, period_of
from rag.prompts import NO_ANSWER, answer_messages, rewrite_messages
from rag.proof import bind
from rag.question import asks_what_is_said
from rag.rerank import SecondLook, SentenceVectors
from rag.retrieval import Query, retrieve, widen
from rag.schema import Answer, Cause, Passage, Turn
from rag.scope import Scope, understood
from rag.searcher import Searcher
from rag.slots import tells_of_an_error
from rag.sought import Sought, sought_by
from rag.words import WordProjection

# How many passages an answer is made from.
PASSAGES = 5


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
        self._strike = settings.unproved is Unproved.STRIKE
        calibrated = embedder.fingerprint in CALIBRATED_FOR
        self._closeness = sentences.closeness if calibrated else None

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
        whole = self._resolved(question, history)
        answer = yield from self._answering(whole, history, current, scope, today)
        return replace(
            answer,
            question=question,
            asked="" if whole == question else whole,
            asked_at=asked_at,
        )

    def _resolved(self, question: str, history: Sequence[Turn]) -> str:
        """Return the question as it stands by itself."""
        if not history or not leans(question):
            return question
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
            return (yield from self._counted(question, sought, current(), scope))
        if news := changes_sought_by(question, today, history):
            answer = yield from self._told(question, news, current(), scope)
            if answer is not None:
                return answer
        asked, evidence, query = self.found(question, current, scope, today)
        if evidence.cause is not None:
            return asked.refused(evidence.cause, asked.reason_against(evidence))
        notes: tuple[str, ...] = ()
        if self._chat_model is not None:
            why = f"The articles prove nothing of what {self._chat_model.name} wrote."
            try:
                written = yield from self._written(self._chat_model, asked, history)
                if written.refused:
                    return written
                if written.citations:
                    return with_conflicts(written, question)
            except ModelError as error:
                why = str(error)
            notes = (f"{why} These are the articles' own sentences instead.",)
        return (yield from self._verbatim(asked, query, current(), notes))

    def _verbatim(
        self, asked: Asked, query: Query, searcher: Searcher, notes: tuple[str, ...]
    ) -> Generator[str, None, Answer]:
        """Answer with the articles' own sentences."""
        passages = asked.passages
        if asks_what_is_said(asked.question):  # "she told me" has no word of it
            passages = tuple(widen(searcher, one) for one in passages)
        nearest = nearest_sentences(searcher.words, self._sentences, query, passages)
        extractor = Extractor(partial(widen, searcher), self._length)
        bound = to_readers(extractor.extract(asked.question, in_own_words(nearest)))
        for sentence in bound.sentences:
            yield sentence.text + " "
        return with_conflicts(asked.answered(bound, notes=notes), asked.question)

    def _counted(
        self, question: str, sought: Sought, searcher: Searcher, scope: Scope
    ) -> Generator[str, None, Answer]:
        """Answer with all articles that have something, not with the best passages."""
        past = searcher.seq is not None
        if not scope:
            scope, _ = understood(question, searcher.catalog.articles)
        asked = Asked(question, scope, time.perf_counter(), past=past)
        if sought.by and not scope:
            reason = "No article in the collection names its author so."
            return asked.refused(Cause.NOTHING_ON_SUBJECT, reason)
        findings = find(searcher, sought, scope)
        asked = replace(asked, passages=tuple(one.passage for one in findings.mentions))
        if not findings.total:
            return asked.refused(Cause.NOTHING_ON_SUBJECT, findings.statement)
        bound = findings.bound()
        for sentence in bound.sentences:
            yield sentence.text + " "
        return asked.answered(bound)

    def _told(
        self, question: str, sought: ChangesSought, searcher: Searcher, scope: Scope
    ) -> Generator[str, None, Answer | None]:
        """Answer with what the log tells; None where it does not reach back."""
        past = searcher.seq is not None
        asked = Asked(question, scope, time.perf_counter(), past=past)
        events = changes(searcher, sought, scope)
        if events is None:
            return None
        bound, passages = told(sought, events)
        for sentence in bound.sentences:
            yield sentence.text + " "
        return replace(asked, passages=tuple(passages)).answered(bound)

    def found(
        self,
        question: str,
        current: Callable[[], Searcher],
        scope: Scope,
        today: dt.date,
    ) -> tuple[Asked, Evidence, Query]:
        """Search in the given scope, or in that which the question itself says."""
        started = time.perf_counter()
        vector = self._embedder.embed_question(question)
        searcher = current()
        period = period_of(question, today)
        timeless = period.without(question) if period else question
        query = Query(timeless, vector, scope)
        if not scope:
            said, rest = understood(question, searcher.catalog.articles, period)
            query = Query(rest if said else timeless, vector, said)
        asked = Asked(question, query.scope, started, past=searcher.seq is not None)
        asked, evidence = self._look(asked, query, current, period)
        if query.scope and not scope and not evidence.sufficient:
            query = Query(timeless, vector)
            asked, evidence = self._look(asked.everywhere(), query, current, period)
        return asked, evidence, query

    def _look(
        self,
        asked: Asked,
        query: Query,
        current: Callable[[], Searcher],
        period: Period | None,
    ) -> tuple[Asked, Evidence]:
        """Find passages for what is asked, and weigh them."""
        search = partial(retrieve, current, query, PASSAGES)
        found, notes = self._second_look.noted(search)
        notes = tuple(dict.fromkeys(asked.notes + notes))
        weighed = partial(self.weigh, current().words, query)
        evidence, timely = weigh_timely(weighed, found, period)
        # the right figure may stand in a sentence that has no word of the question
        timely = [
            widen(current(), one) if tells_of_an_error(one.text) else one
            for one in timely
        ]
        return replace(asked, passages=tuple(timely), notes=notes), evidence

    def weigh(
        self, words: WordProjection, query: Query, passages: Sequence[Passage]
    ) -> Evidence:
        """Judge whether passages can answer."""
        nearest = nearest_sentences(words, self._sentences, query, passages)
        fingerprint = self._embedder.fingerprint
        return weigh(words, query.question, fingerprint, passages, nearest)

    def _written(
        self, chat_model: ChatModel, asked: Asked, history: Sequence[Turn]
    ) -> Generator[str, None, Answer]:
        """Let the model write; the answer has no citations if nothing is proved."""
        passages, text = asked.passages, ""
        while True:
            messages = answer_messages(asked.question, passages, history, self._length)
            stream = chat_model.stream(messages)
            try:
                for piece in stream:
                    text += piece
                    yield piece
                break
            except ContextTooSmall:
                if text or len(passages) == 1:
                    raise
                passages, history = passages[: len(passages) // 2], ()
        if NO_ANSWER.casefold() in text.casefold():
            if gives_up_on_orders(text, passages, NO_ANSWER, messages[0].content):
                raise ModelError(
                    f"{chat_model.name} gave no answer, as an article tells it to."
                )
            return asked.refused(
                Cause.NOT_THIS_POINT,
                "The articles touch on this but do not answer it.",
                chat_model.name,
            )
        # the question, and so the answer, is mostly in the language of what was found
        language = passages[0].language
        bound = bind(text, passages, language, self._closeness, strike=self._strike)
        bound = without_obeyed(bound, passages, messages[0].content)
        read = f"{len(passages)} of the {len(asked.passages)} passages"
        notes: tuple[str, ...] = ()
        if len(passages) < len(asked.passages):
            notes = (f"{chat_model.name} has a small context and read {read} only.",)
        return asked.answered(bound, chat_model.name, notes)
