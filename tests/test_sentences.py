"""Where sentences begin and end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.readers import canonical_text, read_file
from rag.sentences import sentence_spans
from tests.texts import SEEDS, markdown_like


def sentences(text, language="en"):
    return [text[start:end] for start, end in sentence_spans(text, language)]


@pytest.mark.parametrize(
    "text",
    [
        "The role of the U.S. in limiting sales is large.",
        "Dr. Amara Osei spoke to Mr. Lund at 5 p.m. on Monday.",
        "Prices rose 3.5 percent, to $1.2 billion, i.e. too much.",
        "See Fig. 3 and pp. 4-5 of the report by Smith et al. on this.",
        "J. R. R. Tolkien wrote it.",
        "It costs 1,000.50 at example.org/a.html today.",
    ],
)
def test_an_abbreviation_or_a_number_does_not_end_a_sentence(text):
    assert sentences(text) == [text]


def test_a_sentence_may_end_with_an_abbreviation():
    text = "He lives in the U.S. The law is old."
    assert sentences(text) in (["He lives in the U.S.", "The law is old."], [text])


def test_the_seed_sentence_about_the_us_is_one_sentence():
    path = next(SEEDS.glob("000_*.txt"))
    text = read_file(path, path.read_bytes()).text
    assert (
        "A detail that I find especially interesting is the role of the U.S. in "
        "limiting China's AI development through restrictions on advanced "
        "semiconductor sales."
    ) in sentences(text)


def test_questions_and_exclamations_end_sentences():
    assert sentences("Why? Because! So be it.") == ["Why?", "Because!", "So be it."]


@pytest.mark.parametrize(("opening", "closing"), ["“”", '""', "«»"])
def test_a_quotation_mark_stays_with_its_sentence(opening, closing):
    text = f"She said: {opening}It is late.{closing} Then she left."
    found = sentences(text)
    assert found[-1] == "Then she left."
    assert found[0].startswith("She said")
    assert "".join(found).endswith(f"late.{closing}Then she left.")


def test_german_abbreviations_and_dates_do_not_end_sentences():
    text = (
        "Am 3. Oktober kam Dr. Weber, z. B. mit dem Zug. Das dauerte 23 Wochen. "
        "Die Stadt wartet."
    )
    assert sentences(text, "de") == [
        "Am 3. Oktober kam Dr. Weber, z. B. mit dem Zug.",
        "Das dauerte 23 Wochen.",
        "Die Stadt wartet.",
    ]


def test_chinese_sentences_end_without_a_space():
    assert sentences("市议会批准了防洪墙。造价八千六百万。谁来付钱?", "zh") == [
        "市议会批准了防洪墙。",
        "造价八千六百万。",
        "谁来付钱?",
    ]


def test_an_unknown_language_is_treated_like_english():
    text = "Dr. Osei came. She left."
    assert sentences(text, "xx") == ["Dr. Osei came.", "She left."]


@pytest.mark.parametrize("gap", ["\n\n", "\n \t\n", "\n\n\n\n", " \n\n "])
def test_a_blank_line_ends_a_sentence_and_shifts_no_offset(gap):
    text = f"First without a stop{gap}Second. Third.{gap}Fourth"
    assert sentences(text) == ["First without a stop", "Second.", "Third.", "Fourth"]


def test_a_line_end_inside_a_sentence_does_not_end_it():
    assert sentences("It goes on\nin the next line.") == [
        "It goes on\nin the next line."
    ]


def test_marks_without_a_letter_are_no_sentence():
    assert sentences("") == []
    assert sentences(" \n\n * * * \n\n --- \n") == []


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.one_of(markdown_like, st.text()), st.sampled_from(["en", "de", "zh", "xx"]))
def test_offsets_are_exact_on_any_text(text, language):
    text = canonical_text(text)
    spans = sentence_spans(text, language)
    at = 0
    for start, end in spans:
        assert at <= start < end <= len(text)
        found = text[start:end]
        assert found == found.strip()
        assert any(character.isalnum() for character in found)
        assert not any(c.isalnum() for c in text[at:start]), "letters were left out"
        at = end
    assert not any(c.isalnum() for c in text[at:]), "letters were left out"
