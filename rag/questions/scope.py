"""Which articles a question is asked of: given, or said in the question itself."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np

from rag import phrases
from rag.errors import UsageError
from rag.index.searcher import Allowed
from rag.languages import language_of_question
from rag.questions.period import Period, month_number
from rag.questions.question import speaker, topic
from rag.schema import ArticleSummary

_DATE = re.compile(r"\d{4}(-\d\d){0,2}")
_NAME = r"[A-Z][\w'-]+(?:\s(?:[A-Z][\w'.-]*|de|van|von|der))*"
_SEVERAL = re.compile(r"\s*(?:,|;|&|\band\b)\s*")


@dataclass(frozen=True, slots=True)
class Scope:
    """A restriction to some articles; what is empty restricts nothing.

    An article fits if it fits one entry of each list. `articles` are ids. A name fits
    the author or publisher whose name contains it, a `source` every path or URL that
    contains it, a language its code. `published_from` and `published_to` are ISO dates
    (or their beginnings), both included; an article without a date fits neither.
    Raises UsageError for what is no date.
    """

    articles: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    published_from: str = ""
    published_to: str = ""

    def __post_init__(self) -> None:
        for date in filter(None, (self.published_from, self.published_to)):
            if not _is_date(date):
                raise UsageError(
                    f"{date} is not a date; give it as YYYY, YYYY-MM or YYYY-MM-DD."
                )

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    def __str__(self) -> str:
        """Say it in words that follow on "articles"."""
        named = (
            ("by", self.authors),
            ("published by", self.publishers),
            ("from", self.sources),
            ("in the language", self.languages),
            ("with the id", self.articles),
        )
        said = [f"{what} {' or '.join(names)}" for what, names in named if names]
        if self.published_from == self.published_to != "":
            said.append(f"published in {self.published_from}")
        else:
            period = (("from", self.published_from), ("until", self.published_to))
            limits = [f" {word} {date}" for word, date in period if date]
            said += ["published" + "".join(limits)] * bool(limits)
        return ", ".join(said)

    def allowed(self, articles: Sequence[ArticleSummary]) -> Allowed | None:
        """Return which of the articles fit; None where nothing is restricted."""
        if not self:
            return None
        fits = np.ones(len(articles), dtype=bool)
        for test in self._tests():
            fits &= np.fromiter(map(test, articles), bool, len(articles))
        return fits

    def _tests(self) -> Iterator[Callable[[ArticleSummary], bool]]:
        if ids := frozenset(self.articles):
            yield lambda one: one.article_id in ids
        if languages := frozenset(map(str.casefold, self.languages)):
            yield lambda one: one.language.casefold() in languages
        if self.authors:
            author = _any_of(self.authors)
            yield lambda one: author(one.author.casefold()) is not None
        if self.publishers:
            publisher = _any_of(self.publishers)
            yield lambda one: publisher(one.publisher.casefold()) is not None
        if self.sources:
            source = _any_of(self.sources)
            yield lambda one: source(one.source.casefold()) is not None
        if since := self.published_from:
            yield lambda one: one.published[: len(since)] >= since
        if until := self.published_to:
            yield lambda one: "" < one.published[: len(until)] <= until


def _any_of(names: Sequence[str]) -> Callable[[str], re.Match[str] | None]:
    return re.compile("|".join(re.escape(name.casefold()) for name in names)).search


EVERYTHING = Scope()


def _is_date(text: str) -> bool:
    """Whether a text is an ISO date or the beginning of one."""
    try:
        return bool(
            _DATE.fullmatch(text) and dt.date.fromisoformat((text + "-01-01")[:10])
        )
    except ValueError:
        return False


def with_speaker(question: str) -> str:
    """Return a question in which "she" who says something is the author.

    For one that is asked of some articles, with nothing said before; "it" is these.
    """
    found = phrases.match("scope.speaks", question)
    if found is None:
        return question
    who = "words.article" if found["text"] else "words.author"
    said = phrases.entry(who, language_of_question(question))
    return f"{question[: found.start('who')]}{said}{question[found.end('who') :]}"


def understood(
    question: str, articles: Sequence[ArticleSummary], asked: Period | None = None
) -> tuple[Scope, str]:
    """Return the restriction that a question itself says, if it is a safe one.

    That is the full name of an author of the collection behind "by" or in "what does X
    say of Y", a month or a year beside a word of publishing, and the recent time that
    is `asked` for; always one that some article fits. A month without a year is the
    latest one with an article. With it comes the question to be asked there: without
    the period, whose words the articles need not have.
    """
    asked_first, language = question, language_of_question(question)
    by, together = _authors(question, articles)
    if together:
        both = phrases.entry("scope.both", language)
        question = _pair(language).sub(both, question)
    elif (who := speaker(question)) and _full(who, by):  # texts seldom name him
        question = question.replace(who, phrases.entry("words.author", language))
    period, rest = "", question
    if found := phrases.search("scope.published_in", question):
        period = _period(found["month"], found["year"], articles, language)
    if found and period:
        rest = question[: found.start("said")] + question[found.end("said") :]
    since = period
    if asked and asked.recent:
        since, rest = asked.start.isoformat(), asked.without(rest)
    scope = Scope(
        authors=tuple(sorted(by | together)), published_from=since, published_to=period
    )
    allowed = scope.allowed(articles)
    if allowed is None or not allowed.any():
        return EVERYTHING, asked_first
    return scope, rest


def author_speaking(question: str, scope: Scope) -> str:
    """Return the author in a scope who is asked what he says, "" where none is."""
    who = speaker(question)
    return _full(who, scope.authors) if who else ""


def _pair(language: str) -> re.Pattern[str]:
    """Return how two names stand together in a language."""
    joined = phrases.entry("scope.and", language)
    return re.compile(rf"\b(?<!^)({_NAME})\s+(?:{joined})\s+({_NAME})(?<!'s)")


def _authors(
    question: str, articles: Sequence[ArticleSummary]
) -> tuple[set[str], set[str]]:
    """Return the authors whose word a question asks for, and two named together."""
    language = language_of_question(question)
    pair, by = _pair(language).search(question), phrases.entry("scope.by", language)
    folded = question.casefold()
    speaking = speaker(question)
    if topic(question).rstrip("?!. ") == speaking:
        speaking = ""  # "What does X say?" may be asked of what others quote
    if not re.search(rf"\b(?:{by}) ", folded) and not pair and not speaking:
        return set(), set()
    bylines = {one.author for one in articles}
    parts = (name for byline in bylines for name in _SEVERAL.split(byline))
    names = {name for name in parts if " " in name}
    named = {
        name
        for name in names
        if name == _full(speaking, names)
        or (
            name.casefold() in folded
            and re.search(
                rf"\b(?:{by}) {re.escape(name)}(?!\w)", question, re.IGNORECASE
            )
        )
    }
    both = {_full(name, names) for name in pair.groups()} - {""} if pair else set()
    return named, both if len(both) > 1 else set()


def _full(said: str, names: Collection[str]) -> str:
    """Return the only name that is said or ends so, or ""."""
    found = [one for one in names if f" {one}".endswith(f" {said}")]
    return found[0] if len(found) == 1 else ""


def _period(
    month: str | None,
    year: str | None,
    articles: Sequence[ArticleSummary],
    language: str,
) -> str:
    """Return the beginning of an ISO date that a month and a year stand for."""
    if month is None:
        return year or ""
    number = f"{month_number(month, language):02}"
    if year is not None:
        return f"{year}-{number}"
    known = [one.published[:7] for one in articles if one.published[5:7] == number]
    return max(known, default="")
