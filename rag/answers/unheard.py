"""Whether passages tell nothing that somebody says on what he is asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.index.word_query import text_stems
from rag.languages import ENGLISH
from rag.questions.mismatch import strange_names
from rag.questions.otherwise import spelled_out
from rag.questions.question import speaker, speaks_of
from rag.retrieval.nearest import AskedWords, with_byline
from rag.schema import Passage


def is_unheard(asked: AskedWords, question: str, passages: Sequence[Passage]) -> bool:
    """Whether no passage knows him, or names him beside what he is asked about."""
    strange = _strange(question, passages)
    return bool(strange) or _silent(asked, question, passages)


def _strange(question: str, passages: Sequence[Passage]) -> list[str]:
    """Return the names of somebody whose word is asked for that no passage has.

    And the other names that are asked about, if no passage that names him has them.
    """
    name = speaker(question)
    naming = [x for x in map(with_byline, passages) if speaks_of(x, name)]
    told = " ".join(naming or map(with_byline, passages))
    asked = question if name[:1].isupper() and naming else f"does {name}"
    return [one for one in strange_names(asked, told) if not spelled_out(one, told)]


def _silent(asked: AskedWords, question: str, passages: Sequence[Passage]) -> bool:
    """Whether passages name somebody, but none that does has a word asked beside."""
    name = speaker(question)
    naming = [x for x in passages if speaks_of(with_byline(x), name)]
    own = text_stems(name, ENGLISH)
    rest = {forms: w for forms, w in asked.weights.items() if not forms & own}
    if not name[:1].isupper() or not naming or not rest:
        return False
    other = replace(asked, weights=rest)
    return not any(other.held(with_byline(x), x.language) for x in naming)
