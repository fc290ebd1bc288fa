"""`newsdesk ask`: what it prints, how it ends, and where no model can answer."""

import json
from pathlib import Path

import pytest

from tests.commands import Run
from tests.servers import Fake, free_port

# whole commands: too slow for `make check`
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("alone")]


QUESTION = "what does the author say about chip restrictions?"


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


def test_a_question_needs_no_quotes(run, seeds_index):
    quoted = run("--index", seeds_index, "ask", QUESTION)
    bare = run("--index", seeds_index, "ask", *QUESTION.split())
    assert quoted.status == 0
    assert bare.out == quoted.out


@pytest.mark.parametrize(("columns", "widest"), [("50", 50), ("200", 100), ("9", 40)])
def test_lines_are_as_wide_as_the_terminal(
    run, seeds_index, monkeypatch, columns, widest
):
    monkeypatch.setenv("COLUMNS", columns)
    lines = run("--index", seeds_index, "ask", QUESTION).out.splitlines()
    assert widest - 20 < max(map(len, lines)) <= widest


def test_words_to_find_need_no_quotes(run, seeds_index):
    quoted = run("--index", seeds_index, "find", "flood barrier")
    assert quoted.status == 0
    assert run("--index", seeds_index, "find", "flood", "barrier").out == quoted.out


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
