"""The command `newsdesk`: as a process, and what it does with articles."""

import json
import re
import subprocess
import sys

import pytest

from tests.commands import COMMAND, process

# real processes, each with its start: too slow for `make check`
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("alone")]


# -- as a process ---------------------------------------------------------------------


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
    file = ferry / "ferry.md"
    front = "---\nauthor: A. Osei\npublisher: Post\npublished: 2024-03-09\n---\n"
    file.write_text(front + file.read_text())
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


def test_a_bug_is_one_line_that_asks_for_a_report(run, ferry, monkeypatch):
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("over\nseveral lines")

    monkeypatch.setattr("ingest.pipeline.find_files", fails)
    error = run("ingest", ferry).error
    assert "ZeroDivisionError" in error
    assert "please report it" in error
