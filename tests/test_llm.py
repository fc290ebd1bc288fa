"""A language model over the OpenAI protocol, when all goes well."""

import gc
import subprocess
import sys

import pytest

from rag.config import Settings
from rag.errors import ContextTooSmall
from rag.llm import (
    ChatStream,
    Message,
    OpenAIChatModel,
    Usage,
    without_reasoning,
)
from tests.servers import KEY, Fake

ASK = [Message("system", "Be short."), Message("user", "Who voted?")]


def model(fake: Fake, **settings) -> OpenAIChatModel:
    given = {"model": "tiny", "timeout": 5.0, "openai_api_key": KEY, **settings}
    return OpenAIChatModel(Settings(openai_base_url=fake.base_url, **given))


# What is sent, and what comes back


def test_an_answer_comes_in_pieces_and_its_usage_after_them(fake):
    fake.behaviour = lambda server: server.stream("Two ", "members ", "voted.")
    stream = model(fake).stream(ASK)

    assert fake.requests == []  # nothing is sent before it is asked for
    assert list(stream) == ["Two ", "members ", "voted."]
    assert stream.usage == Usage(prompt_tokens=11, completion_tokens=7)


def test_a_request_carries_what_every_model_accepts_and_no_more(fake):
    list(model(fake).stream(ASK))
    assert fake.requests == [
        {
            "model": "tiny",
            "messages": [
                {"role": "system", "content": "Be short."},
                {"role": "user", "content": "Who voted?"},
            ],
            "stream": True,
            "stream_options": {"include_usage": True},
        }
    ]


def test_a_local_server_needs_no_key(fake):
    assert list(model(fake, openai_api_key=None).stream(ASK)) == ["Hello."]


@pytest.mark.parametrize("status", [400, 422])
def test_a_server_that_refuses_extras_is_asked_plainly_and_remembered(fake, status):
    def picky(server):
        request = fake.requests[-1]
        roles = {message["role"] for message in request["messages"]}
        if "stream_options" in request or "system" in roles:
            server.refuse(status, "unknown field stream_options")
        else:
            server.stream("Two.")

    fake.behaviour = picky
    asked = model(fake)
    assert list(asked.stream(ASK)) == ["Two."]
    assert list(asked.stream(ASK)) == ["Two."]
    assert len(fake.requests) == 3
    assert fake.requests[-1]["messages"] == [
        {"role": "user", "content": "Be short.\n\nWho voted?"}
    ]


def test_a_server_that_cannot_stream_is_asked_for_the_whole_and_remembered(fake):
    def old(server):
        if "stream" in fake.requests[-1]:
            server.refuse(400, "streaming is not supported")
        else:
            server.whole("Two members voted.")

    fake.behaviour = old
    asked = model(fake)
    stream = asked.stream(ASK)
    assert list(stream) == ["Two members voted."]
    assert stream.usage == Usage(prompt_tokens=11, completion_tokens=7)
    assert list(asked.stream(ASK)) == ["Two members voted."]
    assert len(fake.requests) == 4


def test_a_whole_answer_in_place_of_a_stream_is_read(fake):
    fake.behaviour = lambda server: server.whole("<think>hm</think>Two.")
    stream = model(fake).stream(ASK)
    assert list(stream) == ["Two."]
    assert stream.usage == Usage(prompt_tokens=11, completion_tokens=7)
    assert len(fake.requests) == 1


def test_reasoning_in_fields_of_its_own_is_no_answer(fake):
    def reasons(server):
        server.open()
        for name in ("reasoning_content", "reasoning"):
            choice = {"index": 0, "delta": {name: "Say three?", "content": None}}
            server.event({"choices": [choice]})
        server.say("Two.")
        server.complete()

    fake.behaviour = reasons
    assert list(model(fake).stream(ASK)) == ["Two."]


@pytest.mark.parametrize(
    "words",
    [
        "This model's maximum context length is 4096 tokens.",
        "the request exceeds the available context size, try increasing it",
        "The input token count exceeds the maximum number of tokens allowed (8192).",
    ],
)
def test_a_prompt_that_is_too_long_is_told_apart_and_not_sent_again(fake, words):
    fake.behaviour = lambda server: server.refuse(400, words)
    with pytest.raises(ContextTooSmall, match="longer than the context"):
        list(model(fake).stream(ASK))
    assert len(fake.requests) == 1


def test_leaving_early_closes_the_connection(fake):
    def endless(server):
        server.open()
        while not fake.over.is_set():
            server.say("on and on ")

    fake.behaviour = endless
    for _piece in model(fake).stream(ASK):
        break
    gc.collect()
    assert fake.closed.wait(10)


def test_close_ends_a_stream_that_is_still_held(fake):
    def endless(server):
        server.open()
        while not fake.over.is_set():
            server.say("on and on ")

    fake.behaviour = endless
    stream = model(fake).stream(ASK)
    pieces = iter(stream)
    next(pieces)
    stream.close()
    assert fake.closed.wait(10)
    assert list(pieces) == []


def test_lone_surrogates_of_a_command_line_do_not_break_the_request(fake):
    assert list(model(fake).stream([Message("user", "Who\udce9?")])) == ["Hello."]


# Reasoning is not an answer


@pytest.mark.parametrize(
    ("pieces", "answer"),
    [
        (["Plain ", "words"], "Plain words"),
        (["<think>", "hm", "</think>", "\n\nTwo."], "Two."),
        (["\n<th", "ink>h", "m</thi", "nk>Two", "."], "Two."),
        (["<think></think>Two."], "Two."),
        (["<think>never ends"], ""),
        (["<thin", "g> is a tag"], "<thing> is a tag"),
        (["Use <think> and </think>."], "Use <think> and </think>."),
        ([], ""),
    ],
)
def test_a_thought_at_the_start_is_dropped(pieces, answer):
    assert "".join(without_reasoning(pieces)).strip() == answer


def test_any_generator_can_stand_behind_a_stream():
    def pieces():
        yield "Two."
        return Usage(3, 1)

    stream = ChatStream(pieces())
    assert list(stream) == ["Two."]
    assert list(stream) == []
    assert stream.usage == Usage(3, 1)


def test_importing_costs_nothing():
    check = "import sys, rag.llm; sys.exit('openai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


# A real model


@pytest.mark.slow
def test_a_real_model_answers_over_the_real_protocol(chat_url):
    settings = Settings(openai_base_url=chat_url, model="smollm2", timeout=60)
    stream = OpenAIChatModel(settings).stream(
        [Message("system", "Be short."), Message("user", "What is the sea?")]
    )
    pieces = list(stream)
    assert len(pieces) > 3
    assert stream.usage.prompt_tokens > 10
    assert stream.usage.completion_tokens >= len(pieces) - 1
