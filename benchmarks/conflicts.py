"""How often newsdesk sees a contradiction where there is none.

    python -m benchmarks.conflicts [--questions 300]

The encyclopedia articles of ../shared/data do not contradict each other. Asked are
questions over all of them, as in `newsdesk ask`; then every sentence is compared with
every other as if each stood in an article of its own, which is far more than any
question does. Each contradiction is printed, to be read by a person.
"""

import argparse
import json
import random
import tempfile
from itertools import combinations
from pathlib import Path

from benchmarks.answers import DATA, _write_articles
from ingest import ingest
from rag import QueryEngine
from rag.answers.conflicts import contradicts
from rag.answers.statement import stated
from rag.config import Settings
from rag.sentences import sentence_spans


def main() -> None:
    """Ask and compare, and print what is found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=300)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        paths = _write_articles(folder / "articles")
        settings = Settings(index=folder / "index", model="none")
        ingest(list(paths.values()), settings=settings)
        lines = (DATA / "squad2" / "questions.jsonl").read_text("utf-8").splitlines()
        asked = random.Random(1).sample(  # noqa: S311  # no secret
            [json.loads(line) for line in lines], given.questions
        )
        with QueryEngine.open(settings=settings) as engine:
            answers = [engine.query(one["question"]) for one in asked]
        told = [found for one in answers for found in one.conflicts]
        print(f"{len(answers)} questions: {len(told)} contradictions")
        for found in told:
            print(f"  {found.kind}: {found.older.quote} | {found.newer.quote}")
        _compare([path.read_text("utf-8") for path in paths.values()])


def _compare(texts: list[str]) -> None:
    sentences = [text[a:b] for text in texts for a, b in sentence_spans(text)]
    firm = [(one, what) for one in sentences if (what := stated(one)).firm]
    told = [
        (kind, one, other)
        for (one, its), (other, others) in combinations(firm, 2)
        if (kind := contradicts(its, others))
    ]
    print(f"{len(sentences)} sentences with each other: {len(told)} contradictions")
    for found in told:
        print("  {}: {} | {}".format(*found))


if __name__ == "__main__":
    main()
