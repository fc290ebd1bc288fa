"""Articles in several languages: known by their little words, stemmed in their own."""

import json

import pytest

from rag.languages import asked_in, in_another_language, language_of
from tests.desk import Desk

TEXTS = {
    "en": "The town council voted on Tuesday to build a barrier beside the river.",
    "de": "Der Gemeinderat hat am Dienstag für den Bau eines Dammes gestimmt.",
    "fr": "Le conseil de la ville a voté hier pour construire une digue.",
    "es": "El ayuntamiento votó el martes a favor de una barrera que está en el río.",
    "nl": "De gemeenteraad stemde dinsdag voor de bouw van een dam langs de rivier.",
}
HOUSES = (
    "Die Häuser an dem Ufer wurden von den Leuten nach der Flut mit Steinen gebaut.\n"
)


@pytest.fixture
def desk(tmp_path) -> Desk:
    desk = Desk(tmp_path)
    desk.write("houses.md", HOUSES)
    desk.write("council.md", TEXTS["en"])
    desk.ingest()
    return desk


def found(desk: Desk, terms: str) -> list[str]:
    with desk.opened() as engine:
        mentions = engine.find(terms).mentions
    return [one.passage.source.rpartition("/")[2] for one in mentions]


@pytest.mark.parametrize(("language", "text"), TEXTS.items())
def test_a_text_is_known_by_its_little_words(language, text):
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "4,600", "東京は日本の首都", "Wend Sorn"])
def test_a_text_without_them_is_taken_as_english(text):
    assert language_of(text) == "en"


def test_a_question_is_read_in_a_language_that_articles_are_in():
    question = "Wer hat die Häuser an dem Ufer gebaut?"
    assert asked_in(question, {"en", "de", "fr"}) == ["de"]
    assert asked_in(question, {"en"}) == []
    assert asked_in("Who built the houses on the bank?", {"en", "de"}) == []
    assert asked_in("Ufer", {"en", "de"}) == ["de"]


def test_the_language_is_kept_listed_and_filtered_by(desk):
    listed = json.loads(desk.newsdesk("articles", "--json", "--language", "de"))
    assert [(one["language"], one["source"][-9:]) for one in listed] == [
        ("de", "houses.md")
    ]


def test_what_the_text_says_of_its_language_holds(desk):
    desk.ingest(desk.write("said.md", f"---\nlanguage: nl\n---\n{HOUSES}"))
    kept = {one.source.rpartition("/")[2]: one.language for one in desk.articles()}
    assert kept == {"houses.md": "de", "council.md": "en", "said.md": "nl"}


def test_a_word_is_found_in_another_form_of_its_own_language(desk):
    assert found(desk, "Haus") == ["houses.md"]
    assert found(desk, "Häusern") == ["houses.md"]
    assert found(desk, "barriers") == ["council.md"]
    searcher = desk.opened()._index.searcher()
    rows, scores = searcher.matching("In welchem Haus wohnen die Leute?", 10)
    assert len(rows) == 1
    assert scores[0] > 0


def test_a_projection_that_was_read_otherwise_is_read_anew(desk):
    state = desk.index / "words" / "applied.json"
    told = json.loads(state.read_text("utf-8"))
    state.write_text(json.dumps(told | {"reads": 1}), "utf-8")
    assert found(desk, "Haus") == ["houses.md"]
    assert json.loads(state.read_text("utf-8"))["reads"] == told["reads"]


def test_a_question_of_seed_articles_is_answered_in_another_language(engine):
    german = "Wie viele Häuser soll die Flutsperre vor dem Wasser schützen?"
    answer = engine.query(german)
    assert not answer.refused
    assert "homes" in answer.text
    assert engine.query("Wer hat den Preis für das beste Brot gewonnen?").refused


def test_no_english_question_is_taken_for_another_language():
    questions = [
        "How many men were in Robert's army?",
        "What type of company is Van Gend en Loos?",
        "Did article 34 discriminate in Procureur du Roi v Dassonville?",
        "Die Hard?",
        "eu membership fee for norway",
    ]
    assert not any(in_another_language(one, "en") for one in questions)
    assert in_another_language("Wer hat die Häuser an dem Ufer gebaut?", "en")
    assert not in_another_language("Wer hat die Häuser an dem Ufer gebaut?", "de")
    assert in_another_language("Who built the houses on the bank?", "de")
