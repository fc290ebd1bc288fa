"""What a model takes is counted for each answer, and a day's budget is kept."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rag import QueryEngine
from rag.config import Settings
from rag.errors import ModelError
from rag.metering import Budget
from rag.schema import Answer, Turn
from tests.desk import Desk
from tests.servers import KEY, Fake, Handler
from ui.render.html import answer_html
from ui.render.json import answer_json

QUESTION = "The ferry sails at seven?"
GOOD = "The ferry sails at seven. [1]"
INSTEAD = "These are the articles' own sentences instead."

Ask = Callable[..., Answer]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.0)


@pytest.fixture
def ask(desk: Desk, fake: Fake) -> Ask:
    """Ask with settings; the fake server counts 11 tokens read and 7 written."""
    desk.write("ferry.md", "The ferry sails at seven.")
    desk.ingest()
    fake.behaviour = lambda server: server.stream(GOOD)

    def asked(
        history: tuple[Turn, ...] = (), question: str = QUESTION, **settings: object
    ) -> Answer:
        given = Settings(
            index=desk.index,
            openai_base_url=fake.base_url,
            openai_api_key=KEY,  # type: ignore[arg-type]  # pydantic makes it secret
            model="tiny",
            timeout=0.5,
            **settings,  # type: ignore[arg-type]  # checked by pydantic
        )
        with QueryEngine.open(settings=given, embedder=desk.embedder) as engine:
            return engine.query(question, history=history)

    return asked


def spent(desk: Desk) -> int:
    return int(json.loads((desk.index / "spent.json").read_text())["tokens"])


def uncounted(server: Handler) -> None:
    server.open()
    server.say(GOOD)
    choice = {"index": 0, "delta": {}, "finish_reason": "stop"}
    server.event({"object": "chat.completion.chunk", "choices": [choice]})


def shown(answer: Answer) -> str:
    """What the page says of an answer, without its tags."""
    return re.sub(r"<[^>]+>", "", answer_html(answer, 0))


def test_an_answer_costs_what_the_settings_say_for_the_tokens_counted(ask: Ask) -> None:
    answer = ask(price_in=2.0, price_out=10.0)
    assert (answer.prompt_tokens, answer.completion_tokens) == (11, 7)
    assert answer.cost == pytest.approx((11 * 2 + 7 * 10) / 1e6)
    assert answer_json(answer)["cost"] == answer.cost
    assert "18 tokens · under $0.0001" in shown(answer)
    dear = ask(price_in=2000.0, price_out=10000.0)
    assert "18 tokens · $0.0920" in shown(dear)


def test_without_a_price_or_a_count_the_cost_is_not_known(ask: Ask, fake: Fake) -> None:
    answer = ask(price_in=2.0)
    assert answer.cost is None
    assert "18 tokens · cost not known" in shown(answer)
    fake.behaviour = uncounted
    assert ask(price_in=2.0, price_out=10.0).cost is None


def test_what_was_asked_in_vain_is_counted_and_a_refused_request_is_not(
    ask: Ask, fake: Fake
) -> None:
    fake.behaviour = lambda server: server.stream("I cite nothing.")
    answer = ask(price_in=1.0, price_out=1.0)
    assert answer.model == "none"
    assert (answer.prompt_tokens, answer.completion_tokens) == (11, 7)
    assert answer.cost == pytest.approx(18e-6)
    fake.behaviour = lambda server: server.refuse(401, "no")
    assert ask().cost == 0


def test_a_rewritten_follow_up_is_counted_with_its_answer(ask: Ask) -> None:
    history = (Turn("What does the ferry do?", "It sails at seven."),)
    answer = ask(history, "When does it sail?")
    assert (answer.model, answer.prompt_tokens) == ("tiny", 22)


def test_without_a_model_nothing_is_spent(desk: Desk, ask: Ask) -> None:
    with desk.opened() as engine:
        answer = engine.query(QUESTION)
    assert answer.sentences
    assert answer.cost == 0
    assert "cost" not in answer_html(answer, 0)
    assert not (desk.index / "spent.json").exists()


def test_when_the_budget_is_spent_the_articles_answer_and_a_note_says_so(
    desk: Desk, ask: Ask, fake: Fake
) -> None:
    assert ask(budget=2000).model == "tiny"
    assert spent(desk) == 18  # as counted, not as estimated
    answer = ask(budget=300)
    assert answer.model == "none"
    assert answer.sentences
    (note,) = answer.notes
    assert "NEWSDESK_BUDGET" in note
    assert note.endswith(INSTEAD)
    assert answer.cost == 0
    assert len(fake.requests) == 1


def test_what_no_server_counts_is_estimated(desk: Desk, ask: Ask, fake: Fake) -> None:
    fake.behaviour = uncounted
    ask(budget=10_000)
    prompt = sum(len(one["content"]) for one in fake.requests[0]["messages"])
    assert prompt / 4 < spent(desk) < prompt / 2


def test_what_breaks_off_is_counted_and_what_is_refused_is_not(
    desk: Desk, ask: Ask, fake: Fake
) -> None:
    fake.behaviour = lambda server: server.refuse(401, "no")
    ask(budget=10_000)
    assert spent(desk) == 0

    def breaks(server: Handler) -> None:
        server.open()
        server.say("The ferry ")
        server.reset()

    fake.behaviour = breaks
    ask(budget=10_000)
    assert spent(desk) > 100


def test_the_budget_is_a_days(desk: Desk, ask: Ask) -> None:
    yesterday = json.dumps({"day": "2020-01-01", "tokens": 999_999})
    (desk.index / "spent.json").write_text(yesterday)
    assert ask(budget=2000).model == "tiny"
    assert spent(desk) == 18


def test_a_count_that_cannot_be_read_stops_the_model_and_says_which_file(
    desk: Desk, ask: Ask, fake: Fake
) -> None:
    (desk.index / "spent.json").write_text("{")
    (note,) = ask(budget=2000).notes
    assert "spent.json" in note
    assert not fake.requests


def test_processes_that_spend_at_once_stay_within_the_budget(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from rag.errors import ModelError; from rag.metering import Budget\n"
        "taken = 0\n"
        "for _ in range(20):\n"
        "    try: Budget(Path(sys.argv[1]), 100).take(3, 'tiny'); taken += 3\n"
        "    except ModelError: pass\n"
        "print(taken)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3)]
    taken = [int(one.communicate()[0]) for one in started]
    assert sum(taken) == 99  # 33 times, whoever came first
    with pytest.raises(ModelError, match="left of today's budget of 100 tokens"):
        Budget(tmp_path, 100).take(2, "tiny")
