"""How well newsdesk finds, answers and refuses without a model, on SQuAD 2.0.

    python benchmarks/quality.py [--questions 400] [--keep DIR]

Reads ../shared/data (its README defines the measures). Every question that can be
answered is asked twice: of all articles, and of all but the one that answers it.
`--keep` keeps articles and index for the next run; embedding takes most of the time.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest import ingest, remove
from rag import Answer, Passage, QueryEngine
from rag.config import Settings

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
BUDGETS = (2000, 4000)
RANKS = (1, 3, 5)
SHORT = 400  # characters of an answer that are read


def main() -> None:
    """Index the articles, ask, and print the measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder: Path = given.keep or Path(temporary)
        paths = _write_articles(folder / "articles")
        settings = Settings(index=folder / "index", model="none")
        ingest(list(paths.values()), settings=settings)
        answerable, seeming = _questions(given.questions)
        with QueryEngine.open(settings=settings) as engine:
            _retrieval(engine, answerable, paths)
            _answers(engine, answerable)
            _share("seemingly answered, refused", _refusals(engine, seeming))
            others = []
            for name, path in paths.items():
                remove(str(path), settings=settings)
                asked = [one for one in answerable if one["article"] == name]
                others += _refusals(engine, asked)
                ingest([path], settings=settings)
            _share("about another subject, refused", others)


def _write_articles(folder: Path) -> dict[str, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for kind in ("squad2", "excerpts"):
        for line in (DATA / kind / "articles.jsonl").read_text().splitlines():
            article = json.loads(line)
            paths[article["id"]] = folder / f"{article['id']}.txt"
            paths[article["id"]].write_text(article["text"], encoding="utf-8")
    return paths


def _questions(count: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    lines = (DATA / "squad2" / "questions.jsonl").read_text().splitlines()
    questions = [json.loads(line) for line in lines]
    random.Random(0).shuffle(questions)  # noqa: S311  # a fixed sample, no secret
    answerable = [one for one in questions if one["answerable"]]
    seeming = [one for one in questions if not one["answerable"]]
    return answerable[:count], seeming[:count]


def _retrieval(
    engine: QueryEngine, questions: Sequence[dict[str, Any]], paths: dict[str, Path]
) -> None:
    found: dict[int, list[bool]] = {k: [] for k in RANKS}
    within: dict[int, list[bool]] = {budget: [] for budget in BUDGETS}
    lengths, seconds = [], []
    for question in questions:
        started = time.perf_counter()
        passages = engine.retrieve(question["question"])
        seconds.append(time.perf_counter() - started)
        source = str(paths[question["article"]].resolve())
        gold = [(start, end) for start, end, _ in question["answers"]]
        for k in RANKS:
            found[k].append(any(_holds(one, source, gold) for one in passages[:k]))
        for budget in BUDGETS:
            within[budget].append(_within(passages, source, gold, budget))
        lengths.append(sum(len(one.text) for one in passages[:5]))
    for k in RANKS:
        _share(f"hit@{k}", found[k])
    for budget in BUDGETS:
        _share(f"answer@{budget}", within[budget])
    print(f"{'characters of five passages':<32} {statistics.mean(lengths):.0f}")
    print(f"{'milliseconds a question':<32} {1000 * statistics.median(seconds):.0f}")


def _holds(
    passage: Passage,
    source: str,
    gold: Sequence[tuple[int, int]],
    longest: int | None = None,
) -> bool:
    end = passage.end if longest is None else min(passage.end, passage.start + longest)
    return passage.source == source and any(
        passage.start <= start and stop <= end for start, stop in gold
    )


def _within(
    passages: Sequence[Passage],
    source: str,
    gold: Sequence[tuple[int, int]],
    budget: int,
) -> bool:
    for passage in passages:
        if budget > 0 and _holds(passage, source, gold, budget):
            return True
        budget -= len(passage.text)
    return False


def _answers(engine: QueryEngine, questions: Sequence[dict[str, Any]]) -> None:
    answers = [engine.query(question["question"]) for question in questions]
    _share("answerable, refused", [answer.refused for answer in answers])
    pairs = list(zip(questions, answers, strict=True))
    _share("answer holds a gold one", [_told(*pair) for pair in pairs])
    _share(f"... in {SHORT} characters", [_told(*pair, SHORT) for pair in pairs])
    lengths = [len(answer.text) for answer in answers if not answer.refused]
    print(f"{'characters of an answer':<32} {statistics.mean(lengths):.0f}")


def _told(question: dict[str, Any], answer: Answer, longest: int | None = None) -> bool:
    text = answer.text[:longest]
    return not answer.refused and any(gold in text for *_, gold in question["answers"])


def _refusals(engine: QueryEngine, questions: Sequence[dict[str, Any]]) -> list[bool]:
    return [engine.query(question["question"]).refused for question in questions]


def _share(name: str, values: Sequence[bool]) -> None:
    print(f"{name:<32} {statistics.mean(values):.3f}")


if __name__ == "__main__":
    main()
