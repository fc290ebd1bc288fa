"""Everything newsdesk raises on purpose.

    NewsdeskError
    ├── UsageError         the call itself is wrong (an empty question, a missing path)
    ├── SettingsError      a setting is unknown or has an impossible value
    ├── SourceError        one article cannot be read; the rest of a batch goes on
    ├── ArticleNotFound    no article of the index has that id or source
    ├── IndexUnusable      the index folder cannot be used as it is
    │   ├── EmbedderMismatch   it was made by another embedder
    │   └── IndexBusy          another process is writing and did not finish in time
    ├── EmbeddingError     texts could not be embedded
    ├── RerankingError     the reranker of the settings failed
    └── ModelError         a language model could not answer
        └── ContextTooSmall    what it was to read does not fit into its context

Each message is one sentence for a person: it names the file or setting and the mend.
"""

from rag.schema import Usage


class NewsdeskError(Exception):
    """Base of everything newsdesk raises on purpose; `str()` is fit to be shown."""


class UsageError(NewsdeskError):
    """The call is wrong: an empty question, a path that does not exist."""


class SettingsError(NewsdeskError):
    """A setting is unknown or has an impossible value."""


class SourceError(NewsdeskError):
    """One article cannot be read."""


class ArticleNotFound(NewsdeskError):
    """No article of the index has that id or source."""


class IndexUnusable(NewsdeskError):
    """The index folder cannot be used as it is."""


class EmbedderMismatch(IndexUnusable):
    """The index was made by another embedder than the one it is opened with."""


class IndexBusy(IndexUnusable):
    """Another process is writing to the index and did not finish in time."""


class EmbeddingError(NewsdeskError):
    """Texts could not be embedded."""


class RerankingError(NewsdeskError):
    """The reranker of the settings failed."""


class ModelError(NewsdeskError):
    """A language model could not answer.

    `usage` is what it took until then as its server counted it, None where the server
    refused before it read anything.
    """

    usage: Usage | None = None


class ContextTooSmall(ModelError):
    """What a language model was to read is longer than its context."""
