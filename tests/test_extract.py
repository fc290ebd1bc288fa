"""Which sentences of the articles are chosen as an answer, without a model."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ingest import ingest
from rag import QueryEngine
from rag.answers.extract import Extractor
from rag.index.word_query import question_words, text_stems
from rag.questions.question import asks_for_views, topic
from rag.questions.slots import holds
from rag.retrieval.nearest import Nearest
from rag.schema import Passage
from tests.passages import passage
from ui.render.text import answer_text

MILL = (
    "The mill on the Wend was praised by Anna Orr. It was opened in 1905 by the town. "
    "The mill on the Wend ground oats."
)
SEEDS = Path(__file__).parents[1] / "seeds"
NOTES = {
    "old.md": ("Ada Old", "2026-02-18", "The Wend barrier will protect 6,400 homes."),
    "new.md": ("Bea New", "2026-02-20", "The Wend barrier will protect 4,600 homes."),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryEngine]:
    folder = tmp_path_factory.mktemp("notes")
    for name, (author, published, text) in NOTES.items():
        head = f"---\ntitle: {name}\nauthor: {author}\npublished: {published}\n---\n\n"
        (folder / name).write_text(head + text, "utf-8")
    ingest([folder], index=folder / ".index")
    with QueryEngine.open(folder / ".index") as opened:
        yield opened


def nearest(passages: Sequence[Passage], *wanted: tuple[str, float]) -> list[Nearest]:
    """Return these sentences with their scores."""
    found = []
    for text, score in wanted:
        held = next(one for one in passages if text in one.text)
        at = held.text.index(text)
        found.append(Nearest(held, at, at + len(text), score))
    return found


@pytest.mark.parametrize(
    ("question", "sentence", "fits"),
    [
        ("When did it open?", "It opened in 1905.", True),
        ("When did it open?", "It opened with a speech.", False),
        ("How many homes?", "It has forty-one gates and twelve homes.", True),
        ("How many homes?", "It protects homes.", False),
        ("How many homes?", "It has twelve gates.", False),
        ("How many people came?", "About 400 farmers came.", True),
        ("How much did it cost?", "It has 41 gates.", False),
        ("How much did it cost?", "They paid £3 million.", True),
        ("How long did it last?", "It began on 1 August 1944.", False),
        ("How long did it last?", "It went on for 63 days.", True),
        ("Who pays for it?", "The government will pay half.", True),
        ("What happens when it opens?", "It opened in 1905.", False),
        ("Who praised the mill?", "The mill was praised by Anna Orr.", True),
        ("Who praised Anna Orr?", "It was praised like Anna Orr.", False),
        ("Why did it close?", "It closed because of the flood.", True),
        ("Why did it close?", "It closed in May.", False),
        ("What is a heat pump?", "A heat pump is a machine that moves heat.", True),
        ("What is a heat pump?", "The heat pump ran all night.", False),
        ("Who is Dale Pruett?", "Pruett, a dispatcher, looked at it.", True),
        ("who is dale pruett", "It was chief engineer Dale Pruett.", True),
        ("Who is Dale Pruett?", "Soon after Dale Pruett heard it.", False),
        ("When will it open?", "It was decided on Tuesday.", False),
        ("When was it decided?", "It was decided on Tuesday.", True),
        ("Wie lange wartet er?", "Es sind vierzehn Wochen.", True),
        ("Wann kam er?", "Er kam im März.", True),
        ("Warum schloss sie?", "Sie schloss wegen der Flut.", True),
    ],
)
def test_a_sentence_holds_what_is_asked_for_or_not(
    question: str, sentence: str, fits: bool
) -> None:
    assert holds(question, sentence) is fits


def test_what_holds_the_kind_of_answer_goes_before_what_is_only_nearer() -> None:
    one = passage("The mill ground oats. " + "Filler here. " * 30 + "The mill: 1905.")
    found = nearest([one], ("The mill ground oats.", 9.0), ("The mill: 1905.", 8.9))
    best = Extractor(lambda same: same).extract("When was the mill?", found)
    assert "1905" in best.sentences[0].text
    best = Extractor(lambda same: same).extract("What of the mill?", found[:1])
    assert best.sentences[0].text == "The mill ground oats."


def test_an_answer_stays_within_400_characters_in_the_order_of_the_text() -> None:
    sentences = [
        f"Sentence number {n} is about the mill on the Wend." for n in range(20)
    ]
    one = passage(" ".join(sentences))
    found = nearest([one], *((text, 9.0 + n / 100) for n, text in enumerate(sentences)))
    bound = Extractor(lambda same: same).extract("What about the mill?", found)
    assert 300 < sum(len(one.text) + 1 for one in bound.sentences) <= 400
    starts = [cited.start for cited in bound.citations]
    assert starts == sorted(starts)


def test_a_sentence_that_leans_on_another_does_not_stand_without_it() -> None:
    one, two = passage(MILL), passage("It was sold.", start=900)
    found = nearest([one, two], ("The mill on the Wend ground oats.", 9.0))
    found += nearest([two], ("It was sold.", 8.9))
    bound = Extractor(lambda same: same).extract("What did it grind?", found)
    assert "It was sold." not in [one.text for one in bound.sentences]


def test_what_is_said_is_not_answered_by_a_few_words_alone() -> None:
    text = "The third is frost. The coil ices up, which blocks the flow of the air."
    one = passage(f"{text} Warm ones differ.")
    found = nearest([one], ("The third is frost.", 9.0))
    bound = Extractor(lambda same: same).extract("What does he say about frost?", found)
    assert [one.text for one in bound.sentences] == [
        "The third is frost.",
        "The coil ices up, which blocks the flow of the air.",
    ]


def test_of_two_figures_for_the_same_the_newer_comes_first(engine: QueryEngine) -> None:
    answer = engine.query("How many homes will the Wend barrier protect?")
    assert "4,600" in answer.sentences[0].text
    assert "6,400" in answer.sentences[1].text


def test_articles_that_are_compared_are_told_apart(engine: QueryEngine) -> None:
    answer = engine.query("Compare what the articles say about the Wend barrier.")
    shown = answer_text(answer)
    assert "Ada Old, 18 February 2026: The Wend" in shown
    assert "Bea New, 20 February 2026: The Wend" in shown


@pytest.mark.parametrize(
    "question",
    [
        "Compare the views on the ban",
        "Where do the authors disagree about the ban",
        "Do the articles agree on the ban",
        "What are the different opinions about the ban",
    ],
)
def test_a_comparison_is_recognised(question: str) -> None:
    assert asks_for_views(question)
    assert topic(question) == "the ban"


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("What happened in Velmouth in 2026?", "Velmouth in 2026?"),
        ("What is the relation between pumps and the dam?", "pumps and the dam?"),
        ("What happens when it opens?", "it opens?"),
        ("How is the dam paid for?", "How is the dam paid for?"),
        ("Tell me about the Kessem dam.", "the Kessem dam."),
        ("What do you know about swifts?", "swifts?"),
    ],
)
def test_what_is_asked_with_is_not_looked_for(question: str, left: str) -> None:
    assert topic(question) == left


@pytest.mark.parametrize("who", ["the author", "Rashid Amani"])
def test_the_authors_view_is_where_he_says_that_it_is_his(
    tmp_path: Path, who: str
) -> None:
    head = "---\ntitle: A dam without a river\nauthor: Rashid Amani\n---\n\n"
    text = (
        "The Kessem dam was finished in 2021 and has never been full. Officials blame "
        "the drought. I think that is an excuse: the plan rests on wet years."
    )
    (tmp_path / "dam.md").write_text(head + text, "utf-8")
    ingest([tmp_path], index=tmp_path / ".index")
    with QueryEngine.open(tmp_path / ".index") as engine:
        answer = engine.query(f"What does {who} think about the Kessem dam?")
    assert answer.sentences[0].text.startswith("I think that is an excuse")


def test_of_further_articles_only_those_on_the_point_are_heard() -> None:
    texts = (
        "The chip restrictions came in May.",
        "Restrictions on chips may help Beijing.",
        "She made old-fashioned chips.",
    )
    passages = [passage(text, article_id=text) for text in texts]
    found = nearest(passages, *zip(texts, (1.0, 0.9, 0.4), strict=True))
    asked = "What do the articles say about chip restrictions?"
    told = Extractor(lambda one: one).extract(asked, found)
    assert tuple(one.text for one in told.sentences) == texts[:2]


def test_what_is_asked_in_an_interview_comes_with_what_is_replied() -> None:
    text = "**What does an instrument cost?**\n\nEighteen thousand. I like tea."
    found = nearest([passage(text)], (text.partition("\n")[0], 9.0))
    told = Extractor(lambda one: one).extract("What does an instrument cost?", found)
    assert " ".join(one.text for one in told.sentences).endswith("Eighteen thousand.")


def test_a_reason_may_be_the_sentence_that_follows() -> None:
    text = (
        "Shopkeepers along the line are angry. Marco Ilic expects to lose a third of "
        "his customers. The tram opened in 1905."
    )
    found = nearest([passage(text)], (text.partition(" Marco")[0], 9.0))
    told = Extractor(lambda one: one).extract("Why are the shopkeepers angry?", found)
    assert " ".join(one.text for one in told.sentences) == text.partition(" The tr")[0]


def test_the_wrong_and_the_right_figure_of_a_correction_stay_together() -> None:
    text = (
        "Our report on the barrier gave a wrong number of homes. We wrote 6,400. "
        "The correct number is 4,600. The cost was right."
    )
    nearer = nearest([passage(text)], (text.partition(" We")[0], 9.0))
    question = "How many homes will the barrier protect?"
    bound = Extractor(lambda same: same).extract(question, nearer)
    assert (
        " ".join(one.text for one in bound.sentences) == text.partition(" The cost")[0]
    )


def test_what_corrects_a_figure_leads_though_other_figures_are_nearer() -> None:
    report = "The barrier will protect 6,400 homes."
    note = (
        "Our figure of 6,400 homes was wrong. The correct number is 4,600. "
        "The council counted 1,800 homes in Upper Wend as well."
    )
    passages = [
        replace(passage(report), article_id="report", published="2026-02-18"),
        replace(passage(note), article_id="note", published="2026-02-20"),
    ]
    nearer = nearest(
        passages,
        (report, 9.5),
        ("The council counted 1,800 homes in Upper Wend as well.", 9.3),
        ("Our figure of 6,400 homes was wrong.", 9.1),
    )
    bound = Extractor(lambda same: same).extract("How many homes?", nearer)
    assert bound.sentences[0].text == "Our figure of 6,400 homes was wrong."
    assert bound.sentences[1].text == "The correct number is 4,600."


def test_the_answer_comes_before_what_stands_before_it_in_the_text() -> None:
    one = passage("The mill is old. " + "Filler here. " * 9 + "The mill ground oats.")
    found = nearest([one], ("The mill ground oats.", 9.0), ("The mill is old.", 8.9))
    bound = Extractor(lambda same: same).extract("What did the mill grind?", found)
    assert [one.text for one in bound.sentences] == [
        "The mill ground oats.",
        "The mill is old.",
    ]


def test_a_list_comes_with_the_line_that_opens_it_without_its_marks() -> None:
    text = (
        "Two things change in May:\n\n- The fee rises. Old licences hold.\n"
        "- The ceiling falls.\n\nOther rules stay."
    )
    opening = "Two things change in May:"
    found = nearest([passage(text)], (opening, 9.0))
    bound = Extractor(lambda same: same).extract("What changes in May?", found)
    said = [one.text for one in bound.sentences]
    assert said[0] == opening
    assert said[1].startswith("The fee rises.")
    assert said[-1] == "The ceiling falls."
    assert [one.quote for one in bound.citations] == said


def test_a_sentence_that_says_he_comes_with_the_one_that_names_him() -> None:
    text = "Dale Pruett heard the bell. In the next minutes he cut the line. It held."
    found = nearest([passage(text)], ("In the next minutes he cut the line.", 9.0))
    bound = Extractor(lambda same: same).extract("What was cut?", found)
    assert bound.sentences[0].text == "Dale Pruett heard the bell."


def test_what_somebody_says_is_told_in_their_own_words() -> None:
    text = (
        "Odile Branscombe of the institute has bought tools for memory for years. "
        'She lives in Lyon. "Nobody wanted the local product," Branscombe said.'
    )
    first, _, rest = text.partition(" She lives in Lyon. ")
    found = nearest([passage(text)], (first, 9.0), (rest, 8.6))
    question = "What does Odile Branscombe say about local tools?"
    bound = Extractor(lambda same: same).extract(question, found)
    assert bound.sentences[0].text == rest


def test_a_surname_stands_for_the_name_that_the_article_gave_in_full(
    tmp_path: Path,
) -> None:
    ingest([SEEDS / "dreiundzwanzig-wochen-warten.md"], index=tmp_path / "index")
    with QueryEngine.open(tmp_path / "index") as engine:
        answer = engine.query("Was schlägt Friederike Stoltenau vor?")
    assert answer.sentences[0].text.startswith("Stoltenau schlägt zweierlei vor")


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who bought the mill?", "Two farmers buy the mill."),
        ("Who buys the mill?", "Two farmers bought the mill."),
        ("What was built at Tarn?", "They are building a wall at Tarn."),
        ("Who taught the masons?", "A monk teaches the masons."),
    ],
)
def test_a_verb_meets_its_irregular_forms(question: str, sentence: str) -> None:
    held = text_stems(sentence, "en")
    assert all(forms & held for forms in question_words(question, []))


@pytest.mark.parametrize("asked", ["Who paid", "Who pays", "Who is paying"])
def test_a_sentence_with_every_word_asked_for_comes_first(
    tmp_path_factory: pytest.TempPathFactory, asked: str
) -> None:
    folder = tmp_path_factory.mktemp("seeds")
    ingest([SEEDS], index=folder)
    with QueryEngine.open(folder) as opened:
        answer = opened.query(f"{asked} for the flood barrier?")
    assert answer.sentences[0].text.startswith("The government will pay £58 million")
