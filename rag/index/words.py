"""The projection for words: BM25 over live chunks; the one door to `tantivy`."""

from __future__ import annotations

import calendar
import datetime as dt
import json
import math
import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import tantivy

from rag.index.atomic import write_atomically
from rag.index.manifest import Manifest, damage, describe, signature
from rag.index.word_query import (
    ANALYZER,
    EVERY,
    SCHEMA,
    TIE,
    analyzer,
    best,
    frequencies,
    mention_queries,
    question_stems,
    relatives,
    stems,
    tie,
    word_query,
)
from rag.languages import stems_in
from rag.schema import ArticleSummary, IndexedChunk

_REWRITTEN = frozenset({"meta.json", ".managed.json"})
_READS = 3  # how texts are read; those that were read otherwise are read anew
_WRITER_BYTES = 30_000_000  # twice the least that tantivy accepts for one thread


@dataclass(frozen=True, slots=True)
class Words:
    """What is searched of one chunk.

    `byline` is its article's title, author, publisher and date.
    """

    chunk_key: int
    byline: str
    heading: str
    body: str


def words_of(
    article: ArticleSummary, chunks: Iterable[IndexedChunk]
) -> Iterator[Words]:
    """Yield what is searched of the chunks of an article."""
    byline = " ".join(
        (article.title, article.author, article.publisher, _spoken(article.published))
    )
    for item in chunks:
        # beside the words as they stand, which are read as if they were English
        own = stems_in(article.language, item.text) if article.language != "en" else []
        yield Words(
            item.chunk_key,
            byline,
            item.chunk.heading,
            "\n".join([item.text, *dict.fromkeys(own)]),
        )


def _spoken(published: str) -> str:
    """Return an ISO date with its month as a word, as people ask for it."""
    with suppress(ValueError):
        date = dt.date.fromisoformat(published)
        return f"{date.day} {calendar.month_name[date.month]} {date.year}"
    return published


class WordProjection:
    """A tantivy index up to the change `applied`; `fault` tells what is wrong."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._state_file = folder / "applied.json"
        self._index: tantivy.Index | None = None
        self._state = ""
        self._mark: object = None
        self._files: Manifest = {}
        self._counts: dict[str, int] = {}
        self.applied = 0
        self.fault = ""

    @classmethod
    def in_memory(cls, articles: Iterable[tuple[str, Iterable[Words]]]) -> Self:
        """Index the chunks of each (article id, chunks) without a file, to be read."""
        words = cls(Path(os.devnull))
        words._index = words._open(None)
        _write(words._index, articles)
        words._index.reload()
        return words

    def touched(self) -> bool:
        """Whether another process has applied changes, or a file was changed."""
        return self._read_state() != self._state or self._look() != self._mark

    def reload(self, *, checked: bool = False) -> None:
        """See what has been applied, and whether the files are sound, unless `checked`.

        `applied` is then the number of the last change in the projection.
        """
        self._state, self._counts, self._files = self._read_state(), {}, {}
        self.applied, self.fault = 0, ""
        if self._state:
            try:
                state = json.loads(self._state)
                self.applied, self._files = int(state["seq"]), dict(state["files"])
                if state.get("reads") != _READS:
                    self.applied, self._files = 0, {}
                # tantivy survives a crash; its files are then not what was written down
                if not state.get("writing") and not checked:
                    self.fault = damage(self._folder, self._files)
            except (KeyError, TypeError, ValueError):
                self.fault = f"{self._state_file.name} is altered"
        self._mark = self._look()
        if self.fault or not self._files:
            self._index = self._index if self.fault else None
            return
        try:
            if os.access(self._folder, os.W_OK):
                self._index = self._index or self._open(self._folder)
                self._index.reload()
            else:
                self._index = self._open_linked()
        except (OSError, ValueError) as error:
            self._index, self.fault = None, f"tantivy cannot open it ({error})"

    def _read_state(self) -> str:
        try:
            return self._state_file.read_text("utf-8")
        except FileNotFoundError:
            return ""
        except (OSError, ValueError):
            return "unreadable"

    def _look(self) -> object:
        try:
            return signature(self._folder, self._files)
        except OSError as error:
            return str(error)

    def search(
        self,
        question: str,
        limit: int,
        article_ids: Sequence[str] | None = None,
        languages: frozenset[str] = frozenset(),
    ) -> list[tuple[int, float]]:
        """Return up to `limit` (chunk key, score by words), best first.

        Only chunks with at least one word of the question; stop words do not count. The
        score is the sum of the weights (see `rarities`) of the words that a chunk has,
        once more of those in quotation marks where they stand word for word. Of chunks
        with one score the same come first in every index. With `article_ids` only
        chunks of these are found. `languages` are the articles'.
        """
        asked = sorted(question_stems(question, languages))
        if self._index is None or not asked:
            return []
        related = relatives(self.document_frequencies(asked))
        query = word_query(question, self.rarities(asked), article_ids, related)
        return best(self._index.searcher(), query, limit)

    def keys(self) -> list[int]:
        """Return the key of every chunk in the projection, in order."""
        return self._all(tantivy.Query.all_query())

    def mentioning(
        self, terms: str, stance: str = "", languages: Collection[str] = ()
    ) -> list[int]:
        """Return the keys of all chunks with these words, however many (in order).

        See `rag.index.word_query.mention_queries`.
        """
        queries = mention_queries(terms, stance, languages)
        return sorted({key for query in queries for key in self._all(query)})

    def _all(self, query: tantivy.Query) -> list[int]:
        searcher = self._index.searcher() if self._index is not None else None
        if searcher is None or not searcher.num_docs:
            return []
        hits = searcher.search(query, searcher.num_docs, count=False).hits
        found = searcher.fast_field_values("chunk_key", [at for _, at in hits])
        return sorted(int(key) for key in found if key is not None)

    def terms(self, text: str) -> list[str]:
        """Return the `stems` of `text`."""
        return stems(text)

    def document_frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """Return in how many live chunks each stem occurs, or in their bylines."""
        if self._index is None:
            return dict.fromkeys(terms, 0)
        return frequencies(self._index.searcher(), terms, self._counts)

    def rarities(self, terms: Iterable[str]) -> dict[str, float]:
        """Return the weight of each stem, 0 and up: the rarer, the heavier."""
        return {
            term: self.rarity(found)
            for term, found in self.document_frequencies(terms).items()
        }

    def rarity(self, chunks: int) -> float:
        """Return the weight of a stem that so many chunks have.

        The inverse document frequency of BM25 (Robertson and Spärck Jones 1976), with 1
        added inside the logarithm so that it is never negative.
        """
        count = self._index.searcher().num_docs if self._index is not None else 0
        return math.log(1 + (count - chunks + 0.5) / (chunks + 0.5))

    def apply(self, articles: Iterable[tuple[str, Iterable[Words]]], seq: int) -> None:
        """Replace the chunks of each (article id, chunks), up to change `seq`.

        An article without chunks is taken out. Applying a change twice does no harm, so
        a crash before the number is written costs nothing. For the writer only.
        """
        if not self.applied:  # what is there was written by another version, say
            self.clear()
        self._write_state(self.applied, self._files, writing=True)
        _write(self._open(self._folder), articles)
        self._remember(seq)
        self.reload(checked=True)

    def _remember(self, seq: int) -> None:
        names = sorted(
            path.name
            for path in self._folder.iterdir()
            if path.name != self._state_file.name
            and not path.name.endswith((".lock", ".tmp"))
        )
        # segments never change: only files that are new or rewritten are read
        new = [one for one in names if one not in self._files or one in _REWRITTEN]
        files = {name: self._files[name] for name in names if name not in new}
        self._write_state(seq, files | describe(self._folder, new), writing=False)

    def _write_state(self, seq: int, files: Manifest, *, writing: bool) -> None:
        state = {"seq": seq, "files": files, "writing": writing, "reads": _READS}
        write_atomically(self._state_file, json.dumps(state))

    def clear(self) -> None:
        """Throw the projection away; the next `apply` starts from nothing."""
        self._index = None
        shutil.rmtree(self._folder, ignore_errors=True)
        self.reload()

    def _open(self, folder: Path | None) -> tantivy.Index:
        index = tantivy.Index(SCHEMA, path=str(folder) if folder else None)
        index.register_tokenizer(ANALYZER, analyzer())
        # else a thread of its own opens files that change, before they were looked at
        index.config_reader("Manual")
        return index

    def _open_linked(self) -> tantivy.Index:
        """Open files beside which tantivy cannot make the lock it wants to read them.

        It maps them into memory, so that the links can go at once.
        """
        with tempfile.TemporaryDirectory(prefix="newsdesk-") as links:
            for name in self._files:
                (Path(links) / name).symlink_to((self._folder / name).resolve())
            return self._open(Path(links))


def _write(
    index: tantivy.Index, articles: Iterable[tuple[str, Iterable[Words]]]
) -> None:
    writer = index.writer(_WRITER_BYTES, num_threads=1)
    filled = index.searcher().num_docs > 0
    for article_id, chunks in articles:
        if filled:
            writer.delete_documents_by_term("article_id", article_id)
        for words in chunks:
            document = tantivy.Document()
            # through keyword arguments an int kills the writer's thread
            document.add_integer("chunk_key", words.chunk_key)
            document.add_text("article_id", article_id)
            document.add_text("article_id", EVERY)
            document.add_float(TIE, tie(f"{article_id} {words.heading} {words.body}"))
            document.add_text("byline", words.byline)
            document.add_text("heading", words.heading)
            document.add_text("body", words.body)
            writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
