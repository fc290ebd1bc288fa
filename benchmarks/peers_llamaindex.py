"""LlamaIndex: its starter, and the hybrid of its fusion guide.

"starter" is the starter tutorial with its persisted store; `from_documents` makes the
index anew. "hybrid" adds BM25 by `QueryFusionRetriever` with reciprocal ranks, and
takes a folder again by `refresh_ref_docs`, as the guide to document management says.
`num_queries=1` keeps the language model out.
"""

from functools import cache
from pathlib import Path
from typing import Any

from llama_index.core import (
    Settings,
    SimpleDirectoryReader,
    StorageContext,
    VectorStoreIndex,
    load_index_from_storage,
)
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.retrievers.bm25 import BM25Retriever
from peers_child import EMBEDDING, LIMIT, STORE, VARIANT, Found, serve

_HYBRID = VARIANT == "hybrid"


class _Loopback(BaseEmbedding):
    def _get_query_embedding(self, query: str) -> list[float]:
        return EMBEDDING.question(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return EMBEDDING.question(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return EMBEDDING.passages([text])[0]


def _load() -> Any:
    return load_index_from_storage(StorageContext.from_defaults(persist_dir=str(STORE)))


def _ingest(articles: Path) -> None:
    reader = SimpleDirectoryReader(str(articles), filename_as_id=_HYBRID)
    documents = reader.load_data()
    if _HYBRID and STORE.exists():
        index = _load()
        index.refresh_ref_docs(documents)
    else:
        index = VectorStoreIndex.from_documents(documents)
    index.storage_context.persist(persist_dir=str(STORE))


@cache
def _retriever() -> Any:
    index = _load()
    vectors = index.as_retriever(similarity_top_k=LIMIT)
    if not _HYBRID:
        return vectors
    words = BM25Retriever.from_defaults(docstore=index.docstore, similarity_top_k=LIMIT)
    return QueryFusionRetriever(
        [vectors, words],
        MockLLM(),
        mode="reciprocal_rerank",
        similarity_top_k=LIMIT,
        num_queries=1,
    )


def _ask(question: str) -> Found:
    return [
        (one.node.metadata["file_path"], one.node.start_char_idx, one.node.text)
        for one in _retriever().retrieve(question)
    ]


Settings.embed_model = _Loopback(model_name="loopback")
serve(_ingest, _ask)
