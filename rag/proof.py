"""From a model's text with markers to sentences with proofs; pure.

What a model cites is a whole passage. Here every marker becomes a citation of the one
or two sentences inside that passage that support the sentence best, or is dropped. A
sentence with a number or a quotation that its passages do not hold is not proved.
"""

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.attribution import speaker_of
from rag.claims import unsupported
from rag.schema import Citation, Passage, Sentence
from rag.sentences import sentence_spans

# [1]  [1, 2]  [1-3]  [^1]  [Passage 1]  【1】  【1†source】
_DASH = "-\N{EN DASH}\N{EM DASH}"
_NUMBERS = rf"\d+(?:\s*[{_DASH},;、]\s*\d+)*"
_MARKER = re.compile(
    rf"[\[【]\s*\^?(?:passages?\s*)?({_NUMBERS})\s*(?:†[^\]】]*)?[\]】]", re.IGNORECASE
)
# one place in the text: markers in a row, in parentheses or not
_PLACE = re.compile(
    rf"\(\s*{_MARKER.pattern}(?:[\s,;]*{_MARKER.pattern})*\s*\)"
    rf"|{_MARKER.pattern}(?:[\s,;]*{_MARKER.pattern})*",
    re.IGNORECASE,
)
_RANGE = re.compile(rf"(\d+)\s*[{_DASH}]\s*(\d+)|(\d+)")
# items of a list are sentences, with or without a full stop
_ITEM = re.compile(r"\n(?=\s*(?:[-*•]|\d+[.)])\s)")
_BULLET = re.compile(r"^(?:[-*•]\s+|\d{1,2}\)\s+)+")
# "1." before an item is split off as a sentence; "12. März" is not
_LABEL = re.compile(r"\d{1,2}\.|\W*")
# a number, one character of a script that writes without spaces, or a word
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[\u3040-\u30ff\u3400-\u9fff]|[^\W\d_]+")
# words that begin with the same so many letters count as one: increase, increasing
_STEM = 6
_NUMBER_WEIGHT = 2.0
_NAME_WEIGHT = 1.5
# How much more it counts that a span covers the sentence than that it says little else.
# On 600 SQuAD questions with their answers the span held the answer in .950 (weight 1),
# .972 (3) and .977 (8) of cases, with two sentences in .03, .08 and .19.
_RECALL = 3.0


@dataclass(frozen=True, slots=True)
class Bound:
    """An answer bound to its proofs; `notes` tell what had to be dropped."""

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    notes: tuple[str, ...]


def citation(number: int, passage: Passage, start: int, end: int) -> Citation:
    """Return the citation of `passage.text[start:end]`; offsets count in the passage.

    The quote is sliced here and nowhere else, so it cannot differ from the article.
    Raises ValueError for an empty span or one that leaves the passage.
    """
    if not 0 <= start < end <= len(passage.text):
        raise ValueError(f"[{start}:{end}] is no span of a passage")
    return Citation(
        number=number,
        article_id=passage.article_id,
        version=passage.version,
        title=passage.title,
        author=passage.author,
        published=passage.published,
        source=passage.source,
        start=passage.start + start,
        end=passage.start + end,
        quote=passage.text[start:end],
        speaker=speaker_of(passage.text, start, end, passage.author),
        also_in=passage.also_in,
        page=bisect_right(passage.pages, passage.start + start) or None,
    )


class Citations:
    """The citations of one answer, numbered from 1 in the order they are added."""

    def __init__(self) -> None:
        self._by_span: dict[tuple[str, int, int, int], Citation] = {}

    def add(self, passage: Passage, start: int, end: int) -> int:
        """Cite `passage.text[start:end]`; return its number, old where it was cited."""
        new = citation(len(self._by_span) + 1, passage, start, end)
        span = (new.article_id, new.version, new.start, new.end)
        return self._by_span.setdefault(span, new).number

    def all(self) -> tuple[Citation, ...]:
        """Return the citations in the order of their numbers."""
        return tuple(self._by_span.values())


def bind(text: str, passages: Sequence[Passage], language: str = "en") -> Bound:
    """Bind a model's `text` to `passages`, which its markers number from 1.

    `language` (ISO 639-1) says how sentences end. A sentence without a valid marker
    gets no citations. What is dropped is noted: a marker for a passage that does not
    exist or shares no word with the sentence, and all markers of a sentence with a
    number or a quotation that its passages do not hold.
    """
    plain, markers = _without_markers(_ITEM.sub("\n\n", text))
    spans = sentence_spans(plain, language)
    cited: list[list[int]] = [[] for _ in spans]
    notes: list[str] = []
    for position, label in markers:
        numbers = _resolve(label, len(passages), notes)
        if spans:
            cited[_owner(position, spans)] += numbers
    finder = _Finder(passages)
    citations = Citations()
    sentences: list[Sentence] = []
    for (start, end), numbers in zip(spans, cited, strict=True):
        sentence = _tidy(plain[start:end])
        answers = bool(numbers) and sentence[:1].isdigit()  # "When?" "1968 [1]."
        if _LABEL.fullmatch(sentence) and not answers:
            continue
        proofs = _proofs(sentence, list(dict.fromkeys(numbers)), finder, notes)
        bound = [citations.add(passages[n - 1], *span) for n, span in proofs]
        sentences.append(Sentence(sentence, tuple(dict.fromkeys(bound))))
    return Bound(tuple(sentences), citations.all(), tuple(dict.fromkeys(notes)))


def _proofs(
    sentence: str, numbers: list[int], finder: "_Finder", notes: list[str]
) -> list[tuple[int, tuple[int, int]]]:
    """Return the passages that carry a sentence, each with the span in it that does."""
    cited = [finder.passages[number - 1] for number in numbers]
    alien = unsupported(sentence, cited) if cited else ""
    if alien:
        notes.append(
            f"The model says {alien}, which the passages it cites do not; the sentence "
            "is shown without proof."
        )
        return []
    proofs: list[tuple[int, tuple[int, int]]] = []
    for number in numbers:
        span = finder.best(sentence, number - 1)
        if span:
            proofs.append((number, span))
        else:
            notes.append(
                f"The model cited passage {number} for a sentence that shares no word "
                "with it; the marker was dropped."
            )
    return proofs


def _without_markers(text: str) -> tuple[str, list[tuple[int, str]]]:
    """Return the text without markers, and where in it each marker stood.

    Positions are offsets into the returned text: right behind the words that the marker
    follows, or right behind the first character of the line that it begins.
    """
    plain = ""
    markers: list[tuple[int, str]] = []
    at = 0
    for place in _PLACE.finditer(text):
        before = text[at : place.start()]
        line = (plain + before).rpartition("\n")[2]
        after = text[place.end() :].partition("\n")[0]
        leads = not line.strip(" \t-*•") and bool(after.strip())
        plain += before if leads else before.rstrip()
        position = len(plain)
        if leads:  # inside the sentence that follows
            rest = text[place.end() :]
            position += 1 + len(rest) - len(rest.lstrip())
        markers += [(position, m[1]) for m in _MARKER.finditer(place.group())]
        at = place.end()
        if text[at : at + 1].isalnum():  # "in 1990[1]and": the words stay apart
            plain += " "
    return plain + text[at:], markers


def _owner(position: int, spans: Sequence[tuple[int, int]]) -> int:
    """Return the sentence that a marker at `position` belongs to.

    That is the last one that begins before it, or the first of all.
    """
    return max(sum(start < position for start, _ in spans) - 1, 0)


def _resolve(label: str, count: int, notes: list[str]) -> list[int]:
    """Return the passage numbers of a marker that exist; note the others."""
    numbers: list[int] = []
    for match in _RANGE.finditer(label):
        ends = sorted(_number(part) for part in match.groups() if part)
        numbers += range(max(ends[0], 1), min(ends[-1], count) + 1)
        notes += [
            f"The model cited passage {invented}, which does not exist; the marker "
            "was dropped."
            for invented in dict.fromkeys(ends)
            if not 1 <= invented <= count
        ]
    return numbers


def _number(digits: str) -> int:
    """Return the number, cut where it is longer than any count of passages."""
    return int(digits[:9])


def _tidy(text: str) -> str:
    """Return a sentence on one line, without a bullet and without markers in markers.

    "[[2]1]" leaves "[1]" when its inner marker is taken out.
    """
    while _PLACE.search(text):
        text = _PLACE.sub("", text)
    return _BULLET.sub("", " ".join(text.split()))


class _Finder:
    """Finds the sentences inside passages that support a sentence of the answer."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = passages
        self._spans = [
            sentence_spans(passage.text, passage.language) for passage in passages
        ]
        self._tokens = [
            [set(_tokens(passage.text[start:end])) for start, end in spans]
            for passage, spans in zip(passages, self._spans, strict=True)
        ]
        sentences = [tokens for passage in self._tokens for tokens in passage]
        self._count = len(sentences)
        self._frequency = Counter(token for tokens in sentences for token in tokens)

    def best(self, sentence: str, passage: int) -> tuple[int, int] | None:
        """Return the span in `passage` (an index) that supports `sentence` best.

        That is one sentence or two neighbours, the earliest and shortest of equals;
        None where they share no word.
        """
        spans, tokens = self._spans[passage], self._tokens[passage]
        wanted = self._wanted(sentence, set[str]().union(*tokens))
        best: tuple[int, int] | None = None
        best_score = 0.0
        for size in (1, 2):
            for first in range(len(spans) - size + 1):
                held = set[str]().union(*tokens[first : first + size])
                score = self._score(wanted, held)
                # a hair's breadth is rounding, which must not decide
                if score > best_score + 1e-9:
                    best_score = score
                    best = (spans[first][0], spans[first + size - 1][1])
        return best

    def _wanted(self, sentence: str, held: set[str]) -> dict[str, float]:
        """Return what each word of the sentence weighs that the passage holds."""
        weights: dict[str, float] = {}
        for at, (token, word) in enumerate(_tokens(sentence).items()):
            if token not in held:
                continue
            factor = 1.0
            if word[0].isdigit():
                factor = _NUMBER_WEIGHT
            elif at and word[0].isupper():  # the first word says nothing by its capital
                factor = _NAME_WEIGHT
            weights[token] = factor * self._rarity(token)
        return weights

    def _score(self, wanted: dict[str, float], held: set[str]) -> float:
        """Return how well `held` covers `wanted` without saying much else (F-beta)."""
        shared = sum(weight for token, weight in wanted.items() if token in held)
        # an exact sum: the order of a set differs from run to run
        said = math.fsum(self._rarity(token) for token in held)
        return shared / (_RECALL * sum(wanted.values()) + said) if shared else 0.0

    def _rarity(self, token: str) -> float:
        return math.log(1 + self._count / (0.5 + self._frequency[token]))


def _tokens(text: str) -> dict[str, str]:
    """Return the words of `text`, shortened to compare, each with how it is written."""
    return {_shortened(word): word for word in _words(text)}


def _words(text: str) -> Iterable[str]:
    return (match.group() for match in _TOKEN.finditer(text))


def _shortened(word: str) -> str:
    if word[0].isdigit():
        return word.replace(",", "")
    return word.casefold()[:_STEM]
