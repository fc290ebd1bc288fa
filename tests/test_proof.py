"""A model's markers become exact quotes, or they go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.config import Settings
from rag.llm import OpenAIChatModel
from rag.prompts import answer_messages
from rag.proof.binding import Bound, Citations, bind, citation
from rag.schema import Verdict
from tests.passages import passage

WALL = passage(
    "The council met on Tuesday. It approved a barrier of 86 million dollars. "
    "Work on the barrier begins in spring 2026. Two members voted against it.",
    start=1000,
)
PUMP = passage(
    "A heat pump moves warmth. It may save a household about 400 dollars a year.",
    start=50,
    article_id="a2",
)
BOTH = [WALL, PUMP]


def shown(bound: Bound) -> list[tuple[str, list[str]]]:
    """Each sentence with the quotes that carry it."""
    quotes = {c.number: c.quote for c in bound.citations}
    return [(s.text, [quotes[n] for n in s.citations]) for s in bound.sentences]


def test_a_marker_becomes_the_sentence_that_supports_it_with_offsets_into_the_article():
    bound = bind("The barrier will cost 86 million dollars [1].", BOTH)

    (found,) = bound.citations
    assert found.quote == "It approved a barrier of 86 million dollars."
    assert (found.start, found.end) == (1028, 1072)
    assert bound.sentences[0].text == "The barrier will cost 86 million dollars."
    assert bound.sentences[0].citations == (1,)
    assert bound.notes == ()


def test_two_neighbouring_sentences_are_quoted_where_one_does_not_carry_it_all():
    bound = bind(
        "A barrier of 86 million was approved and work begins in spring 2026 [1].",
        BOTH,
    )
    assert bound.citations[0].quote == (
        "It approved a barrier of 86 million dollars. "
        "Work on the barrier begins in spring 2026."
    )


@pytest.mark.parametrize(
    "text",
    [
        "Two members voted against it [1]. Pumps may save about $400 [2].",
        "Two members voted against it. [1] Pumps may save about $400. [2]",
        "Two members voted against it.[1]Pumps may save about $400.[2]",
        "Two members voted against it【1】. Pumps may save about $400【2†source】.",
        "Two members voted against it ([1]). Pumps may save about $400 ([2]).",
        "[1] Two members voted against it.\n[2] Pumps may save about $400.",
        "- Two members voted against it. [1]\n- Pumps may save about $400. [2]",
        "Two members voted against it [Passage 1].\nPumps may save about $400[^2].",
    ],
)
def test_however_markers_are_written_each_finds_its_sentence(text):
    assert shown(bind(text, BOTH)) == [
        ("Two members voted against it.", ["Two members voted against it."]),
        (
            "Pumps may save about $400.",
            ["It may save a household about 400 dollars a year."],
        ),
    ]


@pytest.mark.parametrize("markers", ["[1][2]", "[1, 2]", "[1-2]", "[2–1]", "[1] [2]"])  # noqa: RUF001
def test_one_sentence_can_stand_on_several_passages(markers):
    bound = bind(
        f"The barrier costs 86 million, and a pump may save about 400 {markers}.",
        BOTH,
    )
    assert {c.article_id for c in bound.citations} == {"a1", "a2"}
    assert bound.sentences[0].citations == (1, 2)


@pytest.mark.parametrize(
    ("marker", "named"),
    [("[7]", "7"), ("[0]", "0"), ("[2024]", "2024"), ("[1-999999999999]", "999999999")],
)
def test_an_invented_marker_is_dropped_and_reported(marker, named):
    bound = bind(f"Two members voted against it {marker}.", BOTH)
    assert bound.sentences[0].text == "Two members voted against it."
    assert (
        f"The model cited passage {named}, which does not exist; the marker was "
        "dropped."
    ) in bound.notes


def test_what_no_passage_proves_is_withheld_and_a_note_says_so():
    bound = bind("Paris is frosty [2]. The council met [1].", BOTH)
    assert [s.text for s in bound.sentences] == ["The council met."]
    (note,) = bound.notes
    assert note.startswith("A sentence was withheld that the articles do not prove")


def test_or_it_is_struck_out_with_its_reason():
    bound = bind("Paris is frosty [2]. The council met [1].", BOTH, strike=True)
    frosty = bound.sentences[0]
    assert (frosty.verdict, frosty.citations) == (Verdict.UNSUPPORTED, ())
    assert frosty.reason


def test_a_missing_marker_is_put_in_where_a_passage_proves_the_sentence():
    bound = bind("Two members voted against it. The council met [1].", BOTH)
    assert [s.citations for s in bound.sentences] == [(1,), (2,)]
    assert bound.sentences[0].verdict is Verdict.QUOTED


def test_a_wrong_marker_is_corrected_where_another_passage_proves_the_sentence():
    bound = bind("Two members voted against it [2].", BOTH)
    assert bound.citations[0].article_id == "a1"
    assert "passage 2 for a sentence that another passage proves" in bound.notes[0]


def test_a_marker_that_adds_nothing_is_dropped():
    bound = bind("Two members voted against it [1][2].", BOTH)
    assert [c.article_id for c in bound.citations] == ["a1"]
    assert "passage 2 for a sentence that it does not prove" in bound.notes[0]


def test_an_altered_quotation_gets_the_article_s_words_again():
    bound = bind('It is said that "two members voted against them" [1].', BOTH)
    (sentence,) = bound.sentences
    assert sentence.text == 'It is said that "Two members voted against it".'
    assert "has the article's words again" in bound.notes[0]


def test_a_quotation_of_nobody_loses_its_marks_and_is_judged_as_it_stands():
    bound = bind('Members "voted against the thing in anger" [1].', BOTH, strike=True)
    (sentence,) = bound.sentences
    assert '"' not in sentence.text
    assert sentence.verdict is not Verdict.QUOTED
    assert "lost its quotation marks" in bound.notes[0]


def test_what_claims_nothing_needs_no_proof():
    bound = bind("Here is what the articles say:\nThe council met [1].", BOTH)
    assert [s.verdict for s in bound.sentences] == [
        Verdict.NOT_A_CLAIM,
        Verdict.SUPPORTED,
    ]


def test_equal_spans_share_a_number_and_numbers_follow_the_reading_order():
    bound = bind(
        "It may save about 400 dollars [2]. Two members voted against it [1]. "
        "A household may save about 400 dollars a year [2].",
        BOTH,
    )
    assert [s.citations for s in bound.sentences] == [(1,), (2,), (1,)]
    assert [c.number for c in bound.citations] == [1, 2]


def test_the_same_span_through_two_overlapping_passages_is_one_citation():
    later = passage(WALL.text[28:], start=WALL.start + 28)
    bound = bind("The barrier will cost 86 million dollars [1][2].", [WALL, later])
    assert bound.sentences[0].citations == (1,)


def test_markers_inside_markers_leave_no_marker_behind():
    bound = bind("Two members voted [[2]1] against it.", BOTH)
    assert "[" not in bound.sentences[0].text


def test_words_in_other_brackets_stay():
    bound = bind("Two members voted [sic] against it [1].", BOTH, strike=True)
    assert bound.sentences[0].text == "Two members voted [sic] against it."


@pytest.mark.parametrize(
    ("sentence", "alien"),
    [
        ("The barrier costs 96 million dollars", "96"),
        ("Work begins in spring 2027", "2027"),
        ('The council said "we will never build it"', "little of this"),
    ],
)
def test_a_number_or_quotation_that_no_cited_passage_holds_unproves_it(sentence, alien):
    bound = bind(f"{sentence} [1]. The council met [1].", BOTH)
    assert [s.text for s in bound.sentences] == ["The council met."]
    assert bound.notes[-1].startswith("A sentence was withheld")
    assert alien in bound.notes[-1]


@pytest.mark.parametrize(
    "sentence",
    [
        "The barrier costs 86 million dollars and a pump may save about 400 dollars",
        "In March 2025 Mira Osei wrote that work on it begins in 2026",
        '1. Two so-called "members" voted against it',
        "2) Two members voted against it",
    ],
)
def test_numbers_and_quotations_that_the_cited_passages_hold_are_fine(sentence):
    bound = bind(f"{sentence} [1][2].", BOTH)
    assert bound.sentences[0].verdict in (Verdict.QUOTED, Verdict.SUPPORTED)
    assert bound.sentences[0].citations


def test_numbers_and_names_decide_between_similar_sentences():
    years = passage(
        "Sales in Ohio rose in 2021 by a tenth. Sales in Utah rose in 2022 by a tenth. "
        "Sales in Iowa rose in 2023 by a tenth."
    )
    bound = bind("In 2022 sales rose by a tenth [1]. Sales rose in Iowa [1].", [years])
    assert [c.quote for c in bound.citations] == [
        "Sales in Utah rose in 2022 by a tenth.",
        "Sales in Iowa rose in 2023 by a tenth.",
    ]


def test_nothing_comes_from_nothing():
    assert bind("", BOTH) == Bound((), (), ())
    assert bind("[1] [2]", BOTH) == Bound((), (), ())
    assert bind("...\n1.\n- ", BOTH).sentences == ()
    assert [s.text for s in bind("2026 [1].", BOTH).sentences] == ["2026."]
    assert bind("No passages here [1].", []).citations == ()


def test_a_quote_is_sliced_never_given():
    found = citation(3, PUMP, 0, 25)
    assert found.quote == "A heat pump moves warmth."
    assert (found.number, found.start, found.end) == (3, 50, 75)
    for start, end in [(5, 5), (-1, 3), (0, 10_000)]:
        with pytest.raises(ValueError, match="no span"):
            citation(1, PUMP, start, end)


def test_citations_number_spans_as_they_come():
    citations = Citations()
    assert citations.add(PUMP, 0, 25) == 1
    assert citations.add(WALL, 0, 27) == 2
    assert citations.add(PUMP, 0, 25) == 1
    assert [c.number for c in citations.all()] == [1, 2]


MARKERS = ["[1]", "[2]", "[3]", "[1, 2]", "[1-3]", "【2】", "([1])", "[[1]2]", "[0]"]
BITS = ["[", "]", "(", ")", "\n", "\n\n", "- ", " ", ". ", ".", "U.S.", "1", "2026"]
WORDS = ["The council", "barrier", "approved", "86", "pump", "warmth", "Ünï", "中文"]
SOUP = st.lists(
    st.sampled_from([*MARKERS, *BITS, *WORDS]) | st.text(max_size=5), max_size=30
).map("".join)
TEXTS = st.lists(
    st.sampled_from(["The council met. ", "86 million! ", "A pump?\n\n", "中文。", "x"])
    | st.text(max_size=12),
    min_size=1,
    max_size=6,
).map("".join)


@given(soup=SOUP, texts=st.lists(TEXTS, max_size=3), start=st.integers(0, 10**6))
def test_whatever_a_model_writes_every_quote_is_a_slice_of_its_passage(
    soup, texts, start
):
    passages = [
        passage(text, start=start, article_id=f"a{n}") for n, text in enumerate(texts)
    ]
    bound = bind(soup, passages)

    by_id = {p.article_id: p for p in passages}
    for found in bound.citations:
        cited = by_id[found.article_id]
        in_passage = slice(found.start - cited.start, found.end - cited.start)
        assert found.quote == cited.text[in_passage] != ""
    numbers = [n for sentence in bound.sentences for n in sentence.citations]
    assert list(dict.fromkeys(numbers)) == [c.number for c in bound.citations]
    assert [c.number for c in bound.citations] == list(
        range(1, len(bound.citations) + 1)
    )
    assert bound == bind(soup, passages)


@pytest.mark.slow
def test_a_real_model_that_invents_freely_gets_no_false_quote(chat_url):
    settings = Settings(openai_base_url=chat_url, model="smollm2", timeout=60)
    messages = answer_messages("What does the barrier cost?", BOTH, [])
    text = "".join(OpenAIChatModel(settings).stream(messages))
    bound = bind(text + " The barrier costs 86 million dollars [1].", BOTH)
    assert bound.sentences[-1].citations
    for found in bound.citations:
        assert found.quote in {"a1": WALL.text, "a2": PUMP.text}[found.article_id]
