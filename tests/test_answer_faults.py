"""Whatever a model's server does, the reader gets a good answer or a clear sentence.

What is wrong on the wire is told in `test_llm_failures`; here it goes through a real
index to a settled answer.
"""

import json
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from rag import QueryEngine
from rag.config import Settings
from rag.schema import Answer
from tests.servers import KEY, Fake, Handler
from ui.render.html import answer_html
from ui.render.json import answer_json
from ui.render.text import answer_text

QUESTION = "Who voted against the flood barrier?"
PARTIAL = "Seventeen senators "
GOOD = "Four councillors voted against it, fearing debt."

Act = Callable[[Handler], None]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.0)


@pytest.fixture
def engine(seeds_index: Path, fake: Fake) -> Iterator[QueryEngine]:
    settings = Settings(
        openai_base_url=fake.base_url,
        openai_api_key=KEY,  # type: ignore[arg-type]  # pydantic makes it secret
        model="tiny",
        timeout=0.5,
    )
    with QueryEngine.open(seeds_index, settings=settings) as opened:
        yield opened


def refuses(status: int, **headers: str) -> Act:
    return lambda server: server.refuse(status, "no", **headers)


def breaks_off(act: Act) -> Act:
    def behave(server: Handler) -> None:
        server.open()
        server.say(PARTIAL)
        act(server)

    return behave


def says(*pieces: str, reason: str = "stop") -> Act:
    return lambda server: server.stream(*pieces, reason=reason)


FAULTS: dict[str, Act] = {
    "401": refuses(401),
    "403": refuses(403),
    "404": refuses(404),
    "429": refuses(429),
    "429 with a short Retry-After": refuses(429, Retry_After="0"),
    "429 with a long Retry-After": refuses(429, Retry_After="3600"),
    "500": refuses(500),
    "a context too small for anything": lambda server: server.refuse(
        400, "maximum context length is 8 tokens"
    ),
    "reset in mid-stream": breaks_off(lambda server: server.reset()),
    "stall in mid-stream": breaks_off(lambda server: server.stall()),
    "end in mid-stream": breaks_off(lambda server: None),
    "truncated JSON": breaks_off(lambda server: server.event('{"choices": [{"del')),
    "truncated whole": lambda server: server.reply(200, '{"choices": [{"mess'),
    "a web page": lambda server: server.reply(200, "<p>Hi</p>", type="text/html"),
    "empty": says(),
    "only reasoning": says("<think>Seventeen senators [1]</think>"),
    "reasoning without end": says("<think>Seventeen senators [1]"),
    "endless": says(*[PARTIAL * 20] * 400),
    "out of room": says(PARTIAL, reason="length"),
    "no markers": says(PARTIAL + "voted against it."),
    "only markers": says("[1][2]"),
    "a marker for nothing": says(PARTIAL + "voted against it [12]."),
}


def shown(answer: Answer) -> str:
    """Everything of an answer that reaches a reader, in all three forms."""
    return "\n".join(
        [answer_text(answer), answer_html(answer, 0), json.dumps(answer_json(answer))]
    )


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_leaves_the_articles_own_sentences_and_says_why(
    fault: str, engine: QueryEngine, fake: Fake
) -> None:
    fake.behaviour = FAULTS[fault]
    answer = engine.query(QUESTION)

    assert answer.model == "none"
    assert answer.sentences
    assert all(sentence.citations for sentence in answer.sentences)
    (note,) = answer.notes
    assert note.endswith("These are the articles' own sentences instead.")
    assert "tiny" in note or fake.base_url in note
    assert PARTIAL.strip() not in shown(answer)
    assert KEY not in shown(answer)
    assert len(fake.requests) <= 4  # bounded: no fault is tried for ever


def test_a_server_that_is_not_there(seeds_index: Path) -> None:
    settings = Settings(openai_base_url="http://127.0.0.1:9/v1")
    with QueryEngine.open(seeds_index, settings=settings) as engine:
        answer = engine.query(QUESTION)
    assert answer.sentences
    assert "cannot be reached" in answer.notes[0]


GOOD_ANSWERS = {
    "[1][2]": f"{GOOD[:-1]} [1][2].",
    "[1, 2]": f"{GOOD} [1, 2]",
    "【1】": f"{GOOD} 【1】",
    "【1†source】": f"{GOOD} 【1†source】",
    "an invented marker beside a true one": f"{GOOD} [1][12]",
    "reasoning first": f"<think>Say seventeen? [1]</think>{GOOD} [1]",
}


@pytest.mark.parametrize("form", GOOD_ANSWERS)
def test_every_form_of_marker_becomes_a_proof_and_none_is_left(
    form: str, engine: QueryEngine, fake: Fake
) -> None:
    fake.behaviour = says(*GOOD_ANSWERS[form])  # one character a piece
    answer = engine.query(QUESTION)

    assert answer.model == "tiny"
    assert [sentence.text for sentence in answer.sentences] == [GOOD]
    assert any("four" in cited.quote.lower() for cited in answer.citations)
    assert not any(mark in answer.text for mark in "[]【】†")


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(name for name, _ in attrs)}


def test_html_of_a_model_is_shown_as_letters(engine: QueryEngine, fake: Fake) -> None:
    fake.behaviour = says(
        f'{GOOD} [1] <script>alert(1)</script> <img src=x onerror="alert(2)"> [1]'
    )
    tags = _Tags()
    tags.feed(answer_html(engine.query(QUESTION), 0))
    assert not tags.found & {"script", "img", "onerror", "src"}


def test_a_reply_in_another_language_is_proved_like_any_other(
    engine: QueryEngine, fake: Fake
) -> None:
    fake.behaviour = says("Vier Ratsmitglieder stimmten dagegen. [1]")
    answer = engine.query(QUESTION)
    # no word of it stands in the article: nothing of it is passed on as proved
    proved = [sentence.text for sentence in answer.sentences if sentence.citations]
    assert "Vier Ratsmitglieder stimmten dagegen." not in proved
    assert answer.sentences


def test_a_small_context_gets_fewer_passages_and_the_answer_says_so(
    engine: QueryEngine, fake: Fake
) -> None:
    first = "Councillors voted 9 to 4 for the scheme."

    def small(server: Handler) -> None:
        if "Passage [2]" in fake.requests[-1]["messages"][-1]["content"]:
            server.refuse(400, "the request exceeds the available context size")
        else:
            server.stream(f"{first} [1]")

    fake.behaviour = small
    answer = engine.query(QUESTION)
    assert answer.model == "tiny"
    assert [sentence.text for sentence in answer.sentences] == [first]
    (note,) = answer.notes
    assert "read 1 of the" in note


def test_what_was_streamed_before_a_fault_is_not_in_the_settled_answer(
    engine: QueryEngine, fake: Fake
) -> None:
    fake.behaviour = breaks_off(lambda server: server.reset())
    stream = engine.stream(QUESTION)
    pending = list(stream)
    assert pending[0] == PARTIAL
    assert PARTIAL.strip() not in shown(stream.answer)
