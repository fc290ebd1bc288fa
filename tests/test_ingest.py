"""Files into the index: what is reported, what is embedded, what is left alone."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from ingest import Listener, Progress, Status, ingest
from rag.embedding import Vectors
from rag.errors import EmbeddingError
from rag.index.index import Index
from tests.finding import matching
from tests.hashing import HashingEmbedder
from tests.ingested import FERRY, statuses
from tests.texts import article


class FailingEmbedder(HashingEmbedder):
    """Gives up after so many texts."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self._after = after

    def embed_passages(self, texts):
        """Embed, or give up."""
        if len(self.embedded) + len(texts) > self._after:
            raise EmbeddingError("The embedder gave up.")
        return super().embed_passages(texts)


# -- what is reported -----------------------------------------------------------------


def test_the_report_says_what_was_added_changed_left_and_not_read(desk):
    desk.write("ferry.md", FERRY)
    desk.write("clinic.txt", "A clinic opened.")
    assert set(statuses(desk.ingest()).values()) == {Status.ADDED}
    desk.write("ferry.md", "The ferry was early.")
    desk.write("empty.md", "")
    desk.write("new.md", "A new one.")
    report = desk.ingest()
    assert statuses(report) == {
        "clinic.txt": Status.UNCHANGED,
        "empty.md": Status.FAILED,
        "ferry.md": Status.CHANGED,
        "new.md": Status.ADDED,
    }
    for count in ("1 added", "1 changed", "1 unchanged", "1 failed", "2 texts"):
        assert count in report.summary()


def test_an_outcome_says_in_a_line_what_happened(desk):
    path = desk.write("ferry.md", "The ferry\x00 was late.")
    (outcome,) = desk.ingest().outcomes
    assert outcome.line() == (
        f"added      {path} (1 chunks; control characters were left out: 1)"
    )
    assert desk.text("ferry.md") == "The ferry was late."


def test_a_removed_article_is_added_when_it_comes_back(desk):
    from ingest import remove

    desk.write("ferry.md", FERRY)
    desk.ingest()
    remove("ferry.md", index=desk.index)
    assert statuses(desk.ingest()) == {"ferry.md": Status.ADDED}


def test_an_outcome_is_told_as_soon_as_it_is_known(desk):
    desk.write("a.md", FERRY)
    desk.write("b.md", "")
    told = []
    report = desk.ingest(listener=Listener(outcome=told.append))
    assert tuple(told) == report.outcomes


def test_progress_goes_from_nothing_to_all_and_never_back(desk):
    for n in range(3):
        desk.write(f"{n}.md", article(n, paragraphs=20))
    desk.write("empty.md", "")
    seen: list[Progress] = []
    desk.ingest(listener=Listener(progress=seen.append))
    done = [one.done for one in seen]
    assert done == sorted(done)
    assert seen[-1].done == seen[-1].total
    assert {one.total for one in seen} == {seen[-1].total}
    assert len(seen) > 4, "a long article shows that it goes on"


# -- what is embedded -----------------------------------------------------------------


def test_an_unchanged_file_is_not_embedded_again(desk):
    desk.write("long.md", article(1, paragraphs=20))
    first = desk.ingest()
    assert first.embedded == len(desk.embedder.embedded) > 10
    desk.embedder.embedded.clear()
    assert desk.ingest().embedded == 0
    assert desk.embedder.embedded == []


def test_a_file_that_was_only_touched_is_unchanged(desk):
    path = desk.write("ferry.md", FERRY)
    desk.ingest()
    os.utime(path, (1, 1))
    assert statuses(desk.ingest()) == {"ferry.md": Status.UNCHANGED}


def test_an_edited_word_embeds_at_most_two_chunks(desk):
    text = article(2, paragraphs=40)
    desk.write("long.md", text)
    desk.ingest()
    middle = text.index(" ", len(text) // 2)
    desk.write("long.md", text[:middle] + " suddenly" + text[middle:])
    assert 1 <= desk.ingest().embedded <= 2


def test_a_changed_article_keeps_its_old_version(desk):
    desk.write("ferry.md", FERRY)
    desk.ingest()
    desk.write("ferry.md", "The ferry was early.")
    desk.ingest()
    assert desk.text("ferry.md", version=1) == FERRY
    assert desk.text("ferry.md") == "The ferry was early."
    assert [one.version for one in desk.articles()] == [2]


def test_changed_front_matter_embeds_nothing(desk):
    desk.write("ferry.md", "---\nauthor: A. Osei\n---\n" + FERRY)
    desk.ingest()
    desk.write("ferry.md", "---\nauthor: B. Lund\n---\n" + FERRY)
    report = desk.ingest()
    assert statuses(report) == {"ferry.md": Status.CHANGED}
    assert report.embedded == 0
    assert [one.author for one in desk.articles()] == ["B. Lund"]


def test_a_text_that_is_there_already_is_not_embedded_again(desk):
    desk.write("one.md", FERRY)
    desk.ingest()
    desk.write("two.md", FERRY)
    assert desk.ingest().embedded == 0
    assert len(desk.articles()) == 2


# -- which files ----------------------------------------------------------------------


def test_folders_are_walked_in_order_of_name(desk):
    for name in ("b.md", "a/z.txt", "a/b/c.markdown", "A.TXT"):
        desk.write(name, f"Text of {name}.")
    names = [Path(one.source).name for one in desk.ingest().outcomes]
    assert names == ["A.TXT", "b.md", "z.txt", "c.markdown"]


def test_hidden_files_and_folders_are_left_out(desk):
    desk.write("ferry.md", FERRY)
    desk.write(".draft.md", "Not yet.")
    desk.write(".git/notes.md", "Not ever.")
    assert statuses(desk.ingest()) == {"ferry.md": Status.ADDED}


def test_a_file_that_is_named_twice_comes_once(desk, monkeypatch):
    path = desk.write("ferry.md", FERRY)
    link = desk.folder / "same.md"
    link.symlink_to(path)
    monkeypatch.chdir(desk.folder)
    report = desk.ingest(path, "ferry.md", "./ferry.md", link, desk.folder)
    assert statuses(report) == {"ferry.md": Status.ADDED}
    assert len(report.outcomes) == 1


def test_a_link_is_an_article_if_its_name_or_its_target_is(desk):
    target = desk.write("store/0815", FERRY)
    (desk.folder / "ferry.md").symlink_to(target)
    assert statuses(desk.ingest(desk.folder / "ferry.md")) == {"0815": Status.ADDED}


# -- an ingest that is cut off --------------------------------------------------------


def test_an_ingest_that_is_cut_off_leaves_what_was_there_as_it_was(desk):
    desk.write("ferry.md", FERRY)
    desk.ingest()
    desk.write("ferry.md", article(1, paragraphs=40))
    with pytest.raises(EmbeddingError):
        desk.ingest(embedder=FailingEmbedder(after=16))
    assert desk.text("ferry.md") == FERRY
    assert [one.version for one in desk.articles()] == [1]


def test_what_came_before_the_cut_is_found(desk):
    desk.write("a.md", FERRY)
    desk.write("b.md", article(1, paragraphs=40))
    with pytest.raises(EmbeddingError):
        desk.ingest(embedder=FailingEmbedder(after=17))
    index = Index(desk.index)
    index.searcher()
    assert len(matching(index, "ferry", 10)) == 1
    index.close()


def test_the_next_ingest_embeds_only_what_is_missing(desk):
    desk.write("long.md", article(1, paragraphs=40))
    first = FailingEmbedder(after=16)
    with pytest.raises(EmbeddingError):
        desk.ingest(embedder=first)
    assert len(first.embedded) == 16
    report = desk.ingest()
    assert not set(first.embedded) & set(desk.embedder.embedded)
    (outcome,) = report.outcomes
    assert outcome.chunks == len(set(first.embedded) | set(desk.embedder.embedded))


def test_an_article_is_embedded_by_the_bundled_embedder_by_default(tmp_path):
    path = tmp_path / "ferry.md"
    path.write_text(FERRY)
    report = ingest([path], index=tmp_path / "index")
    assert report.embedded == 1
    index = Index(tmp_path / "index")
    assert str(index.ledger.vectors.embedder()).startswith("onnx/")
    index.close()


def test_a_file_that_is_edited_while_it_is_embedded_is_read_again(
    tmp_path: Path,
) -> None:
    note = tmp_path / "note.txt"
    note.write_text("The old text of the note.", encoding="utf-8")

    class Slow(HashingEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            note.write_text("The new text of the note.", encoding="utf-8")
            return super().embed_passages(texts)

    ingest([note], index=tmp_path / "index", embedder=Slow())
    (article,) = Index(tmp_path / "index").ledger.articles.summaries()
    assert article.version == 1
    text = Index(tmp_path / "index").ledger.articles.text(article.article_id, 1)
    assert text == "The new text of the note."
