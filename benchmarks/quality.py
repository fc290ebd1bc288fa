"""How well newsdesk finds, answers and refuses without a model, on SQuAD 2.0.

    python benchmarks/quality.py [--questions 400] [--keep DIR]

Reads ../shared/data (its README defines the measures) and does what `newsdesk eval`
does with so many questions of each kind. Then those that can be answered are asked of
all articles but the one that answers them. `--keep` keeps articles and index for the
next run; embedding takes most of the time.
"""

import argparse
import json
import random
import statistics
import tempfile
from pathlib import Path
from typing import Any

from ingest import ingest, remove
from rag import QueryEngine
from rag.config import Settings
from rag.estimates import estimates
from rag.evaluation import ask, read_questions
from rag.index import Index

DATA = Path(__file__).parent.parent.parent / "shared" / "data"


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
        file = folder / "questions.jsonl"
        file.write_text("\n".join(map(json.dumps, answerable + seeming)), "utf-8")
        with QueryEngine.open(settings=settings) as engine:
            index = Index(settings.index)
            run = ask(engine, read_questions(file, engine)[0])
            index.close()
            for one in estimates(run):
                now = one.now
                print(f"{one.name:<32} {now.value:.3f} [{now.low:.3f}, {now.high:.3f}]")
            refused = []
            for name, path in paths.items():
                remove(str(path), settings=settings)
                asked = [one for one in answerable if one["article"] == name]
                refused += [engine.query(one["question"]).refused for one in asked]
                ingest([path], settings=settings)
            print(
                f"{'about another subject, refused':<32} {statistics.mean(refused):.3f}"
            )


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


if __name__ == "__main__":
    main()
