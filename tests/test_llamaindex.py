"""newsdesk inside LlamaIndex, and LlamaIndex inside newsdesk."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine

from rag.errors import EmbeddingError, ModelError
from rag.llamaindex import (
    LlamaIndexChatModel,
    LlamaIndexEmbedder,
    as_query_engine,
    as_retriever,
)
from rag.llm import Message
from rag.proof.binding import bind
from rag.schema import Answer
from tests.passages import passage

WALL = passage("The council met. It approved a barrier of 86 million.", start=1000)
BOUND = bind("It approved a barrier of 86 million [1].", [WALL])


class Engine:
    """Stands in for rag.engine.QueryEngine, without an index."""

    def retrieve(self, question):
        """Find the same two passages, whatever is asked."""
        return [WALL, replace(WALL, article_id="a2", score=0.5)]

    def query(self, question):
        """Give the same answer, whatever is asked."""
        return Answer(
            question=question,
            sentences=BOUND.sentences,
            citations=BOUND.citations,
            passages=(WALL,),
            refused=False,
            reason="",
            model="none",
            notes=("A note.",),
            prompt_tokens=0,
            completion_tokens=0,
            seconds=0.1,
        )


class Letters(BaseEmbedding):
    """Embeds a text as the counts of n, d and e in it."""

    def _get_text_embedding(self, text):
        return [float(text.count(letter)) for letter in "nde"]

    def _get_query_embedding(self, query):
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query):
        return self._get_text_embedding(query)


def test_a_retriever_returns_passages_as_nodes_that_say_where_they_stand():
    found = as_retriever(Engine()).retrieve("How much?")
    assert [node.score for node in found] == [1.0, 0.5]
    assert found[0].node.text == WALL.text
    assert found[0].node.metadata == {
        "article_id": "a1",
        "title": "The wall and the sea",
        "source": "/articles/wall.md",
        "version": 1,
        "start": 1000,
        "end": WALL.end,
    }
    again = asyncio.run(as_retriever(Engine()).aretrieve("How much?"))
    assert [n.node.node_id for n in again] == [n.node.node_id for n in found]
    assert found[0].node.node_id != found[1].node.node_id


def test_a_query_engine_answers_with_its_citations_as_source_nodes():
    engine = as_query_engine(Engine())
    response = engine.query("How much?")
    assert str(response) == "It approved a barrier of 86 million."
    (source,) = response.source_nodes
    assert source.node.text == "It approved a barrier of 86 million."
    assert source.node.metadata["start"] == 1017
    assert response.metadata == {"refused": False, "notes": ["A note."]}
    assert str(asyncio.run(engine.aquery("How much?"))) == str(response)


def test_the_retriever_works_inside_llamaindex_own_query_engine():
    engine = RetrieverQueryEngine.from_args(as_retriever(Engine()), llm=MockLLM())
    assert len(engine.query("How much?").source_nodes) == 2


def test_a_llamaindex_embedding_is_an_embedder():
    embedder = LlamaIndexEmbedder(Letters(model_name="letters"))
    rows = embedder.embed_passages(["nnnd", "e"])
    np.testing.assert_allclose(rows, [[0.9487, 0.3162, 0], [0, 0, 1]], atol=1e-4)
    np.testing.assert_allclose(embedder.embed_question("ee"), [0, 0, 1])
    assert embedder.fingerprint == "llamaindex/Letters/letters"
    with pytest.raises(EmbeddingError, match="direction"):
        embedder.embed_passages(["xyz", "n"])


def test_a_llamaindex_llm_is_a_chat_model():
    stream = LlamaIndexChatModel(MockLLM()).stream([Message("user", "Who voted?")])
    assert "Who voted?" in "".join(stream)


def test_a_failing_llm_or_embedding_becomes_one_sentence(monkeypatch):
    def fails(*args, **kwargs):
        raise RuntimeError("no network")

    monkeypatch.setattr(MockLLM, "stream_chat", fails)
    with pytest.raises(ModelError, match="RuntimeError"):
        list(LlamaIndexChatModel(MockLLM()).stream([Message("user", "Who?")]))
    monkeypatch.setattr(Letters, "_get_text_embedding", fails)
    embedder = LlamaIndexEmbedder(Letters())
    with pytest.raises(EmbeddingError, match="RuntimeError"):
        embedder.embed_passages(["a"])
    with pytest.raises(EmbeddingError, match="RuntimeError"):
        embedder.embed_question("a")
