"""Questions made from the indexed articles themselves, to tell whether retrieval works.

No model and no file is needed. A part of a sentence must be located; a sentence whose
name or number is left out must come back; where a name is replaced by one that occurs
nowhere there is no answer.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rag.engine import QueryEngine
from rag.errors import UsageError
from rag.evaluation.estimates import Estimate, Miss, Rows, Run, question_key
from rag.evaluation.measures import fresh_words
from rag.index.index import Index
from rag.index.words import WordProjection
from rag.schema import Article, Passage
from rag.sentences import sentence_spans
from rag.tables import is_row

_EACH = 100  # questions of a kind: all together take 10 to 45 s on two cores
_ARTICLES = 200  # that are read, however many there are
_LENGTHS = range(8, 61)  # words of a sentence
_QUOTED = 12  # words of a quotation
_TOPIC = 3  # words that follow a name, and are asked about
_NAME = re.compile(r"(?<=[\w,;] )[A-Z][\w'\u2019-]{2,}(?: [A-Z][\w'\u2019-]+)*")
_NUMBER = re.compile(r"\b\d[\d.,]*\d\b")
_SYLLABLES = ("bra", "dro", "fel", "gur", "kin", "mov", "pel", "quo", "tez", "vun")


class Kind(StrEnum):
    """What is asked."""

    QUOTATION = "quotation"
    CLOZE = "cloze"
    SWAP = "swapped name"


# Below any of these retrieval is not sound: each lies between what was seen on sound
# indexes and on broken ones, with scrambled vectors or lost words (docs/evaluation.md).
LEAST = {
    "quotation first": 0.85,
    "quotation first by meaning": 0.5,
    "quotation first by words": 0.85,
    "quotation not refused": 0.9,
    "cloze in five passages": 0.95,
    "cloze not refused": 0.9,
    "swapped name refused": 0.7,
}


@dataclass(frozen=True, slots=True)
class SelfQuestion:
    """A question made from `sentence`, which stands in an article just so."""

    kind: Kind
    text: str
    sentence: str


def self_questions(engine: QueryEngine, index: Index) -> list[SelfQuestion]:
    """Return the questions, the same for the same articles.

    Raises UsageError where the articles have no sentence to ask for.
    """
    words = fresh_words(index)
    rng = random.Random(0)  # noqa: S311  # a fixed sample, no secret
    live = sorted(engine.articles(), key=lambda one: one.source)
    chosen = rng.sample(live, min(len(live), _ARTICLES))
    sentences = [
        sentence
        for one in chosen
        for sentence in _sentences(engine.article(one.article_id))
    ]
    if not sentences:
        raise UsageError(
            "The articles of the index have no sentence of eight words to ask for; "
            "give a file of questions instead."
        )
    rng.shuffle(sentences)
    questions = [_quotation(sentence, rng) for sentence in sentences[:_EACH]]
    clozes, swaps = [], []
    for sentence in sentences:
        name = _NAME.search(sentence)
        if blank := name or _NUMBER.search(sentence):
            left = sentence[: blank.start()] + sentence[blank.end() :]
            clozes.append(SelfQuestion(Kind.CLOZE, left, sentence))
        if name and (said := sentence[name.end() :].split()[:_TOPIC]):
            text = f"What does {_unknown_name(words, rng)} say about {' '.join(said)}?"
            swaps.append(SelfQuestion(Kind.SWAP, text, sentence))
        if len(swaps) == _EACH:
            break
    return questions + clozes[:_EACH] + swaps[:_EACH]


def _sentences(article: Article) -> Iterator[str]:
    for start, end in sentence_spans(article.text, article.language):
        sentence = article.text[start:end]
        if len(sentence.split()) in _LENGTHS and not is_row(sentence):
            yield sentence


def _quotation(sentence: str, rng: random.Random) -> SelfQuestion:
    words = sentence.split()
    at = rng.randrange(max(len(words) - _QUOTED, 0) + 1)
    return SelfQuestion(Kind.QUOTATION, " ".join(words[at : at + _QUOTED]), sentence)


def _unknown_name(known: WordProjection, rng: random.Random) -> str:
    """Return an invented name of which no word occurs in the index."""
    while True:
        words = ("".join(rng.choices(_SYLLABLES, k=3)).title() for _ in range(2))
        name = " ".join(words)
        if not any(known.document_frequencies(known.terms(name)).values()):
            return name


def ask_itself(engine: QueryEngine, questions: Iterable[SelfQuestion]) -> Run:
    """Ask the questions."""
    rows: Rows = defaultdict(dict)
    misses = []
    for question in questions:
        passages = engine.retrieve(question.text)
        evidence = engine.weigh(question.text, passages)
        for name, right in _checks(question, passages, evidence.sufficient):
            rows[name][question_key(question.text)] = (right, 1)
            if not right:
                misses.append(Miss(question.text, f"not {name}", passages[0].text))
    return Run(dt.datetime.now(dt.UTC).isoformat(), dict(rows), tuple(misses))


def _checks(
    question: SelfQuestion, passages: Sequence[Passage], sufficient: bool
) -> Iterator[tuple[str, bool]]:
    """Yield what is asked of retrieval, and whether it did it."""
    kind = question.kind
    if kind is Kind.SWAP:
        yield f"{kind} refused", not sufficient
        return
    yield f"{kind} not refused", sufficient
    if kind is Kind.CLOZE:
        held = any(question.sentence in one.text for one in passages[:5])
        yield f"{kind} in five passages", held
    if kind is Kind.QUOTATION:
        # each half of the search alone: the other would make up for a broken one
        by_meaning = max(passages, key=lambda one: one.cosine)
        by_words = max(passages, key=lambda one: one.bm25)
        yield f"{kind} first", question.sentence in passages[0].text
        yield f"{kind} first by meaning", question.sentence in by_meaning.text
        yield f"{kind} first by words", question.sentence in by_words.text


def failures(found: Iterable[Estimate]) -> list[str]:
    """Return a sentence for each measure whose whole interval is below LEAST."""
    return [
        f"{one.name} is {one.now.value:.3f}, where a sound retrieval has at least "
        f"{LEAST[one.name]}; newsdesk doctor looks for the cause."
        for one in found
        if one.now.high < LEAST[one.name]
    ]
