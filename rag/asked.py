"""A question with what was found for it, on its way to an answer."""

from __future__ import annotations

import time
from dataclasses import dataclass

from rag.config import NO_MODEL
from rag.evidence import Evidence
from rag.llm import Usage
from rag.proof import Bound
from rag.schema import Answer, Passage


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what was found for it, waiting to become an answer.

    `past` says that it was asked of the collection as it stood at some time.
    """

    question: str
    passages: tuple[Passage, ...]
    started: float
    past: bool = False

    def answered(
        self,
        bound: Bound,
        model: str = NO_MODEL,
        notes: tuple[str, ...] = (),
        usage: Usage = Usage(),  # noqa: B008  # frozen
    ) -> Answer:
        """Return the answer made of these sentences."""
        return self._answer(bound, "", model, notes + bound.notes, usage)

    def refused(
        self,
        reason: str,
        model: str = NO_MODEL,
        usage: Usage = Usage(),  # noqa: B008  # frozen
    ) -> Answer:
        """Return the refusal for this reason."""
        return self._answer(Bound((), (), ()), reason, model, (), usage)

    def _answer(
        self,
        bound: Bound,
        reason: str,
        model: str,
        notes: tuple[str, ...],
        usage: Usage,
    ) -> Answer:
        return Answer(
            question=self.question,
            sentences=bound.sentences,
            citations=bound.citations,
            passages=self.passages,
            refused=bool(reason),
            reason=reason,
            model=model,
            notes=notes,
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            seconds=time.perf_counter() - self.started,
        )

    def reason_against(self, evidence: Evidence) -> str:
        """Say why the evidence is not sufficient."""
        if not self.passages:
            if self.past:
                return "There were no articles in the index at that time."
            return "There are no articles in the index yet; add some first."
        if evidence.missing:
            words = ", ".join(f"“{word}”" for word in evidence.missing)
            return f"The articles do not answer this: nothing in them is about {words}."
        return (
            "The articles do not answer this; the nearest passage says something else."
        )
