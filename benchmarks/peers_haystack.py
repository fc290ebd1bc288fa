"""Haystack: the hybrid retrieval tutorial; see docs/peers.md."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from haystack.components.converters import TextFileToDocument
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import (
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.document_stores.types import DuplicatePolicy
from peers_child import EMBEDDING, LIMIT, STORE, Found, serve


@cache
def _store() -> InMemoryDocumentStore:
    if STORE.exists():
        return InMemoryDocumentStore.load_from_disk(str(STORE))
    return InMemoryDocumentStore()


def _ingest(articles: Path) -> None:
    converter = TextFileToDocument(store_full_path=True)
    splitter = DocumentSplitter("word", split_length=512, split_overlap=32)
    documents = converter.run(sources=sorted(articles.iterdir()))["documents"]
    chunks = splitter.run(documents)["documents"]
    vectors = EMBEDDING.passages([one.content for one in chunks])
    embedded = [
        replace(chunk, embedding=vector)
        for chunk, vector in zip(chunks, vectors, strict=True)
    ]
    _store().write_documents(embedded, DuplicatePolicy.SKIP)
    _store().save_to_disk(str(STORE))


def _ask(question: str) -> Found:
    near = InMemoryEmbeddingRetriever(_store(), top_k=LIMIT)
    words = InMemoryBM25Retriever(_store(), top_k=LIMIT)
    found = [
        near.run(EMBEDDING.question(question))["documents"],
        words.run(question)["documents"],
    ]
    joiner = DocumentJoiner("reciprocal_rank_fusion", top_k=LIMIT)
    return [
        (one.meta["file_path"], one.meta["split_idx_start"], one.content)
        for one in joiner.run(documents=found)["documents"]
    ]


serve(_ingest, _ask)
