"""Which index and which settings a command goes by; wrong ones are told."""

import pytest

from ingest import ingest
from tests.hashing import HashingEmbedder

# whole commands: too slow for `make check`
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("alone")]


# -- whose index ----------------------------------------------------------------------


def test_the_index_is_named_by_an_option_before_the_environment_before_the_default(
    run, ferry, tmp_path, monkeypatch
):
    run("ingest", ferry)
    assert (tmp_path / ".newsdesk").is_dir()
    monkeypatch.setenv("NEWSDESK_INDEX", str(tmp_path / "from-environment"))
    run("ingest", ferry)
    assert (tmp_path / "from-environment").is_dir()
    run("--index", tmp_path / "from-option", "ingest", ferry)
    assert (tmp_path / "from-option").is_dir()


@pytest.mark.parametrize(
    "arguments", [["ask", "Why?"], ["articles"], ["remove", "ferry.md"]]
)
def test_where_there_is_no_index_it_is_said_how_to_make_one(run, tmp_path, arguments):
    done = run("--index", tmp_path / "nowhere", *arguments)
    assert "make one with: newsdesk ingest PATH." in done.error
    assert done.status == 1
    assert not (tmp_path / "nowhere").exists()


def test_an_index_folder_that_is_a_file_is_told(run, ferry):
    done = run("--index", ferry / "ferry.md", "ingest", ferry)
    assert "choose another with --index" in done.error


@pytest.mark.parametrize("arguments", [["ask", "Why?"], ["ingest", "articles"]])
def test_an_index_of_another_embedder_is_told_and_left_alone(run, ferry, arguments):
    ingest([ferry], index=".newsdesk", embedder=HashingEmbedder())
    before = run("articles", "--json").out
    assert "was made with the embedder hashing" in run(*arguments).error
    assert run("articles", "--json").out == before


# -- settings -------------------------------------------------------------------------


def test_an_unknown_setting_is_told(run, monkeypatch):
    monkeypatch.setenv("NEWSDESK_INDXE", "x")
    error = run("articles").error
    assert error.startswith("NEWSDESK_INDXE is not a setting")
    assert "NEWSDESK_INDEX" in error


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("index = ", "newsdesk.toml cannot be read"),
        ("[index", "newsdesk.toml cannot be read"),
        ("indxe = 'x'", "indxe"),
        ("timeout = 'soon'", "timeout"),
        ("timeout = -1", "timeout"),
        ("openai_api_key = ['a']", "openai_api_key"),
    ],
)
def test_a_broken_settings_file_is_told(run, tmp_path, text, reason):
    (tmp_path / "newsdesk.toml").write_text(text)
    done = run("articles")
    assert reason in done.error
    assert done.status == 1


def test_a_settings_file_that_is_not_utf_8_is_told(run, tmp_path):
    (tmp_path / "newsdesk.toml").write_bytes(b"index = '\xff'")
    assert "newsdesk.toml" in run("articles").error


def test_an_unknown_embedder_is_told(run, ferry, monkeypatch):
    monkeypatch.setenv("NEWSDESK_EMBEDDER", "word2vec")
    assert "NEWSDESK_EMBEDDER is word2vec" in run("ingest", ferry).error
