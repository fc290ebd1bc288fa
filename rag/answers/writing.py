"""Answers that a language model writes, bound to what the passages prove."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from rag.answers.asked import Asked
from rag.answers.instructions import gives_up_on_orders, without_obeyed
from rag.config import Length
from rag.errors import ContextTooSmall, ModelError
from rag.llm import ChatModel
from rag.prompts import NO_ANSWER, answer_messages
from rag.proof.binding import bind
from rag.proof.verdicts import Closeness
from rag.schema import Answer, Cause, Turn


class Writer:
    """Lets a model write, if there is one; holds nothing of any question."""

    def __init__(
        self,
        chat_model: ChatModel | None,
        length: Length,
        closeness: Closeness | None,
        *,
        strike: bool,
    ) -> None:
        """`closeness` and `strike` are those of `rag.proof.binding.bind`."""
        self._chat_model = chat_model
        self._length = length
        self._closeness = closeness
        self._strike = strike

    def written(
        self, asked: Asked, history: Sequence[Turn]
    ) -> Generator[str, None, tuple[Answer | None, tuple[str, ...]]]:
        """Yield the model's words; return its answer, or None and a note why not."""
        if self._chat_model is None:
            return None, ()
        why = f"The articles prove nothing of what {self._chat_model.name} wrote."
        try:
            written = yield from self._written(self._chat_model, asked, history)
            if written.refused or written.citations:
                return written, ()
        except ModelError as error:
            why = str(error)
        return None, (f"{why} These are the articles' own sentences instead.",)

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
