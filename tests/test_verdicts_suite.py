"""How many false sentences keep their proof, and how many faithful ones lose it.

    python -m tests.test_verdicts_suite [dev|unseen|new|fresh]

prints both by kind, and with a split every sentence that was judged wrongly.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import pytest

from ingest.readers import read_file
from rag.config import Settings
from rag.embedding import open_embedder
from rag.languages import language_of
from rag.proof.attribution import speaker_of
from rag.proof.paraphrase import Cited
from rag.proof.verdicts import Closeness, Judgement, judge
from rag.retrieval.rerank import SentenceVectors
from rag.schema import Verdict
from tests.mutants import (
    SEEDS,
    Base,
    Mutant,
    articles,
    falsehoods,
    mutants,
    paraphrases,
)

LATER = "paraphrases_more.jsonl"
SPLITS = ("dev", "unseen", "new", "fresh")
_AROUND = 800  # characters on either side of a span


@dataclass(frozen=True)
class Judged:
    """A sentence of the suite and what was made of it."""

    kind: str
    one: Base | Mutant
    judgement: Judgement

    @property
    def wrong(self) -> bool:
        """Whether a false sentence is proved, or a faithful one is not."""
        return self.judgement.proved == isinstance(self.one, Mutant)


@cache
def _about(article: str) -> tuple[str, str, str]:
    """Return title, author and date of an article."""
    if not article.startswith("seeds/"):
        return "", "", ""
    path = SEEDS / article.removeprefix("seeds/")
    read = read_file(path, path.read_bytes())
    return read.title, read.author, read.published


def cited(one: Base | Mutant) -> Cited:
    """Return the span that a sentence cites, as an answer would have it."""
    text = articles()[one.article]
    title, author, published = _about(one.article)
    start = text.index(one.source)
    end = start + len(one.source)
    return Cited(
        text=one.source,
        around=f"{text[max(0, start - _AROUND) : start]}\n{text[end : end + _AROUND]}",
        title=title,
        author=author,
        published=published,
        language=language_of(text),
        speaker=speaker_of(text, start, end, author),
    )


def judged(ones: Sequence[Base | Mutant], closeness: Closeness) -> Iterator[Judged]:
    """Judge sentences."""
    for one in ones:
        kind = "faithful" if one in paraphrases() else "faithful, later"
        kind = one.kind if isinstance(one, Mutant) else kind
        yield Judged(kind, one, judge(one.text, [cited(one)], closeness))


@cache
def suite() -> tuple[Judged, ...]:
    """Return all sentences, judged."""
    closeness = SentenceVectors(open_embedder(Settings(), None, None)).closeness
    faithful = (*paraphrases(), *paraphrases(LATER))
    return tuple(judged([*faithful, *mutants(), *falsehoods()], closeness))


def table(rows: Sequence[Judged]) -> str:
    """Return for each kind how many there are and which share is judged wrongly."""
    count = Counter((row.kind, row.one.split) for row in rows)
    wrong = Counter((row.kind, row.one.split) for row in rows if row.wrong)
    lines = [f"{'':<26}" + "".join(f"{split:>14}" for split in SPLITS)]
    for kind in dict.fromkeys(row.kind for row in rows):
        shares = (f"{wrong[kind, s]} of {count[kind, s]}" for s in SPLITS)
        lines.append(f"{kind:<26}" + "".join(f"{share:>14}" for share in shares))
    return "\n".join(lines)


pytestmark = pytest.mark.slow  # two thousand sentences are embedded


@pytest.fixture(scope="module")
def rows() -> tuple[Judged, ...]:
    found = suite()
    print(f"\njudged wrongly:\n{table(found)}")  # noqa: T201  # for pytest -s
    return found


def test_there_are_enough_of_them(rows):
    false = [row for row in rows if isinstance(row.one, Mutant)]
    assert len(false) >= 1000
    assert len(rows) - len(false) == 350 + 260


def test_no_altered_quotation_passes_as_quoted(rows):
    quoted = [row for row in rows if isinstance(row.one, Mutant) and row.one.quoted]
    assert quoted
    assert not [r for r in quoted if r.judgement.verdict is Verdict.QUOTED]


@pytest.mark.parametrize("split", ["dev", "unseen"])
def test_nineteen_of_twenty_false_sentences_are_not_proved(rows, split):
    false = [r for r in rows if isinstance(r.one, Mutant) and r.one.split == split]
    made = [row for row in false if row.one not in falsehoods()]
    written = [row for row in false if row.one in falsehoods()]
    assert sum(row.wrong for row in made) <= 0.05 * len(made)
    assert sum(row.wrong for row in written) <= 0.25 * len(written)  # docs/answers.md


@pytest.mark.parametrize(("split", "most"), [("new", 0.5), ("fresh", 0.6)])
def test_false_sentences_of_the_newest_sets(rows, split, most):
    new = [r for r in rows if isinstance(r.one, Mutant) and r.one.split == split]
    assert len(new) == 40
    assert sum(row.wrong for row in new) <= most * len(new)  # docs/answers.md


def test_nineteen_of_twenty_faithful_sentences_are_proved(rows):
    true = [row for row in rows if row.kind == "faithful"]
    assert sum(row.wrong for row in true) <= 0.05 * len(true)
    more = [row for row in rows if row.kind == "faithful, later"]
    later = [row for row in more if row.one.split != "fresh"]
    assert sum(row.wrong for row in later) <= 0.12 * len(later)  # docs/answers.md
    fresh = [row for row in more if row.one.split == "fresh"]
    assert sum(row.wrong for row in fresh) <= 0.25 * len(fresh)


def main() -> None:
    """Print the table, and with a split what was judged wrongly."""
    found = suite()
    print(table(found))  # noqa: T201  # it is a command
    for row in found:
        if row.wrong and row.one.split in sys.argv[1:]:
            print(  # noqa: T201  # it is a command
                f"\n{row.kind} | {row.judgement.verdict} | {row.judgement.reason}\n"
                f"  {row.one.text}\n  {row.one.source}"
            )


if __name__ == "__main__":
    main()
