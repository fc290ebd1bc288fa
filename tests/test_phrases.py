"""Questions in other languages than English are understood by the same rules.

Their phrases stand in `rag/phrases`, a file for each language.
"""

import datetime as dt
import json
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from rag import QueryEngine, phrases
from rag.answers.changes import KINDS, changes_sought_by
from rag.answers.summary import summarised_by
from rag.languages import language_of_question
from rag.questions.comparison import sides_of
from rag.questions.followup import standalone
from rag.questions.parts import parts_of
from rag.questions.period import period_of
from rag.questions.question import (
    asks_for_views,
    asks_what_is_said,
    is_no_question,
    topic,
)
from rag.questions.slots import asks_for_a_figure, asks_why, holds
from rag.questions.sought import Sought, sought_by
from rag.schema import Turn

DATA = Path(__file__).parent / "data"
LANGUAGES = ("en", "de", "fr", "es", "it")
NO_PATTERNS = {"words", "plain", "single", "named", "months", "weekdays", "opposites"}


def entries(table: dict, name: str = "") -> list[str]:
    found = []
    for key, value in table.items():
        if isinstance(value, dict):
            found += entries(value, f"{name}{key}.")
        elif key not in NO_PATTERNS:
            found.append(f"{name}{key}")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_is_a_pattern(language):
    text = files(phrases).joinpath(f"{language}.toml").read_text("utf-8")
    for name in entries(tomllib.loads(text)):
        phrases.pattern(name, language)


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Was the pier old?"),
        ("en", "What does Marine Le Pen say?"),
        ("en", "None was opened."),
        ("de", "Was sagt Quast?"),
        ("de", "Warum?"),
        ("de", "Wer zahlt dafür?"),
        ("fr", "Qui paie la digue ?"),
        ("es", "¿Quién paga el dique?"),
        ("it", "Chi paga la diga?"),
    ],
)
def test_the_language_of_a_question_is_known(language, question):
    assert language_of_question(question) == language


@pytest.mark.parametrize(
    ("question", "sentence", "other"),
    [
        ("Wie lange dauert der Abend?", "Er dauert drei Stunden.", "Er ist lang."),
        ("Wie viel kostet der Bau?", "Er kostet 61 Millionen Euro.", "4 Häuser."),
        ("Wann beginnt der Bau?", "Er beginnt im März.", "Er beginnt bald."),
        ("Warum schließt sie?", "Weil der Strom teuer ist.", "Sie schließt."),
        ("Wer zahlt?", "Am Ende zahlt Renate Quast.", "Am Ende zahlt sie."),
        ("Combien d'élèves ?", "Il y a 31 élèves.", "Il y a 31 vaches."),
        ("Pourquoi ferme-t-elle ?", "Parce que tout est cher.", "Elle ferme."),
        ("¿Cuántas casas hay?", "Hay 31 casas.", "Hay 31 vacas."),
        ("¿Cuándo empieza?", "Empieza en marzo.", "Empieza pronto."),
        ("Quante case ci sono?", "Ci sono 31 case.", "Ci sono 31 mucche."),
        ("Quando comincia?", "Comincia in marzo.", "Comincia presto."),
    ],
)
def test_what_is_asked_for_is_known_where_it_is_told(question, sentence, other):
    assert holds(question, sentence)
    assert not holds(question, other)


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("Welche Artikel erwähnen Hollern?", "Hollern"),
        ("Wie viele Artikel handeln von der Straßenbahn?", "Straßenbahn"),
        ("Gibt es Artikel über Zölle?", "Zölle"),
        ("Quels articles mentionnent la digue ?", "digue"),
        ("¿Qué artículos mencionan el dique?", "dique"),
        ("Quali articoli menzionano la diga?", "diga"),
    ],
)
def test_all_articles_that_mention_something_are_wanted(question, terms):
    assert sought_by(question) == Sought(terms)


def test_in_german_other_counts_are_wanted_too():
    assert sought_by("Welche Artikel kritisieren den Plan?").stance == "criticise"
    assert sought_by("Welche Artikel erwähnen Hollern nicht?").lacking
    assert sought_by("Wer hat über Zölle geschrieben?").authors
    assert sought_by("Wer hat den Artikel über Zölle geschrieben?") == Sought(
        "Zölle", authors=True
    )
    assert sought_by("Welche Artikel gibt es?") == Sought("")


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Fasse den Artikel über die Werft zusammen.", "Werft"),
        ("Kannst du den Artikel zum Theater zusammenfassen?", "Theater"),
        ("Was sind die Kernaussagen im Artikel von Kammerl?", "Kammerl"),
        ("Résume l'article sur la digue", "digue"),
        ("Resume el artículo sobre el dique", "dique"),
        ("Di cosa parla l'articolo sulla diga?", "diga"),
    ],
)
def test_an_article_is_to_be_summed_up(question, named):
    assert summarised_by(question) == named


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("Was sagt Renate Quast über den Bau?", "Renate Quast über den Bau?"),
        ("Was hält Frau Quast von Bussen?", "Frau Quast von Bussen?"),
        ("Wie steht Kai Morgner zum Netz?", "Kai Morgner zum Netz?"),
        ("Que pense Lise Ferrand de la digue ?", "Lise Ferrand de la digue ?"),
        ("¿Qué dice Ana Ruiz sobre el dique?", "Ana Ruiz sobre el dique?"),
        ("Cosa dice Anna Rossi della diga?", "Anna Rossi della diga?"),
    ],
)
def test_who_says_something_is_asked(question, about):
    assert asks_what_is_said(question)
    assert topic(question) == about


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        (
            "Was sagen Quast und Bartels über die Bahn?",
            ("Was sagt Quast über die Bahn?", "Was sagt Bartels über die Bahn?"),
        ),
        (
            "Worin unterscheiden sich Quast und Bartels?",
            ("Was sagt Quast?", "Was sagt Bartels?"),
        ),
        (
            "Was ist teurer, ein Bus oder eine Bahn?",
            ("Wie viel kostet ein Bus?", "Wie viel kostet eine Bahn?"),
        ),
    ],
)
def test_in_german_each_side_of_a_comparison_is_a_question(question, sides):
    assert sides_of(question) == sides


def test_other_kinds_of_german_questions_are_known():
    assert asks_for_views("Was spricht gegen das Netz?")
    assert topic("Was sagt der Autor über Zölle?") == "Zölle?"
    assert asks_for_a_figure("Wie hoch ist der Turm?")
    assert asks_why("Weshalb schließt sie?")
    assert is_no_question("Guten Morgen!")
    assert len(parts_of("Was kostet der Bau, und wer zahlt das?")) == 2


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ("Was geschah letzte Woche?", dt.date(2026, 11, 16)),
        ("Was ist seit März 2026 passiert?", dt.date(2026, 3, 1)),
        ("Was ist seit Montag neu?", dt.date(2026, 11, 23)),
        ("Was wurde im Oktober gesagt?", dt.date(2026, 10, 1)),
    ],
)
def test_a_time_is_known_in_german(question, start):
    period = period_of(question, dt.date(2026, 11, 26))
    assert period is not None
    assert period.start == start


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ("Qu'est-ce qui s'est passé la semaine dernière ?", dt.date(2026, 11, 16)),
        ("Que s'est-il passé depuis le 3 mars ?", dt.date(2026, 3, 3)),
        ("¿Qué pasó ayer?", dt.date(2026, 11, 25)),
        ("¿Qué dijo desde octubre de 2025?", dt.date(2025, 10, 1)),
        ("Cosa è successo questo mese?", dt.date(2026, 11, 1)),
        ("Che cosa dice dal 12 ottobre?", dt.date(2026, 10, 12)),
        ("Cosa è successo la scorsa settimana?", dt.date(2026, 11, 16)),
    ],
)
def test_a_time_is_known_in_other_languages(question, start):
    period = period_of(question, dt.date(2026, 11, 26))
    assert period is not None
    assert period.start == start


@pytest.mark.parametrize(
    ("name", "right"),
    # of 3, 3, 9 and 9: docs/answers.md
    [
        ("asked_german_fresh", 3),
        ("asked_german_fresh_unseen", 3),
        ("asked_changes_fresh", 9),
        ("asked_changes_fresh_unseen", 9),
    ],
)
def test_what_has_changed_is_asked_of_the_log(name, right):
    today, found = dt.date(2026, 11, 24), 0
    for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines():
        one = json.loads(line)
        if "since" not in one:
            continue
        sought = changes_sought_by(one["question"], today, [])
        if sought is None:
            found += one["since"] is None
            continue
        assert sought_by(one["question"]) is None
        since = sought.since + dt.timedelta(seconds=1)
        kinds = set(KINDS) if one["kinds"] == "all" else {one["kinds"]}
        found += since.date().isoformat() == one["since"] and (
            (sought.kinds, sought.topic) == (kinds, one["topic"])
        )
    assert found >= right


@pytest.mark.parametrize(
    ("before", "question", "asked"),
    [
        (
            "Was sagt Renate Quast über den Stau?",
            "Und was sagt sie über Busse?",
            "was sagt Renate Quast über Busse?",
        ),
        ("Wann beginnt der Bau?", "Warum?", "Warum: Wann beginnt der Bau?"),
        ("Was kostet der Bau?", "Wer zahlt dafür?", "Wer zahlt dafür — Was kostet der"),
    ],
)
def test_in_german_a_question_that_leans_is_completed(before, question, asked):
    assert standalone(question, [Turn(before, "")]).startswith(asked)


def test_what_somebody_proposes_is_told_by_the_proposal(engine: QueryEngine) -> None:
    answer = engine.query("Was schlägt Friederike Stoltenau vor?")
    assert answer.text.startswith("Stoltenau schlägt zweierlei vor")
