"""Articles by name and their index, which other processes open too, for tests."""

import subprocess
import sys
import textwrap
from pathlib import Path

from ingest import ingest, remove
from rag.index.index import Index
from tests.finding import matching, nearest
from tests.hashing import HashingEmbedder, hashed

FERRY = "The ferry was late because of fog."
CLINIC = "A clinic opened near the harbour."


class Desk:
    """A folder of articles and its index."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "articles"
        self.folder.mkdir()
        self.index = folder / "index"

    def write(self, **texts: str) -> None:
        """Write articles and ingest them all."""
        for name, text in texts.items():
            (self.folder / f"{name}.md").write_text(text, "utf-8")
        self.ingest()

    def ingest(self) -> None:
        """Ingest the folder as it is."""
        ingest([self.folder], index=self.index, embedder=HashingEmbedder())

    def remove(self, name: str) -> None:
        """Take an article out of the index."""
        remove(f"{name}.md", index=self.index)

    def run(self, code: str) -> str:
        """Run code in another process, where `index` is the opened index."""
        done = subprocess.run(
            [sys.executable, "-c", PRELUDE + textwrap.dedent(code), str(self.index)],
            cwd=Path(__file__).parent.parent,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()


PRELUDE = """\
import sys
from pathlib import Path
from rag.index.index import Index
from tests.finding import matching, nearest
from tests.hashing import hashed
index = Index(Path(sys.argv[1]))
"""


def names(index: Index, found: list) -> list[str]:
    ids = [chunk.article_id for chunk, _ in found]
    return [Path(index.ledger.articles.article(one).source).stem for one in ids]


def by_words(index: Index, question: str) -> list[str]:
    index.searcher()
    return names(index, matching(index, question, 10))


def by_meaning(index: Index, text: str) -> list[str]:
    """Return the articles that hold exactly this text as a chunk."""
    index.searcher()
    near = [item for item in nearest(index, hashed(text), 10) if item[1] > 0.999]
    return names(index, near)
