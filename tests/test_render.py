"""JSON and the terminal show the answer, exactly."""

import json
import re
from dataclasses import replace

import pytest

from rag.schema import (
    Sentence,
    Verdict,
)
from tests.answered import (
    make_answer,
    make_citation,
    refusal,
    words,
)
from ui.render.html import (
    answer_html,
)
from ui.render.json import answer_json
from ui.render.markdown import unmarked
from ui.render.text import answer_text, byline


def test_json_has_exactly_the_promised_shape():
    shown = json.loads(json.dumps(answer_json(make_answer())))
    assert list(shown) == [
        *("text", "asked", "refused", "reason", "cause", "notes", "sentences"),
        *(
            "citations",
            "conflicts",
            "passages",
            "model",
            "prompt_tokens",
            "completion_tokens",
        ),
        *("cost", "asked_at", "seconds"),
    ]
    assert shown["text"] == "The wall is 3 m high."
    assert shown["sentences"][1] == {
        "text": "It is pretty.",
        "citations": [],
        "verdict": "unsupported",
        "reason": "nobody says so",
    }
    assert list(shown["citations"][0]) == [
        *("number", "article_id", "version", "title"),
        *("source", "start", "end", "page", "quote", "speaker", "also_in"),
    ]
    assert list(shown["passages"][0]) == [
        *("article_id", "source", "start", "end", "text", "score", "also_in"),
    ]


def test_text_numbers_sentences_and_shows_their_proof():
    shown = answer_text(make_answer())
    struck = "[struck out, not proved (nobody says so): It is pretty.]"
    assert f"The wall is 3 m high. [1] {struck}" in " ".join(shown.split())
    assert "A title (Ann Author, 4 June 2026)\n  [1] “The wall is 3 m high.”" in shown
    assert shown.endswith("Note: One note.")


def test_text_of_a_refusal_shows_reason_and_nearest_passage():
    shown = answer_text(refusal())
    assert shown.startswith("No article says it.")
    assert "The nearest passage:" in shown
    assert "The wall is 3 m high." in shown


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("**$610**: the cost of *each* `wafer`.", "$610: the cost of each wafer."),
        ("_Both_ stand [here](https://a.example/b).", "Both stand here."),
        ("**It goes on", "It goes on"),
        ("## The wall\n\nIt is high.", "The wall It is high."),
        ("| Year | Load |\n|---|---:|\n| 2026 | 5 |", "Year · Load 2026 · 5"),
        ("*This is made up.", "This is made up."),
        ("2**3, 5 * 3 * 2 and a_b_c [1]", "2**3, 5 * 3 * 2 and a_b_c [1]"),
    ],
)
def test_markdown_inside_a_sentence_is_not_shown(text, read):
    assert " ".join(unmarked(text).split()) == read
    answer = make_answer(sentences=(Sentence(text, (1,)),))
    assert read in " ".join(words(answer_html(answer, 0)).split())
    assert read in " ".join(answer_text(answer).split())


def test_text_cannot_drive_the_terminal():
    evil = "\x1b]0;owned\x07\x1b[2J\x9b31mred"
    citation = replace(
        make_citation(1, "The wall is 3 m high."), quote=evil, title=evil
    )
    shown = answer_text(
        make_answer(citations=(citation,), sentences=(Sentence(evil, (1,)),))
    )
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown)


def test_verbatim_sentences_of_two_articles_are_two_paragraphs():
    answer = make_answer(
        model="none",
        sentences=(
            Sentence("One.", (1,), Verdict.QUOTED),
            Sentence("Two.", (2,), Verdict.QUOTED),
        ),
        citations=(
            make_citation(1, "The wall is 3 m high."),
            make_citation(2, "It cost £86 million.", article_id="a2"),
        ),
    )
    said = "Ann Author, 4 June 2026: One. [1]\n\nAnn Author, 4 June 2026: Two. [2]\n\n"
    assert f"{said}[1] A title (Ann" in answer_text(answer)
    shown = answer_html(answer, 0)
    assert shown.count('<p class="said"') == shown.count('<p class="credit">') == 2


def test_byline_leaves_out_what_is_not_known():
    assert byline("", "") == ""
    assert byline("Ann", "spring 1923") == "Ann, spring 1923"
