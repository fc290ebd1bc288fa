"""Questions that need two articles: how often one search finds both places.

    python -m benchmarks.two_articles [--keep DIR]

Thirty questions (two_articles.json: bridges such as "What does the critic of the
engineer who proposed X say about Y?", and comparisons) over twelve articles written for
them, those of seeds/ and the ten of ../shared/data in one index. Printed is how often
both places that a question needs are in five passages, and in 4 000 characters. What
was tried to find more is told in docs/retrieval.md.
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.answers import _write_articles
from ingest import ingest
from rag import Passage, QueryEngine
from rag.config import Settings

HERE = Path(__file__).parent
_BUDGET = 4000  # characters


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


def main() -> None:
    """Index the articles, ask, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    made = json.loads((HERE / "two_articles.json").read_text("utf-8"))
    held: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as temporary:
        folder: Path = given.keep or Path(temporary)
        paths = list(_write_articles(folder / "articles").values())
        for name, text in made["articles"].items():
            paths.append(folder / "articles" / f"{name}.md")
            paths[-1].write_text(text, "utf-8")
        settings = Settings(index=folder / "index", model="none")
        ingest([*paths, HERE.parent / "seeds"], settings=settings)
        with QueryEngine.open(settings=settings) as engine:
            for kind, question, *places in made["questions"]:
                held[kind] += _held(places, engine.retrieve(question, limit=5))
                found = engine.retrieve(question, limit=10)
                held["both in 4000"] += _held(places, _cut(found))
    for name in ("bridge", "comparison", "both in 4000"):
        print(f"{name}: {held[name]}")


if __name__ == "__main__":
    main()
