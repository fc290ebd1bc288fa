"""The material that measures verdicts: false sentences and faithful paraphrases."""

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.mutants import DATA, KINDS, Mutant, articles, mutants, paraphrases, sentences

ALONE = Path("nowhere")  # no question sets there: seeds and paraphrases only
FOLDERS = [ALONE, DATA] if DATA.exists() else [ALONE]


def table(made: Iterable[Mutant]) -> str:
    """Return how many mutants there are, a line for each kind."""
    halves = Counter((mutant.kind, mutant.split) for mutant in made)
    rows = [(kind, halves[kind, "dev"], halves[kind, "unseen"]) for kind in KINDS]
    rows.append(("all", sum(row[1] for row in rows), sum(row[2] for row in rows)))
    lines = [f"{kind:26}{dev:6}{unseen:8}" for kind, dev, unseen in rows]
    return "\n".join(["", f"{'mutants':26}{'dev':>6}{'unseen':>8}", *lines, ""])


def test_every_kind_of_mutant_is_there_and_none_fills_the_suite(capsys):
    made = mutants(DATA)
    kinds = Counter(mutant.kind for mutant in made)
    with capsys.disabled():
        sys.stdout.write(table(made))
    assert set(kinds) == set(KINDS)
    assert min(kinds.values()) >= (40 if DATA.exists() else 8)


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_there_are_enough_mutants_with_and_without_the_question_sets(folder: Path):
    made = mutants(folder)
    assert len(made) >= 1000
    assert len(set(made)) == len(made)
    assert max(Counter(m.kind for m in made).values()) <= len(made) / 5
    halves = Counter(m.split for m in made)
    assert min(halves["dev"], halves["unseen"]) >= len(made) / 3


def test_the_mutants_are_the_same_each_time():
    assert mutants.__wrapped__(ALONE) == mutants(ALONE)


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_no_mutant_stands_in_the_span_that_it_cites(folder: Path):
    faithful = {(p.source, p.text) for p in paraphrases()}
    for mutant in mutants(folder):
        assert mutant.text.strip('"') not in mutant.source
        assert (mutant.source, mutant.text) not in faithful
        assert mutant.quoted == mutant.kind.startswith("quotation")
        assert not mutant.quoted or any(mark in mutant.text for mark in '"“»')


def test_a_mutant_cites_words_of_its_article():
    texts = articles()
    for mutant in mutants(DATA):
        if mutant.article in texts:
            assert mutant.source in texts[mutant.article]


def test_a_sentence_and_its_paraphrase_are_on_the_same_side():
    split = {paraphrase.source: paraphrase.split for paraphrase in paraphrases()}
    for sentence in sentences():
        assert split.get(sentence.source, sentence.split) == sentence.split


def test_each_paraphrase_restates_exact_words_of_its_article():
    written, texts = paraphrases(), articles()
    assert len({paraphrase.text for paraphrase in written}) == 350
    assert Counter(p.split for p in written) == {"dev": 250, "unseen": 100}
    for paraphrase in written:
        assert paraphrase.text not in paraphrase.source
        if paraphrase.article.startswith("seeds/") or DATA.exists():
            assert paraphrase.source in texts[paraphrase.article]
