"""Metering: tokens and cost of an answer, and the budget of a day."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag.config import Settings
from rag.errors import ModelError
from rag.index.atomic import write_atomically
from rag.llm import ChatModel, ChatStream, Message
from rag.schema import Answer, Usage

# To count where no server does: English has about four characters a token, other
# languages fewer, so that this is rather too much than too little.
_CHARACTERS_PER_TOKEN = 3
_ANSWER = 500  # tokens set aside for what a model writes, until it is known
_LOCK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars per million tokens, read and written."""

    read: float
    written: float

    @classmethod
    def of(cls, settings: Settings) -> Prices | None:
        """Return those of the settings, None where they are not said."""
        if settings.price_in is None or settings.price_out is None:
            return None
        return cls(settings.price_in, settings.price_out)

    def cost(self, usage: Usage) -> float:
        """Return US dollars; what a server takes off for cached tokens is not."""
        read, written = usage.prompt_tokens, usage.completion_tokens
        return (read * self.read + written * self.written) / 1e6


class Budget:
    """So many tokens a day (UTC) for all processes that use one index folder.

    The count is kept in `spent.json`. It is taken before a model is asked, by estimate,
    and corrected when the model has answered: no number of processes spends more than
    the limit by more than what their last answers exceed the estimate.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self._file = folder / "spent.json"
        self._limit = limit

    def take(self, tokens: int, model: str) -> None:
        """Take tokens for a question to `model`; raises ModelError without enough."""
        left = self._limit - self._add(tokens, only_within=self._limit)
        if left < 0:
            raise ModelError(
                f"What is left of today's budget of {self._limit:,} tokens is not "
                f"enough to ask {model}; raise NEWSDESK_BUDGET, or wait for midnight "
                "(UTC)."
            )

    def correct(self, tokens: int) -> None:
        """Count so many tokens more, or fewer, than were taken."""
        self._add(tokens)

    def _add(self, tokens: int, only_within: int | None = None) -> int:
        """Return the count with `tokens`; it is kept unless it exceeds a limit."""
        from filelock import FileLock, Timeout  # few set a budget

        try:
            with FileLock(self._file.with_suffix(".lock"), timeout=_LOCK_SECONDS):
                today = dt.datetime.now(dt.UTC).date().isoformat()
                count = max(self._read(today) + tokens, 0)
                if only_within is None or count <= only_within:
                    kept = {"day": today, "tokens": count}
                    write_atomically(self._file, json.dumps(kept))
                return count
        except (OSError, Timeout) as error:
            raise ModelError(
                f"The budget cannot be counted in {self._file} "
                f"({getattr(error, 'strerror', '') or 'it is locked'}); make it "
                "writable, or unset NEWSDESK_BUDGET."
            ) from error

    def _read(self, today: str) -> int:
        try:
            kept = json.loads(self._file.read_text("utf-8"))
            return int(kept["tokens"]) if kept["day"] == today else 0
        except FileNotFoundError:
            return 0
        except (ValueError, TypeError, KeyError):
            raise ModelError(
                f"{self._file} does not hold what was spent; delete it to begin anew."
            ) from None


class Meter:
    """A chat model for one question, and what it took.

    `usage` is what the server counted; `counted` says whether it counted all of it.
    """

    def __init__(self, model: ChatModel, budget: Budget | None = None) -> None:
        self.usage = Usage()
        self.counted = True
        self._model = model
        self._budget = budget
        self._asked = False

    @classmethod
    def of(
        cls, model: ChatModel | None, settings: Settings, folder: Path
    ) -> Meter | None:
        """Return one with the budget of the settings, None without a model."""
        limit = settings.budget
        budget = None if limit is None else Budget(folder, limit)
        return None if model is None else cls(model, budget)

    @property
    def name(self) -> str:
        """The name of the model."""
        return self._model.name

    def stream(self, messages: Sequence[Message]) -> ChatStream:
        """Return the model's next message, within the budget."""
        return ChatStream(self._pieces(messages))

    def cost(self, prices: Prices | None) -> float | None:
        """Return what it cost in US dollars, None where that cannot be known."""
        if not self._asked:
            return 0.0
        return prices.cost(self.usage) if prices and self.counted else None

    def _pieces(self, messages: Sequence[Message]) -> Generator[str, None, Usage]:
        read = sum(map(_estimated, (one.content for one in messages)))
        taken = read + _ANSWER
        if self._budget:
            self._budget.take(taken, self.name)
        stream = self._model.stream(messages)
        written = ""
        usage: Usage | None = stream.usage
        try:
            for piece in stream:
                written += piece
                yield piece
            usage = stream.usage
        except ModelError as error:
            usage = error.usage or (Usage() if written else None)
            raise
        finally:
            # None: the server refused before it read anything
            estimate = Usage(read, _estimated(written)) if usage is not None else None
            self._count(usage, estimate or Usage(), taken)
        return usage

    def _count(self, usage: Usage | None, estimate: Usage, taken: int) -> None:
        if usage and usage != Usage():
            before = self.usage
            self.usage = Usage(
                before.prompt_tokens + usage.prompt_tokens,
                before.completion_tokens + usage.completion_tokens,
            )
            estimate = usage
        elif usage is not None:
            self.counted = False
        self._asked = self._asked or usage is not None
        if self._budget:
            spent = estimate.prompt_tokens + estimate.completion_tokens
            self._budget.correct(spent - taken)


def metered(
    pieces: Generator[str, None, Answer], meter: Meter | None, settings: Settings
) -> Generator[str, None, Answer]:
    """Yield `pieces`; return their answer with what it took."""
    answer = yield from pieces
    if meter is None:
        return answer
    return replace(
        answer,
        prompt_tokens=meter.usage.prompt_tokens,
        completion_tokens=meter.usage.completion_tokens,
        cost=meter.cost(Prices.of(settings)),
    )


def _estimated(text: str) -> int:
    """Return about how many tokens a text has."""
    return -(-len(text) // _CHARACTERS_PER_TOKEN)
