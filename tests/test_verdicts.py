"""The verdicts, rule by rule: a true telling, and the change that unproves it."""

import pytest

from rag.proof.attribution import speaker_of
from rag.proof.paraphrase import Cited
from rag.proof.verdicts import judge, verbatim
from rag.schema import Verdict

TRIAL = (
    "The court in Lund fined the ferry company 4.2 million kronor on 3 May 2024 after "
    "two passengers fell overboard."
)
DRUG = (
    "About 300 of the 1,200 patients may need a second dose, which could cost 40 euros."
)
SALE = "Harrow sold the mill to Corvane for $3 million."
MOST = "Most members voted for the plan, and only pensioners were exempt."
DENIED = (
    "The mayor did not sign the contract, because the price had risen by 9 per cent."
)
KOREAN = "Harrow, a Korean company, sold the mill."
SHARE = "Over two years the share of usable chips climbed from 41% to 63%."
SAID = '"The bridge is unsafe," said Ada Brandt.'


def cited(text: str, around: str = "") -> Cited:
    return Cited(
        text=text,
        around=around,
        title="News of the week",
        author="Mira Osei",
        published="2024-06-01",
        speaker=speaker_of(text, 0, len(text), "Mira Osei"),
    )


def verdict(sentence: str, *texts: str) -> Verdict:
    return judge(sentence, [cited(text) for text in texts]).verdict


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("The ferry company was fined 4.2m kronor by the court in Lund.", TRIAL),
        ("In May 2024 a court in Lund fined the ferry company.", TRIAL),
        ("Around three hundred patients might need a second dose.", DRUG),
        ("The mill was sold to Corvane by Harrow for 3 million dollars.", SALE),
        ("Most of the members voted for the plan.", MOST),
        ("The mill was sold by Harrow, a company from Korea.", KOREAN),
        (
            "For the third year the mill stood still.",
            "It was a third year that the mill stood still.",
        ),
        ("The mayor failed to sign the contract.", DENIED),
        ("Ada Brandt says that the bridge is unsafe.", SAID),
        ("The share rose to 63 per cent from 41 per cent.", SHARE),
        ("It cost a hundred and thirty pounds.", "It cost £130."),
        ("According to the passage, Harrow sold the mill to Corvane.", SALE),
        ("The passage states that Harrow sold the mill to Corvane.", SALE),
        ("On 1 June 2024 Mira Osei wrote that Harrow sold the mill.", SALE),
    ],
)
def test_a_faithful_telling_is_supported(sentence, text):
    assert verdict(sentence, text) is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("rule", "sentence", "text"),
    [
        ("number", TRIAL.replace("4.2", "2.4"), TRIAL),
        ("number in words", TRIAL.replace("two", "three"), TRIAL),
        ("magnitude", TRIAL.replace("million", "billion"), TRIAL),
        ("unit", DRUG.replace("euros", "dollars"), DRUG),
        ("what is counted", "About 1,200 of the 300 patients may need it.", DRUG),
        ("day", TRIAL.replace("3 May", "4 May"), TRIAL),
        ("month", TRIAL.replace("May", "June"), TRIAL),
        ("year", TRIAL.replace("2024", "2023"), TRIAL),
        ("place", TRIAL.replace("Lund", "Malmo"), TRIAL),
        ("person", SALE.replace("Corvane", "Pellam"), SALE),
        ("roles", "Corvane sold the mill to Harrow for $3 million.", SALE),
        ("denial added", SALE.replace("sold", "did not sell"), SALE),
        ("denial dropped", "The mayor signed the contract.", DENIED),
        ("direction", DENIED.replace("risen", "fallen"), DENIED),
        ("side", MOST.replace("for", "against"), MOST),
        ("another word", TRIAL.replace("fined", "thanked"), TRIAL),
        ("the answer", f"The answer is that {SALE[0].lower()}{SALE[1:]}", SALE),
        ("the passage", "The passage is about Harrow, who sold the mill.", SALE),
        ("the question", "The question is who sold the mill to Corvane.", SALE),
        ("unlike", "The council destroyed the mill.", "The council built the mill."),
    ],
)
def test_a_change_that_makes_it_false_takes_the_proof_away(rule, sentence, text):
    # where another clause is true, a part of it is supported
    lost = (Verdict.UNSUPPORTED, Verdict.PARTLY_SUPPORTED)
    assert verdict(sentence, text) in lost, rule


@pytest.mark.parametrize(
    ("rule", "sentence", "text"),
    [
        ("hedge", DRUG.replace("may need", "need"), DRUG),
        ("certainty", DRUG.replace("may need", "will need"), DRUG),
        ("about", DRUG.replace("About", "Exactly"), DRUG),
        ("all", MOST.replace("Most", "All"), MOST),
        ("a report told as a fact", "The bridge is unsafe.", SAID),
        ("only", MOST.replace("only ", ""), MOST),
        ("one of", "It is the oldest mill.", "It is one of the oldest mills."),
        ("almost", "All mills burned.", "Almost all mills burned."),
        ("not yet", "The council has voted.", "The council is to vote."),
        ("half", f"{SALE[:-1]}, and the court jailed its owner.", SALE),
    ],
)
def test_what_is_less_sure_in_the_passage_is_partly_supported(rule, sentence, text):
    assert verdict(sentence, text) is Verdict.PARTLY_SUPPORTED, rule


def test_only_whole_sentences_word_for_word_are_quoted():
    text = f"{SALE} {MOST}"
    assert verdict(SALE, text) is Verdict.QUOTED
    assert verbatim(MOST, text) == (len(SALE) + 1, len(text))
    assert verdict(f"“{SALE}”", text) is Verdict.QUOTED
    assert verdict(SALE.replace("sold", "Sold"), text) is not Verdict.QUOTED
    assert verdict("Harrow sold the mill.", text) is Verdict.SUPPORTED


def test_a_quotation_that_was_altered_proves_nothing():
    altered = 'Ada Brandt said "the bridge is very unsafe".'
    assert verdict(altered, SAID) is Verdict.UNSUPPORTED


def test_clauses_may_stand_on_several_spans_but_not_halves_of_clauses():
    both = "Harrow sold the mill to Corvane, and most members voted for the plan."
    assert verdict(both, SALE, MOST) is Verdict.SUPPORTED
    leaning = "Harrow sold the mill to Corvane, and they voted for the plan."

    def near(one: str, _other: str) -> float:
        return 0.8 if one == leaning else 0.95

    told = judge(leaning, [cited(SALE), cited(MOST)], near)
    assert told.verdict is Verdict.PARTLY_SUPPORTED


def test_her_discoveries_need_a_passage_that_tells_of_somebody():
    passage = "The ferry trade depends on discoveries about currents and tides."
    assert verdict("She made discoveries about currents and tides.", passage) is (
        Verdict.UNSUPPORTED
    )
    told = "Ilse Brandt sailed alone and made discoveries about currents and tides."
    assert verdict("She made discoveries about currents and tides.", told) is (
        Verdict.SUPPORTED
    )


def test_a_clause_does_not_prove_part_of_a_sentence_that_rambles_on():
    passages = SALE, "The council met on Monday."
    brief = f"{SALE.rstrip('.')}, and visitors sang old songs."
    assert verdict(brief, *passages) is Verdict.PARTLY_SUPPORTED
    rambling = f"{brief.rstrip('.')} about harvest, weather and long journeys home."
    assert verdict(rambling, *passages) is Verdict.UNSUPPORTED


def test_right_words_of_another_article_prove_nothing():
    assert verdict(TRIAL, SALE) is Verdict.UNSUPPORTED
    assert judge(TRIAL, []).verdict is Verdict.UNSUPPORTED


@pytest.mark.parametrize(
    "sentence",
    [
        "Hello!",
        "Here is what the articles say:",
        "Who sold the mill?",
        "How did it end.",
    ],
)
def test_what_claims_nothing_is_not_a_claim(sentence):
    assert verdict(sentence, SALE) is Verdict.NOT_A_CLAIM


@pytest.mark.parametrize(
    "sentence", ["Yes.", "It did.", "Did you know that the mill burned down?"]
)
def test_what_claims_something_in_few_words_is_a_claim(sentence):
    assert verdict(sentence, SALE) is Verdict.UNSUPPORTED


def test_another_language_than_the_passage_is_partly_supported_at_best():
    german = "Harrow hat die Mühle für 3 Millionen Dollar an Corvane verkauft."
    near = judge(german, [cited(SALE)], lambda *_: 0.95)
    assert near.verdict is Verdict.PARTLY_SUPPORTED
    wrong = judge(german.replace("3", "5"), [cited(SALE)], lambda *_: 0.95)
    assert wrong.verdict is Verdict.UNSUPPORTED


def test_the_more_words_are_shared_the_nearer_the_meaning_must_be():
    def near(sentence: str, cosine: float) -> Verdict:
        return judge(sentence, [cited(SALE)], lambda *_: cosine).verdict

    assert near("The mill was sold to Corvane by Harrow.", 0.9) is not (
        Verdict.SUPPORTED
    )
    assert near("The mill was sold to Corvane by Harrow.", 0.95) is (Verdict.SUPPORTED)
    assert near("Harrow sold the mill.", 0.9) is Verdict.SUPPORTED  # words left out
    assert near("Harrow sold the mill.", 0.86) is Verdict.UNSUPPORTED
