"""How well an index answers the questions of a file: which are asked, what is measured.

The measures are those of docs/evaluation.md; `rag.evaluation.estimates` sums them up.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from pydantic import BaseModel, ValidationError

from rag.engine import QueryEngine
from rag.errors import UsageError
from rag.evaluation.estimates import AUROC, Miss, Rows, Run, question_key
from rag.index.index import Index
from rag.index.words import WordProjection
from rag.questions.question import checked
from rag.schema import Answer, Article, Passage

_RANKS = (1, 3, 5, 10)
_READ = 5  # passages over which excerpts and lengths are measured
_ANSWER_BUDGETS = (2000, 4000, 8000)  # characters
_EXCERPT_BUDGETS = (4000, 8000)
_SHORT = 400  # characters of an answer that are read
_DEEP = 30  # chunks: 8 000 characters and more, where the index holds so much

Span = tuple[str, int, int]
"""Article id, start and end (characters of its newest version)."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what is expected of it.

    `answers` are spans that each answer it, `references` spans that answer it together.
    Without either only the article is expected: `article_id`, which is "" where nothing
    answers the question (`answerable` is false).
    """

    text: str
    article_id: str
    answerable: bool = True
    answers: tuple[Span, ...] = ()
    golden: tuple[str, ...] = ()
    references: tuple[Span, ...] = ()

    @property
    def key(self) -> str:
        """The question's name among the rows."""
        return question_key(f"{self.article_id} {self.text}")


class _Line(BaseModel):
    """A line of a question file; keys that it does not know are somebody else's."""

    question: str
    article: str = ""
    answerable: bool = True
    answers: list[tuple[int, int, str]] = []
    references: list[tuple[int, int]] = []


class _Misfit(Exception):
    """A question that cannot be asked of this index, and why."""


def read_questions(file: Path, engine: QueryEngine) -> tuple[list[Question], list[str]]:
    """Return the questions of a JSONL file, and a sentence for each cause to omit some.

    Raises UsageError for a file or a line that cannot be read, and where no question is
    left. A question that stands there twice counts once.
    """
    try:
        lines = file.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read as UTF-8 text: {error}.") from error
    find = cache(partial(_article, engine))
    questions: dict[str, Question] = {}
    omitted: dict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            question = _question(_parsed(line), find)
            questions[question.key] = question
        except UsageError as error:
            raise UsageError(f"{file}, line {number}: {error}") from error
        except _Misfit as misfit:
            omitted[str(misfit)].append(number)
    notes = [
        f"{file}, line {numbers[0]}: {cause} (questions left out: {len(numbers)})."
        for cause, numbers in omitted.items()
    ]
    if not questions:
        raise UsageError(notes[0] if notes else f"{file} holds no question.")
    return list(questions.values()), notes


def _parsed(line: str) -> _Line:
    try:
        parsed = _Line.model_validate_json(line)
    except ValidationError as error:
        wrong = error.errors()[0]
        where = "".join(f"{part} " for part in wrong["loc"])
        raise UsageError(f"{where}{wrong['msg']}; correct it.") from error
    checked(parsed.question)
    if parsed.answerable and not parsed.article:
        raise UsageError('a question that can be answered needs an "article".')
    return parsed


def _question(line: _Line, find: Callable[[str], Article]) -> Question:
    """Return the question with its spans as they stand in the index."""
    if not line.answerable:
        return Question(line.question, "", answerable=False)
    article = find(line.article)
    found = [_located(article, *answer) for answer in line.answers]
    answers = tuple(span for span in found if span)
    if line.answers and not answers:
        raise _Misfit(f"no answer stands in the article {line.article} as ingested")
    if any(not 0 <= a < b <= len(article.text) for a, b in line.references):
        raise _Misfit(f"a reference lies outside the article {line.article}")
    return Question(
        line.question,
        article.article_id,
        answers=answers,
        golden=tuple(text for *_, text in line.answers),
        references=tuple((article.article_id, a, b) for a, b in line.references),
    )


def _article(engine: QueryEngine, name: str) -> Article:
    """Return the live article of that id, source, file name, stem, title or URL."""
    live = engine.articles()
    for fits in (
        [x for x in live if name in (x.article_id, x.source, Path(x.source).name)],
        [x for x in live if _folded(name) == _folded(Path(x.source).stem)],
        [x for x in live if _folded(name) == _folded(x.title)],
        [x for x in live if "://" in name and name == engine.article(x.article_id).url],
    ):
        if len(fits) == 1:
            return engine.article(fits[0].article_id)
        if fits:
            raise _Misfit(f"{name} names several articles; give an id instead")
    raise _Misfit(
        f"no article of the index has the id, file name, title or URL {name}; ingest it"
    )


def _folded(name: str) -> str:
    """File names write an underscore for a space."""
    return name.replace("_", " ").casefold()


def _located(article: Article, start: int, end: int, text: str) -> Span | None:
    """Return the span of `text`: the one given, else the nearest one, if any."""
    text = unicodedata.normalize("NFC", text)
    if article.text[start:end] == text:
        return article.article_id, start, end
    places = [found.start() for found in re.finditer(re.escape(text), article.text)]
    if not text or not places:
        return None
    at = min(places, key=lambda place: abs(place - start))
    return article.article_id, at, at + len(text)


def ask(engine: QueryEngine, questions: Iterable[Question]) -> Run:
    """Ask every question."""
    rows: Rows = defaultdict(dict)
    misses = []
    refusals = []
    for question in questions:
        answer = engine.query(question.text)
        deep = engine.retrieve(question.text, limit=_DEEP)
        score = engine.weigh(question.text, answer.passages).score
        rows[AUROC][question.key] = (score, question.answerable)
        refusals.append((question, answer.refused))
        for name, value, weight in _measured(question, answer, deep):
            rows[name][question.key] = (value, weight)
        if how := _fault(question, answer):
            nearest = "".join(one.text for one in answer.passages[:1])
            misses.append(Miss(question.text, how, nearest))
    _add_refusals(rows, refusals)
    return Run(dt.datetime.now(dt.UTC).isoformat(), dict(rows), tuple(misses))


def fresh_words(index: Index) -> WordProjection:
    """Return the words as the engine sees them, which mends them as it searches."""
    if index.words.touched():
        index.words.reload()
    return index.words


def _measured(
    question: Question, answer: Answer, deep: Sequence[Passage]
) -> Iterator[tuple[str, float, float]]:
    """Yield the (measure, value, weight) of an answerable question.

    Ranks count the passages that the answer was made from; budgets that these do not
    fill are filled from `deep`.
    """
    if not question.answerable:
        return
    spans = _spans(answer.passages)
    what = "hit" if question.answers else "article hit"
    for k in () if question.references else _RANKS:
        yield f"{what}@{k}", _found(question, spans[:k]), 1
    for budget in _ANSWER_BUDGETS if question.answers else ():
        cut = _filled(budget, answer.passages, deep)
        yield f"answer@{budget}", _found(question, cut), 1
    if question.references:
        wanted, found_at = _characters(question.references), _characters(spans[:_READ])
        both = len(wanted & found_at)
        yield f"excerpt recall@{_READ} passages", both / len(wanted), 1
        yield f"excerpt precision@{_READ} passages", both / (len(found_at) or 1), 1
        yield f"excerpt IoU@{_READ} passages", both / len(wanted | found_at), 1
        for budget in _EXCERPT_BUDGETS:
            cut = _filled(budget, answer.passages, deep)
            held = len(wanted & _characters(cut))
            yield f"excerpt recall@{budget}", held / len(wanted), 1
    if question.golden:
        told = not answer.refused and any(
            gold in answer.text[:_SHORT] for gold in question.golden
        )
        yield "short answer", told, 1
    read = spans[:_READ]
    yield "passage length", sum(end - start for _, start, end in read), len(read)


def _spans(passages: Iterable[Passage]) -> list[Span]:
    return [(one.article_id, one.start, one.end) for one in passages]


def _filled(budget: int, *choices: Sequence[Passage]) -> list[Span]:
    """Return the first `budget` characters of the first choice that has as many.

    The last choice serves where none has; a span that crosses the budget is cut there.
    """
    for passages in choices:
        left, cut = budget, []
        for article, start, end in _spans(passages):
            cut.append((article, start, min(end, start + left)))
            left -= end - start
            if left <= 0:
                return cut
    return cut


def _found(question: Question, spans: Iterable[Span]) -> bool:
    """Whether one of the spans holds an answer, or is of the article if that is all."""
    wanted = question.answers or question.references
    if not wanted:
        return any(article == question.article_id for article, *_ in spans)
    return any(
        article == expected and start <= first and last <= end
        for article, start, end in spans
        for expected, first, last in wanted
    )


def _characters(spans: Iterable[Span]) -> set[tuple[str, int]]:
    return {(article, at) for article, start, end in spans for at in range(start, end)}


def _fault(question: Question, answer: Answer) -> str:
    if not question.answerable:
        return "" if answer.refused else "answered, though the articles do not say"
    if answer.refused:
        return "wrongly refused"
    found = _found(question, _spans(answer.passages[:_READ]))
    return "" if found else f"not in the first {_READ} passages"


def _add_refusals(rows: Rows, refusals: Sequence[tuple[Question, bool]]) -> None:
    """Add the measures of refusing; both kinds of question weigh the same in all."""
    answerable = sum(question.answerable for question, _ in refusals)
    for question, refused in refusals:
        key = question.key
        if question.answerable:
            rows["wrongly refused"][key] = (refused, 1)
            weight = (len(refusals) - answerable) / answerable
            rows["refusal precision"][key] = (0, refused * weight)
        else:
            rows["refusal recall"][key] = (refused, 1)
            rows["refusal precision"][key] = (refused, refused)
