"""What has changed in the collection: told from the change log, with old and new.

"What is new since Monday?" wants neither passages nor a count, but what the ledger
knows: which articles arrived, which came in another version (`differences` beside it
quotes what differs, each sentence from its own version) and which were withdrawn. Days
are those of UTC, as in the log.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag import phrases
from rag.errors import UsageError
from rag.index.history import Change
from rag.index.ledger.articles import Articles
from rag.index.searcher import Searcher
from rag.index.word_query import question_words, text_stems
from rag.languages import asked_in, language_of_question
from rag.questions.period import Period, period_of
from rag.questions.scope import Scope
from rag.schema import Article, ArticleSummary, Turn

_WEEK = dt.timedelta(days=7)
# the kinds of events in the order in which they are told
KINDS = ("changed", "withdrawn", "arrived")


@dataclass(frozen=True, slots=True)
class ChangesSought:
    """What a question asks of the log: what happened after the moment `since`.

    `said` says that time and `kinds` are some of KINDS; `topic` is "" for all articles.
    """

    since: dt.datetime
    said: str
    kinds: frozenset[str]
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to an article: `kind` is one of KINDS, `at` as in the log.

    `article` is the version that arrived, replaced `before`, or was withdrawn.
    """

    kind: str
    at: str
    article: Article
    before: Article | None = None


def changes_sought_by(
    question: str, today: dt.date, history: Sequence[Turn]
) -> ChangesSought | None:
    """Return what a question asks of the log; None where it asks something else.

    "What is new?" asks of the last seven days. Raises UsageError for "since I last
    asked" where `history` does not say when.
    """
    language = language_of_question(question)
    last = phrases.search("changes.last_asked", question)
    period = None if last else period_of(question, today)
    if last:
        rest = question.replace(last.group(), " ")
    else:
        rest = period.without(question) if period else question
    found = phrases.pattern("changes.asks", language).match(rest)
    if found is None or (period and not period.recent):
        return None
    topic = found["topic"] or found.groupdict().get("before") or ""
    if not last and not period:  # "What is new?"; of a topic the articles may tell
        if topic or not phrases.search("changes.bare", question):
            return None
        period = Period(today - _WEEK, "", recent=True)
    kinds = frozenset(kind for kind in KINDS if found[kind]) or frozenset(KINDS)
    if period is None:
        moment = _last_asked(history)
        said = f"Since you last asked ({day_of(moment)}, {moment:%H:%M} UTC)"
        return ChangesSought(moment, said, kinds, topic)
    midnight = dt.datetime.combine(period.start, dt.time(), dt.UTC)
    # what happens at midnight belongs to the day
    before = midnight - dt.timedelta(milliseconds=1)
    return ChangesSought(before, f"Since {day_of(midnight)}", kinds, topic)


def _last_asked(history: Sequence[Turn]) -> dt.datetime:
    at = next((turn.asked_at for turn in reversed(history) if turn.asked_at), "")
    if not at:
        raise UsageError(
            "newsdesk does not know when you last asked: nothing was asked before in "
            "this conversation; name a day, as in: what has changed since Monday?"
        )
    try:
        return dt.datetime.fromisoformat(at).astimezone(dt.UTC)
    except ValueError:
        raise UsageError(f"{at} is no moment; give it in ISO 8601.") from None


def day_of(day: dt.datetime) -> str:
    """Return a day as a person writes it: 4 June 2026."""
    return f"{day.day} {day:%B %Y}"


def changes(
    searcher: Searcher, sought: ChangesSought, scope: Scope
) -> list[Event] | None:
    """Return what is sought, the latest first, as of the state that is searched.

    Only articles within `scope` and on the topic count. None where the log does not
    reach back to what a question about a topic asks ("what has changed in law since
    1990"): it has to be answered by what the articles say.
    """
    articles = searcher.ledger.articles
    start = articles.change_at(sought.since)
    happened: dict[str, list[Change]] = {}
    for change in reversed(articles.changes_since(start)):
        if searcher.seq is None or change.seq <= searcher.seq:
            happened.setdefault(change.article_id, []).insert(0, change)
    before = {one.article_id: one for one in articles.standing(list(happened), start)}
    events = [
        event
        for article_id, its in happened.items()
        for event in _events(articles, its, before.get(article_id))
    ]
    events = [one for one in events if one.kind in sought.kinds]
    events = _within(searcher, events, sought.topic, scope)
    silent = all(one.kind == "arrived" for one in events)
    return None if sought.topic and not start and silent else events


def _events(
    articles: Articles, its: Sequence[Change], before: ArticleSummary | None
) -> Iterator[Event]:
    """Yield what the changes of one article, oldest first, amount to."""
    latest = its[-1]
    if latest.kind == "purged":  # nothing of it is left
        return
    now = articles.article(latest.article_id, latest.version)
    first = before.version if before else its[0].version
    if latest.kind == "removed":
        yield Event("withdrawn", latest.at, now)
    elif before is None:
        yield Event("arrived", its[0].at, now)
    if first != now.version and latest.kind != "removed":
        old = articles.article(now.article_id, first)
        if _content(old) != _content(now):
            at = next(one.at for one in reversed(its) if one.kind != "moved")
            yield Event("changed", at, now, old)


def _content(article: Article) -> Article:
    """Return an article without what is of no interest to a reader of changes."""
    return replace(article, version=0, source="", content_hash="")


def _within(
    searcher: Searcher, events: Sequence[Event], topic: str, scope: Scope
) -> list[Event]:
    """Return the events of articles within the scope that mention the topic."""
    fits = scope.allowed([_summary(one.article) for one in events])
    kept = [one for n, one in enumerate(events) if fits is None or fits[n]]
    if not topic:
        return kept
    catalog, words = searcher.catalog, searcher.words
    keys = words.mentioning(topic, "", catalog.languages)
    rows, _ = catalog.of_chunks(np.array(keys, dtype=np.int64))
    live = {catalog.articles[int(n)].article_id for n in set(catalog.owners[rows])}
    wanted = question_words(topic, asked_in(topic, catalog.languages))

    def mentions(article: Article | None) -> bool:
        if article is None:
            return False
        said = f"{article.title} {article.author} {article.text}"
        told = text_stems(said, article.language)
        return all(forms & told for forms in wanted)

    # what is withdrawn, or stood in an old version only, no search finds any more
    return [
        one
        for one in kept
        if one.article.article_id in live
        or (one.kind == "withdrawn" and mentions(one.article))
        or mentions(one.before)
    ]


def _summary(article: Article) -> ArticleSummary:
    fields = set(ArticleSummary.__slots__) & set(Article.__slots__)
    values = {name: getattr(article, name) for name in fields}
    return ArticleSummary(**values, chunks=0, state="")
