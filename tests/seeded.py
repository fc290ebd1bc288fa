"""The question of the seeds, a model that answers it, and what proves it; for tests."""

import re

from rag import QueryEngine
from rag.llm import ChatStream, Message, Usage
from rag.schema import Answer
from tests.texts import SEEDS

SEED_ARTICLE = SEEDS / "000_51589d0384667205.txt"
SEED_QUESTION = "what does the author say about chip restrictions?"
DETAIL = (
    "A detail that I find especially interesting is the role of the U.S. in limiting "
    "China's AI development through restrictions on advanced semiconductor sales."
)
DEPENDENCY = "a new form of economic dependency between the two nations."


class Scripted:
    """A language model that says what it is told, and remembers the prompt."""

    name = "scripted"

    def __init__(self, text: str) -> None:
        self._text = text
        self.prompts: list[list[Message]] = []

    def stream(self, messages: list[Message]) -> ChatStream:
        """Say it word by word."""
        self.prompts.append(list(messages))

        def pieces():
            yield from re.findall(r"\S+\s*", self._text)
            return Usage(11, 7)

        return ChatStream(pieces())


def proved(engine: QueryEngine, answer: Answer) -> bool:
    """Whether every citation quotes its article exactly."""
    return all(
        engine.article(cited.article_id, cited.version).text[cited.start : cited.end]
        == cited.quote
        for cited in answer.citations
    )
