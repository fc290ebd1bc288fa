"""Who says a sentence of an article: the author, somebody named, an unnamed source."""

import json
from collections import Counter
from pathlib import Path

import pytest

from rag.engine import QueryEngine
from rag.proof.attribution import speaker_of
from rag.proof.binding import citation
from rag.quotations import quotation_spans
from rag.schema import Speaker, Voice
from rag.sentences import sentence_spans
from tests.passages import passage

DATA = Path(__file__).parent / "data"

AUTHOR = "Gwen Tolliver"


def voice(text: str, sentence: str) -> tuple[str, str]:
    """Return voice and name of a sentence of a text."""
    start = text.index(sentence)
    speaker = speaker_of(text, start, start + len(sentence), AUTHOR)
    return speaker.voice.value, speaker.name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Bessent said the talks would go on.", "Bessent"),
        ("The talks will go on, said Scott Bessent on Monday.", "Scott Bessent"),
        ("The Fed argued that rates were too low.", "The Fed"),
        (
            "According to the ministry of finance, prices rose.",
            "the ministry of finance",
        ),
        (
            "Lenore Maddigan, the office's director, said demand fell.",
            "Lenore Maddigan",
        ),
        ('"It works," said the chairwoman, Loretta Quist.', "Loretta Quist"),
        ("The rate will fall, as Bessent suggests.", "Bessent"),
        ("In Branscombe's view the ban may fail.", "Branscombe"),
        (
            "A spokesman for the Bank of England said it was ready.",
            "the Bank of England",
        ),
    ],
)
def test_a_reporting_clause_names_the_speaker(text: str, name: str) -> None:
    assert voice(text, text) == ("named", name)


@pytest.mark.parametrize(
    "text",
    [
        "Officials said the bridge was safe.",
        "The minister reportedly resigned over it.",
        "Some analysts argue that the fee may rise.",
        "The engine is said to be loud.",
        "According to the council's engineers, 6,400 homes are safe.",
        'One sales director called the rise "annoying but payable".',
        "The manager in Suzhou expects to strike out more lines.",
    ],
)
def test_a_source_without_a_name_is_told_as_such(text: str) -> None:
    assert voice(text, text) == ("unnamed", "")


@pytest.mark.parametrize(
    "text",
    [
        "The fee rose from 15 to 18 per cent.",
        "In my opinion the plan is a double-edged sword.",
        "I think Bessent is wrong.",
        "What this really suggests is that the U.S. may be slow.",
        "Tolliver argues that sales create dependency.",
        "Beijing has not said when.",
        "The cost was shared according to their use.",
    ],
)
def test_what_nobody_else_says_is_the_author_s(text: str) -> None:
    assert voice(text, text) == ("author", "")


def test_he_said_is_the_speaker_before() -> None:
    text = "Maddigan said demand was high. The rate, she added, may rise."
    assert voice(text, "The rate, she added, may rise.") == ("named", "Maddigan")


def test_he_said_is_the_subject_of_the_sentence_before() -> None:
    text = "Dale Pruett was at his desk. He said that it was loud."
    assert voice(text, "He said that it was loud.") == ("named", "Dale Pruett")


def test_he_said_without_anybody_before_has_no_name() -> None:
    assert voice("He said that it was loud.", "He said") == ("unnamed", "")


def test_a_quotation_goes_on_with_its_speaker_over_sentences() -> None:
    text = '"We sell hours," Haddadin says. "An hour is lost. It never returns."'
    assert voice(text, "It never returns.") == ("named", "Haddadin")


def test_a_quotation_is_known_by_its_closing_mark_where_the_passage_cuts_it() -> None:
    text = 'and so it is lost." The plant is old.'
    assert quotation_spans(text) == [(0, text.index('"') + 1)]
    assert voice(text, "The plant is old.") == ("author", "")


def test_a_report_inside_a_quotation_is_the_quoted_one_s() -> None:
    text = '"Beijing said no," Bessent told the senate, "and we said yes."'
    assert voice(text, text) == ("named", "Bessent")


def test_of_two_sentences_the_voice_that_is_not_the_author_s_is_told() -> None:
    text = "The fee rose. Maddigan said it would rise again."
    speaker = speaker_of(text, 0, len(text), AUTHOR)
    assert speaker == Speaker(Voice.NAMED, "Maddigan")


def test_a_citation_knows_its_speaker() -> None:
    found = passage("Prices fell. Bessent said they would rise.")
    assert citation(1, found, 0, 12).speaker == Speaker()
    assert citation(1, found, 13, 42).speaker == Speaker(Voice.NAMED, "Bessent")


# -- on sentences that a person labelled ----------------------------------------------


def labelled(name: str) -> list[dict[str, str]]:
    lines = (DATA / name).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def told(case: dict[str, str]) -> Speaker:
    before, until = case["before"], case["before"] + case["sentence"]
    text = until + case.get("after", "")
    return speaker_of(text, len(before), len(until), case["author"])


@pytest.mark.parametrize(
    "case", labelled("speakers.jsonl"), ids=lambda case: case["sentence"]
)
def test_the_speaker_is_the_one_that_a_person_named(case):
    assert told(case) == Speaker(Voice(case["voice"]), case["name"])


def test_of_sentences_written_before_the_rules_saw_them_most_are_right():
    right, count = Counter[str](), Counter[str]()
    for case in labelled("speakers_unseen.jsonl"):
        count[case["voice"]] += 1
        right[case["voice"]] += told(case) == Speaker(
            Voice(case["voice"]), case["name"]
        )
    assert count.total() == 45
    assert right["author"] == 12
    assert right["named"] >= 15
    assert right["unnamed"] >= 12


def test_of_the_labelled_sentences_of_the_seeds_nearly_all_are_right(seeds_index):
    right, count = Counter[str](), Counter[str]()
    with QueryEngine.open(seeds_index) as engine:
        for case in labelled("speakers_seeds.jsonl"):
            article = engine.article(engine.article_id(case["file"]))
            at = article.text.index(case["part"])
            spans = sentence_spans(article.text, article.language)
            start, end = next(span for span in spans if span[1] > at)
            found = speaker_of(article.text, start, end, article.author)
            good = found.name in case["name"].split("|")
            count[case["voice"]] += 1
            right[case["voice"]] += found.voice == case["voice"] and good
    assert count == {"author": 32, "named": 42, "unnamed": 10}
    assert right["author"] >= 31
    assert right["named"] >= 39
    assert right["unnamed"] == 10


def test_a_hostile_sentence_takes_no_time_worth_mentioning():
    text = "He said. " * 2000 + '"' + "Aa, said the " * 20_000
    assert speaker_of(text, len(text) - 9, len(text), "").name == "the Aa"
    assert speaker_of(text, 9_000, 9_008, "").voice is Voice.UNNAMED


def test_an_answer_s_citations_know_who_speaks(seeds_index):
    with QueryEngine.open(seeds_index) as engine:
        answer = engine.query("What did Jonas Ruhland warn of?")
    speakers = {cited.speaker.name for cited in answer.citations}
    assert "Jonas Ruhland" in speakers


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Michelle, a mother of twins, said she had not had a penny.", "Michelle"),
        ('Theresa May, a shadow minister, said: "It is late."', "Theresa May"),
        ('Chairman Sir Archy Kirk said: "It must go."', "Sir Archy Kirk"),
        ("Ann Lee, who is 40, said they had gone.", "Ann Lee"),
        ("Mr Orme, 47, from Stell, London, said he was shut in.", "Mr Orme"),
        ('"It fell," Rowan director general Ann Lee told the paper.', "Ann Lee"),
        ('"It fell," Ann Lee of the Rowan Association, told the BBC.', "Ann Lee"),
        ("Analyst Nick Van den Brul of Rowan said it fell.", "Nick Van den Brul"),
    ],
)
def test_who_is_told_beside_the_name_does_not_hide_it(sentence, name):
    text = f"The CSA was founded in 1993. {sentence}"
    assert speaker_of(text, len(text) - len(sentence), len(text), "").name == name


def test_a_spokesman_without_a_name_has_none():
    sentence = "The spokesman said it might be so."
    assert speaker_of(sentence, 0, len(sentence), "") == Speaker(Voice.UNNAMED)


def test_it_that_says_something_is_who_spoke_last():
    assert voice("Rowan warned of a loss. It said sales would rise.", "It said") == (
        "named",
        "Rowan",
    )
