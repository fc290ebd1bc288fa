"""Passages for tests that need no index."""

from rag.schema import FoundBy, Passage


def passage(text: str, *, start: int = 0, article_id: str = "a1") -> Passage:
    """Return a passage that stands at `start` in its article."""
    return Passage(
        article_id=article_id,
        version=1,
        title="The wall and the sea",
        author="Mira Osei",
        published="2025-03-01",
        language="en",
        source="/articles/wall.md",
        heading="",
        start=start,
        end=start + len(text),
        text=text,
        score=1.0,
        cosine=0.8,
        bm25=3.0,
        found_by=FoundBy.BOTH,
    )
