"""A reranker behind an HTTP endpoint, as Cohere, Jina and llama.cpp serve it."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence

import httpx2

from rag.config import Settings
from rag.embedding import Vectors
from rag.errors import RerankingError, SettingsError

# a server that is up answers a connection at once; waiting longer only delays the news
_CONNECT_SECONDS = 5.0
# some servers send the passages back; even so an honest reply takes a tenth of this
_MAX_BYTES = 2_000_000


class EndpointReranker:
    """Scores passages with POST {model, query, documents, top_n} to one address.

    What follows a "#" in the address is the model. OPENAI_API_KEY goes along only to
    the host of OPENAI_BASE_URL, whose key it is. Raises SettingsError for an impossible
    address, key or proxy.
    """

    depth = 30

    def __init__(self, settings: Settings) -> None:
        self._timeout = settings.timeout
        try:
            address = _parsed(settings.reranker)
            self._model = address.fragment
            self._url = address.copy_with(fragment=None)
            self._client = httpx2.Client(
                headers=_key_for(self._url, settings),
                timeout=httpx2.Timeout(
                    self._timeout, connect=min(_CONNECT_SECONDS, self._timeout)
                ),
            )
        # their texts can hold the key or a password
        except (httpx2.InvalidURL, ImportError, ValueError, OSError):
            raise SettingsError(
                "The endpoint that NEWSDESK_RERANKER names cannot be used; correct its "
                "address, OPENAI_API_KEY, or HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and "
                "SSL_CERT_FILE of the environment."
            ) from None
        shown = self._url.copy_with(username=None, password=None, query=None)
        self._server = f"The reranker at {shown}"

    def scores(
        self,
        question: str,
        _vector: Vectors,
        passages: Sequence[Sequence[str]],
    ) -> Sequence[float]:
        """Return the relevance score of each passage."""
        documents = [" ".join(own) for own in passages]
        request = {"query": question, "documents": documents, "top_n": len(documents)}
        if self._model:
            request["model"] = self._model
        try:
            reply = self._post(request)
        except (httpx2.ConnectError, httpx2.ConnectTimeout):
            raise self._failed("cannot be reached; check that it runs, and") from None
        except httpx2.TimeoutException:
            raise self._late() from None
        except httpx2.HTTPError:
            raise self._failed(
                "broke the connection off; ask again, or check"
            ) from None
        return self._read(reply, len(documents))

    def _post(self, request: object) -> bytes:
        deadline = time.monotonic() + self._timeout
        received = bytearray()
        with self._client.stream("POST", self._url, json=request) as reply:
            if reply.status_code in (401, 403):
                raise RerankingError(
                    f"{self._server} wants another key; set OPENAI_API_KEY and "
                    "OPENAI_BASE_URL to its own: the key is sent to no other host."
                )
            if reply.status_code != 200:
                raise self._failed(
                    f"refused the request (status {reply.status_code}); check"
                )
            for part in reply.iter_bytes():
                received += part
                if len(received) > _MAX_BYTES:
                    raise self._failed("does not come to an end; check")
                if time.monotonic() > deadline:
                    raise self._late()
        return bytes(received)

    def _read(self, reply: bytes, count: int) -> Sequence[float]:
        """Return the scores in the order of the passages."""
        try:
            results = json.loads(reply)["results"]
            found = {one["index"]: float(one["relevance_score"]) for one in results}
            scores = [found[place] for place in range(count)]
        except (LookupError, TypeError, ValueError, OverflowError, RecursionError):
            raise self._nonsense() from None
        if len(results) != count or not all(map(math.isfinite, scores)):
            raise self._nonsense()
        return scores

    def _nonsense(self) -> RerankingError:
        return self._failed("did not return one score for each passage; check")

    def _late(self) -> RerankingError:
        return RerankingError(
            f"{self._server} did not answer within {self._timeout:g} seconds; raise "
            "NEWSDESK_TIMEOUT, or name another one in NEWSDESK_RERANKER."
        )

    def _failed(self, what: str) -> RerankingError:
        return RerankingError(f"{self._server} {what} NEWSDESK_RERANKER.")


def _parsed(address: str) -> httpx2.URL:
    url = httpx2.URL(address)
    if not url.host:
        raise httpx2.InvalidURL("no host")
    return url


def _key_for(url: httpx2.URL, settings: Settings) -> dict[str, str]:
    key, served = settings.openai_api_key, httpx2.URL(settings.openai_base_url or "")
    if key is None or (served.scheme, served.host) != (url.scheme, url.host):
        return {}
    return {"Authorization": f"Bearer {key.get_secret_value().strip()}"}
