"""Where articles contradict each other on the same point; pure, and silent in doubt.

Two sentences of different articles contradict each other where all words of the
shorter one stand in the other, in the same role, and

- a figure with the same unit differs ("6,400 homes", "4,600 homes"),
- the date of something that happens once differs ("opened in 1998", "in 2001"), or
- one of them is negated.

Different names, places or times make two points of one; so do bounds that agree ("more
than 6,000"), words of change ("rose to") in one of them only, conditions and hedges. An
article that says itself that a figure was wrong ("We wrote 6,400. The correct number is
4,600.") contradicts another that gives it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from rag.answers.statement import Figure, Statement, stated
from rag.index.word_query import stems
from rag.proof.binding import citation
from rag.questions.question import topic
from rag.questions.slots import tells_of_an_error
from rag.schema import Answer, Citation, Conflict, ConflictKind, Passage
from rag.sentences import sentence_spans
from rag.tables import is_row

_LEAST = 3  # words that both sentences must have, unit and names included
_ASKED_ABOUT = 2  # words of the question, if it has as many
_DAYS = 60  # between two articles: figures of later ones are later figures
_LOOSE = 0.25  # by which share a figure may differ from "about" another
_CHANGE = frozenset(
    stems(
        "rise rose risen fall fell fallen grow grew grown drop raise increase decrease "
        "cut climb decline gain jump double halve lower shrink shrank another further "
        "again more additional extra first second third last next"
    )
)
# what happens once to the same thing
_ONCE = frozenset(
    stems(
        "born die found open close start begin began begun end sign approve build built"
        " finish complete launch establish introduce abolish invade construct abdicate"
        " crown marry married arrest demolish inaugurate ratify premiere"
    )
)
_WRONG = re.compile(
    r"\b(?:wrote|said|gave|stated|reported|figure\s+of|number\s+of|not)\s+(?:it\s+was\s+)?"
    r"(?P<wrong>\d[\d,.]*\d|\d)"
)
_RIGHT = re.compile(
    r"\b(?:correct|right|true|actual)\s+(?:number|figure|total|date|year|amount|sum)\s+"
    r"(?:is|was)\s+(?P<right>\d[\d,.]*\d|\d)"
)
_WINDOW = 3  # sentences of a correction
_GAP = 3  # characters of white space between two passages, at most


@dataclass(frozen=True, slots=True)
class Side:
    """A sentence or a few: `passage.text[start:end]`."""

    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        """The sentence."""
        return self.passage.text[self.start : self.end]


Found = tuple[ConflictKind, Side, Side]


def with_conflicts(answer: Answer, question: str) -> Answer:
    """Return an answer with what its passages contradict each other on."""
    numbers = {_place(one): one.number for one in answer.citations}
    told = []
    for kind, one, other in conflicts(question, answer.passages):
        older, newer = sorted((one, other), key=lambda side: side.passage.published)
        dates = older.passage.published, newer.passage.published
        cited = _cited(older, numbers), _cited(newer, numbers)
        told.append(Conflict(kind, *cited, dated="" < dates[0] < dates[1]))
    return replace(answer, conflicts=tuple(told))


def _cited(side: Side, numbers: dict[tuple[str, int, int], int]) -> Citation:
    """Return the citation of a side; a new one gets the next number."""
    cited = citation(len(numbers) + 1, side.passage, side.start, side.end)
    number = numbers.setdefault(_place(cited), cited.number)
    return replace(cited, number=number)


def _place(cited: Citation) -> tuple[str, int, int]:
    return cited.article_id, cited.start, cited.end


def conflicts(question: str, passages: Sequence[Passage]) -> list[Found]:
    """Return what articles contradict each other on, of what is asked about.

    Each pair of articles is heard once for each kind. Copies of one story, and what
    lies more than sixty days apart, is not compared.
    """
    asked = set(stems(topic(question)))
    least = min(len(asked), _ASKED_ABOUT)
    sides = [(one, stated(one.text)) for one in _sides(passages)]
    about = [
        (one, what)
        for one, what in sides
        if what.firm and len(asked.intersection(what.words)) >= least
    ]
    found: dict[tuple[str, str, ConflictKind], Found] = {}
    for side, other in _corrections(passages, sides):
        if len(asked.intersection(stems(side.text))) >= least:
            _keep(found, ConflictKind.FIGURE, side, other)
    for (one, its), (other, others) in combinations(about, 2):
        if comparable(one.passage, other.passage) and (
            kind := contradicts(its, others)
        ):
            _keep(found, kind, one, other)
    return list(found.values())


def _keep(
    found: dict[tuple[str, str, ConflictKind], Found],
    kind: ConflictKind,
    one: Side,
    other: Side,
) -> None:
    ids = sorted((one.passage.article_id, other.passage.article_id))
    found.setdefault((ids[0], ids[1], kind), (kind, one, other))


def _sides(passages: Sequence[Passage]) -> Iterator[Side]:
    for passage in passages:
        for start, end in sentence_spans(passage.text, passage.language):
            if not is_row(passage.text[start:end]):  # other tables have other heads
                yield Side(passage, start, end)


def comparable(one: Passage, other: Passage) -> bool:
    """Whether two passages are of different articles about one time."""
    copies = {copy.article_id for copy in one.also_in}
    if other.article_id in {one.article_id, *copies}:
        return False
    try:
        days = [dt.date.fromisoformat(p.published) for p in (one, other) if p.published]
    except ValueError:  # a year only
        return False
    return len(days) < 2 or abs(days[0] - days[1]).days <= _DAYS


def contradicts(one: Statement, other: Statement) -> ConflictKind | None:
    """Return what two statements contradict each other in, None if not surely."""
    if not (one.firm and other.firm and _same_point(one, other)):
        return None
    units = [unit for unit in one.figures if unit and unit in other.figures]
    differ = [unit for unit in units if one.figures[unit] != other.figures[unit]]
    if one.negated != other.negated:
        sure = _same_time(one, other) and not differ and not one.limits
        return ConflictKind.NEGATION if sure and _same_subject(one, other) else None
    if differ and _same_time(one, other):
        pairs = [(one.figures[unit], other.figures[unit]) for unit in differ]
        return ConflictKind.FIGURE if all(_apart(*pair) for pair in pairs) else None
    if not differ and _other_day(one, other):
        once = _ONCE.intersection(one.words, other.words)
        return ConflictKind.DATE if once else None
    return None


def _same_point(one: Statement, other: Statement) -> bool:
    """Whether both speak of the same, with the same words in the same roles."""
    short, long = sorted((one, other), key=lambda each: len(each.words))
    words, held = set(short.words), set(long.words)
    measured = {"money", "percent"} & one.figures.keys() & other.figures.keys()
    if len(words) + len(measured) < _LEAST or not words <= held:
        return False
    # of somebody or somewhere else, or of other times
    names = long.names - short.names
    if not short.names <= long.names or len(names) > len(short.names):
        return False
    if one.limits != other.limits or _CHANGE & (held - words):
        return False
    turned = _named(short, short.names) != _named(long, short.names)
    return not turned or one.passive != other.passive


def _same_subject(one: Statement, other: Statement) -> bool:
    """Whether both begin with the same of their words, or one turns them round."""
    shared = set(one.words) & set(other.words)
    firsts = [next(w for w in each.words if w in shared) for each in (one, other)]
    return firsts[0] == firsts[1] or one.passive != other.passive


def _named(what: Statement, names: frozenset[str]) -> list[str]:
    """Return some names in the order in which a statement has them."""
    return [word for word in what.words if word in names]


def _same_time(one: Statement, other: Statement) -> bool:
    if one.weekdays and other.weekdays and one.weekdays.isdisjoint(other.weekdays):
        return False
    return one.dates == other.dates or not (one.dates and other.dates)


def _other_day(one: Statement, other: Statement) -> bool:
    """Whether each gives one date, and not the same."""
    if len(one.dates) != 1 or len(other.dates) != 1:
        return False
    pairs = list(zip(one.dates[0], other.dates[0], strict=True))
    return any(a and b and a != b for a, b in pairs)


def _apart(one: tuple[Figure, ...], other: tuple[Figure, ...]) -> bool:
    """Whether two figures cannot both be right."""
    if len(one) != 1 or len(other) != 1:
        return False
    (a,), (b,) = one, other
    if "about" in (a.bound, b.bound):
        return abs(a.value - b.value) > _LOOSE * max(a.value, b.value)
    if a.bound == b.bound == "":
        return a.value != b.value
    if a.bound == b.bound:
        return False
    low, high = (a, b) if a.bound == "over" or b.bound == "under" else (b, a)
    return low.value > high.value


def _corrections(
    passages: Sequence[Passage], sides: Sequence[tuple[Side, Statement]]
) -> Iterator[tuple[Side, Side]]:
    """Yield a sentence with a figure, and those of an article that correct it."""
    for passage in passages:
        before = "".join(one.text for one in passages if _leads_to(one, passage))
        for correcting, words, wrong in _corrected(passage, before):
            for side, what in sides:
                if side.passage.article_id == passage.article_id:
                    continue
                if not comparable(side.passage, passage):
                    continue
                same = any(
                    unit in words and any(f.value == wrong for f in its)
                    for unit, its in what.figures.items()
                )
                if same and len(words.intersection(what.words)) >= 2:
                    yield side, correcting


def _leads_to(one: Passage, other: Passage) -> bool:
    """Whether a passage stands right before another one."""
    return one.article_id == other.article_id and 0 <= other.start - one.end <= _GAP


def _corrected(passage: Passage, before: str) -> Iterator[tuple[Side, set[str], float]]:
    """Yield where a passage says that a figure was wrong, its words and that figure.

    What it is of may be said in its title, or in what stands `before`.
    """
    spans = sentence_spans(passage.text, passage.language)
    for at, (_, end) in enumerate(spans):
        right = _RIGHT.search(passage.text, spans[at][0], end)
        if right is None:
            continue
        first = spans[max(at - _WINDOW + 1, 0)][0]
        window = passage.text[first:end]
        wrong = _WRONG.search(window)
        around = f"{passage.title} {before} {window}"
        if wrong and tells_of_an_error(around) and wrong["wrong"] != right["right"]:
            value = float(wrong["wrong"].replace(",", ""))
            start = next(a for a, b in spans if b > first + wrong.start())
            yield Side(passage, start, end), set(stems(around)), value
