"""A question with what was found for it, on its way to an answer."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

from rag.answers.evidence import Evidence
from rag.config import NO_MODEL
from rag.proof.binding import Bound
from rag.questions.scope import EVERYTHING, Scope
from rag.schema import Answer, Cause, Passage, Turn

_ELSEWHERE = "; the nearest passage is about something else"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what was found for it, waiting to become an answer.

    `past` says that it was asked of the collection as it stood at some time.
    """

    question: str
    scope: Scope
    started: float
    past: bool = False
    passages: tuple[Passage, ...] = ()
    notes: tuple[str, ...] = ()

    def everywhere(self) -> Asked:
        """Return the question to be asked of all articles, with a note that says so."""
        note = f"No article {self.scope} answers this, so all articles were asked."
        return replace(self, scope=EVERYTHING, notes=(*self.notes, note))

    def answered(
        self,
        bound: Bound,
        model: str = NO_MODEL,
        notes: tuple[str, ...] = (),
    ) -> Answer:
        """Return the answer made of these sentences."""
        return self._answer(bound, "", model, notes + bound.notes)

    def refused(
        self,
        cause: Cause,
        reason: str,
        model: str = NO_MODEL,
    ) -> Answer:
        """Return the refusal for this cause, said in words."""
        answer = self._answer(Bound((), (), ()), reason, model, ())
        return replace(answer, cause=cause)

    def _answer(
        self,
        bound: Bound,
        reason: str,
        model: str,
        notes: tuple[str, ...],
    ) -> Answer:
        return Answer(
            question=self.question,
            sentences=bound.sentences,
            citations=bound.citations,
            passages=self.passages,
            refused=bool(reason),
            reason=reason,
            model=model,
            notes=self._told() + notes,
            prompt_tokens=0,
            completion_tokens=0,
            seconds=time.perf_counter() - self.started,
        )

    def _told(self) -> tuple[str, ...]:
        if not self.scope:
            return self.notes
        return (*self.notes, f"Only articles {self.scope} were asked.")

    def reason_against(self, evidence: Evidence) -> str:
        """Say why the evidence is not sufficient."""
        words = " or ".join(f"“{word}”" for word in evidence.missing)
        about = f": none of them has the word {words}" if words else ""
        match evidence.cause:
            case Cause.ONLY_OLDER:
                reason = (
                    f"The articles that tell of this are older than asked "
                    f"({evidence.detail}); the nearest is of "
                    f"{self.passages[0].published}."
                )
            case Cause.DENIED:
                reason = (
                    "The question takes for granted what the articles deny: "
                    f"“{evidence.detail}”"
                )
            case Cause.NOT_THIS_POINT if evidence.detail:
                reason = (
                    f"Nothing was found that {evidence.detail} says on this; the "
                    f"nearest passages by {evidence.detail} are shown."
                )
            case Cause.NOT_THIS_POINT:
                reason = f"The articles touch on this but do not answer it{about}."
            case Cause.NOTHING_ON_SUBJECT:
                reason = f"The articles do not answer this{about or _ELSEWHERE}."
            case _ if self.scope:
                reason = f"There is no article {self.scope}."
            case _ if self.past:
                reason = "There were no articles in the index at that time."
            case _:
                reason = "There are no articles in the index yet; add some first."
        return reason


def turn_of(answer: Answer) -> Turn:
    """Return an answer as part of the conversation that goes on."""
    cited = Counter(one.article_id for one in answer.citations).most_common(1)
    article = cited[0][0] if cited else ""
    return Turn(answer.question, answer.text, answer.asked_at, article)


class AnswerStream:
    """An answer as it comes: iterate it for its words, then read `answer`.

    The pieces are pending text, fit to be shown as such: a model's may still hold
    markers. `answer` is the settled one; asking for it reads the rest of the stream.
    """

    def __init__(self, pieces: Generator[str, None, Answer]) -> None:
        self._pieces = pieces
        self._answer: Answer | None = None

    def __iter__(self) -> Iterator[str]:
        if self._answer is None:
            self._answer = yield from self._pieces

    @property
    def answer(self) -> Answer:
        """The complete answer."""
        for _ in self:
            pass
        if self._answer is None:
            raise RuntimeError("the stream was abandoned before its end")
        return self._answer
