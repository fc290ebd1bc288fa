"""Every article that mentions something: a complete scan by words, with its count.

What ranks the best passages cannot count. Here the words index returns each chunk that
has all the words asked for (their stems; what stands in quotation marks word for word),
in whatever article, so "7 of 1,204 articles" means that the other 1,197 have no such
chunk (some three sentences, with title and author). These others can be asked for, too.

Whether an article criticises or supports something no word decides. Then the chunks
count that mention it beside a word of that stance (`_STANCES`, within some three
sentences), and the statement says so: it is what words show, not a reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag.index.catalog import Rows
from rag.index.searcher import Searcher
from rag.proof.binding import Bound, Citations
from rag.questions.scope import Scope
from rag.questions.sought import Sought
from rag.retrieval.passages import passage_of
from rag.schema import (
    ArticleSummary,
    Passage,
    Sentence,
    Verdict,
)
from rag.sentences import sentence_spans

# words by which a sentence takes a stance; their stems count
_STANCES = {
    "criticise": "criticise criticize criticism critic oppose opposition against warn"
    " mistake wrong fail failure harm harmful blame condemn reject danger worry fear"
    " damage objection flaw unfair absurd reckless",
    "support": "support praise welcome favour favor endorse applaud benefit successful"
    " approve recommend admire",
}
_SHOWN = 10  # articles that a person reads before asking for less
_READ = 20  # chunks of an article in which the sentence to show is looked for


@dataclass(frozen=True, slots=True)
class Mention:
    """An article that has it: `passage.text[start:end]` is the first such sentence.

    `count` is the number of chunks of the article that have it.
    """

    passage: Passage
    start: int
    end: int
    count: int


@dataclass(frozen=True, slots=True)
class Findings:
    """All articles that have what was sought, newest first, of `searched` articles.

    `mentions` holds the first few of `stories`, one article of each: of the `total`
    those that are copies of one another are one story. `authors` are those of all that
    were found, `dates` (ISO) that of the oldest and of the newest which has one.
    """

    sought: Sought
    mentions: tuple[Mention, ...]
    total: int
    stories: int
    searched: int
    authors: tuple[str, ...]
    dates: tuple[str, ...]

    @property
    def statement(self) -> str:
        """How many, of how many, and what was done to know it."""
        said = self._counted if self.sought.terms else self._all
        return f"{said} {self._written}" if self.sought.authors and self.total else said

    @property
    def _all(self) -> str:
        many = "is 1 article" if self.total == 1 else f"are {self.total:,} articles"
        period = " to ".join(dict.fromkeys(date[:10] for date in self.dates))
        told = f", published from {period}" if " to " in period else ""
        if period and not told:
            told = f", published on {period}"
        if self.stories < self.total:
            told += f"; copies counted once, {self.stories:,}"
        return f"There {many}{told}."

    @property
    def _written(self) -> str:
        if not self.authors:
            return "None says who wrote it."
        named = [*self.authors[:_SHOWN]]
        if rest := len(self.authors) - len(named):
            named.append(f"{rest:,} more")
        *first, last = named
        return f"Written by {', '.join(first)}{' and ' if first else ''}{last}."

    @property
    def _counted(self) -> str:
        many = "article" if self.searched == 1 else "articles"
        verb = "mentions" if self.total == 1 else "mention"
        if self.sought.lacking:
            verb = "does not mention" if self.total == 1 else "do not mention"
        about = f"“{self.sought.terms.strip(chr(34))}”"
        several = " " in self.sought.terms.strip() and '"' not in self.sought.terms
        near = " (within a few sentences)" if several else ""
        if self.stories < self.total:
            near += (
                f", which are {self.stories:,} independent "
                f"{'story' if self.stories == 1 else 'stories'}: copies count once"
            )
        beside = (
            f" beside words that {self.sought.stance}" if self.sought.stance else ""
        )
        surely = not (beside or self.sought.lacking)
        others = "" if surely else ": there may be other ways of saying it"
        return (
            f"{self.total:,} of {self.searched:,} {many} {verb} {about}{beside}{near}; "
            f"all were searched, by words{others}."
        )

    def bound(self) -> Bound:
        """Return the statement and the sentences, each with its citation."""
        citations = Citations()
        sentences = [Sentence(self.statement, (), Verdict.NOT_A_CLAIM)]
        for one in self.mentions:
            number = citations.add(one.passage, one.start, one.end)
            text = one.passage.text[one.start : one.end]
            sentences.append(Sentence(text, (number,), Verdict.QUOTED))
        rest = self.stories - len(self.mentions)
        what = "stories" if self.stories < self.total else "articles"
        notes = (f"{rest:,} more {what} have it.",) if rest > 0 else ()
        return Bound(tuple(sentences), citations.all(), notes)


def find(
    searcher: Searcher, sought: Sought, scope: Scope, limit: int = _SHOWN
) -> Findings:
    """Return every live article within `scope` that has what is sought.

    `limit` bounds the articles that are returned, not those that are counted.
    """
    catalog = searcher.catalog
    allowed = scope.allowed(catalog.articles)
    searched = len(catalog.articles) if allowed is None else int(allowed.sum())
    rows = _rows(searcher, sought)
    if allowed is not None:
        rows = rows[allowed[catalog.owners[rows]]]
    of_article: dict[int, list[int]] = {}
    for row, owner in zip(rows.tolist(), catalog.owners[rows].tolist(), strict=True):
        of_article.setdefault(owner, []).append(row)
    newest = sorted(
        of_article, key=lambda owner: catalog.articles[owner].published, reverse=True
    )
    stories: dict[int, list[int]] = {}
    for owner in newest:
        stories.setdefault(int(catalog.stories[owner]), []).append(owner)
    mentions = []
    for owner, *others in list(stories.values())[:limit]:
        one = _mention(searcher, catalog.articles[owner], of_article[owner], sought)
        also = tuple(catalog.articles[n] for n in others)
        mentions.append(replace(one, passage=replace(one.passage, also_in=also)))
    found = [catalog.articles[owner] for owner in newest]
    dates = [one.published for one in found if one.published]
    return Findings(
        sought,
        tuple(mentions),
        len(newest),
        len(stories),
        searched,
        authors=tuple(dict.fromkeys(one.author for one in found if one.author)),
        dates=tuple(dates[:-2:-1] + dates[:1]),
    )


def _rows(searcher: Searcher, sought: Sought) -> Rows:
    """Return the chunks that have what is sought, in order; all where nothing is."""
    catalog = searcher.catalog
    if not sought.terms:
        return np.arange(len(catalog.chunk_keys))
    keys = searcher.words.mentioning(
        sought.terms, _STANCES.get(sought.stance, ""), catalog.languages
    )
    rows = np.sort(catalog.of_chunks(np.array(keys, dtype=np.int64))[0])
    if sought.lacking:  # every chunk of the articles that have none with it
        return np.flatnonzero(~np.isin(catalog.owners, catalog.owners[rows]))
    return rows


def _mention(
    searcher: Searcher, article: ArticleSummary, rows: Sequence[int], sought: Sought
) -> Mention:
    """Return the sentence that has most of what is sought, the first of equals.

    The title only where nothing else has any of it.
    """
    words = set(searcher.words.terms(sought.terms))
    stance = set(searcher.words.terms(_STANCES.get(sought.stance, "")))

    def held(text: str) -> float:
        found = set(searcher.words.terms(text))
        worth = 2 * len(words & found) + bool(stance & found)
        return min(worth, 0.5) if text == article.title else worth

    best, at = -1.0, (0, 0)
    chunks = searcher.chunks(np.array(rows[: _READ if sought.terms else 1]))
    shown = chunks[0]
    for chunk in chunks:
        for start, end in sentence_spans(chunk.text, article.language):
            if (worth := held(chunk.text[start:end])) > best:
                best, at, shown = worth, (start, end), chunk
    part, count = shown.chunk, len(rows)
    passage = passage_of(article, shown.text, part.start, part.heading, float(count))
    return Mention(replace(passage, pages=shown.pages), *at, count)
