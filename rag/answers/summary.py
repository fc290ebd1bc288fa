"""What one article says as a whole: "Summarise the article on the flood barrier".

Or what its author argues, recommends or concludes, where the question names no more.

The article is cut into as many stretches as sentences are wanted, so that its end is
heard like its beginning. Of each stretch the chunk whose vector is nearest to their
middle stands for it, and of that chunk the sentence that is nearest to the same middle.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from rag import phrases
from rag.answers.instructions import addressed
from rag.config import Length
from rag.embedding import Vectors
from rag.index.searcher import Searcher
from rag.languages import language_of_question
from rag.proof.binding import Bound, Citations
from rag.questions.scope import Scope
from rag.retrieval.passages import passage_of
from rag.retrieval.rerank import SentenceVectors
from rag.schema import ArticleSummary, Passage, Sentence, Turn, Verdict
from rag.sentences import LEANS_BACK, sentence_spans

READ = 8  # passages that a model reads
SENTENCES = {Length.SHORT: 2, Length.USUAL: 4, Length.LONG: 8}
_LOOKED_AT = 6  # sentences of a stretch, of its nearest chunks
_BRIEF, _LENGTHY = 40, 200  # characters of a sentence that sums up, where there is one


def summarised_by(question: str, *, given: bool = False) -> str | None:
    """Return how a question names the article that it wants summed up.

    That is "" for "this article" or "it", and where the articles are `given` for "What
    does she say?"; None where it wants something else.
    """
    if given and phrases.match("summary.said", question):
        return ""
    found = phrases.match("summary.asks", question)
    if found is None:
        return None
    named = next(filter(None, found.groups()), "")
    filling = phrases.pattern("summary.filling", language_of_question(question))
    return " ".join(filling.sub(" ", named).split()).rstrip(" ?.!")


def article_meant(
    named: str, searcher: Searcher, scope: Scope, history: Sequence[Turn]
) -> ArticleSummary | None:
    """Return the only article within `scope` that fits: by title, author or publisher.

    Without a name it is the only one that there is, or that which the newest answer
    of `history` with proofs cites most. None where none fits, or several do.
    """
    known = searcher.catalog.articles
    allowed = scope.allowed(known)
    known = tuple(one for n, one in enumerate(known) if allowed is None or allowed[n])
    terms = searcher.words.terms
    if stems := set(terms(named)):
        found = [
            one
            for one in known
            if stems <= set(terms(f"{one.title} {one.author} {one.publisher}"))
        ]
    elif len(known) > 1:
        cited = next((turn.article for turn in reversed(history) if turn.article), "")
        found = [one for one in known if one.article_id == cited]
    else:
        found = list(known)
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """A part of an article: its chunks, those nearest to its `middle` first."""

    passages: tuple[Passage, ...]
    middle: Vectors


def stretches(
    searcher: Searcher, article: ArticleSummary, about: Vectors, count: int
) -> Iterator[Stretch]:
    """Yield up to `count` stretches of a live article, in the order of its text.

    Their middle is that of their chunks and of `about`, the vector of the title, so
    that asides do not count.
    """
    catalog = searcher.catalog
    rows = np.flatnonzero(catalog.owners == catalog.articles.index(article))
    chunks = searcher.chunks(rows)
    order = sorted(range(len(rows)), key=lambda n: chunks[n].chunk.ordinal)
    for part in np.array_split(np.array(order), min(count, len(rows))):
        vectors = searcher.vectors.matrix(rows[part])
        middle = vectors.mean(axis=0) + about
        ranked = [chunks[part[n]] for n in np.argsort(-(vectors @ middle))]
        found = (
            replace(
                passage_of(article, one.text, one.chunk.start, one.chunk.heading),
                pages=one.pages,
            )
            for one in ranked
        )
        yield Stretch(tuple(found), middle)


def outline(
    parts: Iterable[Stretch],
    sentences: SentenceVectors,
    wanted: re.Pattern[str] | None = None,
) -> Bound:
    """Return a sentence of each stretch that can be read alone, with its citation.

    Only those that are `wanted`, and then it need not stand alone.
    """
    citations = Citations()
    said = []
    for part in parts:
        told = ((one, span) for one in part.passages for span in _telling(one, wanted))
        found = list(islice(told, _LOOKED_AT))
        if not found:
            continue
        texts = [one.text[start:end] for one, (start, end) in found]
        best = int(np.argmax(sentences.cosines(part.middle, texts)))
        passage, span = found[best]
        number = citations.add(passage, *span)
        said.append(Sentence(texts[best], (number,), Verdict.QUOTED))
    return Bound(tuple(said), citations.all(), ())


def _telling(
    passage: Passage, wanted: re.Pattern[str] | None
) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a passage that are wanted, or can be read alone."""
    back = phrases.pattern("summary.points_back", passage.language)
    for start, end in sentence_spans(passage.text, passage.language):
        text = passage.text[start:end]
        whole = text[0].isalpha() and not text[0].islower() and text[-1] in ".!。"
        whole = whole and not addressed(text)
        alone = not (LEANS_BACK.match(text) or back.match(text))
        brief = _BRIEF <= end - start <= _LENGTHY
        if whole and (wanted.search(text) if wanted else alone and brief):
            yield start, end
