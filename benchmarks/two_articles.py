"""Questions that need two articles: does a second search find more of what they need?

    python -m benchmarks.two_articles [--keep DIR]

Thirty questions (two_articles.json: bridges such as "What does the critic of the
engineer who proposed X say about Y?", and comparisons) over twelve articles written for
them, those of seeds/ and the ten of ../shared/data in one index. Printed for each way
to search: how often both places that a question needs are in five passages, and in
4 000 characters.
"""

import argparse
import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.answers import _write_articles
from ingest import ingest
from rag.config import Settings
from rag.embedding import Embedder, open_embedder
from rag.index.index import Index
from rag.index.searcher import Searcher
from rag.retrieval.passages import Ranking, passages_of
from rag.retrieval.rerank import SentenceReranker, SentenceVectors
from rag.retrieval.retriever import Query, rank, rerank
from rag.schema import Passage

HERE = Path(__file__).parent
_NAME = re.compile(r"(?<=[^.!?\n] )[A-Z][\w'-]+(?: [A-Z][\w'-]+)*")
_BUDGET = 4000  # characters

Search = Callable[[str, int], Sequence[Passage]]


class Searches:
    """The product's search, and ways to search that it has not."""

    def __init__(self, searcher: Searcher, embedder: Embedder) -> None:
        self._searcher = searcher
        self._embedder = embedder
        self._reranker = SentenceReranker(SentenceVectors(embedder))

    def _ranked(self, question: str) -> Ranking:
        query = Query(question, self._embedder.embed_question(question))
        found = rank(self._searcher, query, self._reranker.depth)
        return rerank(self._searcher, query, found, self._reranker)

    def _passages(self, found: Ranking, question: str, limit: int) -> list[Passage]:
        return list(passages_of(self._searcher, found, question, limit))[:limit]

    def shipped(self, question: str, limit: int) -> list[Passage]:
        """Search once."""
        return self._passages(self._ranked(question), question, limit)

    def spread(self, question: str, limit: int, *, most: int) -> list[Passage]:
        """Search once; of an article at most so many passages."""
        taken: Counter[str] = Counter()
        kept = []
        for one in self.shipped(question, 3 * limit):
            taken[one.article_id] += 1
            if taken[one.article_id] <= most:
                kept.append(one)
        return kept[:limit]

    def last_by_names(self, question: str, limit: int) -> list[Passage]:
        """Search again with the names in the best passage, for the last place."""
        found = self.shipped(question, limit)
        again = f"{question} {' '.join(_names(found[:1], question))}"
        known = {one.article_id for one in found[:-1]}
        new = [x for x in self.shipped(again, limit) if x.article_id not in known]
        return [*found[:-1], *new[:1]] if new else found

    def added(self, question: str, limit: int, *, weight: float) -> list[Passage]:
        """Add the scores of a search with the names in the best two passages."""
        first = self._ranked(question)
        names = _names(self._passages(first, question, 2), question)
        second = self._ranked(f"{question} {' '.join(names)}")
        scores = dict(zip(second.rows.tolist(), second.scores.tolist(), strict=True))
        least = min(scores.values())
        again = np.array([scores.get(row, least) for row in first.rows.tolist()])
        both = replace(first, scores=first.scores + weight * again)
        order = np.argsort(-both.scores, kind="stable")
        return self._passages(both.best(order), question, limit)


def _names(passages: Iterable[Passage], question: str) -> list[str]:
    found = [name for one in passages for name in _NAME.findall(one.text)]
    return [name for name in dict.fromkeys(found) if name not in question][:6]


def _held(places: Sequence[tuple[str, str]], passages: Sequence[Passage]) -> bool:
    return all(
        any(Path(x.source).name.startswith(name) and quote in x.text for x in passages)
        for name, quote in places
    )


def _cut(passages: Iterable[Passage]) -> list[Passage]:
    left, kept = _BUDGET, []
    for one in passages:
        kept.append(replace(one, text=one.text[: max(left, 0)]))
        left -= len(one.text)
    return kept


def _print(name: str, search: Search, questions: Sequence[list[object]]) -> None:
    held: Counter[str] = Counter()
    for kind, question, *places in questions:
        held[str(kind)] += _held(places, search(str(question), 5))
        held["budget"] += _held(places, _cut(search(str(question), 10)))
    cells = [held[one] for one in ("bridge", "comparison", "budget")]
    print(f"| {name} | {' | '.join(map(str, cells))} |", flush=True)


def main() -> None:
    """Index the articles, search in each way, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    made = json.loads((HERE / "two_articles.json").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as temporary:
        folder: Path = given.keep or Path(temporary)
        paths = list(_write_articles(folder / "articles").values())
        for name, text in made["articles"].items():
            paths.append(folder / "articles" / f"{name}.md")
            paths[-1].write_text(text, "utf-8")
        settings = Settings(index=folder / "index", model="none")
        ingest([*paths, HERE.parent / "seeds"], settings=settings)
        index = Index(folder / "index")
        one = Searches(index.searcher(), open_embedder(settings))
        ways: dict[str, Search] = {
            "as shipped": one.shipped,
            "at most 3 of an article": lambda q, n: one.spread(q, n, most=3),
            "names of the best, last place": one.last_by_names,
            "names of the best two, .3": lambda q, n: one.added(q, n, weight=0.3),
        }
        print("| search | bridge | comparison | both in 4000 |\n|---|---|---|---|")
        for name, search in ways.items():
            _print(name, search, made["questions"])
        index.close()


if __name__ == "__main__":
    main()
