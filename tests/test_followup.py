"""A question that leans on the conversation is put so that it stands by itself."""

import json
from pathlib import Path

import pytest

from rag.engine import QueryEngine
from rag.llm import ChatStream, Usage
from rag.prompts import HISTORY_CHARACTERS
from rag.questions.followup import leans, sensible, standalone
from rag.schema import Turn

DATA = Path(__file__).parent / "data"
FOLLOW_UPS, UNSEEN = (
    [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]
    for name in ("followups.jsonl", "followups_unseen.jsonl")
)
SELF_CONTAINED = (DATA / "self_contained.txt").read_text("utf-8").splitlines()[1:]
BESSENT = Turn("What does Bessent say about tariffs?", "Bessent said they would stay.")


@pytest.mark.parametrize(
    "case", FOLLOW_UPS, ids=lambda case: f"{case['question']} {case['next']}"
)
def test_a_follow_up_is_completed_by_what_was_asked(case):
    assert completed(case)


def test_of_follow_ups_written_before_the_rules_saw_them_most_are_completed():
    assert len(UNSEEN) == 40
    assert sum(map(completed, UNSEEN)) >= 38


def completed(case) -> bool:
    whole = standalone(case["next"], [Turn(case["question"], case["answer"])])
    held = all(part.lower() in whole.lower() for part in case["holds"])
    return held and not any(part in f" {whole} " for part in case["lacks"])


@pytest.mark.parametrize("question", SELF_CONTAINED)
def test_a_question_that_stands_by_itself_is_left_alone(question):
    assert standalone(question, [BESSENT]) == question


@pytest.mark.parametrize(
    ("before", "question", "asked"),
    [
        ("How old is Ann Lee?", "And who is her lawyer?", "who is Ann Lee's lawyer?"),
        ("What does Ann Lee say?", "Who is she?", "Who is Ann Lee?"),
        ("What does the US government say?", "What about BA?", "What does BA say?"),
    ],
)
def test_who_is_asked_about_stands_in_the_question_before(before, question, asked):
    assert standalone(question, [Turn(before, "")]) == asked


def test_without_a_conversation_nothing_is_changed():
    assert standalone("and what did he say about Europe?", []) == (
        "and what did he say about Europe?"
    )


def test_a_follow_up_of_a_follow_up_means_the_same_person():
    history = [BESSENT, Turn("and what did he say about Europe?", "That it is slow.")]
    assert standalone("And about China?", history) == (
        "what did Bessent say about China?"
    )


@pytest.mark.parametrize("question", ["why?", "And in 2025?", "What does she want?"])
def test_only_a_question_that_leans_costs_a_call(question):
    assert leans(question)
    assert not leans("When was the Eiffel Tower built?")


@pytest.mark.parametrize(
    "rewritten",
    [
        "",
        "Europe is slow.\nWhat else?",
        "What did Napoleon say about whales?",
        "Bessent " * 60,
        "Who are you?",
    ],
)
def test_a_silly_rewriting_is_not_taken(rewritten):
    assert not sensible(rewritten, "what did he say about Europe?", [BESSENT])


def test_a_good_rewriting_is_taken():
    good = "What did Bessent say about Europe?"
    assert sensible(good, "and what did he say about Europe?", [BESSENT])


# -- in the engine --------------------------------------------------------------------


class Rewriter:
    """A model that rewrites a question to `reply`, and answers with a fact."""

    name = "rewriter"

    def __init__(self, reply: str) -> None:
        self.reply = reply
        self.sent: list[str] = []

    def stream(self, messages) -> ChatStream:
        rewriting = messages[0].content.startswith("Rewrite")
        self.sent.append(messages[-1].content)

        def pieces():
            yield (
                self.reply
                if rewriting
                else "The scheme is to protect 6,400 homes, its engineers say [1]."
            )
            return Usage(10, 5)

        return ChatStream(pieces())


HISTORY = [Turn("What is the flood barrier on the Wend?", "A wall of gates.")]
FOLLOW_UP = "and how many homes will it protect?"


def test_without_a_model_the_rule_is_used_and_shown(seeds_index):
    with QueryEngine.open(seeds_index) as engine:
        answer = engine.query(FOLLOW_UP, history=HISTORY)
    assert answer.question == FOLLOW_UP
    assert "flood barrier" in answer.asked
    assert "homes" in answer.text


def test_with_a_model_one_call_rewrites_it_and_is_counted(seeds_index):
    whole = "How many homes will the flood barrier on the Wend protect?"
    model = Rewriter(whole)
    with QueryEngine.open(seeds_index, llm=model) as engine:
        answer = engine.query(FOLLOW_UP, history=HISTORY)
    assert answer.asked == whole
    assert len(model.sent) == 2
    assert answer.prompt_tokens == 20


def test_a_model_that_talks_nonsense_leaves_the_rule(seeds_index):
    model = Rewriter("As a language model I cannot do that.")
    with QueryEngine.open(seeds_index, llm=model) as engine:
        answer = engine.query(FOLLOW_UP, history=HISTORY)
    assert "flood barrier" in answer.asked


class Listener:
    """A model that keeps what it was sent."""

    name = "listener"

    def stream(self, messages) -> ChatStream:
        self.sent = messages

        def pieces():
            yield "The scheme is to protect 6,400 homes, its engineers say [1]."
            return Usage()

        return ChatStream(pieces())


def test_a_conversation_of_two_hundred_turns_stays_within_its_room(seeds_index):
    history = [Turn(f"Question {n}? " * 5, f"Answer {n}. " * 20) for n in range(200)]
    model = Listener()
    with QueryEngine.open(seeds_index, llm=model) as engine:
        engine.query("How many homes will the flood barrier protect?", history=history)
    told = "".join(one.content for one in model.sent[1:-1])
    assert 0 < len(told) <= HISTORY_CHARACTERS
    assert "Answer 199." in told
    assert "Answer 3. " not in told


@pytest.mark.parametrize(
    "said", ["Thanks!", "hello", "Good morning", "thank you very much"]
)
def test_who_only_greets_is_asked_for_a_question(
    engine: QueryEngine, said: str
) -> None:
    answer = engine.query(said)
    assert answer.refused
    assert answer.reason.startswith("Ask a question")
