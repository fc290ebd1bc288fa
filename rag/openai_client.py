"""Any server that speaks the OpenAI protocol: the one door to `openai`.

Importing `openai` takes 0.7 s, so `rag.llm` and `rag.embedding` import this module when
they are first used, not when they are imported.
"""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import httpx2  # the HTTP client that openai is built on and takes its timeouts from
import openai

from rag.config import Settings
from rag.errors import NewsdeskError, SettingsError

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion

_OPENAI_URL = "https://api.openai.com/v1"
_MAX_RETRIES = 2
# a server that is up answers a connection at once; waiting longer only delays the news
_CONNECT_SECONDS = 5.0
# a reply may last this many times the patience for its next words: keep-alive comments
# and single words sent now and then would otherwise hold the visitor for ever
_PATIENCE = 10
# the largest honest reply, a batch of long embeddings, takes a tenth of this
_MAX_BYTES = 64_000_000
_DETAIL_CHARACTERS = 200
# how OpenAI, llama.cpp, vLLM, LM Studio, OpenRouter, Mistral and Gemini call it
_TOO_LONG = re.compile(
    r"context.?(length|size|window|limit)|maximum number of tokens|prompt is too long",
    re.IGNORECASE,
)

_BY_STATUS = {
    401: "{server} did not accept OPENAI_API_KEY (wrong or missing); set a valid key.",
    403: "{server} does not let OPENAI_API_KEY use {model}; set {setting} to a model "
    "that the key may use, or use another key.",
    404: "{server} knows no model {model}; set {setting} to one that it serves, or "
    "correct OPENAI_BASE_URL.",
    429: "{server} takes no more requests from OPENAI_API_KEY for now; wait a minute, "
    "or check the limits and the credit of its account.",
}


class Endpoint:
    """One server as the settings name it, and what its failures mean to a person.

    `setting` is the setting that names `model`; every failure becomes an `error` whose
    message never holds the key. Raises SettingsError for an impossible key, URL or
    proxy.
    """

    def __init__(
        self, settings: Settings, setting: str, model: str, error: type[NewsdeskError]
    ) -> None:
        secret = settings.openai_api_key
        # local servers want no key, but the client insists on one
        self._key = secret.get_secret_value().strip() if secret else "no-key"
        if not (self._key.isascii() and self._key.isprintable()):
            raise SettingsError(
                "OPENAI_API_KEY holds characters that no key has; copy the key again."
            )
        # passed even where it is the default: the client would read the environment
        url = settings.openai_base_url or _OPENAI_URL
        self.server = _shown(url)
        self._timeout = settings.timeout
        self._setting = setting
        self._model = model
        self._error = error
        self.client = self._open(url)

    def _open(self, url: str) -> openai.OpenAI:
        connect = min(_CONNECT_SECONDS, self._timeout)
        try:
            http_client = openai.DefaultHttpx2Client(
                event_hooks={"response": [self._bound]}
            )
        except (ImportError, ValueError, OSError):  # their texts can hold passwords
            raise SettingsError(
                "The proxy or certificates that the environment names cannot be used; "
                "correct HTTP_PROXY, HTTPS_PROXY, ALL_PROXY (http only) or "
                "SSL_CERT_FILE."
            ) from None
        return openai.OpenAI(
            api_key=self._key,
            base_url=url,
            max_retries=_MAX_RETRIES,
            timeout=httpx2.Timeout(self._timeout, connect=connect),
            http_client=http_client,
        )

    @contextmanager
    def failures(self, too_long: type[NewsdeskError] | None = None) -> Iterator[None]:
        """Turn whatever goes wrong inside into one sentence.

        A request that does not fit into the model's context becomes a `too_long`. The
        original is not chained: its text can quote the key.
        """
        try:
            yield
        except openai.OpenAIError as error:
            kind = too_long if too_long and is_too_long(error) else self._error
            raise kind(self._sentence(error)) from None
        except (json.JSONDecodeError, UnicodeDecodeError):
            raise self.nonsense() from None

    def failure(self, sentence: str) -> NewsdeskError:
        """Return the error for `sentence`, with {server}, {model}, {setting} filled."""
        return self._error(
            sentence.format(
                server=self.server, model=f'"{self._model}"', setting=self._setting
            )
        )

    def nonsense(self) -> NewsdeskError:
        """Return the error for a reply that is not of the OpenAI protocol."""
        return self.failure(
            "{server} does not answer in the OpenAI protocol; check OPENAI_BASE_URL "
            "(it usually ends in /v1)."
        )

    def _sentence(self, error: openai.OpenAIError) -> str:
        """Return one sentence that says what failed and which setting mends it."""
        return str(self.failure(self._template(error)))

    def _template(self, error: openai.OpenAIError) -> str:
        if isinstance(error, openai.APIConnectionError):
            return self._unreachable(error)
        status = error.status_code if isinstance(error, openai.APIStatusError) else 0
        if status in _BY_STATUS:
            return _BY_STATUS[status]
        if is_too_long(error):
            return (
                "What is to be read is longer than the context of {model}; choose a "
                "model with a longer one in {setting}."
            )
        # braces are the server's own here, not places to fill
        detail = self._detail(error, status).replace("{", "{{").replace("}", "}}")
        if status >= 500:
            return (
                f"{{server}} failed ({detail}); ask again in a moment, or name another "
                "server in OPENAI_BASE_URL."
            )
        if status:
            return (
                f"{{server}} refused the request ({detail}); check {{setting}} and "
                "OPENAI_BASE_URL."
            )
        return (
            f"{{server}} broke its answer off ({detail}); ask again, or choose another "
            "model in {setting}."
        )

    def _unreachable(self, error: openai.APIConnectionError) -> str:
        if isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout):
            return (
                "{server} cannot be reached; check that it runs, OPENAI_BASE_URL and "
                "the network."
            )
        if isinstance(error, openai.APITimeoutError):
            return (
                f"{{server}} was silent for {self._timeout:g} seconds; ask again, or "
                "raise NEWSDESK_TIMEOUT."
            )
        return (
            "{server} closed the connection before its answer was complete; ask again, "
            "or check OPENAI_BASE_URL."
        )

    def _detail(self, error: openai.OpenAIError, status: int) -> str:
        """Return the server's own words in short, on one line and without the key."""
        words = str(error).removeprefix(f"Error code: {status}").removeprefix(" - ")
        words = " ".join(words.replace(self._key, "…").split()).rstrip(".")
        code = f"status {status}" if status else ""
        return ": ".join(part for part in (code, words[:_DETAIL_CHARACTERS]) if part)

    def _bound(self, response: httpx2.Response) -> None:
        """Bound the reply; refuse to sleep for longer than a reply may be silent."""
        if _seconds(response.headers.get("retry-after", "0")) > self._timeout:
            response.headers["x-should-retry"] = "false"
        stream = cast("httpx2.SyncByteStream", response.stream)
        response.stream = _BoundedStream(stream, self, self._timeout)


class _BoundedStream(httpx2.SyncByteStream):
    """The bytes of a reply, until there are too many or they took too long."""

    def __init__(
        self, stream: httpx2.SyncByteStream, endpoint: Endpoint, timeout: float
    ) -> None:
        self._stream = stream
        self._endpoint = endpoint
        self._seconds = timeout * _PATIENCE

    def __iter__(self) -> Iterator[bytes]:
        deadline = time.monotonic() + self._seconds
        size = 0
        for part in self._stream:
            size += len(part)
            if size > _MAX_BYTES or time.monotonic() > deadline:
                raise self._endpoint.failure(
                    "{server} did not come to an end with its answer; choose another "
                    "model in {setting}, or raise NEWSDESK_TIMEOUT."
                )
            yield part

    def close(self) -> None:
        self._stream.close()


def refused_form(error: Exception) -> bool:
    """Whether the server refused a request for its form, not for what it asks."""
    refused = isinstance(
        error, openai.BadRequestError | openai.UnprocessableEntityError
    )
    return refused and not is_too_long(error)


def is_too_long(error: Exception) -> bool:
    """Whether the server says that a request is longer than the model's context."""
    if isinstance(error, openai.APIStatusError) and error.status_code in _BY_STATUS:
        return False
    return isinstance(error, openai.APIError) and bool(_TOO_LONG.search(str(error)))


def sent_whole(response: httpx2.Response) -> "ChatCompletion | None":
    """Return the completion where a server sends it whole, though asked to stream.

    Raises json.JSONDecodeError where that is no JSON.
    """
    from openai.types.chat import ChatCompletion

    if not response.headers.get("content-type", "").startswith("application/json"):
        return None
    values = json.loads(response.read())
    return ChatCompletion.construct(**values) if isinstance(values, dict) else None


def _shown(url: str) -> str:
    """Return `url` fit for a message: without user, password and query.

    Raises SettingsError where it is no http URL.
    """
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        parts, port = urlsplit(""), ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(
            "OPENAI_BASE_URL is not a web address; write it like "
            "http://localhost:8080/v1."
        )
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"


def _seconds(retry_after: str) -> float:
    """Return the wait that a Retry-After header asks for; a date counts as too long."""
    try:
        return float(retry_after)
    except ValueError:
        return float("inf")
