"""A reranker at an address: what is sent, what is believed, what is told."""

from pathlib import Path

import pytest

from rag import QueryEngine
from rag.config import Settings
from rag.errors import RerankingError, SettingsError
from rag.retrieval.rerank_endpoint import EndpointReranker
from tests.rerankers import QUESTION, ranked, scores
from tests.servers import KEY, Fake, Handler, running


def endpoint(fake: Fake, name: str = "", **given: object) -> EndpointReranker:
    settings = {"timeout": 5.0, **given}
    return EndpointReranker(
        Settings(reranker=f"{fake.base_url}/rerank{name}", **settings)
    )


def failure(fake: Fake, body: str, status: int = 200) -> str:
    """The sentence that a reply to two passages leads to."""
    fake.behaviour = lambda server: server.reply(status, body)
    with pytest.raises(RerankingError) as caught:
        scores(endpoint(fake), "one", "two")
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)


def test_an_endpoint_is_asked_and_its_order_undone(fake: Fake) -> None:
    fake.behaviour = lambda server: server.reply(200, ranked((1, 0.9), (0, -0.5)))
    assert scores(endpoint(fake, "#tiny/v2"), "one", "two") == [-0.5, 0.9]
    assert fake.requests == [
        {"model": "tiny/v2", "query": QUESTION, "documents": ["one", "two"], "top_n": 2}
    ]


def test_without_a_model_in_the_address_none_is_sent(fake: Fake) -> None:
    fake.behaviour = lambda server: server.reply(200, ranked((0, 1)))
    scores(endpoint(fake), "one")
    assert "model" not in fake.requests[0]


@pytest.mark.parametrize(
    ("base_url", "sent"),
    [
        ("http://127.0.0.1:1/v1", f"Bearer {KEY}"),  # another port of the same host
        ("https://127.0.0.1/v1", None),  # what is sent enciphered there stays so
        ("http://models.example/v1", None),
        (None, None),
    ],
)
def test_the_key_goes_only_to_the_host_whose_it_is(
    fake: Fake, base_url: str | None, sent: str | None
) -> None:
    seen = []

    def behave(server: Handler) -> None:
        seen.append(server.headers["Authorization"])
        server.reply(200, ranked((0, 1)))

    fake.behaviour = behave
    scores(endpoint(fake, openai_api_key=KEY, openai_base_url=base_url), "one")
    assert seen == [sent]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<p>Hi</p>",
        "[]",
        "{}",
        '{"results": null}',
        '{"results": [1, 2]}',
        "[" * 100_000,
        ranked((0, 0.5)),
        ranked((0, 0.5), (0, 0.5)),
        ranked((0, 0.5), (2, 0.5)),
        ranked((0, 0.5), (1, 0.5), (2, 0.5)),
        ranked((0, 0.5), (1, 0.5), (1, 0.5)),
        ranked((0, 0.5), (1, None)),
        ranked((0, 0.5), (1, "high")),
        ranked((0, 0.5), (1, float("nan"))),
        ranked((0, 0.5), (1, 10**400)),
        ranked((0, 0.5), ([1], 0.5)),
    ],
)
def test_a_reply_that_means_nothing_is_told(fake: Fake, body: str) -> None:
    sentence = failure(fake, body)
    assert "one score for each passage" in sentence
    assert "NEWSDESK_RERANKER" in sentence


@pytest.mark.parametrize("status", [302, 400, 404, 429, 500])
def test_a_refusal_is_told_with_its_status(fake: Fake, status: int) -> None:
    assert f"status {status}" in failure(fake, ranked((0, 1), (1, 1)), status)


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_is_told(fake: Fake, status: int) -> None:
    assert "OPENAI_API_KEY" in failure(fake, "{}", status)


def test_a_reply_without_end_is_cut_off(fake: Fake) -> None:
    assert "come to an end" in failure(fake, " " * 3_000_000)


def says_then(act):
    def behave(server: Handler) -> None:
        server.open()
        server.wfile.write(b'{"results": ')
        act(server)

    return behave


def test_a_reply_that_breaks_off_is_told(fake: Fake) -> None:
    fake.behaviour = says_then(lambda server: server.reset())
    with pytest.raises(RerankingError, match="broke the connection off"):
        scores(endpoint(fake), "one")


def drips(server: Handler) -> None:
    while not server.fake.over.wait(0.05):
        server.wfile.write(b" ")


@pytest.mark.parametrize("act", [Handler.stall, drips])
def test_a_reply_that_does_not_come_in_time_is_told(fake: Fake, act) -> None:
    fake.behaviour = says_then(act)
    with pytest.raises(RerankingError, match=r"0\.3 seconds.*NEWSDESK_TIMEOUT"):
        scores(endpoint(fake, timeout=0.3), "one")


def test_an_endpoint_that_is_not_there_is_told_without_its_password() -> None:
    address = "http://ann:secret@127.0.0.1:9/rerank?token=secret#tiny"
    with pytest.raises(RerankingError, match="cannot be reached") as caught:
        scores(EndpointReranker(Settings(reranker=address)), "one")
    assert "http://127.0.0.1:9/rerank " in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("address", ["http://", "http://host:port/rerank"])
def test_an_address_that_is_none_is_told_when_the_index_is_opened(
    seeds_index: Path, address: str
) -> None:
    with pytest.raises(SettingsError, match="NEWSDESK_RERANKER"):
        QueryEngine.open(settings=Settings(index=seeds_index, reranker=address))


@pytest.mark.slow
def test_llama_cpp_is_such_an_endpoint() -> None:
    with running("rerank") as url:
        reranker = EndpointReranker(Settings(reranker=f"{url}/rerank"))
        assert len(scores(reranker, "heat", "pump", "homes")) == 3
