"""Files to articles: one canonical text, and who wrote it when."""

import codecs
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.readers import canonical_text, read_file
from rag.errors import SourceError

PATH = Path("articles/the-ferry.md")


def read(text, path=PATH):
    return read_file(path, text.encode() if isinstance(text, str) else text)


def refusal(raw):
    """Return the sentence that says why these bytes are no article."""
    with pytest.raises(SourceError) as caught:
        read(raw)
    sentence = str(caught.value)
    assert str(PATH) in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


# -- canonical text -------------------------------------------------------------------


def test_line_ends_of_all_systems_become_one():
    assert canonical_text("a\r\nb\rc\nd\r\r\n") == "a\nb\nc\nd\n\n"


def test_nul_and_other_control_characters_go():
    assert canonical_text("a\x00b\x07c\x1bd\x7fe") == "abcde"


def test_lines_and_pages_of_word_and_of_printers_end_as_others_do():
    assert canonical_text("a\x0bb\x0cc") == "a\nb\nc"


def test_soft_hyphens_go():
    assert canonical_text("Bundes\xadregierung") == "Bundesregierung"


def test_tabs_and_white_space_stay_where_they_are():
    assert canonical_text("  a\tb \n") == "  a\tb \n"


def test_byte_order_marks_go_wherever_they_are():
    assert canonical_text("\ufeffa\ufeffb") == "ab"


def test_lone_surrogates_go():
    assert canonical_text("a\ud800b\udc00c") == "abc"


def test_characters_are_composed():
    assert canonical_text("Cafe\u0301") == "Café"


@settings(derandomize=True)
@given(st.text(st.characters()))  # lone surrogates, too
def test_canonical_text_is_canonical_already(text):
    once = canonical_text(text)
    assert canonical_text(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once.encode().decode() == once
    assert not set(once) & {"\r", "\x00", "\ufeff"}


# -- title ----------------------------------------------------------------------------


def test_the_title_is_the_first_heading():
    assert read("A line.\n\n## The ferry\n\n# Later\n").title == "The ferry"


def test_a_heading_may_be_closed_by_hashes_and_may_end_in_one():
    assert read("# The ferry ##\n\nText.").title == "The ferry"
    assert read("# Written in C#\n\nText.").title == "Written in C#"


def test_the_marks_of_a_heading_are_not_in_the_title():
    heading = "# The **new** `ferry` is [late](https://a.example) in C\\#<br>"
    assert read(f"{heading}\n\nText.").title == "The new ferry is late in C#"


def test_without_a_heading_the_title_is_the_first_line():
    assert read("\n  The ferry is late\nAgain.").title == "The ferry is late"


def test_a_long_first_line_is_cut_between_words():
    title = read("The ferry is late " * 20).title
    assert title.startswith("The ferry is late The")
    assert title.endswith(" …")
    assert len(title) <= 80


def test_a_hash_without_a_space_is_no_heading():
    assert read("#ferry is trending").title == "#ferry is trending"


def test_without_a_line_that_says_something_the_title_is_the_file_name():
    assert read("***\n\nThe ferry is late.").title == "the-ferry"


# -- front matter ---------------------------------------------------------------------


def test_front_matter_says_who_when_and_where():
    draft = read(
        "---\n"
        "title: 'The ferry: late again'\n"
        "author: Amara Osei\n"
        "publisher: Harbour Post\n"
        "published: 2024-03-09\n"
        "language: de\n"
        "url: https://harbour.example/ferry\n"
        "---\n\n# Another heading\n\nText.\n"
    )
    assert draft.title == "The ferry: late again"
    assert draft.author == "Amara Osei"
    assert draft.publisher == "Harbour Post"
    assert draft.published == "2024-03-09"
    assert draft.language == "de"
    assert draft.url == "https://harbour.example/ferry"
    assert draft.text == "# Another heading\n\nText.\n"
    assert draft.note == ""


def test_without_front_matter_nothing_is_made_up():
    draft = read("The ferry is late.")
    assert (draft.author, draft.publisher, draft.published, draft.url) == ("",) * 4
    assert draft.language == "en"


def test_keys_are_read_in_any_case_and_unknown_ones_are_left_alone():
    draft = read("---\nTITLE: Ferry\nmood: grim\ntags: [sea, town]\n---\nText.")
    assert draft.title == "Ferry"
    assert draft.text == "Text."


@pytest.mark.parametrize(
    "front",
    [
        "authors:\n  - Amara Osei\n  - Ben Writer\ndate: 2024-03-09",
        "author: [Amara Osei, Ben Writer]\npubDate: 2024-03-09T08:00:00+13:00",
        "byline: Amara Osei, Ben Writer\npublished_at: March 9, 2024",
    ],
)
def test_front_matter_is_read_as_other_programs_write_it(front):
    draft = read(
        f"---\n{front}\nlang: de-AT\nsource: https://harbour.example/ferry\n---\nText."
    )
    assert draft.author == "Amara Osei, Ben Writer"
    assert draft.published == "2024-03-09"
    assert draft.language == "de"
    assert draft.url == "https://harbour.example/ferry"
    assert draft.publisher == ""


def test_an_address_that_leads_elsewhere_than_to_the_web_is_none():
    assert read("---\nurl: javascript:alert(1)\n---\nText.").url == ""


def test_an_empty_value_is_like_none():
    draft = read("---\ntitle:\nauthor: ''\npublished: ~\n---\nThe ferry is late.")
    assert draft.title == "The ferry is late."
    assert (draft.author, draft.published) == ("", "")


def test_a_title_that_is_a_number_is_a_title():
    assert read("---\ntitle: 1984\n---\nText.").title == "1984"


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("2024-03-09", "2024-03-09"),
        ("'2024-03-09'", "2024-03-09"),
        ("2024-03-09 17:30:00", "2024-03-09"),
        ("2024-03-09T17:30:00+02:00", "2024-03-09"),
        ("'2024-13-45'", ""),
        ("9 March 2024", "2024-03-09"),
        ("March 9, 2024", "2024-03-09"),
        ("9. März 2024", "2024-03-09"),
        ("2024/03/09", "2024-03-09"),
        ("2024-3-9", "2024-03-09"),
        ("Sa, 09 Mär 2024 23:30:00 -0800", "2024-03-09"),
        ("23/03/2024", "2024-03-23"),
        ("9.3.2024", "2024-03-09"),
        ("03/09/2024", ""),  # in March or in September
        ("March 2024", ""),
        ("yesterday", ""),
        ("2024", ""),
    ],
)
def test_a_date_is_kept_as_an_iso_date_or_not_at_all(written, published):
    assert read(f"---\npublished: {written}\n---\nText.").published == published


@pytest.mark.parametrize(
    "front",
    [
        "title: The ferry: late again",
        "title: 'The ferry",
        "title: [The, ferry",
        "author: @osei",
        "published: 2024-13-45",
        "tags: " + "[" * 5000,
        "size: " + "9" * 5000,
    ],
)
def test_malformed_front_matter_is_told_and_nothing_is_guessed(front):
    assert "front matter" in refusal(f"---\n{front}\n---\nText.")


def test_the_line_of_the_mistake_is_told():
    assert "(line 3)" in refusal("---\ntitle: Ferry\nauthor: a: b\n---\nText.")


def test_front_matter_with_windows_line_ends_and_control_characters_is_read():
    draft = read("---\r\ntitle: Fer\x00ry\r\n---\r\nText.\r\n")
    assert draft.title == "Ferry"
    assert draft.text == "Text.\n"


@pytest.mark.parametrize(
    "text",
    [
        "---\nThe ferry is late: again.\n---\nText.",
        "---\n\ntitle: no front matter\n\n---\nText.",
        "Before.\n\n---\ntitle: x\n---\n",
        "---\ntitle: never closed\n\nText.",
        "----\ntitle: x\n----\n",
    ],
)
def test_a_rule_of_dashes_is_no_front_matter(text):
    assert read(text).text == text


# -- bytes ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
def test_a_byte_order_mark_says_how_to_read_the_file(mark, encoding):
    draft = read(mark + "Die Fähre kommt spät.\n".encode(encoding))
    assert draft.text == "Die Fähre kommt spät.\n"
    assert draft.note == ""


def test_a_stray_nul_is_left_out_and_noted():
    draft = read("The ferry\x00 is late.")
    assert draft.text == "The ferry is late."
    assert draft.note == "control characters were left out: 1"


@pytest.mark.parametrize("text", ["", " \n\t\n", "\ufeff", "* * *\n---\n", "\x00"])
def test_a_file_without_a_letter_has_no_text(text):
    assert "has no text" in refusal(text)


def test_front_matter_alone_is_no_text():
    assert "has no text" in refusal("---\ntitle: Ferry\n---\n")
