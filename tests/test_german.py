"""Questions in German: compounds told in parts, figures of the thing asked, counts."""

import json
from pathlib import Path

import pytest

from ingest import ingest
from rag import QueryEngine
from rag.questions.compounds import in_parts
from rag.questions.slots import names_thing
from rag.schema import Answer, Cause

DATA = Path(__file__).parent / "data"


@pytest.mark.parametrize(
    ("compound", "text"),
    [
        ("Hubschrauberflug", "Ein Flug mit dem Hubschrauber ist teuer."),
        ("Hubschrauberflug", "Die Flüge des Hubschraubers sind teuer."),
        ("Sonntagsöffnung", "Das Haus ist auch sonntags geöffnet."),
        ("Roggenbrot", "Das Brot aus Roggen wird knapp."),
        ("Brutzeitabschaltung", "Sie stehen zur Zeit der Brut: Man muss abschalten."),
    ],
)
def test_a_compound_is_told_in_parts(compound, text):
    assert in_parts(compound, text)


@pytest.mark.parametrize(
    ("compound", "text"),
    [
        ("Hubschrauberflug", "Der Hubschrauber landet."),
        ("Fahrschein", "Es scheint, dass die Busse fahren."),  # the last is no noun
        ("Sonnenschirm", "Die Sonne scheint."),
        ("Flugzeug", "Das Flugzeug landet."),  # which is not in parts
    ],
)
def test_a_part_that_is_missing_tells_no_compound(compound, text):
    assert not in_parts(compound, text)


@pytest.mark.parametrize(
    ("question", "text", "named"),
    [
        ("Was kostet der Ausbau?", "Der Ausbau kostet 3 Euro.", True),
        ("Was kostet der Bau?", "Der Ausbau kostet 3 Euro.", True),
        ("Was kostet ein Hubschrauberflug?", "Flüge mit Hubschraubern: 3 Euro.", True),
        ("Wie viel kostet ein Fahrschein?", "Der Ausbau kostet 3 Euro.", False),
        ("Wie alt ist Renate Quast?", "Quast ist 61 Jahre alt.", True),
        ("Wie alt ist Renate Quast?", "Meine Heizung ist 26 Jahre alt.", False),
        ("How much does a ticket cost?", "The barrier costs £3.", True),  # not known
    ],
)
def test_a_figure_is_of_the_thing_that_is_asked(question, text, named):
    assert names_thing(question, text) == named


@pytest.fixture(scope="module")
def german(tmp_path_factory):
    folder = tmp_path_factory.mktemp("german")
    ingest([DATA / "german"], index=folder)
    with QueryEngine.open(folder) as engine:
        yield engine


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fresh")
    ingest([DATA / "german_fresh"], index=folder)
    with QueryEngine.open(folder) as engine:
        yield engine


def test_the_price_of_a_compound_is_that_of_its_parts(german):
    answer = german.query("Wie teuer ist ein Hubschrauberflug?")
    assert "4 500 Euro" in answer.text


def test_the_price_of_another_thing_is_no_answer(german):
    answer = german.query("Wie viel kostet ein Fahrschein?")
    assert answer.refused
    assert "“Fahrschein”" in answer.reason


def test_what_a_german_text_denies_is_told(fresh):
    answer = fresh.query("Wann hat Staudach den Laden verkauft?")
    assert answer.cause is Cause.DENIED


def _told(answer: Answer) -> str:
    """Return what an answer says, and of which articles; not the passages it read."""
    titles = " ".join(one.title for one in answer.citations)
    return " ".join(f"{answer.text} {titles}".split())


@pytest.mark.parametrize(
    ("name", "right", "refused"),
    # of 27 that are answered and 13 that are not, then of 7 and 5: docs/answers.md
    [
        ("asked_german", 25, 12),
        ("asked_german_unseen", 19, 11),
        ("asked_german_fresh", 4, 5),
        ("asked_german_fresh_unseen", 6, 5),
    ],
)
def test_german_questions_are_answered_as_was_measured(
    german, fresh, name, right, refused
):
    found = {True: 0, False: 0}
    for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines():
        one = json.loads(line)
        if "since" in one:
            continue
        answer = (fresh if "fresh" in name else german).query(one["question"])
        told = _told(answer)
        wanted = one.get("refused", False)
        if answer.refused or wanted:
            found[True] += wanted and answer.refused
        else:
            found[False] += any(" ".join(x.split()) in told for x in one["answers"])
    assert found[False] >= right
    assert found[True] >= refused
