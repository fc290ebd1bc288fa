"""The command `newsdesk`: what it prints, how it ends, what it says when it fails."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingest import ingest
from tests.hashing import HashingEmbedder
from tests.servers import Fake, free_port
from ui import cli

# real processes, each with its start: too slow for `make check`
pytestmark = pytest.mark.slow

COMMAND = Path(sys.executable).parent / "newsdesk"
QUESTION = "what does the author say about chip restrictions?"
FERRY = "# The ferry\n\nThe ferry was late because of fog in the harbour.\n"


@dataclass
class Done:
    """What a command has printed, and how it ended."""

    status: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The one line of an error: anything else on standard error is a fault."""
        assert self.status in {1, 2}
        (line,) = self.err.splitlines()
        assert "Traceback" not in line
        assert line.endswith("."), line
        return line


Run = Callable[..., Done]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith(("NEWSDESK_", "OPENAI_")):
            monkeypatch.delenv(name)


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
        out, err = capsys.readouterr()
        return Done(status, out, err)

    return _run


@pytest.fixture
def ferry(tmp_path: Path) -> Path:
    """A folder with one article."""
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "ferry.md").write_text(FERRY)
    return folder


# -- as a process ---------------------------------------------------------------------


def process(*arguments: object, **environment: str) -> Done:
    done = subprocess.run(
        [COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def test_the_installed_command_ingests_asks_and_refuses(ferry):
    assert process("ingest", ferry).status == 0
    asked = process("ask", "Why was the ferry late?")
    assert (asked.status, asked.err) == (0, "")
    assert "because of fog" in asked.out
    assert process("ask", "What is the weather in Paris?").status == 3


def test_an_error_of_the_installed_command_is_one_line(tmp_path):
    done = process("--index", tmp_path / "nowhere", "ask", "Why?")
    assert "There is no index in" in done.error
    assert done.out == ""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["ask", "--help"]])
def test_help_imports_no_engine(arguments):
    code = (
        "import sys; from ui.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = 'chromadb gradio llama_index openai sqlalchemy tantivy'.split()\n"
        "print('imported:', *(name for name in heavy if name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1].strip() == "imported:"


def test_whoever_reads_only_the_beginning_gets_no_traceback(ferry):
    process("ingest", ferry)
    done = subprocess.run(
        ["/bin/sh", "-c", f"'{COMMAND}' articles --json | head -c 5"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == '[{"ar'
    assert "Traceback" not in done.stderr


# -- ingest, articles, remove ---------------------------------------------------------


def test_ingest_tells_each_article_and_a_sum(run, ferry):
    done = run("ingest", ferry)
    assert (done.status, done.err) == (0, "")
    first, last = done.out.splitlines()
    assert first == f"added      {ferry / 'ferry.md'} (1 chunks)"
    assert last.startswith("1 added")
    assert last.endswith("1 texts embedded.")


def test_an_unchanged_article_is_told_without_a_count_of_chunks(run, ferry):
    run("ingest", ferry)
    line = run("ingest", ferry).out.splitlines()[0]
    assert line == f"unchanged  {ferry / 'ferry.md'}"


def test_what_an_article_is_called_does_not_drive_the_terminal(run, tmp_path):
    evil = "\x07\x9b31m"
    path = tmp_path / f"ferry{evil}.md"
    path.write_text(f"# Late{evil}\n\nThe ferry was late.\n", "utf-8")
    (tmp_path / f"empty{evil}.md").touch()
    shown = [
        run("ingest", tmp_path / f"{name}{evil}.md") for name in ("ferry", "empty")
    ]
    shown += [run("articles"), run("log"), run("show", path), run("remove", path)]
    shown += [run("remove", f"nobody{evil}"), run("purge", path)]
    for done in shown:
        assert done.out or done.err
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", done.out + done.err)


def test_ingest_ends_with_1_if_an_article_failed_and_says_why_on_stderr(run, ferry):
    (ferry / "empty.md").touch()
    done = run("ingest", ferry)
    assert "empty.md has no text" in done.error
    assert "1 added" in done.out


def test_articles_are_listed_as_json(run, ferry):
    (ferry / "ferry.md").write_text(
        "---\nauthor: A. Osei\npublisher: Post\npublished: 2024-03-09\n---\n" + FERRY
    )
    run("ingest", ferry)
    (found,) = json.loads(run("articles", "--json").out)
    assert len(found.pop("article_id")) == 12
    assert found == {
        "title": "The ferry",
        "author": "A. Osei",
        "publisher": "Post",
        "published": "2024-03-09",
        "source": str(ferry / "ferry.md"),
        "language": "en",
        "version": 1,
        "chunks": 1,
        "state": "live",
        "flags": [],
    }


def test_articles_are_listed_for_a_person(run, ferry):
    run("ingest", ferry)
    done = run("articles")
    assert "The ferry" in done.out
    assert str(ferry / "ferry.md") in done.out


@pytest.mark.parametrize("by", ["id", "path", "name"])
def test_a_removed_article_is_no_longer_found(run, ferry, by):
    run("ingest", ferry)
    (article,) = json.loads(run("articles", "--json").out)
    path = ferry / "ferry.md"
    name = {"id": article["article_id"], "path": path, "name": path.name}[by]
    assert run("remove", name).out == f"removed The ferry ({path})\n"
    (article,) = json.loads(run("articles", "--json").out)
    assert article["state"] == "removed"
    assert run("ask", "Why was the ferry late?").status == 3


def test_an_article_that_is_not_there_cannot_be_removed(run, ferry):
    run("ingest", ferry)
    assert "There is no article clinic.md" in run("remove", "clinic.md").error


# -- ask ------------------------------------------------------------------------------


def test_ask_prints_one_json_object_whose_citations_quote_the_articles(
    run, seeds_index
):
    done = run("--index", seeds_index, "ask", "--json", QUESTION)
    assert (done.status, done.err) == (0, "")
    answer = json.loads(done.out)
    assert {
        "text",
        "refused",
        "reason",
        "sentences",
        "citations",
        "passages",
        "model",
        "seconds",
    } <= set(answer)
    assert (answer["refused"], answer["reason"], answer["model"]) == (False, "", "none")
    assert answer["text"] == " ".join(one["text"] for one in answer["sentences"])
    numbers = {cited["number"] for cited in answer["citations"]}
    for sentence in answer["sentences"]:
        assert sentence["citations"]
        assert numbers.issuperset(sentence["citations"])
    for cited in answer["citations"]:
        assert set(cited) >= {"article_id", "version", "title", "source"}
        text = Path(cited["source"]).read_text("utf-8")
        assert cited["quote"] in text
        assert cited["end"] - cited["start"] == len(cited["quote"])
    for passage in answer["passages"]:
        assert set(passage) >= {"article_id", "source", "start", "end", "text", "score"}


def test_a_refusal_is_json_too_and_ends_with_3(run, seeds_index):
    done = run("--index", seeds_index, "ask", "--json", "What is the weather in Paris?")
    answer = json.loads(done.out)
    assert done.status == 3
    assert answer["refused"] is True
    assert answer["reason"] == answer["text"] != ""
    assert answer["sentences"] == answer["citations"] == []
    assert answer["passages"]


@pytest.mark.parametrize("question", ["", "  \n", "x" * 20_000, "\x00"])
def test_an_empty_or_endless_question_is_wrong_usage(run, seeds_index, question):
    done = run("--index", seeds_index, "ask", question)
    assert done.error
    assert done.status == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask"],
        ["ask", "Why", "so?"],
        ["ask", "--jsno", "Why?"],
        ["ingest"],
        ["no-such-command"],
        ["serve", "--port", "99999"],
        ["serve", "--port", "many"],
    ],
)
def test_wrong_usage_is_one_line_and_ends_with_2(run, arguments):
    done = run(*arguments)
    assert done.error
    assert done.status == 2


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


# -- a model that cannot answer -------------------------------------------------------


def ask_seeds(run: Run, index: Path) -> dict:
    """Ask a question that is answered without a model; return the answer."""
    done = run("--index", index, "ask", "--json", QUESTION)
    assert (done.status, done.err) == (0, "")
    answer = json.loads(done.out)
    assert answer["model"] == "none"
    assert answer["citations"]
    return answer


def test_a_wrong_key_gives_the_answer_without_a_model_and_a_line_why(
    run, seeds_index, monkeypatch, fake: Fake
):
    fake.behaviour = lambda handler: handler.refuse(401, "Incorrect API key provided.")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong-0123456789")
    monkeypatch.setenv("OPENAI_BASE_URL", fake.base_url)
    (note,) = ask_seeds(run, seeds_index)["notes"]
    assert "OPENAI_API_KEY" in note
    assert "\n" not in note
    assert "sk-wrong" not in note


def test_an_unreachable_base_url_gives_the_answer_without_a_model_and_a_line_why(
    run, seeds_index, monkeypatch
):
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{free_port()}/v1")
    (note,) = ask_seeds(run, seeds_index)["notes"]
    assert "127.0.0.1" in note
    assert "\n" not in note


def test_an_unreachable_embeddings_server_is_told(run, ferry, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{free_port()}/v1")
    monkeypatch.setenv("NEWSDESK_EMBEDDER", "openai/some-model")
    assert "127.0.0.1" in run("ingest", ferry).error


def test_a_bug_is_one_line_that_asks_for_a_report(run, ferry, monkeypatch):
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("over\nseveral lines")

    monkeypatch.setattr("ingest.pipeline.find_files", fails)
    error = run("ingest", ferry).error
    assert "ZeroDivisionError" in error
    assert "please report it" in error
