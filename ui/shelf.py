"""The list of articles: how it is searched, filtered and ordered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rag.questions.scope import Scope
from rag.schema import ArticleSummary

NEWEST, OLDEST, TITLE, ARRIVED = "Newest", "Oldest", "Title", "Last added"
LIVE, REMOVED, FAILED = "live", "removed", "failed"
LIST, TIMELINE, MAP = "List", "Timeline", "Map"
ORDERS = (NEWEST, OLDEST, TITLE, ARRIVED)
VIEWS = (LIST, TIMELINE, MAP)

# an article without a date stands last either way
_KEYS: dict[str, Callable[[ArticleSummary], Any]] = {
    NEWEST: lambda one: one.published,
    OLDEST: lambda one: one.published or "9999",
    TITLE: lambda one: one.title.casefold(),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the fields above the list say, in their order; what is empty says nothing.

    `source` is part of a path or an address, `since` and `until` are dates as in
    `Scope`, the names are those of `Scope`, too.
    """

    search: str = ""
    order: str = NEWEST
    state: str = LIVE
    view: str = LIST
    authors: Sequence[str] = ()
    publishers: Sequence[str] = ()
    languages: Sequence[str] = ()
    source: str = ""
    since: str = ""
    until: str = ""

    @property
    def timeless(self) -> Scope:
        """The restriction that they say, but for dates."""
        return Scope(
            authors=tuple(self.authors or ()),
            publishers=tuple(self.publishers or ()),
            languages=tuple(self.languages or ()),
            sources=tuple(filter(None, [self.source.strip()])),
        )

    @property
    def dates(self) -> Scope:
        """The dates to which they restrict; raises UsageError for what is none."""
        return Scope(published_from=self.since.strip(), published_to=self.until.strip())


def within(articles: Sequence[ArticleSummary], scope: Scope) -> list[ArticleSummary]:
    """Return the articles that fit."""
    allowed = scope.allowed(articles)
    if allowed is None:
        return list(articles)
    return [one for one, fits in zip(articles, allowed.tolist(), strict=True) if fits]


def matching(articles: Sequence[ArticleSummary], search: str) -> list[ArticleSummary]:
    """Return the articles that have every word of `search` in what is known of them."""
    words = search.casefold().split()
    return [one for one in articles if all(word in _known(one) for word in words)]


def _known(one: ArticleSummary) -> str:
    fields = (one.title, one.author, one.publisher, one.published, one.source)
    return " ".join((*fields, one.language)).casefold()


def sorted_by(articles: Sequence[ArticleSummary], order: str) -> list[ArticleSummary]:
    """Return articles, which come in order of arrival, in one of ORDERS."""
    backwards = order in {NEWEST, ARRIVED}
    if order not in _KEYS:
        return list(articles)[::-1]
    return sorted(articles, key=_KEYS[order], reverse=backwards)
