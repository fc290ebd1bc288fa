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
    """Whether no passage knows him, or none beside him what he is asked about.

    That is told in passages of the articles that name him: a name that he is asked
    about, and any other word.
    """
    name = speaker(question)
    ids = {x.article_id for x in passages if speaks_of(with_byline(x), name)}
    beside = [x for x in passages if x.article_id in ids]
    known = bool(beside) and name[:1].isupper()
    told = " ".join(map(with_byline, beside or passages))
    strange = strange_names(question if known else f"does {name}", told)
    if not all(spelled_out(one, told) for one in strange):
        return True
    return known and _lacking(asked, name, beside)


def _lacking(asked: AskedWords, name: str, beside: Sequence[Passage]) -> bool:
    """Whether passages have no word asked for but the name."""
    own = text_stems(name, ENGLISH)
    rest = {forms: w for forms, w in asked.weights.items() if not forms & own}
    other = replace(asked, weights=rest)
    return bool(rest) and not any(
        other.held(with_byline(x), x.language) for x in beside
    )
