"""What travels through newsdesk: Article -> Chunk -> Passage -> Citation -> Answer.

Every value is frozen. All offsets are characters (Python string indices) into the
canonical text of one version of one article, so `article.text[start:end]` is always
the text meant.
"""

from dataclasses import dataclass
from enum import StrEnum


class FoundBy(StrEnum):
    """Which retriever found a passage."""

    MEANING = "meaning"
    WORDS = "words"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Article:
    """One version of one text.

    `article_id` stays the same from version to version; `version` counts from 1.
    `source` is where the text came from (an absolute path or a URL) and identifies the
    article to people; `url` is the page it was published at, where the text names one.
    `published` is an ISO date, or empty where the article does not say. `text` is
    canonical (see `ingest.readers.canonical_text`) and `content_hash` is the SHA-256 of
    its UTF-8 bytes, in hexadecimal. `pages` are the offsets at which its pages begin,
    the first one's first, where it was read from a file that has pages; `flags` name
    what is suspect about it, such as text that the file hides.
    """

    article_id: str
    version: int
    title: str
    author: str
    publisher: str
    published: str
    language: str
    source: str
    url: str
    text: str
    content_hash: str
    pages: tuple[int, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """One line of the list of articles: an article without its text.

    `chunks` counts the chunks of the current version. `state` is "live" or "removed".
    `flags` are those of the article.
    """

    article_id: str
    title: str
    author: str
    publisher: str
    published: str
    source: str
    language: str
    version: int
    chunks: int
    state: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """The unit that is searched: `article.text[start:end]`.

    `ordinal` counts from 0 through the article, `heading` is the path of headings above
    the chunk, and `text_hash` (SHA-256, hexadecimal) is of the chunk's text: equal
    texts share one vector, wherever they stand.
    """

    ordinal: int
    start: int
    end: int
    heading: str
    text_hash: str


@dataclass(frozen=True, slots=True)
class IndexedChunk:
    """A live chunk as the index returns it.

    `chunk_key` is its number in the ledger. `pages` are those of the article.
    """

    chunk_key: int
    article_id: str
    version: int
    chunk: Chunk
    text: str
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole sentences of one article, found for one question.

    `score` is the fused score that ranks passages: comparable within one question only.
    `cosine` (-1 to 1) and `bm25` (0 and up) are the best of the chunks inside, each on
    its own scale; `bm25` is the weight of the words (the sum of their rarities), 0
    where no word of the question occurs. `also_in` are the other articles that tell the
    same story, each wholly or in part, oldest first. `pages`: the article's.
    """

    article_id: str
    version: int
    title: str
    author: str
    published: str
    language: str
    source: str
    heading: str
    start: int
    end: int
    text: str
    score: float
    cosine: float
    bm25: float
    found_by: FoundBy
    also_in: tuple[ArticleSummary, ...] = ()
    pages: tuple[int, ...] = ()


class Voice(StrEnum):
    """Whose word a sentence of an article is."""

    AUTHOR = "author"
    NAMED = "named"
    UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says a sentence of an article: its author, or whom the author lets speak.

    `name` is that of a person or an organisation as the article writes it; it is empty
    for the author and for a source that is not named ("officials said").
    """

    voice: Voice = Voice.AUTHOR
    name: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A span of an article that was proved used: `quote == article.text[start:end]`.

    `also_in` is that of its passage, `page` the number of the page on which it begins,
    counted from 1, where the article has pages.
    """

    number: int
    article_id: str
    version: int
    title: str
    author: str
    published: str
    source: str
    start: int
    end: int
    quote: str
    speaker: Speaker = Speaker()
    also_in: tuple[ArticleSummary, ...] = ()
    page: int | None = None


class Verdict(StrEnum):
    """What was proved of a sentence of an answer (the rules: `rag.proof.verdicts`)."""

    QUOTED = "quoted"
    SUPPORTED = "supported"
    PARTLY_SUPPORTED = "partly_supported"
    UNSUPPORTED = "unsupported"
    NOT_A_CLAIM = "not_a_claim"


class Cause(StrEnum):
    """Why an answer was refused."""

    NO_ARTICLES = "no_articles"
    NOTHING_ON_SUBJECT = "nothing_on_subject"
    NOT_THIS_POINT = "not_this_point"
    ONLY_OLDER = "only_older"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer with the numbers of the citations that carry it.

    A sentence that is not wholly proved is shown as such, with the `reason` for its
    verdict in words; one that is unsupported is struck out, and no part of the text.
    """

    text: str
    citations: tuple[int, ...]
    verdict: Verdict = Verdict.UNSUPPORTED
    reason: str = ""


class ConflictKind(StrEnum):
    """In what two articles contradict each other."""

    FIGURE = "figure"
    DATE = "date"
    NEGATION = "negation"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two articles that contradict each other on one point (`rag.answers.conflicts`).

    `older` and `newer` quote them; `dated` is False where it is not known which of them
    is the newer.
    """

    kind: ConflictKind
    older: Citation
    newer: Citation
    dated: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of a conversation, given back to the engine as history.

    `asked_at`, that of the answer, is what "since I last asked" counts from; without a
    question it is all that a turn says. `article` is the id of the one cited most.
    """

    question: str
    answer: str
    asked_at: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What newsdesk says to a question.

    A refusal (`refused`) has a `reason` in words, its `cause` and no sentences;
    `passages` are then the nearest ones. `model` is the name of the language model
    that wrote the sentences, or "none" where they are the articles' own. `notes` are
    one-line remarks for the reader, such as why a model was not used. `asked` is the
    question as it was searched where it leaned on the conversation, else "". `asked_at`
    is when it was asked (UTC, ISO 8601) and `seconds` is wall-clock time.
    `prompt_tokens` and `completion_tokens` are of all that a model was asked for this
    answer, in vain too; 0 without a model or where the server does not count. `cost` is
    in US dollars at the prices of the settings, None where it cannot be known.
    `conflicts` are what the passages contradict each other on; their citations are
    numbered on from `citations`.
    """

    question: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    refused: bool
    reason: str
    model: str
    notes: tuple[str, ...]
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    cause: Cause | None = None
    asked: str = ""
    asked_at: str = ""
    cost: float | None = 0.0
    conflicts: tuple[Conflict, ...] = ()

    @property
    def proofs(self) -> tuple[Citation, ...]:
        """The citations of the sentences and of the conflicts, each number once."""
        sides = [side for one in self.conflicts for side in (one.older, one.newer)]
        every = {one.number: one for one in (*sides, *self.citations)}
        return tuple(every[number] for number in sorted(every))

    @property
    def text(self) -> str:
        """The sentences, but what is struck out; the reason of a refusal."""
        if self.refused:
            return self.reason
        return " ".join(
            one.text for one in self.sentences if one.verdict is not Verdict.UNSUPPORTED
        )


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that a model read and wrote; 0 where its server does not count."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
