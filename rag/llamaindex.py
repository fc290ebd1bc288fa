"""newsdesk as a citizen of LlamaIndex, in both directions.

A QueryEngine of newsdesk becomes a LlamaIndex retriever or query engine; an embedding
model or LLM of LlamaIndex becomes one that newsdesk takes.
"""

import asyncio
from collections.abc import Generator, Iterator, Sequence
from typing import Protocol

import numpy as np
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.base.response.schema import Response
from llama_index.core.llms.llm import LLM
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from rag.embedding import Vectors, unit_rows
from rag.errors import EmbeddingError, ModelError, NewsdeskError
from rag.llm import ChatStream, Message, answer_only
from rag.schema import Answer, Citation, Passage, Usage


class Engine(Protocol):
    """The part of `rag.engine.QueryEngine` that is asked from here."""

    def retrieve(self, question: str) -> Sequence[Passage]:
        """Return the passages for a question, best first."""
        ...

    def query(self, question: str) -> Answer:
        """Return the answer to a question."""
        ...


def as_retriever(engine: Engine) -> BaseRetriever:
    """Return `engine` as a LlamaIndex retriever."""
    return _Retriever(engine)


def as_query_engine(engine: Engine) -> BaseQueryEngine:
    """Return `engine` as a LlamaIndex query engine.

    The source nodes of a response are its citations, in the order of their numbers.
    """
    return _QueryEngine(engine)


class _Retriever(BaseRetriever):
    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        passages = self._engine.retrieve(query_bundle.query_str)
        return [
            NodeWithScore(node=_node(passage, passage.text), score=passage.score)
            for passage in passages
        ]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


class _QueryEngine(BaseQueryEngine):
    def __init__(self, engine: Engine) -> None:
        super().__init__(callback_manager=None)
        self._engine = engine

    def _query(self, query_bundle: QueryBundle) -> Response:
        answer = self._engine.query(query_bundle.query_str)
        return Response(
            response=answer.text,
            source_nodes=[
                NodeWithScore(node=_node(cited, cited.quote))
                for cited in answer.citations
            ],
            metadata={"refused": answer.refused, "notes": list(answer.notes)},
        )

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


def _node(span: Passage | Citation, text: str) -> TextNode:
    """Return a node whose id is the same for the same span of the same version."""
    return TextNode(
        id_=f"{span.article_id}-v{span.version}-{span.start}-{span.end}",
        text=text,
        start_char_idx=span.start,
        end_char_idx=span.end,
        metadata={
            "article_id": span.article_id,
            "title": span.title,
            "source": span.source,
            "version": span.version,
            "start": span.start,
            "end": span.end,
        },
    )


class LlamaIndexEmbedder:
    """A LlamaIndex embedding model as an embedder of newsdesk."""

    def __init__(self, model: BaseEmbedding) -> None:
        self.fingerprint = f"llamaindex/{type(model).__name__}/{model.model_name}"
        self._model = model

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed in the batches that the model is set to; raises EmbeddingError."""
        try:
            rows = self._model.get_text_embedding_batch(list(texts))
            vectors = np.array(rows, dtype=np.float32)
        except Exception as error:
            raise self._failed(error) from error
        if vectors.ndim != 2 or len(vectors) != len(texts):
            raise EmbeddingError(
                f"The embedding model {self._model.model_name} did not return one "
                "vector for each text; use another one."
            )
        return unit_rows(vectors)

    def embed_question(self, question: str) -> Vectors:
        """Embed with the model's own treatment of questions; raises EmbeddingError."""
        try:
            vector = np.array([self._model.get_query_embedding(question)], np.float32)
        except Exception as error:
            raise self._failed(error) from error
        row: Vectors = unit_rows(vector)[0]
        return row

    def _failed(self, error: Exception) -> EmbeddingError:
        return EmbeddingError(
            f"The embedding model {self._model.model_name} failed "
            f"({type(error).__name__}); check how it was made."
        )


class LlamaIndexChatModel:
    """A LlamaIndex LLM as a language model of newsdesk; tokens are not counted."""

    def __init__(self, llm: LLM) -> None:
        self._llm = llm

    @property
    def name(self) -> str:
        """The name that the LLM gives itself."""
        return self._llm.metadata.model_name

    def stream(self, messages: Sequence[Message]) -> ChatStream:
        """Return the model's next message; iterating it raises ModelError."""
        return ChatStream(self._pieces(messages))

    def _pieces(self, messages: Sequence[Message]) -> Generator[str, None, Usage]:
        try:
            yield from answer_only(self._deltas(messages), self.name)
        except NewsdeskError:
            raise
        except Exception as error:
            raise ModelError(
                f'The model "{self.name}" failed ({type(error).__name__}); check how '
                "it was made, or ask again."
            ) from error
        return Usage()

    def _deltas(self, messages: Sequence[Message]) -> Iterator[str]:
        chat = [ChatMessage(role=m.role, content=m.content) for m in messages]
        for response in self._llm.stream_chat(chat):
            yield response.delta or ""
