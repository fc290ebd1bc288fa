"""The chat model: messages in, words out, from any OpenAI-compatible server."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

from rag.config import Settings
from rag.errors import ContextTooSmall, ModelError
from rag.schema import Usage

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion, ChatCompletionChunk

    from rag.openai_client import Endpoint

    Part = ChatCompletionChunk | ChatCompletion
    Parts = AbstractContextManager[Iterable[Part]]

# Ten times the longest answer that is asked for; a model that says more is looping.
MAX_CHARACTERS = 6_000

_THINK, _THOUGHT = "<think>", "</think>"

# How an answer may be asked for, best first: with everything, plainly, in one piece.
_FULL, _PLAIN, _WHOLE = range(3)


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation, as every chat model understands it."""

    role: Literal["system", "user", "assistant"]
    content: str


class ChatStream:
    """An answer as it is written: iterate it once for its pieces.

    `usage` is complete after the last piece. Nothing is sent before the first piece is
    asked for, so failures (ModelError) come out of the iteration. Leaving the loop
    early, or `close()`, ends the request.
    """

    def __init__(self, pieces: Generator[str, None, Usage]) -> None:
        self.usage = Usage()
        self._pieces = pieces

    def __iter__(self) -> Iterator[str]:
        # Not kept on self: dropping the iterator is what closes an abandoned request.
        # The second time round there is nothing left, not even the usage.
        self.usage = (yield from self._pieces) or self.usage

    def close(self) -> None:
        """End the request, however far it came."""
        self._pieces.close()


class ChatModel(Protocol):
    """What newsdesk asks of a language model."""

    @property
    def name(self) -> str:
        """The name under which the server knows the model."""
        ...

    def stream(self, messages: Sequence[Message]) -> ChatStream:
        """Return the model's next message; iterating it raises ModelError."""
        ...


class OpenAIChatModel:
    """The model that the settings name, over chat completions.

    Neither a token limit nor a temperature is sent, because newer models refuse both.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._form = _FULL

    @property
    def name(self) -> str:
        """The name under which the server knows the model."""
        return self._settings.model

    def stream(self, messages: Sequence[Message]) -> ChatStream:
        """Return the model's next message; iterating it raises ModelError."""
        return ChatStream(self._pieces(messages))

    @cached_property
    def _endpoint(self) -> "Endpoint":
        from rag.openai_client import Endpoint

        return Endpoint(self._settings, "NEWSDESK_MODEL", self.name, ModelError)

    def _pieces(self, messages: Sequence[Message]) -> Generator[str, None, Usage]:
        endpoint = self._endpoint
        reply: _Reply | None = None
        try:
            with endpoint.failures(ContextTooSmall), self._open(messages) as parts:
                reply = _Reply(endpoint)
                yield from answer_only(reply.pieces(parts), self.name)
        except ModelError as error:
            error.usage = reply.usage if reply else None
            raise
        return reply.usage

    def _open(self, messages: Sequence[Message]) -> "Parts":
        """Send the request; where its form is refused, send it in the next one.

        Mistral refuses stream_options, templates like Gemma's refuse a system message,
        some gateways cannot stream.
        """
        from rag.openai_client import refused_form

        form = self._form
        while True:
            try:
                parts = self._send(messages, form)
            except Exception as error:
                if form == _WHOLE or not refused_form(error):
                    raise
                form += 1
            else:
                self._form = form  # so that the next question is sent once
                return parts

    def _send(self, messages: Sequence[Message], form: int) -> "Parts":
        from rag.openai_client import sent_whole

        if form != _FULL:
            messages = _without_system(messages)
        options: dict[str, Any] = {} if form == _WHOLE else {"stream": True}
        if form == _FULL:
            options["stream_options"] = {"include_usage": True}
        params = [{"role": m.role, "content": _encodable(m.content)} for m in messages]
        create = cast("Any", self._endpoint.client.chat.completions.create)
        reply = create(model=self.name, messages=params, **options)
        if form == _WHOLE:
            return nullcontext([reply])
        whole = sent_whole(reply.response)
        return nullcontext([whole]) if whole else cast("Parts", reply)


_CUT = (
    "{server} stopped in the middle of its answer; ask again, or choose another model "
    "in {setting}."
)
_FINISHED_BADLY = {
    "length": "The model {model} ran out of room before its answer was complete; "
    "choose one with a longer context in {setting}.",
    "content_filter": "The filter of {server} stopped the answer of {model}; put the "
    "question in other words, or choose another model in {setting}.",
}


class _Reply:
    """What the chunks of one reply add up to."""

    def __init__(self, endpoint: "Endpoint") -> None:
        self.usage = Usage()
        self._endpoint = endpoint
        self._fault = _CUT  # until the server says why it finished: some just stop

    def pieces(self, parts: "Iterable[Part]") -> Iterator[str]:
        """Yield the text of `parts`; raises ModelError where they are no answer."""
        part = None
        for part in parts:
            try:
                piece = self._read(part)
            except (AttributeError, TypeError):  # valid JSON, of no meaning
                raise self._endpoint.nonsense() from None
            if piece:
                yield piece
        if part is None:
            raise self._endpoint.nonsense()
        if self._fault:
            raise self._endpoint.failure(self._fault)

    def _read(self, part: "Part") -> str:
        if part.usage:
            self.usage = Usage(
                part.usage.prompt_tokens or 0, part.usage.completion_tokens or 0
            )
        if not part.choices:  # the last chunk may carry nothing but the usage
            return ""
        choice = part.choices[0]
        if choice.finish_reason:
            self._fault = _FINISHED_BADLY.get(choice.finish_reason, "")
        said = getattr(choice, "delta", None) or getattr(choice, "message", None)
        return (said.content or "") if said else ""


def answer_only(pieces: Iterable[str], model: str) -> Iterator[str]:
    """Yield what `model` says without its reasoning.

    Raises ModelError for an answer that is empty or has no end.
    """
    size = 0
    spoken = False
    for piece in without_reasoning(pieces):
        size += len(piece)
        if size > MAX_CHARACTERS:
            raise ModelError(
                f'The model "{model}" went on and on; ask again, or choose another one '
                "in NEWSDESK_MODEL."
            )
        spoken = spoken or not piece.isspace()
        yield piece
    if not spoken:
        raise ModelError(
            f'The model "{model}" gave no answer; ask again, or choose another one in '
            "NEWSDESK_MODEL."
        )


def without_reasoning(pieces: Iterable[str]) -> Iterator[str]:
    """Yield `pieces` without white space and a <think>…</think> block at the start.

    A block that never ends swallows everything: what was thought is not an answer.
    """
    rest = iter(pieces)
    head = ""
    for piece in rest:
        head = (head + piece).lstrip()
        if head and not _THINK.startswith(head):
            break
    if head.startswith(_THINK):
        for piece in chain([""], rest):
            head += piece
            _, closed, after = head.partition(_THOUGHT)
            if closed:
                head = after.lstrip()
                break
            head = head[-len(_THOUGHT) :]  # enough to find a tag cut in two
        else:
            head = ""
    if head:
        yield head
    yield from rest


def _without_system(messages: Sequence[Message]) -> list[Message]:
    """Return `messages` with the system text put in front of the first question."""
    system = [m.content for m in messages if m.role == "system"]
    others = [m for m in messages if m.role != "system"]
    if not others:
        return [Message("user", "\n\n".join(system))]
    first = Message(others[0].role, "\n\n".join([*system, others[0].content]))
    return [first, *others[1:]]


def _encodable(text: str) -> str:
    """Return `text` with lone surrogates, which no request can carry, replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")
