"""LlamaIndex: its starter, or with BM25 by its fusion guide; see docs/peers.md."""

from functools import cache
from pathlib import Path
from typing import Any

import llama_index.core as llama
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
    context = llama.StorageContext.from_defaults(persist_dir=str(STORE))
    return llama.load_index_from_storage(context)


def _ingest(articles: Path) -> None:
    reader = llama.SimpleDirectoryReader(str(articles), filename_as_id=_HYBRID)
    documents = reader.load_data()
    if _HYBRID and STORE.exists():
        index = _load()
        index.refresh_ref_docs(documents)
    else:
        index = llama.VectorStoreIndex.from_documents(documents)
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


llama.Settings.embed_model = _Loopback(model_name="loopback")
serve(_ingest, _ask)
