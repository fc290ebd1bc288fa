"""Questions about a table are answered by its rows, with what the head says of them."""

import pytest

from ingest import ingest
from rag.engine import QueryEngine
from rag.schema import Sentence, Verdict
from rag.sentences import sentence_spans
from rag.tables import head_span, is_row, row_with_head, whole_table
from tests.answered import make_answer, make_citation, words
from ui.render.copy import answer_markdown
from ui.render.html import answer_html
from ui.render.text import answer_text

HEAD = "| Town | Rain (mm) | Inhabitants |"
ROWS = (
    "| Aldham | 31 | 1,204 |",
    "| Bexhollow |  | **2,310** |",
    "| Corrin | 12 | 98 |",
)
TABLE = "\n".join([HEAD, "|:---|---:|---:|", *ROWS])
ENDS = ["ham", "mouth", "stow", "by", "dale", "moor", "leigh", "lack"]
TEXT = f"The rain of all towns was published.\n\n{TABLE}\n\nNobody knows why."


def test_each_row_is_a_sentence_and_its_rule_is_none():
    found = [TEXT[start:end] for start, end in sentence_spans(TEXT)]
    assert found == [
        "The rain of all towns was published.",
        HEAD,
        *ROWS,
        "Nobody knows why.",
    ]


@pytest.mark.parametrize("line", ["|x|", "a | b", "| a | b", "", "|| a |\n| b | c |"])
def test_what_is_no_row(line):
    assert not is_row(line)


def test_a_row_is_read_with_its_head():
    start = TEXT.index("| Bexhollow")
    assert TEXT[slice(*head_span(TEXT, start))] == HEAD
    end = start + len(ROWS[1])
    assert row_with_head(TEXT, start, end) == "Town: Bexhollow, Inhabitants: **2,310**"
    assert head_span(TEXT, TEXT.index(HEAD)) is None
    assert row_with_head(TEXT, 0, 8) == "The rain"


def test_a_span_inside_a_table_grows_to_all_of_it():
    whole = (TEXT.index(HEAD), TEXT.index(HEAD) + len(TABLE))
    row = TEXT.index(ROWS[1])
    assert whole_table(TEXT, row, row + len(ROWS[1])) == whole
    assert whole_table(TEXT, 0, 36) == (0, 36)
    assert whole_table(TABLE, 0, len(HEAD)) == (0, len(TABLE))


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    names = [
        a + b
        for a in ["Al", "Bex", "Dun", "Farrow", "Gor", "Inver", "Jar"]
        for b in ENDS
    ]
    towns = [f"| {name} | {n + 11} | {1000 + 7 * n} |" for n, name in enumerate(names)]
    long = "\n".join([HEAD, "|---|---|---|", *towns])
    (folder / "rain.md").write_text(f"# Rain in the towns of Merrow\n\n{TEXT}")
    (folder / "long.md").write_text(
        f"# Rain in the towns of Kestrel\n\nOf all.\n\n{long}"
    )
    index = folder / "index"
    ingest([folder], index=index)
    with QueryEngine.open(index) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("How many inhabitants does Bexhollow have?", ROWS[1]),
        ("How much rain fell in Corrin?", ROWS[2]),
        ("How many inhabitants does Jarmoor have?", "| Jarmoor | 64 | 1371 |"),
    ],
)
def test_the_row_that_answers_is_cited_with_its_head(engine, question, row):
    answer = engine.query(question)
    assert [one.quote for one in answer.citations] == [HEAD, row]


def test_rows_of_two_tables_do_not_contradict_each_other(engine):
    answer = engine.query("How much rain fell in the towns in January?")
    assert answer.conflicts == ()


def test_what_a_table_does_not_say_is_refused(engine):
    assert engine.query("How many schools does Jarmoor have?").refused
    assert engine.query("How many inhabitants does Zorbury have?").refused


def test_rows_are_told_in_words_and_shown_as_a_table():
    said = (HEAD, ROWS[1])
    answer = make_answer(
        model="none",
        sentences=tuple(
            Sentence(one, (n,), Verdict.QUOTED) for n, one in enumerate(said, 1)
        ),
        citations=tuple(make_citation(n, one, TEXT) for n, one in enumerate(said, 1)),
    )
    told = "Town: Bexhollow · Inhabitants: 2,310"
    assert f"{told} [1][2]" in answer_text(answer)
    assert f"{told}[^1][^2]" in answer_markdown(answer)
    shown = answer_html(answer, 0)
    assert "<th>Rain (mm)</th>" in shown
    assert "<td></td>" in shown
    assert "2,310" in words(shown)
    assert "**2,310" not in shown.partition('class="acts"')[0]
