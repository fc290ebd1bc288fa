"""What an article says of itself: "This article was first published in ..."; pure.

Such a note has the words of the title without telling anything of the matter.
"""

from __future__ import annotations

import re
from dataclasses import replace

from rag.questions.question import topic
from rag.schema import Passage

# a paragraph in italics or brackets, or the last one of what was read. One that says
# that something was corrected is none: "This article was amended because ..."
_NOTE = re.compile(
    r"""(?:(?<=\n\n)|\A)[ ]*(?P<mark>[*_(\[]{0,3})
    (?:this|dieser?|dieses|cette?|este|questo)\s+(?:\w+\s+){0,2}?
    (?:article|story|piece|essay|column|note|text|post|report|artikel|beitrag|artículo
      |articolo)\s+
    (?:(?:was|is|has|been|originally|first|wurde|ist|zu\w*|a|été|fue|è|stato)\s+){1,3}
    (?:\w+zwecken\s+)?(?:für\s+\w+\s+)?
    (?:written|published|republished|reprinted|produced|translated|adapted|created
      |generated|fiction\w*|invented|appeared|part\s+of|geschrieben|veröffentlicht
      |erschienen|übersetzt|publiée?|écrite?|traduite?|publicado|pubblicato)\b
    (?:(?!\n[ ]*\n).)*(?P<last>\s*\Z)?""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_ASKS_OF_IT = re.compile(
    r"\b(?:articles?|stor(?:y|ies)|texts?|notes?|reports?|essays?|columns?|published"
    r"|fiction\w*|fictitious|invented|made\s+up|real|artikels?|text|beitrag|erfunden)\b",
    re.IGNORECASE,
)


def asks_of_the_article(question: str) -> bool:
    """Whether a question may be about an article itself, so that its notes tell."""
    return _ASKS_OF_IT.search(topic(question)) is not None


def without_notes(passage: Passage, wide: Passage) -> Passage | None:
    """Return a passage without the article's notes on itself; None if nothing is left.

    `wide` is the passage with what stands around it, where a note may begin.
    """
    for note in _NOTE.finditer(wide.text):
        if not note["mark"] and note["last"] is None:
            continue
        start, end = (wide.start + at - passage.start for at in note.span())
        text = passage.text
        if end <= 0 or start >= len(text):
            continue
        before, after = text[: max(start, 0)].rstrip(), text[end:].lstrip()
        if not before and not after:
            return None
        at = 0 if len(before) >= len(after) else len(text) - len(after)
        kept = max(before, after, key=len)
        begin = passage.start + at
        passage = replace(passage, text=kept, start=begin, end=begin + len(kept))
    return passage
