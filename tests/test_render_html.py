"""What the page shows is the answer, and nothing a stranger wrote becomes markup."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.schema import (
    ArticleSummary,
    Sentence,
    Verdict,
)
from tests.answered import (
    EVIL,
    Tags,
    body,
    make_answer,
    make_article,
    make_citation,
    make_passage,
    marks,
    refusal,
    words,
)
from ui.render.article import article_html
from ui.render.html import (
    answer_html,
    examples_html,
    pending_html,
    problem_html,
    report_html,
)
from ui.render.library import articles_html
from ui.render.text import answer_text
from ui.render.version import difference_html

# ---- the conversation


def test_a_sentence_that_is_not_proved_is_struck_out_and_says_so_in_words():
    shown = answer_html(make_answer(), 0)
    assert '<s class="struck">It is pretty.</s>' in shown
    assert "not proved (nobody says so)" in words(shown)


def test_a_sentence_that_is_partly_proved_says_so_in_words():
    partly = Sentence("It is 3 m.", (1,), Verdict.PARTLY_SUPPORTED, "about 3 m")
    answer = make_answer(sentences=(partly,))
    assert "It is 3 m. [1] [partly proved (about 3 m)]" in answer_text(answer)
    shown = answer_html(answer, 0)
    assert '<span class="partly">It is 3 m.' in shown
    assert "partly proved (about 3 m)" in words(shown)


def test_what_is_being_written_says_that_it_is_not_checked():
    assert "Not checked yet." in words(pending_html("How high?", "It is"))


def test_citations_are_named_buttons_that_know_their_place():
    shown = answer_html(make_answer(), 7)
    assert 'data-turn="7" data-number="1" aria-label="Source 1: A title"' in shown


def test_refusal_shows_reason_and_opens_the_nearest_passage():
    shown = answer_html(refusal(), 3)
    assert "No article says it." in words(shown)
    assert 'data-act="near" data-turn="3"' in shown


def test_pending_text_hides_markers_even_half_written():
    assert "It is high. Yes" in words(pending_html("q", "It is high. [1][2, 3] Yes [4"))


# ---- the article


@pytest.mark.parametrize(
    "quote",
    ["The wall is 3 m high.", "It cost £86 million.", "# A barrier", "- stone"],
)
def test_the_mark_is_the_quote(quote):
    citation = make_citation(1, quote)
    shown = article_html(make_article(), {1: (citation.start, citation.end)}, 1)
    assert marks(shown, 1) == quote
    assert 'class="active"' in shown


def test_only_the_active_mark_is_distinguished():
    one, two = (make_citation(n, q) for n, q in ((1, "It cost"), (2, "stone")))
    spans = {1: (one.start, one.end), 2: (two.start, two.end)}
    shown = article_html(make_article(), spans, 2)
    assert shown.count('class="active"') == 1
    assert re.search(r'data-cites="2"[^>]*class="active"', shown)


def test_headings_and_lists_are_kept():
    shown = article_html(make_article())
    assert '<h2><span class="sign"># </span>A barrier</h2>' in shown
    assert '<p class="item dot"><span class="sign">- </span>steel</p>' in shown


def seen(markup: str) -> str:
    """Return the words that are not hidden by the style."""
    return words(re.sub(r'<span class="sign">[^<]*</span>', "", markup))


@pytest.mark.parametrize(
    ("text", "shown", "tag"),
    [
        ("It is **very** high.", "It is very high.", "<strong>very</strong>"),
        ("It is *very* high.", "It is very high.", "<em>very</em>"),
        ("Run `make **it**` now.", "Run make **it** now.", "<code>make **it**</code>"),
        ("**A *b* c**", "A b c", "<strong><em>b</em></strong>"),
        ("See [the wall](https://a.org/b).", "See the wall.", "the wall"),
        ("> It was said.", "It was said.", "<blockquote>"),
        ("1. steel", "1. steel", '<p class="item">'),
        ("```py\na = b * c * d\n```", "a = b * c * d", "<pre>"),
        ("2 * 3 * 4, snake_case_name", "2 * 3 * 4, snake_case_name", "<p>"),
        ("```\nnever closed", "```\nnever closed", "<p>"),
        ("| a | b |", "| a | b |", "<p>"),
    ],
)
def test_signs_of_markdown_are_hidden_and_what_they_say_is_shown(text, shown, tag):
    set_ = body(article_html(make_article(text)))
    assert seen(set_) == shown
    assert tag in set_
    assert words(set_) == text


TABLE = "| Year | Load |\n|:-----|-----:|\n| 2005 | 700 |\n| 2026 | **1,412** |"


def test_a_table_is_a_table_and_a_cited_row_is_marked():
    start = TABLE.index("| 2026")
    shown = body(article_html(make_article(TABLE), {1: (start, len(TABLE))}, 1))
    assert shown.count("<tr>") == 3
    assert '<th class="number">' in shown
    assert "<mark" not in shown.partition("2026")[0].rpartition("<tr>")[0]
    assert "".join(marks(shown, 1)) == "| 2026 | **1,412** |"
    assert "|" not in seen(shown)
    assert words(shown) == TABLE


def test_lines_broken_by_hand_are_one_paragraph_and_long_lines_are_their_own():
    assert body(article_html(make_article("One\ntwo.\n\nThree."))).count("<p>") == 2
    long = "word " * 30
    assert body(article_html(make_article(f"{long}\n{long}"))).count("<p>") == 2


def test_a_first_line_that_repeats_the_title_is_hidden_unless_cited():
    article = make_article("# A title\n\nText.")
    assert '<p class="repeats">' in article_html(article)
    assert "repeats" not in article_html(article, {1: (2, 9)}, 1)
    assert "repeats" not in article_html(make_article("A title\n"))


@given(
    text=st.text(st.sampled_from("ab .#-*_`|[]()>:1\n<&\"'é"), min_size=1, max_size=80),
    cuts=st.lists(st.integers(0, 80), min_size=4, max_size=4),
)
def test_every_character_stands_in_the_reader_and_marks_are_exact(text, cuts):
    places = [min(cut, len(text)) for cut in cuts]
    spans = {
        number: (min(pair), max(pair))
        for number, pair in enumerate((places[:2], places[2:]), 1)
        if pair[0] != pair[1]
    }
    shown = body(article_html(make_article(text), spans, 1))
    assert words(shown) == text
    for number, (start, end) in spans.items():
        squeezed = "".join(marks(shown, number).split())
        assert squeezed == "".join(text[start:end].split())


# ---- strangers


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc", "http://["])
def test_only_web_addresses_become_links(address):
    assert "href" not in article_html(make_article(source=address, url=address))


def test_a_web_address_becomes_a_link_that_gives_nothing_away():
    shown = article_html(make_article(url="https://example.org/a?b=1&c=2"))
    assert 'href="https://example.org/a?b=1&amp;c=2"' in shown
    assert 'rel="noopener noreferrer"' in shown


def test_where_a_file_lies_on_the_server_is_not_shown():
    shown = article_html(make_article())
    assert "barrier.md" in shown
    assert "/somewhere" not in shown


def hostile_pages() -> list[str]:
    names = {"title": EVIL, "author": EVIL, "published": EVIL, "source": EVIL}
    cited = replace(make_citation(1, "It cost"), **names, quote=EVIL)
    sentences = tuple(Sentence(EVIL, (1,), verdict, EVIL) for verdict in Verdict)
    passages = (make_passage(EVIL, **names),)
    spoiled = {"question": EVIL, "notes": (EVIL,), "passages": passages}
    whole = {"sentences": sentences, "citations": (cited,), **spoiled}
    article = make_article(EVIL, **names, publisher=EVIL, language=EVIL, url=EVIL)
    summary = ArticleSummary(EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, 1, 1, "live")
    return [
        answer_html(make_answer(model=EVIL, **whole), 0),
        answer_html(make_answer(**{**whole, "model": "none"}), 0),
        answer_html(replace(refusal(**spoiled), reason=EVIL), 0),
        article_html(article, {1: (3, 30), 2: (20, 60)}, 1),
        articles_html([summary]),
        examples_html([EVIL]),
        pending_html(EVIL, EVIL),
        problem_html(EVIL, EVIL),
        report_html([EVIL]),
    ]


@pytest.mark.parametrize("page", hostile_pages())
def test_nothing_a_stranger_wrote_becomes_markup(page):
    seen = Tags(page)
    assert not {"script", "img", "a"} & set(seen.tags)
    assert not [name for name, _ in seen.attributes if name.startswith(("on", "src"))]


def test_what_was_changed_is_told_word_by_word():
    old = make_article("One.\n\nThe wall is 3 m high and made of stone.\n\nTwo.\n")
    new = make_article("One.\n\nThe wall is 4 m high and made of stone.\n\nTwo.\n")
    shown = difference_html(old, new)
    assert shown == (
        "<p>The wall is <del>3</del> <ins>4</ins> m high and made of stone.</p>"
    )
    assert "says the same" in difference_html(old, old)


def test_of_a_long_paragraph_what_stayed_is_shown_only_beside_a_change():
    words = [f"w{number}" for number in range(500)]
    changed = [*words[:250], "new", *words[250:]]
    shown = difference_html(
        make_article(" ".join(words)), make_article(" ".join(changed))
    )
    assert "<ins>new</ins>" in shown
    assert "w249" in shown
    assert "w100 " not in shown
    assert shown.count("…") == 2


def test_a_text_that_repeats_itself_is_compared_in_time():
    same = "word " * 100_000
    shown = difference_html(make_article(same), make_article(f"{same} {EVIL}"))
    assert "<ins>" in shown
    assert "<script" not in shown
