"""The ledger decides what is found; its projections follow, in every process."""

import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from ingest import ingest, remove
from rag.config import Settings
from rag.errors import ArticleNotFound, EmbedderMismatch, IndexBusy, IndexUnusable
from rag.index.index import Index
from rag.index.ledger.tables import settings as ledger_settings
from tests.finding import matching, nearest
from tests.hashing import HashingEmbedder, hashed
from tests.texts import article

FERRY = "The ferry was late because of fog."
CLINIC = "A clinic opened near the harbour."
QUICK = Settings(lock_timeout=0.1)


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


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def opened() -> Iterator[Callable[[Desk], Index]]:
    """Open indexes that are closed when the test is over."""
    indexes: list[Index] = []

    def _open(desk: Desk) -> Index:
        indexes.append(Index(desk.index))
        return indexes[-1]

    yield _open
    for index in indexes:
        index.close()


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


# -- what is found --------------------------------------------------------------------


def test_an_added_article_is_found_by_meaning_and_by_words(desk, opened):
    desk.write(ferry=FERRY, clinic=CLINIC)
    index = opened(desk)
    assert by_words(index, "When is the ferry late?") == ["ferry"]
    assert by_meaning(index, FERRY) == ["ferry"]


def test_words_are_found_in_any_form_and_stop_words_find_nothing(desk, opened):
    desk.write(ferry=FERRY)
    index = opened(desk)
    assert by_words(index, "FERRIES") == ["ferry"]
    assert by_words(index, "What was of the?") == []


def test_an_index_that_was_open_before_sees_what_is_added(desk, opened):
    desk.write(clinic=CLINIC)
    index = opened(desk)
    assert by_words(index, "ferry") == []
    desk.write(ferry=FERRY)
    assert by_words(index, "ferry") == ["ferry"]
    assert by_meaning(index, FERRY) == ["ferry"]


def test_a_removed_article_is_found_by_neither_not_even_by_an_index_open_before(
    desk, opened
):
    desk.write(ferry=FERRY, clinic=CLINIC)
    index = opened(desk)
    assert by_words(index, "ferry") == by_meaning(index, FERRY) == ["ferry"]
    desk.remove("ferry")
    for one in (index, opened(desk)):
        assert by_words(one, "ferry") == []
        assert by_meaning(one, FERRY) == []
        assert by_meaning(one, CLINIC) == ["clinic"]


def test_a_removed_article_is_not_found_even_before_an_index_looks_again(desk, opened):
    desk.write(ferry=FERRY, clinic=CLINIC)
    index = opened(desk)
    index.searcher()
    desk.remove("ferry")
    assert matching(index, "ferry", 10) == []
    assert [
        c for c, cosine in nearest(index, hashed(FERRY), 10) if cosine > 0.999
    ] == []


def test_another_process_sees_what_is_added_and_what_is_removed(desk):
    look = f"""
        index.searcher()
        near = [cosine for _, cosine in nearest(index, hashed({FERRY!r}), 10)]
        print(len(matching(index, "ferry", 10)), sum(one > 0.999 for one in near))
    """
    desk.write(ferry=FERRY, clinic=CLINIC)
    assert desk.run(look) == "1 1"
    desk.remove("ferry")
    assert desk.run(look) == "0 0"


def test_what_another_process_removes_is_gone_here(desk, opened):
    desk.write(ferry=FERRY, clinic=CLINIC)
    index = opened(desk)
    assert by_words(index, "ferry") == ["ferry"]
    desk.run("from ingest import remove; remove('ferry.md', index=sys.argv[1])")
    assert by_words(index, "ferry") == []
    assert by_meaning(index, FERRY) == []


def test_a_changed_article_answers_from_its_new_text_only(desk, opened):
    desk.write(ferry=FERRY)
    index = opened(desk)
    assert by_words(index, "fog") == ["ferry"]
    desk.write(ferry="The ferry was early.")
    assert by_words(index, "fog") == []
    assert by_meaning(index, FERRY) == []
    assert by_words(index, "early") == ["ferry"]


def test_the_old_version_of_a_changed_article_stays_addressable(desk, opened):
    desk.write(ferry=FERRY)
    desk.write(ferry="The ferry was early.")
    articles = opened(desk).ledger.articles
    article_id = articles.resolve("ferry.md")
    assert articles.article(article_id, version=1).text == FERRY
    assert articles.article(article_id, version=2).text == "The ferry was early."
    assert articles.article(article_id).version == 2


def test_a_removed_article_stays_addressable_and_is_listed_as_removed(desk, opened):
    desk.write(ferry=FERRY)
    article_id = opened(desk).ledger.articles.resolve("ferry.md")
    desk.remove("ferry")
    articles = opened(desk).ledger.articles
    assert articles.article(article_id).text == FERRY
    assert [one.state for one in articles.summaries()] == ["removed"]
    with pytest.raises(ArticleNotFound):
        articles.resolve("ferry.md")


def test_a_removed_article_can_come_back(desk, opened):
    desk.write(ferry=FERRY)
    desk.remove("ferry")
    desk.ingest()
    index = opened(desk)
    assert by_words(index, "ferry") == by_meaning(index, FERRY) == ["ferry"]
    assert index.ledger.articles.summaries()[0].version == 2


def test_two_articles_with_the_same_text_are_two(desk, opened):
    desk.write(one=FERRY, two=FERRY)
    index = opened(desk)
    assert sorted(by_words(index, "ferry")) == ["one", "two"]
    assert sorted(by_meaning(index, FERRY)) == ["one", "two"]


def test_removing_one_of_two_articles_with_the_same_text_leaves_the_other(desk, opened):
    desk.write(one=FERRY, two=FERRY)
    index = opened(desk)
    desk.remove("one")
    assert by_words(index, "ferry") == ["two"]
    assert by_meaning(index, FERRY) == ["two"]


def test_the_changes_are_in_order_and_complete(desk, opened):
    desk.write(ferry=FERRY)
    desk.write(ferry="The ferry was early.")
    desk.remove("ferry")
    changes = opened(desk).ledger.articles.changes_since(0)
    assert [(one.seq, one.kind, one.version) for one in changes] == [
        (1, "added", 1),
        (2, "changed", 2),
        (3, "removed", 2),
    ]


# -- projections ----------------------------------------------------------------------


@pytest.fixture
def large(desk: Desk) -> Desk:
    """An index with so many vectors that Chroma holds them."""
    desk.write(**{f"long{n}": article(n, paragraphs=25) for n in range(4)})
    return desk


def exact_scan(index: Index, vector: np.ndarray, limit: int) -> list[float]:
    _, matrix = index.ledger.vectors.live()
    return sorted((matrix @ vector).tolist(), reverse=True)[:limit]


def test_chroma_holds_the_vectors_and_finds_what_an_exact_scan_finds(large, opened):
    index = opened(large)
    index.searcher()
    keys, _ = index.ledger.vectors.live()
    assert index._vectors.generation.count == len(keys) > 60
    recent = index.searcher().vectors.recent_keys
    assert len(recent) == 0, "nothing is left to be searched without Chroma"
    for question in ("storm", "harbour", "What was promised?"):
        vector = hashed(question)
        cosines = [cosine for _, cosine in nearest(index, vector, 10)]
        np.testing.assert_allclose(cosines, exact_scan(index, vector, 10), atol=1e-5)


def test_what_came_after_the_last_chroma_generation_is_found_exactly(large, opened):
    index = opened(large)
    index.searcher()
    generation = index._vectors.generation
    large.write(ferry=FERRY)
    assert by_meaning(index, FERRY) == ["ferry"]
    assert index._vectors.generation == generation
    assert len(index.searcher().vectors.recent_keys) == 1
    vector = hashed("storm")
    cosines = [cosine for _, cosine in nearest(index, vector, 10)]
    np.testing.assert_allclose(cosines, exact_scan(index, vector, 10), atol=1e-5)


def test_when_most_of_chromas_vectors_are_gone_the_others_are_still_found(
    large, opened
):
    large.write(ferry=FERRY)
    for n in range(3):
        large.remove(f"long{n}")
    index = opened(large)
    index.searcher()
    vector = hashed("storm")
    cosines = [cosine for _, cosine in nearest(index, vector, 20)]
    np.testing.assert_allclose(cosines, exact_scan(index, vector, 20), atol=1e-5)


def test_a_deleted_words_projection_is_made_again_by_the_next_reader(large, opened):
    shutil.rmtree(large.index / "words")
    index = opened(large)
    index.searcher()
    assert (large.index / "words").is_dir()
    assert len(matching(index, "turbine", 10)) == 10


def test_without_its_chroma_projection_an_index_finds_the_same(large, opened):
    vector = hashed("storm")
    before = opened(large)
    before.searcher()
    expected = nearest(before, vector, 10)
    shutil.rmtree(large.index / "vectors")
    after = opened(large)
    after.searcher()
    found = nearest(after, vector, 10)
    assert [chunk for chunk, _ in found] == [chunk for chunk, _ in expected]


def test_a_deleted_chroma_projection_is_made_again_by_the_next_ingest(large, opened):
    shutil.rmtree(large.index / "vectors")
    embedder = HashingEmbedder()
    ingest([large.folder], index=large.index, embedder=embedder)
    index = opened(large)
    index.searcher()
    keys, _ = index.ledger.vectors.live()
    assert index._vectors.generation.count == len(keys)
    assert embedder.embedded == [], "nothing is embedded for it"


def test_a_projection_that_was_never_written_is_caught_up_with(desk, opened):
    desk.write(ferry=FERRY)
    saved = desk.folder.parent / "words"
    shutil.copytree(desk.index / "words", saved)
    desk.write(ferry="The ferry was early.", clinic=CLINIC)
    # as if the writer had died between the ledger's commit and the projection's
    shutil.rmtree(desk.index / "words")
    shutil.copytree(saved, desk.index / "words")
    index = opened(desk)
    assert by_words(index, "fog") == []
    assert by_words(index, "clinic") == ["clinic"]


def test_while_a_writer_works_a_lagging_projection_misses_but_never_shows_old_text(
    desk, opened
):
    desk.write(ferry=FERRY)
    writer, reader = opened(desk), opened(desk)
    assert by_words(reader, "fog") == ["ferry"]
    with writer.writing(timeout=1):
        writer.ledger.articles.remove(writer.ledger.articles.resolve("ferry.md"))
        assert by_words(reader, "fog") == []
        assert by_meaning(reader, FERRY) == []


# -- whose index it is ----------------------------------------------------------------


class Other(HashingEmbedder):
    """The same vectors under another name."""

    fingerprint = "other"


def test_another_embedder_is_told_which_one_made_the_index(desk):
    desk.write(ferry=FERRY)
    with pytest.raises(EmbedderMismatch, match="hashing, not other") as caught:
        ingest([desk.folder], index=desk.index, embedder=Other())
    assert str(caught.value).endswith(".")


def test_an_index_without_vectors_accepts_any_embedder(desk, opened):
    ingest([], index=desk.index, embedder=HashingEmbedder())
    (desk.folder / "ferry.md").write_text(FERRY)
    ingest([desk.folder], index=desk.index, embedder=Other())
    assert opened(desk).ledger.vectors.embedder() == "other"


def test_where_there_is_no_index_it_is_told_how_to_make_one(tmp_path):
    with pytest.raises(IndexUnusable, match="make one with: newsdesk ingest"):
        Index(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_an_empty_file_is_no_ledger(tmp_path):
    (tmp_path / "ledger.sqlite3").touch()
    with pytest.raises(IndexUnusable, match="make one with: newsdesk ingest"):
        Index(tmp_path)


@pytest.mark.parametrize("create", [False, True])
def test_a_file_that_is_no_ledger_is_told(tmp_path, create):
    (tmp_path / "ledger.sqlite3").write_bytes(b"not a database " * 500)
    with pytest.raises(IndexUnusable, match="cannot be used"):
        Index(tmp_path, create=create)


@pytest.mark.parametrize("create", [False, True])
def test_an_index_of_a_newer_format_is_told_and_left_alone(desk, create):
    desk.write(ferry=FERRY)
    engine = sa.create_engine(f"sqlite:///{desk.index / 'ledger.sqlite3'}")
    with engine.begin() as connection:
        newer = ledger_settings.update().where(ledger_settings.c.name == "schema")
        connection.execute(newer.values(value="99"))
    engine.dispose()
    before = (desk.index / "ledger.sqlite3").read_bytes()
    with pytest.raises(IndexUnusable, match="has format 99, this newsdesk reads"):
        Index(desk.index, create=create)
    assert (desk.index / "ledger.sqlite3").read_bytes() == before


# -- one writer at a time -------------------------------------------------------------


@contextmanager
def writing_elsewhere(desk: Desk) -> Iterator[subprocess.Popen[str]]:
    """Let another process hold the writer's lock."""
    hold = "with index.writing(1): print('writing', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", PRELUDE + hold, str(desk.index)],
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_second_writer_waits_and_then_gives_up_with_a_sentence(desk):
    desk.write(ferry=FERRY)
    (desk.folder / "clinic.md").write_text(CLINIC)
    with writing_elsewhere(desk):
        with pytest.raises(IndexBusy, match="try again when it is done"):
            ingest(
                [desk.folder],
                index=desk.index,
                embedder=HashingEmbedder(),
                settings=QUICK,
            )
        with pytest.raises(IndexBusy):
            remove(
                "ferry.md",
                index=desk.index,
                settings=Settings(index=desk.index, lock_timeout=0.1),
            )


def test_a_writer_does_not_keep_anybody_from_reading(desk, opened):
    desk.write(ferry=FERRY)
    with writing_elsewhere(desk):
        index = opened(desk)
        assert by_words(index, "ferry") == by_meaning(index, FERRY) == ["ferry"]


def test_a_killed_writer_leaves_no_lock_behind(desk, opened):
    desk.write(ferry=FERRY)
    with writing_elsewhere(desk) as process:
        process.kill()
        process.wait()
        desk.write(clinic=CLINIC)
    assert by_words(opened(desk), "clinic") == ["clinic"]
