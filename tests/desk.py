"""A folder of articles and an index of it, for tests of the upkeep."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from ingest import Report, ingest
from rag import Article, QueryEngine
from rag.config import Settings
from rag.index.history import LogEntry
from rag.index.index import Index
from rag.schema import ArticleSummary
from tests.hashing import HashingEmbedder
from ui.cli import cli

FERRY = "The ferry to Skarv sails at seven every morning and carries forty cars."
QUAY = "The quay was flooded on Friday and stays closed until the end of May."
BRIDGE = "The bridge was closed on Monday because of rust in its northern pier."


class Desk:
    """A folder of articles, an index of it, and an embedder that counts."""

    def __init__(self, root: Path) -> None:
        self.index = root / "index"
        self.folder = root / "articles"
        self.folder.mkdir()
        self.embedder = HashingEmbedder()
        self.settings = Settings(index=self.index)

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file into the folder of articles."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def ingest(self, *paths: str | Path, **options: Any) -> Report:
        """Ingest these paths, by default the folder."""
        options = {"settings": self.settings, "embedder": self.embedder} | options
        return ingest(paths or [self.folder], index=self.index, **options)

    def opened(self) -> QueryEngine:
        """Open the index to be asked."""
        return QueryEngine.open(settings=self.settings, embedder=self.embedder)

    def articles(self) -> list[ArticleSummary]:
        """List the articles, removed ones too."""
        return Index(self.index).ledger.articles.summaries()

    def live(self) -> set[str]:
        """Return the file names of the live articles."""
        return {Path(one.source).name for one in self.articles() if one.state == "live"}

    def article(self, article_id: str) -> Article:
        """Return the newest version."""
        return Index(self.index).ledger.articles.article(article_id)

    def text(self, name: str, version: int | None = None) -> str:
        """Return the text of a version of an article, by default the newest."""
        articles = Index(self.index).ledger.articles
        return articles.article(articles.resolve(name), version).text

    def text_of(self, name: str) -> str:
        """Return the text of a file of the folder."""
        return (self.folder / name).read_text("utf-8")

    def history(self) -> list[LogEntry]:
        """Return the change log."""
        return Index(self.index).ledger.history()

    def newsdesk(self, *arguments: str) -> str:
        """Run a command that must succeed, and return what it printed."""
        result = self.run(*arguments)
        assert result.exit_code == 0, result.output
        return result.stdout

    def run(self, *arguments: str) -> Result:
        """Run a command."""
        return CliRunner().invoke(cli, ["--index", str(self.index), *arguments])


def lines(*records: Mapping[str, object]) -> str:
    """Return records as JSON, a line for each."""
    return "".join(f"{json.dumps(one)}\n" for one in records)


def statuses(report: Report) -> list[str]:
    """Return what became of each article, by the name of its file."""
    return [f"{one.status} {Path(one.source).name}" for one in report.outcomes]


def packed(path: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write a zip archive of these files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path
