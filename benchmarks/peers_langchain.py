"""LangChain + Chroma: the RAG tutorial; see docs/peers.md."""

from functools import cache
from pathlib import Path

from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter
from peers_child import EMBEDDING, LIMIT, STORE, Found, serve


class _Loopback(Embeddings):
    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return EMBEDDING.passages(texts)

    def embed_query(self, text: str) -> list[float]:
        return EMBEDDING.question(text)


@cache
def _store() -> Chroma:
    return Chroma(embedding_function=_Loopback(), persist_directory=str(STORE))


def _ingest(articles: Path) -> None:
    documents = [
        Document(path.read_text("utf-8"), metadata={"source": str(path)})
        for path in sorted(articles.iterdir())
    ]
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=1000, chunk_overlap=200, add_start_index=True
    )
    _store().add_documents(documents=splitter.split_documents(documents))


def _ask(question: str) -> Found:
    return [
        (one.metadata["source"], one.metadata["start_index"], one.page_content)
        for one in _store().similarity_search(question, k=LIMIT)
    ]


serve(_ingest, _ask)
