"""What the page does, without a browser."""

import asyncio
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path

import gradio as gr
import pytest
from gradio.state_holder import SessionState

from ingest import Listener, Outcome, Status, ingest
from rag.embedding import Vectors
from rag.engine import QueryEngine
from rag.errors import EmbeddingError
from tests.desk import Desk as Folder
from tests.hashing import HashingEmbedder
from ui.news import Visit
from ui.render.library import PER_PAGE
from ui.shelf import LIVE, NEWEST, OLDEST, REMOVED, TITLE
from ui.web import library as web_library
from ui.web.desk import Desk
from ui.web.library import Library
from ui.web.page import build
from ui.web.progress import reported
from ui.web.scope import Chosen, fields_of
from ui.web.service import Service

BARRIER = (
    "# The flood barrier\n\nThe flood barrier protects homes. The council approved "
    "the flood barrier, and the flood barrier protects the harbour.\n"
)


class Asked(HashingEmbedder):
    """Counts the questions, and fails when it is told to."""

    questions = 0
    reachable = True

    def embed_question(self, question: str) -> Vectors:
        """Count, then embed."""
        self.questions += 1
        if not self.reachable:
            raise EmbeddingError("The embedder is out of reach; try again.")
        return super().embed_question(question)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """An index of one article that examples can be made from."""
    folder = Folder(tmp_path)
    folder.embedder = Asked()
    folder.write("barrier.md", BARRIER)
    folder.ingest()
    return folder


@pytest.fixture
def engine(folder: Folder) -> Iterator[QueryEngine]:
    with QueryEngine.open(settings=folder.settings, embedder=folder.embedder) as engine:
        yield engine


def test_examples_are_computed_once_for_each_state_of_the_articles(folder, engine):
    desk = Desk(engine)
    first = desk.examples()
    counted = folder.embedder.questions
    assert counted
    assert desk.examples() == first
    assert folder.embedder.questions == counted
    folder.write("barrier.md", BARRIER + "\nThe barrier tax is new.\n")
    folder.ingest()
    desk.examples()
    assert folder.embedder.questions > counted


def test_the_page_is_built_and_read_while_the_embedder_is_out_of_reach(folder, engine):
    folder.embedder.reachable = False
    build(engine, folder.index, Service()).close(verbose=False)
    assert folder.embedder.questions == 0
    desk = Desk(engine)
    assert desk.examples() == ""
    assert "The flood barrier" in Library(engine, folder.index).shelf("", NEWEST, LIVE)
    folder.embedder.reachable = True
    desk.examples()
    assert folder.embedder.questions > 1


def clicked(**data: str) -> gr.EventData:
    """Return the event of a button with these data-* attributes."""
    return gr.EventData(None, data)


# -- which articles are asked ---------------------------------------------------------


def test_the_scope_is_shown_and_each_part_of_it_can_be_taken_back(folder, engine):
    desk = Desk(engine)
    [barrier] = engine.articles()
    assert "all articles" in desk.asking(Chosen())
    wanted, line, *_ = desk.change_scope(
        clicked(act="only", article=barrier.article_id), Chosen()
    )
    assert barrier.title in line
    fields = (["Ann"], [], ["en"], "2026-05", "", "2026-11-01")
    wanted, line = desk.choose(wanted, *fields)
    for said in ("by Ann", "in en", "from 2026-05", "as of 2026-11-01"):
        assert said in line
    for kind, value in (
        *(("articles", barrier.article_id), ("authors", "Ann"), ("languages", "en")),
        *(("published_from", ""), ("as_of", "")),
    ):
        event = clicked(act="widen", kind=kind, value=value)
        wanted, line, *_ = desk.change_scope(event, wanted)
    assert wanted == Chosen()
    assert "all articles" in line


def test_only_what_is_in_the_scope_is_asked(folder, engine):
    folder.write("tax.md", "# The flood tax\n\nThe flood barrier tax is new.\n")
    folder.ingest()
    tax = next(one for one in engine.articles() if "tax" in one.title)
    event = clicked(act="only", article=tax.article_id)
    wanted, *_ = Desk(engine).change_scope(event, Chosen())
    asked = Desk(engine).ask(
        "What about the flood barrier?", [], wanted, None, None, clicked()
    )
    *_, (_, _, _, [answer]) = asked
    assert {one.article_id for one in answer.passages} == {tax.article_id}
    assert answer.notes == ("Only “The flood tax” was asked.",)


def test_an_answer_of_another_day_says_so_for_good(engine):
    *_, (_, _, _, [answer]) = Desk(engine).ask(
        "What about the barrier?", [], Chosen(as_of="2020-01-31"), None, None, clicked()
    )
    assert answer.refused
    said = "Asked of the articles as they stood on 31 January 2020."
    assert answer.notes == (said,)


def test_a_new_conversation_knows_when_the_visitor_was_here_before(folder, engine):
    question = "What has changed since I last asked?"
    moment = dt.datetime.now(dt.UTC).isoformat()
    folder.write("tax.md", "# The flood tax\n\nThe flood barrier tax is new.\n")
    folder.ingest()
    seen = asdict(Visit("e", 1, moment, 0, moment))
    *_, (_, _, _, [answer]) = Desk(engine).ask(
        question, [], Chosen(), None, seen, clicked()
    )
    assert "The flood barrier tax is new." in answer.text
    assert "protects homes" not in answer.text
    for never in (None, "x", asdict(Visit("e", 1, moment))):
        asked = Desk(engine).ask(question, [], Chosen(), None, never, clicked())
        *_, (_, problem, _, _) = asked
        assert "does not know when you last asked" in problem


@pytest.mark.parametrize("wrong", ["yesterday", "2026-13-01", "<b>"])
def test_what_is_no_date_is_told_in_a_sentence(engine, wrong):
    fields = list(fields_of(Chosen()))
    for at in (3, 5):
        with pytest.raises(gr.Error, match="is not a date"):
            Desk(engine).choose(Chosen(), *fields[:at], wrong, *fields[at + 1 :])


def test_a_restriction_that_does_not_exist_is_ignored(engine):
    event = clicked(act="widen", kind="__class__", value="x")
    assert Desk(engine).change_scope(event, Chosen())[0] == Chosen()


# -- the list of articles -------------------------------------------------------------


def test_the_list_is_searched_and_sorted(folder, engine):
    folder.write("b.md", "---\ntitle: Beta\npublished: 2026-01-02\n---\nText b.\n")
    folder.write("a.md", "---\ntitle: Alpha\npublished: 2026-03-04\n---\nText a.\n")
    folder.ingest()
    library = Library(engine, folder.index)

    def order(search: str, by: str) -> list[str]:
        return re.findall(
            r'"work"><span translate="no">(\w+)', library.shelf(search, by, LIVE)
        )

    assert order("", NEWEST) == ["Alpha", "Beta", "The"]
    assert order("", OLDEST) == ["Beta", "Alpha", "The"]
    assert order("", TITLE) == ["Alpha", "Beta", "The"]
    assert order("2026 beta", TITLE) == ["Beta"]
    assert "No articles here" in library.shelf("gamma", TITLE, LIVE)


def test_a_long_list_comes_a_page_at_a_time(folder, engine):
    for number in range(PER_PAGE + 5):
        folder.write(f"{number:03}.md", f"# Article {number:03}\n\nText {number}.\n")
    folder.ingest()
    library = Library(engine, folder.index)
    assert "Article 054" not in library.shelf("article", TITLE, LIVE)
    second = library.turned(clicked(act="page", page="1"), "article", TITLE, LIVE)[0]
    assert "Article 054" in second
    assert "2 of 2" in second
    past = library.turned(clicked(act="page", page="99"), "article", TITLE, LIVE)
    assert past[0] == second


def test_a_removal_can_be_taken_back(folder, engine):
    library = Library(engine, folder.index)
    [barrier] = engine.articles()
    [told] = library.change(clicked(act="remove", article=barrier.article_id))
    assert "Undo" in told
    assert not engine.articles()
    assert barrier.title in library.shelf("", NEWEST, REMOVED)
    embedded = list(folder.embedder.embedded)
    [told] = library.change(clicked(act="reinstate", article=barrier.article_id))
    assert "Put back" in told
    assert [one.version for one in engine.articles()] == [2]
    assert folder.embedder.embedded == embedded
    assert engine.retrieve("flood barrier")


def test_nothing_can_be_removed_where_the_page_is_read_only(folder, engine):
    [barrier] = engine.articles()
    event = clicked(act="open", article=barrier.article_id)
    assert "Remove" in Desk(engine).open_listed(event)
    assert "Remove" not in Desk(engine, read_only=True).open_listed(event)


# -- files that visitors add ----------------------------------------------------------


@pytest.fixture
def upload(folder: Folder, engine: QueryEngine, tmp_path: Path, monkeypatch):
    """Add a file as a visitor does; return the report."""
    take_in = partial(ingest, embedder=folder.embedder)
    monkeypatch.setattr(web_library, "ingest", take_in)
    library = Library(engine, folder.index)

    def add(name: str, raw: bytes) -> str:
        path = tmp_path / "temporary" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(raw)
        *_, report = library.add([str(path)])
        assert str(folder.index) not in report
        return report

    return add


def kept(folder: Folder) -> dict[str, bytes]:
    files = (folder.index / "uploads").glob("*")
    return {path.name: path.read_bytes() for path in files}


def test_a_file_of_the_same_name_about_something_else_is_kept_beside(folder, upload):
    ferry, tax = b"# Ferry\n\nIt was late.", b"# Tax\n\nIt was raised."
    assert "Added: Ferry" in upload("notes.md", ferry)
    assert "Added: Tax" in upload("notes.md", tax)
    assert kept(folder) == {"notes.md": ferry, "notes-2.md": tax}
    assert "Already there: notes.md" in upload("notes.md", ferry)
    assert "Already there: notes-2.md" in upload("notes.md", tax)
    assert {"notes.md", "notes-2.md"} < folder.live()


def test_a_file_of_the_same_name_and_title_is_the_next_version(folder, upload):
    upload("notes.md", b"# Ferry\n\nIt was late.")
    upload("notes.md", b"# Tax\n\nIt was raised.")
    assert "New version: Ferry" in upload("notes.md", b"# Ferry\n\nIt was early.")
    assert "New version: Tax" in upload("notes.md", b"# Tax\n\nIt was lowered.")
    assert set(kept(folder)) == {"notes.md", "notes-2.md"}


def test_what_could_not_be_read_is_told_first():
    def work(listener: Listener) -> list[str]:
        listener.outcome(Outcome(Status.ADDED, "ferry.md", title="Ferry"))
        listener.outcome(Outcome(Status.FAILED, "scan.pdf", reason="It has no text."))
        return []

    *_, report = reported(work)
    assert report.index("It has no text.") < report.index("Added: Ferry")


@pytest.mark.parametrize("bad", [b"", b"\xff\xfe\xfd", bytes(200)])
def test_a_file_that_cannot_be_read_leaves_the_kept_copy(folder, upload, bad):
    good = b"# Ferry\n\nIt was late."
    upload("notes.md", good)
    assert "notes.md" in upload("notes.md", bad)
    upload("other.md", bad)
    assert kept(folder) == {"notes.md": good}


def test_a_file_that_fails_later_is_not_kept(folder, upload, engine):
    good = b"# Ferry\n\nIt was late."
    upload("notes.md", good)
    engine.settings = engine.settings.model_copy(update={"max_file_mb": 0.0001})
    assert "NEWSDESK_MAX_FILE_MB" in upload("notes.md", good * 20)
    assert "NEWSDESK_MAX_FILE_MB" in upload("other.md", good * 20)
    assert kept(folder) == {"notes.md": good}


def test_what_is_not_changed_takes_no_memory(engine):
    """A visit would keep each conversation as it was after each of its answers."""
    page = build(engine, engine.folder, Service())
    [asking] = [one for one in page.fns.values() if one.name == "ask"]
    visit = SessionState(page)
    shown, same = visit.config_values, gr.skip()

    def sent(*outputs: object) -> list[object]:
        return asyncio.run(page.postprocess_data(asking, outputs, visit))

    for number in range(3):
        assert sent("", "<p>…</p>", same, same) == ["", "<p>…</p>", same, None]
        assert sent(same, "", f"<p>{number}</p>", []) == [
            *(same, "", f"<p>{number}</p>", None),
        ]
    assert sent(*[same] * 4) == [same, same, same, None]
    # a click that is none of a method's is answered so
    assert asyncio.run(page.postprocess_data(asking, same, visit)) == [
        *(same, same, same, None),
    ]
    assert not shown
