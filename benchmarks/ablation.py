"""What each part of newsdesk's retrieval adds, on SQuAD 2.0 and the excerpts.

    python -m benchmarks.ablation [--questions 400] [--keep DIR]

Indexes the ten articles of ../shared/data and asks every answerable question (or so
many of SQuAD's) of the product's own `retrieve`, in which a part is replaced for each
line of the table. Below it stand the changes with paired intervals: of a step against
the one before, of what was rejected against the product. `--keep` keeps the indexes for
the next run.
"""

import argparse
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from unittest.mock import patch

import numpy as np
import tantivy

from benchmarks.answers import DATA, _write_articles
from ingest import ingest
from rag import QueryEngine
from rag.config import Settings
from rag.embedding import Embedder, Vectors, open_embedder, unit_rows
from rag.evaluation.estimates import Estimate, Rows, Run, estimates
from rag.evaluation.measures import Question, _measured, read_questions
from rag.index import word_query
from rag.index.catalog import Rows as Places
from rag.index.index import Index
from rag.index.searcher import Scores, Searcher, VectorTable
from rag.questions.question import topic
from rag.retrieval import retriever as retrieval
from rag.retrieval.passages import Ranking
from rag.retrieval.rerank import SentenceReranker, SentenceVectors
from rag.retrieval.retriever import CANDIDATES, Query
from rag.schema import Answer

_RRF = 60  # Cormack, Clarke and Buettcher 2009
_COLUMNS = tuple(  # as `rag.evaluation.measures` calls them
    [f"hit@{k}" for k in (1, 3, 5)]
    + [f"answer@{budget}" for budget in (2000, 4000)]
    + [f"excerpt recall@{budget}" for budget in (2000, 4000, 8000)]
    + ["excerpt recall@5 passages", "excerpt precision@5 passages"]
)
_COMPARED = ("hit@1", "answer@2000", "excerpt recall@4000")

_rank = retrieval.rank


@dataclass(frozen=True, slots=True, eq=False)
class Collection:
    """A collection ready to be searched, and the questions with their embeddings."""

    searcher: Searcher
    questions: list[tuple[Question, Vectors]]


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the table: the product with some of its names bound to other things."""

    name: str
    replaced: Mapping[str, object] = field(default_factory=dict)
    collection: str = "as shipped"


# -- parts that the product has not ---------------------------------------------------


def _ranking(searcher: Searcher, query: Query, found: tuple[Places, Scores]) -> Ranking:
    rows, scores = found
    cosines = searcher.cosines(rows, query.vector)
    return Ranking(rows, cosines, scores, scores, np.ones(len(rows), bool))


def _by_cosine(searcher: Searcher, query: Query, _depth: int) -> Ranking:
    return _ranking(searcher, query, searcher.nearest(query.vector, CANDIDATES))


def _by_words(searcher: Searcher, query: Query, _depth: int) -> Ranking:
    found = searcher.matching(topic(query.question), CANDIDATES)
    return _ranking(searcher, query, found)


def _by_ranks(searcher: Searcher, query: Query, depth: int) -> Ranking:
    fused: dict[int, float] = defaultdict(float)
    for rank in (_by_cosine, _by_words):
        for place, row in enumerate(rank(searcher, query, depth).rows.tolist(), 1):
            fused[row] += 1 / (_RRF + place)
    rows = sorted(fused, key=lambda row: (-fused[row], row))
    scores = np.array([fused[row] for row in rows])
    return _ranking(searcher, query, (np.array(rows, np.int64), scores))


def _bm25(term: str, _weight: float) -> tantivy.Query:
    clauses = []
    for name, share in word_query.FIELD_WEIGHTS.items():
        found = tantivy.Query.term_query(word_query.SCHEMA, name, term)
        clauses.append((tantivy.Occur.Should, tantivy.Query.boost_query(found, share)))
    return tantivy.Query.boolean_query(clauses)


def _rocchio(searcher: Searcher, query: Query, depth: int) -> Ranking:
    """Move the question towards the three best chunks (Rocchio 1971, weight .3)."""
    table, best = searcher.vectors, _rank(searcher, query, depth).rows[:3]
    parts = [part for part in (table.stored, table.recent) if len(part)]
    towards = np.concatenate(parts)[table.places[best]].mean(axis=0)
    moved = unit_rows((query.vector + 0.3 * towards)[np.newaxis])[0]
    return _rank(searcher, replace(query, vector=moved), depth)


_WHOLE = {"rag.retrieval.passages._bearing": lambda *_: None}
_CHUNKS = {**_WHOLE, "rag.retrieval.passages._touches": lambda *_: False}
_ONE_LOOK = {
    "rag.retrieval.retriever.rerank": lambda _searcher, _query, ranking, _: ranking
}
_FIRST = {**_CHUNKS, **_ONE_LOOK}
_ALONE = {**_FIRST, "rag.retrieval.retriever._NEIGHBOUR_SHARE": 0.0}
_BM25 = {"rag.index.word_query._word": _bm25}
_STEPS = (
    Step("cosine", {**_ALONE, "rag.retrieval.retriever.rank": _by_cosine}),
    Step("BM25", {**_ALONE, **_BM25, "rag.retrieval.retriever.rank": _by_words}),
    Step("rarity of words", {**_ALONE, "rag.retrieval.retriever.rank": _by_words}),
    Step(
        "RRF cosine, BM25",
        {**_ALONE, **_BM25, "rag.retrieval.retriever.rank": _by_ranks},
    ),
    Step("z-sum cosine, BM25", {**_ALONE, **_BM25}),
    Step("z-sum cosine, rarity", _ALONE),
    Step("+ neighbour share", _FIRST),
    Step("+ second look", _CHUNKS),
    Step("+ merging", _WHOLE),
    Step("+ ends trimmed: newsdesk"),
)
_REJECTED = (
    Step("passages to 900", {"rag.retrieval.passages._LONGEST": 900}),
    Step("passages to 1200", {"rag.retrieval.passages._LONGEST": 1200}),
    Step("two chunks a passage", {"rag.retrieval.passages._CHUNKS_A_PASSAGE": 2}),
    Step("nothing behind the words", {"rag.retrieval.passages._BEHIND": 0}),
    Step("two sentences behind", {"rag.retrieval.passages._BEHIND": 2}),
    Step("12 chunks looked at", {"rag.retrieval.rerank.SentenceReranker.depth": 12}),
    Step("Rocchio feedback", {"rag.retrieval.retriever.rank": _rocchio}),
    Step("chunks of reach 2", collection="reach 2"),
    Step("title embedded too", collection="titles"),
)


# -- measuring ------------------------------------------------------------------------


def _collect(
    folder: Path, paths: list[Path], embedder: Embedder, count: int | None
) -> Collection:
    ingest(paths, index=folder)
    file = folder / "questions.jsonl"
    squad = (DATA / "squad2" / "questions.jsonl").read_text().splitlines()
    squad = [line for line in squad if json.loads(line)["answerable"]]
    random.Random(0).shuffle(squad)  # noqa: S311  # a fixed sample, no secret
    excerpts = (DATA / "excerpts" / "questions.jsonl").read_text()
    file.write_text("\n".join([*squad[:count], excerpts]), "utf-8")
    with QueryEngine.open(folder) as engine:
        questions, _ = read_questions(file, engine)
    asked = [(one, embedder.embed_question(one.text)) for one in questions]
    return Collection(Index(folder).searcher(), asked)


def _with_titles(shipped: Collection, file: Path, embedder: Embedder) -> Collection:
    """Embed each chunk behind its title and headings; keep the vectors in `file`."""
    searcher = shipped.searcher
    if not file.exists():
        texts = []
        for one in searcher.chunks(np.arange(len(searcher.catalog))):
            text = searcher.ledger.articles.text(one.article_id, one.version)
            # the files have their titles as names; the product takes the first line
            title = Path(searcher.article_of(one).source).stem.replace("_", " ")
            part = text[one.chunk.start : one.chunk.end]
            texts.append(f"{title} > {one.chunk.heading}: {part}")
        np.save(file, embedder.embed_passages(texts))
    matrix, none = np.load(file), np.empty(0, np.int64)
    table = VectorTable(matrix, matrix[:0], none, np.arange(len(matrix)), none)
    return replace(shipped, searcher=replace(searcher, vectors=table, approximate=None))


def _asked(step: Step, collection: Collection, sentences: SentenceVectors) -> Run:
    rows: Rows = defaultdict(dict)
    searcher, reranker = collection.searcher, SentenceReranker(sentences)
    with ExitStack() as stack:
        for name, value in step.replaced.items():
            stack.enter_context(patch(name, value))
        for stage in ("rank", "rerank"):  # once for both limits
            once = lru_cache(1)(getattr(retrieval, stage))
            stack.enter_context(patch.object(retrieval, stage, once))
        for one, vector in collection.questions:
            found = partial(
                retrieval.retrieve, lambda: searcher, Query(one.text, vector)
            )
            best, deep = tuple(found(5, reranker)), found(30, reranker)
            answer = Answer(one.text, (), (), best, True, "", "", (), 0, 0, 0)
            for measure, value, weight in _measured(one, answer, deep):
                rows[measure][one.key] = (value, weight)
    return Run("", dict(rows))


def _print_tables(found: Mapping[str, list[Estimate]]) -> None:
    _print_row("", (*_COLUMNS, "characters of five"))
    for step, measures in found.items():
        now = {one.name: one.now.value for one in measures}
        cells = [f"{now[measure]:.3f}" for measure in _COLUMNS]
        _print_row(step, (*cells, f"{5 * now['passage length']:.0f}"))
    _print_row("change", _COMPARED)
    for step, measures in found.items():
        by = {one.name: one.change for one in measures if one.change}
        changes = [by[measure] for measure in _COMPARED if by]
        cells = [f"{x.value:+.3f} [{x.low:+.3f}, {x.high:+.3f}]" for x in changes]
        _print_row(step, cells)


def _print_row(name: str, cells: Sequence[str]) -> None:
    print(f"| {name} | {' | '.join(cells)} |")


def _collections(
    folder: Path, embedder: Embedder, count: int | None
) -> dict[str, Collection]:
    """Index the articles in `folder` in each way that a step asks for."""
    paths = list(_write_articles(folder / "articles").values())
    shipped = _collect(folder / "index", paths, embedder, count)
    with patch("ingest.chunking._REACH", 2):
        longer = _collect(folder / "reach2", paths, embedder, count)
    titles = _with_titles(shipped, folder / "titles.npy", embedder)
    return {"as shipped": shipped, "reach 2": longer, "titles": titles}


def main() -> None:
    """Index the articles, ask at every step, and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        stack.enter_context(
            patch("rag.evaluation.measures._EXCERPT_BUDGETS", (2000, 4000, 8000))
        )
        embedder = open_embedder(Settings(model="none"))
        made = _collections(given.keep or Path(temporary), embedder, given.questions)
        sentences = SentenceVectors(embedder)
        found, before = {}, None
        for step in (*_STEPS, *_REJECTED):
            run = _asked(step, made[step.collection], sentences)
            found[step.name] = estimates(run, before)
            if step in _STEPS:
                before = run
        _print_tables(found)


if __name__ == "__main__":
    main()
