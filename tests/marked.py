"""Made-up articles in which every sentence carries a word of its own: a mark.

Whatever is found can be told apart, by meaning (with an embedder that hashes) and by
words, and so can everything that must not be found any more.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from ingest.chunking import split_chunks
from rag.index.index import Index
from rag.schema import IndexedChunk
from tests.finding import matching, nearest
from tests.hashing import hashed

_PLACES = ("harbour", "mill", "archive", "northern field", "station", "winter garden")


def marked(number: int, sentences: int = 4) -> tuple[str, str]:
    """Return a mark that nothing else has, and the text of an article that bears it."""
    mark = (
        f"zq{number}zq"  # ends alike for all, so that no stemmer makes two of them one
    )
    lines = [
        f"The council of {mark} counted {number + line} barrels in the "
        f"{_PLACES[(number + line) % len(_PLACES)]}."
        for line in range(sentences)
    ]
    return mark, f"# Report on {mark}\n\n" + "\n\n".join(lines) + "\n"


def parts(text: str) -> list[str]:
    """Return the texts of the chunks that an article is cut into."""
    return [text[chunk.start : chunk.end] for chunk in split_chunks(text)]


def text_of(index: Index, found: IndexedChunk) -> str:
    """Return the text that a found chunk stands for, by its offsets."""
    whole = index.ledger.articles.text(found.article_id, found.version)
    return whole[found.chunk.start : found.chunk.end]


def texts_by_file(index: Index) -> dict[str, Counter[str]]:
    """Return all that a search by meaning can find, by the name of its file."""
    index.searcher()
    articles = index.ledger.articles.summaries()
    sources = {one.article_id: Path(one.source).name for one in articles}
    texts: dict[str, Counter[str]] = {}
    for found, _ in nearest(index, hashed("everything"), 10_000):
        name = sources[found.article_id]
        texts.setdefault(name, Counter())[text_of(index, found)] += 1
    return texts


def by_meaning(index: Index, text: str, limit: int = 5) -> Counter[str]:
    """Return what a search with the vector of `text` finds of that very text."""
    vector = hashed(text)
    found = [text_of(index, one) for one, _ in nearest(index, vector, limit)]
    return Counter(one for one in found if one == text)


def by_words(index: Index, mark: str, limit: int = 50) -> Counter[str]:
    """Return the texts that a search for the word `mark` finds."""
    return Counter(text_of(index, one) for one, _ in matching(index, mark, limit))


def is_found(index: Index, text: str, mark: str) -> bool:
    """Whether all of an article is found, once, by meaning and by words."""
    wanted = Counter(parts(text))
    by_vectors = Counter[str]()
    for part in wanted:
        by_vectors += by_meaning(index, part)
    return by_vectors == wanted == by_words(index, mark)


def is_gone(index: Index, text: str, mark: str) -> bool:
    """Whether nothing of an article is found, neither by meaning nor by words."""
    return not by_words(index, mark) and not any(
        by_meaning(index, part) for part in parts(text)
    )
