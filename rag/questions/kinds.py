"""Words by which a question says what kind of statement it wants; pure.

"What are the arguments against the barrier?" An article that argues against it seldom
has the word "arguments", and says "opposes" or "warns" rather than "against".
"""

from __future__ import annotations

from functools import cache

from rag.index.word_query import stems

_KINDS = (
    "advantage disadvantage benefit drawback downside upside pro con pros cons merit "
    "strength weakness argument counterargument objection criticism evidence proof "
    "example instance effect consequence impact implication outcome result cause "
    "reason purpose role problem issue challenge risk concern worry solution "
    "conclusion conclude summary recommendation recommend suggestion difference "
    "similarity comparison compare describe description explain explanation "
    "definition detail fact figure percentage proportion amount quantity number kind "
    "type sort mentioned mention discuss discussed quoted background overview "
    "timeline significance importance important main key happened happen change "
    "changed affect affected people person thing anything something anyone someone "
    "opinion view stance position attitude critic opponent supporter proponent "
    "article articles story author writer published information criticise criticize "
    "give oppose object support favour against defend"
)


@cache
def kind_words() -> frozenset[str]:
    """Return the stems of words that name a kind of statement, not its content."""
    return frozenset(stems(_KINDS))
