"""How many copies of a story are known as such, and how many other stories are not.

Stories are runs of four paragraphs of the articles in ../shared/data/squad2; each is
copied in ten ways, and compared with all others, most of them on the same subject:

    python benchmarks/sameness.py [INDEX SIZE]
"""

import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

from rag.index.ledger import Ledger
from rag.index.sameness import is_copy, marks_of
from rag.schema import Article

DATA = Path(__file__).parents[2] / "shared/data/squad2/articles.jsonl"
Copy = Callable[[list[str], str], str]


def stories() -> list[list[str]]:
    """Return runs of four paragraphs that do not overlap."""
    found = []
    for line in DATA.read_text("utf-8").splitlines():
        text = json.loads(line)["text"]
        paragraphs = [one for one in text.split("\n\n") if len(one) > 200]
        found += [paragraphs[at : at + 4] for at in range(0, len(paragraphs) - 3, 4)]
    return found


def ways(rng: random.Random, words: list[str]) -> dict[str, Copy]:
    """Return the ways of copying: each gets a story and the text of another one."""

    def edited(share: float) -> Copy:
        return lambda own, _: " ".join(
            rng.choice(words) if rng.random() < share else word
            for word in " ".join(own).split()
        )

    def rewritten(share: float) -> Copy:
        def copy(own: list[str], other: str) -> str:
            sentences, others = (
                re.split(r"(?<=[.!?])\s", text) for text in (" ".join(own), other)
            )
            return " ".join(
                rng.choice(others) if rng.random() < share else one for one in sentences
            )

        return copy

    copies: dict[str, Copy] = {
        "another headline, byline, last line": lambda own, _: "\n\n".join(
            ["What nobody expected", "By A. N. Other", *own, "Subscribe now."]
        ),
        "cut to its first half": lambda own, _: "\n\n".join(own[:2]),
        "cut to its first paragraph": lambda own, _: own[0],
        "two paragraphs taken out": lambda own, _: f"{own[0]}\n\n{own[3]}",
    }
    for share in (0.1, 0.2, 0.3):
        copies[f"{share:.0%} of its sentences replaced"] = rewritten(share)
        copies[f"{share:.0%} of its words replaced"] = edited(share)
    return copies


def same(one: str, other: str) -> bool:
    """Whether newsdesk takes two texts for copies."""
    a, b = set(marks_of(one).tolist()), set(marks_of(other).tolist())
    return is_copy(len(a & b), len(a), len(b))


def cost(size: int) -> None:
    """Print what it takes to compare one more article with `size` others."""
    rng = random.Random(1)  # noqa: S311  # not for secrets
    words = " ".join(" ".join(one) for one in stories()).split()
    with tempfile.TemporaryDirectory() as folder:
        articles = Ledger(Path(folder), create=True).articles
        for number in range(size + 50):
            if number == size:
                started = time.process_time()
            text = " ".join(rng.choices(words, k=600))
            one = Article(f"{number:012}", 1, *[""] * 5, str(number), "", text, "")
            articles.commit(one, [], str(number))
        spent = (time.process_time() - started) / 50 * 1000
        print(f"one more article beside {size:,}: {spent:.1f} ms of processor time")


def main() -> None:
    """Print recall by way of copying, and pairs of other stories taken for copies."""
    own = stories()
    rng = random.Random(7)  # noqa: S311  # not for secrets
    words = " ".join(" ".join(one) for one in own).split()
    texts = ["\n\n".join(one) for one in own]
    known = tried = 0
    for name, copy in ways(rng, words).items():
        copies = [copy(one, texts[n - 1]) for n, one in enumerate(own)]
        hits = sum(map(same, texts, copies))
        known, tried = known + hits, tried + len(own)
        print(f"{name}: {hits} of {len(own)}")
    pairs = list(combinations(texts, 2))
    wrong = sum(same(one, other) for one, other in pairs)
    print(
        f"all copies: recall {known / tried:.3f}; other stories taken for copies: "
        f"{wrong} of {len(pairs):,} pairs; precision {known / (known + wrong):.3f}"
    )
    if len(sys.argv) > 1:
        cost(int(sys.argv[1]))


if __name__ == "__main__":
    main()
