"""The engine: a question in, an answer with its proofs out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from copy import copy
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rag.config import Settings, load_settings
from rag.embedding import Embedder, open_embedder
from rag.index.history import Change, VersionState
from rag.index.index import Index
from rag.index.ledger import Arrivals, State
from rag.index.overview import Overview, Places
from rag.index.searcher import Searcher
from rag.index.snapshot import snapshot
from rag.llm import ChatModel, OpenAIChatModel
from rag.questions.question import checked, for_embedding
from rag.questions.scope import EVERYTHING, Scope
from rag.retrieval.rerank import SecondLook, SentenceVectors
from rag.retrieval.retriever import PASSAGES, Query, retrieve
from rag.schema import Answer, Article, ArticleSummary, Passage, Turn

if TYPE_CHECKING:  # who asks for passages does not wait for what only answers need
    from rag.answers.answering import Answerer
    from rag.answers.asked import AnswerStream
    from rag.answers.evidence import Evidence
    from rag.answers.find import Findings
    from rag.index.status import Status
    from rag.retrieval.why import Explanation


class QueryEngine:
    """Answers questions about one index. Holds no conversation: history is an argument.

    Safe to share between threads. Sees what any process has committed, at every call.
    """

    def __init__(
        self,
        index: Index,
        embedder: Embedder,
        chat_model: ChatModel | None,
        settings: Settings,
    ) -> None:
        """Use `QueryEngine.open`, which puts the parts together."""
        self._index = index
        self._embedder = embedder
        self._snapshot: tuple[tuple[str, int], Searcher] | None = None
        self._overview = Overview()
        self._sentences = SentenceVectors(embedder)
        self._second_look = SecondLook.of(settings, self._sentences)
        self.settings = settings
        self._chat_model = chat_model

    def _answering(self, chat_model: ChatModel | None = None) -> Answerer:
        from rag.answers.answering import Answerer

        sentences, look = self._sentences, self._second_look
        return Answerer(self._embedder, chat_model, sentences, look, self.settings)

    def answering_by(self, settings: Settings) -> QueryEngine:
        """Return this engine with the model and the answer length of `settings`.

        It shares the index and all else with this one, which stays as it is.
        """
        other = copy(self)
        model = OpenAIChatModel(settings) if settings.has_model else None
        other.settings, other._chat_model = settings, model  # noqa: SLF001  # its class
        return other

    @classmethod
    def open(
        cls,
        path: str | Path | None = None,
        *,
        settings: Settings | None = None,
        embedder: Embedder | None = None,
        llm: ChatModel | None = None,
    ) -> QueryEngine:
        """Open the index in `path`, by default the one of the settings.

        `embedder` and `llm` take the place of those that the settings name. Raises
        IndexUnusable where there is no index, EmbedderMismatch where another embedder
        made it, SettingsError for wrong settings.
        """
        settings = settings or load_settings()
        index = Index(Path(path) if path is not None else settings.index)
        vectors = index.ledger.vectors
        embedder = embedder or open_embedder(
            settings, vectors.dimension(), vectors.embedder()
        )
        vectors.check_embedder(embedder.fingerprint)
        if llm is None and settings.has_model:
            llm = OpenAIChatModel(settings)
        return cls(index, embedder, llm, settings)

    def status(self) -> Status:
        """Return how the index is, without changing it."""
        from rag.index.status import status

        return status(self._index)

    @property
    def arrivals(self) -> Arrivals:
        """The feeds that are followed, and what could not be ingested."""
        return self._index.ledger.arrivals

    def watched(self) -> bool:
        """Whether some process brings in what arrives."""
        return self._index.ledger.watched()

    @property
    def folder(self) -> Path:
        """The index folder."""
        return self._index.folder

    def close(self) -> None:
        """Close the index."""
        self._index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def retrieve(
        self,
        question: str,
        *,
        limit: int = PASSAGES,
        scope: Scope = EVERYTHING,
        as_of: dt.date | None = None,
    ) -> list[Passage]:
        """Return up to `limit` passages nearest to a question, best first.

        Only articles within `scope` are asked. `as_of` asks the collection as it stood
        at the end of that day (UTC), or at that moment if it is a datetime. Raises
        UsageError for an empty or overlong question.
        """
        question = checked(question)
        vector = self._embedder.embed_question(for_embedding(question))
        query = Query(question, vector, scope)
        search = partial(retrieve, self._searched(as_of), query, limit)
        return self._second_look.logged(search)

    def query(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        scope: Scope = EVERYTHING,
        as_of: dt.date | None = None,
    ) -> Answer:
        """Answer a question, or refuse with a reason; see `stream`."""
        return self.stream(question, history=history, scope=scope, as_of=as_of).answer

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        scope: Scope = EVERYTHING,
        as_of: dt.date | None = None,
    ) -> AnswerStream:
        """Answer a question piece by piece.

        A language model writes the answer where one is set; otherwise, and where it
        fails, the answer is made of the articles' own sentences, and `notes` say so.
        `scope` and `as_of` are those of `retrieve`. Without a scope, the one that the
        question itself says is used as long as it holds an answer; `notes` tell it.
        Raises UsageError for an empty or overlong question.
        """
        from rag.answers.asked import AnswerStream
        from rag.metering import Meter, metered

        current = self._searched(as_of)
        meter = Meter.of(self._chat_model, self.settings, self.folder)
        pieces = self._answering(meter).answering(
            checked(question), tuple(history), current, scope, _day(as_of)
        )
        return AnswerStream(metered(pieces, meter, self.settings))

    def weigh(self, question: str, passages: Sequence[Passage]) -> Evidence:
        """Judge whether passages of this index, as it is, can answer a question."""
        query = Query(question, self._embedder.embed_question(for_embedding(question)))
        return self._answering().weigh(self._index.searcher().words, query, passages)

    def find(
        self,
        terms: str,
        *,
        limit: int = 10,
        lacking: bool = False,
        scope: Scope = EVERYTHING,
        as_of: dt.date | None = None,
    ) -> Findings:
        """Return every article that mentions `terms`, or with `lacking` does not.

        Words decide: all of them in some three sentences, quoted ones word for word. At
        most `limit` come, newest first, of all that count. UsageError: empty terms.
        """
        from rag.answers.find import find
        from rag.questions.sought import Sought

        sought = Sought(checked(terms), lacking=lacking)
        return find(self._searched(as_of)(), sought, scope, limit)

    def why(
        self,
        question: str,
        article_id: str,
        *,
        limit: int = PASSAGES,
        scope: Scope = EVERYTHING,
        as_of: dt.date | None = None,
    ) -> Explanation:
        """Tell at which stage of a question's search an article was lost, if it was.

        `limit` is that of `retrieve`, the others are those of `query`. Raises
        ArticleNotFound where the article was not live.
        """
        from rag.retrieval.why import explain

        current, question = self._searched(as_of), checked(question)
        _, _, query = self._answering().found(question, current, scope, _day(as_of))
        follow = partial(explain, current(), query, article_id, limit)
        return self._second_look.logged(follow)

    def _searched(self, as_of: dt.date | None) -> Callable[[], Searcher]:
        # the index may have been given another embedder since it was opened
        self._index.ledger.vectors.check_embedder(self._embedder.fingerprint)
        if as_of is None:
            return self._index.searcher
        end = dt.datetime.combine(as_of, dt.time.max, dt.UTC)
        moment = as_of if isinstance(as_of, dt.datetime) else end
        seq = self._index.ledger.articles.change_at(moment)
        # after a purge or a restore the same number stands for something else
        state = (self._index.ledger.state().epoch, seq)
        kept = self._snapshot
        if kept is None or kept[0] != state:
            kept = self._snapshot = (state, snapshot(self._index.ledger, seq))
        past = kept[1]
        return lambda: past

    def articles(self, *, removed: bool = False) -> list[ArticleSummary]:
        """Return the live articles, with `removed` those too, in order of arrival."""
        ledger = self._index.ledger.articles
        return ledger.summaries() if removed else ledger.standing()

    def places(self) -> Places:
        """Return where the live articles lie on a map of them."""
        return self._overview.places(self._index.searcher())

    def state(self) -> State:
        """Return the number of the last change of the articles, within an epoch."""
        return self._index.ledger.state()

    def changes_since(self, seq: int) -> list[Change]:
        """Return the changes after number `seq` of this epoch, oldest first."""
        return self._index.ledger.articles.changes_since(seq)

    def article_id(self, name: str) -> str:
        """Return the id of the article meant by an id, a source or its last part.

        Raises ArticleNotFound where none or more than one fits.
        """
        return self._index.ledger.articles.resolve(name)

    def article(self, article_id: str, version: int | None = None) -> Article:
        """Return an article with its text, by default its newest version.

        Raises ArticleNotFound.
        """
        return self._index.ledger.articles.article(article_id, version)

    def version_state(self, article_id: str, version: int) -> VersionState:
        """Return what became of a version of an article; raises ArticleNotFound."""
        return self._index.ledger.version_state(article_id, version)

    def example_questions(self, *, limit: int = 4) -> list[str]:
        """Return questions that the articles answer, made from the articles."""
        from rag.questions.examples import example_questions

        ledger = self._index.ledger.articles
        newest = [ledger.article(one.article_id) for one in self.articles()[-40:]]
        return example_questions(newest, self._index.words.terms, self._answers, limit)

    def _answers(self, question: str) -> bool:
        return self.weigh(question, self.retrieve(question)).sufficient


def _day(as_of: dt.date | None) -> dt.date:
    moment = as_of or dt.datetime.now(dt.UTC)
    return moment.date() if isinstance(moment, dt.datetime) else moment
