"""The question of the seeds, and what proves an answer to it; for tests."""

from rag import QueryEngine
from rag.schema import Answer
from tests.texts import SEEDS

SEED_ARTICLE = SEEDS / "000_51589d0384667205.txt"
SEED_QUESTION = "what does the author say about chip restrictions?"
DETAIL = (
    "A detail that I find especially interesting is the role of the U.S. in limiting "
    "China's AI development through restrictions on advanced semiconductor sales."
)
DEPENDENCY = "a new form of economic dependency between the two nations."


def proved(engine: QueryEngine, answer: Answer) -> bool:
    """Whether every citation quotes its article exactly."""
    return all(
        engine.article(cited.article_id, cited.version).text[cited.start : cited.end]
        == cited.quote
        for cited in answer.citations
    )
