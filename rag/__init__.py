"""Asks the index: question to passages to an answer with its proofs."""

from importlib import import_module
from typing import TYPE_CHECKING

from rag.errors import NewsdeskError
from rag.schema import Answer, Article, Citation, Passage, Sentence, Turn

if TYPE_CHECKING:
    from rag.answers.asked import AnswerStream
    from rag.engine import QueryEngine
    from rag.questions.scope import Scope

__all__ = [
    "Answer",
    "AnswerStream",
    "Article",
    "Citation",
    "NewsdeskError",
    "Passage",
    "QueryEngine",
    "Scope",
    "Sentence",
    "Turn",
]

_LATER = {
    "AnswerStream": "rag.answers.asked",
    "QueryEngine": "rag.engine",
    "Scope": "rag.questions.scope",
}


def __getattr__(name: str) -> object:
    # the engine brings SQLAlchemy and numpy: paid by those who use it, not by --help
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
