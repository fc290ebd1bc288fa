"""Chunks: whole sentences with exact offsets, cut where the content says."""
# ruff: noqa: S311  # made-up texts, no secrets

import random
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings

from ingest.chunking import split_chunks
from ingest.readers import canonical_text, read_file
from tests.texts import SEEDS, article, markdown_like, sentence

LONGEST = 1200


def texts_of(text, language="en"):
    return [text[chunk.start : chunk.end] for chunk in split_chunks(text, language)]


def hashes(text):
    return {chunk.text_hash for chunk in split_chunks(text)}


def letters(text):
    return [character for character in text if character.isalnum()]


# -- what a chunk is ------------------------------------------------------------------


@settings(max_examples=300, deadline=None, derandomize=True)
@given(markdown_like)
def test_chunks_are_in_order_do_not_overlap_and_fit_an_embedder(text):
    text = canonical_text(text)
    chunks = split_chunks(text)
    assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))
    for before, after in pairwise(chunks):
        assert before.end <= after.start
    for chunk in chunks:
        body = text[chunk.start : chunk.end]
        assert 0 < len(body) <= LONGEST
        assert body == body.strip()


@settings(max_examples=300, deadline=None, derandomize=True)
@given(markdown_like)
def test_every_letter_is_in_a_chunk_or_a_heading_or_numbers_a_list(text):
    text = canonical_text(text)
    chunks = split_chunks(text)
    at, left_out = 0, []
    for chunk in chunks:
        left_out.append(text[at : chunk.start])
        at = chunk.end
    left_out.append(text[at:])
    lines = text.split("\n")
    for gap in left_out:
        for line in gap.split("\n"):
            if letters(line):
                assert line in lines, "part of a line was lost"
                assert is_markup(text, line), f"{line!r} was lost"


def is_markup(text, line):
    """Tell whether `line` is a heading, is underlined, or is an empty list item."""
    marks = r"(?:[\s>*+-]|\d+[.)])*"
    heading = re.fullmatch(marks + r"(?:#{1,6}(?:\s.*)?)?", line)
    underline = marks + r"(?:=+|-+)[ \t]*(?:\n|\Z)"
    underlined = re.search(re.escape(line) + r"\n(?:.*\n)*?" + underline, text)
    return bool(heading or underlined)


def test_chunks_do_not_cut_sentences():
    text = article(seed=1, paragraphs=40)
    ends = {found.end() for found in re.finditer(r"\.", text)}
    starts = {found.start() for found in re.finditer(r"[A-Z]", text)}
    for chunk in split_chunks(text):
        assert chunk.start in starts
        assert chunk.end in ends


def test_a_paragraph_that_fits_is_not_cut_while_paragraph_ends_are_near():
    text = article(seed=2, paragraphs=30, sentences=(3, 3))
    paragraphs = text.split("\n\n")
    assert all(
        part in paragraphs for one in texts_of(text) for part in one.split("\n\n")
    )


def test_the_same_text_gives_the_same_chunks():
    text = article(seed=3, paragraphs=20)
    assert split_chunks(text) == split_chunks(text)


def test_text_without_letters_has_no_chunks():
    assert split_chunks("") == []
    assert split_chunks(" \n\n * * *\n\n---\n") == []


# -- structure ------------------------------------------------------------------------


def test_a_chunk_knows_the_headings_above_it():
    text = (
        "Before.\n\n# Energy\n\nOne.\n\n## Heat pumps\n\nTwo.\n\n"
        "## Wind #\n\nThree.\n\nWater\n=====\n\nFour.\n"
    )
    found = {
        text[chunk.start : chunk.end]: chunk.heading for chunk in split_chunks(text)
    }
    assert found == {
        "Before.": "",
        "One.": "Energy",
        "Two.": "Energy > Heat pumps",
        "Three.": "Energy > Wind",
        "Four.": "Water",
    }


@pytest.mark.parametrize(
    "text",
    [
        "The ferry was late.\n---\nThe clinic opened.",
        "The ferry was late\nbecause of fog\n===\nThe clinic opened.",
        f"# {'The ferry was late and ' * 10}\n\nThe clinic opened.",
    ],
    ids=["above dashes", "two lines above a rule", "long"],
)
def test_what_only_looks_like_a_heading_is_text(text):
    found = split_chunks(text)
    assert {chunk.heading for chunk in found} == {""}
    assert "The ferry was late" in text[found[0].start : found[0].end]


def test_signs_at_the_ends_of_a_heading_belong_to_it():
    chunks = split_chunks("# C#\n\nA language.\n\n# -5 degrees\n\nCold.")
    assert [chunk.heading for chunk in chunks] == ["C#", "-5 degrees"]


def test_a_chunk_never_crosses_a_heading():
    text = "# A\n\nOne.\n\n# B\n\nTwo."
    assert texts_of(text) == ["One.", "Two."]


def test_a_text_of_nothing_but_headings_is_still_found():
    assert texts_of("# Storm warning\n\n## Coast") == ["# Storm warning", "## Coast"]


def test_a_table_is_cut_between_its_lines():
    rows = "".join(f"| town {n} | {n * 7} homes |\n" for n in range(120))
    text = f"Figures follow.\n\n| town | homes |\n| --- | --- |\n{rows}\nThe end."
    found = texts_of(text)
    assert len(found) > 2
    lines = text.split("\n")
    assert all(line in lines for one in found for line in one.split("\n"))
    assert "| town 77 | 539 homes |" in "\n".join(found)


def test_lists_and_code_are_kept():
    text = "Buy:\n\n- a pump\n- a valve\n  - of brass\n\n```python\nprint(1)\n```\n"
    found = "\n".join(texts_of(text))
    for part in ("Buy:", "a pump", "a valve", "of brass", "print(1)"):
        assert part in found


def test_html_in_an_article_is_text_like_any_other():
    found = texts_of("One.\n\n<p>Hello there.</p>\n\nTwo.")
    assert "<p>Hello there.</p>" in "\n\n".join(found)


def test_a_list_of_references_is_kept():
    text = "As they say [1].\n\n[1]: https://news.example/ferry 'The ferry'\n"
    assert "https://news.example/ferry" in " ".join(texts_of(text))


# -- sizes ----------------------------------------------------------------------------


def test_a_word_of_5000_characters_is_cut_and_nothing_of_it_is_lost():
    found = texts_of("Before. " + "x" * 5000 + " after.")
    assert "".join(found).count("x") == 5000
    assert max(map(len, found)) <= LONGEST


def test_a_sentence_that_is_too_long_is_cut_between_words():
    rng = random.Random(4)
    words = [sentence(rng).rstrip(".").lower() for _ in range(400)]
    text = " ".join(words)
    found = texts_of(text)
    assert " ".join(found) == text
    assert max(map(len, found)) <= LONGEST


def test_a_chat_without_full_stops_is_cut_between_its_lines():
    lines = [f"Ada: {n} sounds good to me and who brings the maps" for n in range(100)]
    found = texts_of("\n".join(lines))
    assert "\n".join(found).split("\n") == lines
    assert max(map(len, found)) <= LONGEST


@pytest.mark.parametrize("gap", [" " * 4000, " \t" * 2000, "\n" + " " * 3000])
def test_much_white_space_inside_a_sentence_does_no_harm(gap):
    found = " ".join(texts_of(f"a sentence{gap}with a gap. And another."))
    assert found.split() == ["a", "sentence", "with", "a", "gap.", "And", "another."]


def test_a_text_that_repeats_itself_is_cut_all_the_same():
    found = split_chunks("Ha ha.\n\n" * 5000)
    assert 20 < len(found) < 500


# -- edits ----------------------------------------------------------------------------


def new_chunks_of_edits(text, seed, edits):
    """Replace one word at a time, anywhere; return how many chunks were new."""
    rng = random.Random(seed)
    before = hashes(text)
    words = [found.span() for found in re.finditer(r"\w+", text)]
    counts = []
    for _ in range(edits):
        start, end = rng.choice(words)
        word = rng.choice(["amended", "a", "Zebra", "extraordinarily"])
        after = hashes(text[:start] + word + text[end:])
        counts.append(len(after - before))
    return counts


@pytest.mark.parametrize("path", sorted(SEEDS.iterdir()), ids=lambda path: path.name)
def test_an_edited_word_changes_at_most_two_chunks_of_a_seed_article(path):
    text = read_file(path, path.read_bytes()).text
    assert max(new_chunks_of_edits(text, seed=7, edits=60)) <= 2


@pytest.mark.parametrize("sentences", [(1, 7), (1, 3), (200, 200)])
def test_an_edited_word_hardly_ever_changes_three_chunks_and_never_more(sentences):
    # where a cut vanishes, two others may take its place
    text = article(seed=5, paragraphs=200 // sentences[1] + 10, sentences=sentences)
    text = text[:20_000]
    assert len(split_chunks(text)) > 25
    counts = new_chunks_of_edits(text, seed=6, edits=200)
    assert max(counts) <= 3
    assert counts.count(3) <= 2


def test_an_edit_in_a_text_without_any_punctuation_stays_local_too():
    rng = random.Random(10)
    text = " ".join(sentence(rng).rstrip(".").lower() for _ in range(300))
    assert len(split_chunks(text)) >= 20
    counts = new_chunks_of_edits(text, seed=11, edits=100)
    assert sum(count <= 2 for count in counts) >= 98


def test_an_inserted_paragraph_leaves_the_other_chunks_as_they_are():
    text = article(seed=12, paragraphs=40)
    paragraphs = text.split("\n\n")
    before = hashes(text)
    for at in range(0, 41, 4):
        longer = [*paragraphs[:at], "A new one comes in between.", *paragraphs[at:]]
        assert len(hashes("\n\n".join(longer)) - before) <= 2
