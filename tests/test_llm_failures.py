"""Everything that can go wrong with a language model, one sentence each.

A sentence names the setting to mend, and never holds the key.
"""

import pytest

from rag.config import Settings
from rag.errors import ModelError, SettingsError
from rag.llm import MAX_CHARACTERS, Message, OpenAIChatModel
from tests.servers import KEY, Fake

# servers that stall and stop: too slow for `make check`
pytestmark = pytest.mark.slow

ASK = [Message("system", "Be short."), Message("user", "Who voted?")]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    """Let the client's retries come at once."""
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.0)


def model(fake: Fake, **settings) -> OpenAIChatModel:
    given = {"model": "tiny", "timeout": 5.0, "openai_api_key": KEY, **settings}
    return OpenAIChatModel(Settings(openai_base_url=fake.base_url, **given))


def failure(fake: Fake, **settings) -> str:
    """The sentence that a failing model leads to."""
    with pytest.raises(ModelError) as caught:
        list(model(fake, **settings).stream(ASK))
    sentence = str(caught.value)
    assert KEY not in sentence
    assert "\n" not in sentence
    assert caught.value.__cause__ is None  # a traceback would print it, key and all
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return sentence


@pytest.mark.parametrize(
    ("status", "setting"),
    [
        (401, "OPENAI_API_KEY"),
        (403, "NEWSDESK_MODEL"),
        (404, "NEWSDESK_MODEL"),
        (429, "OPENAI_API_KEY"),
        (500, "OPENAI_BASE_URL"),
        (503, "OPENAI_BASE_URL"),
        (400, "NEWSDESK_MODEL"),
        (405, "OPENAI_BASE_URL"),
    ],
)
def test_a_refusal_names_the_setting_and_never_the_key(fake, status, setting):
    fake.behaviour = lambda server: server.refuse(status, f"no {KEY}\n{{x}} please")
    sentence = failure(fake)
    assert setting in sentence
    assert fake.base_url in sentence


def test_a_passing_failure_is_retried(fake):
    def recovers(server):
        if len(fake.requests) < 3:
            server.refuse(429, "slow down", Retry_After="0")
        else:
            server.stream("Two.")

    fake.behaviour = recovers
    assert list(model(fake).stream(ASK)) == ["Two."]


def test_nobody_is_kept_waiting_for_a_minute_that_the_server_wishes(fake):
    fake.behaviour = lambda server: server.refuse(429, "later", Retry_After="60")
    assert "wait a minute" in failure(fake)
    assert len(fake.requests) == 1


def test_a_server_that_is_not_there(fake):
    gone = Fake(base_url="http://127.0.0.1:9/v1")
    sentence = failure(gone)
    assert "cannot be reached" in sentence
    assert "OPENAI_BASE_URL" in sentence


def says_then(*acts):
    def behave(server):
        server.open()
        server.say("Two members ")
        for act in acts:
            act(server)

    return behave


def test_silence_in_the_middle_ends_after_the_timeout(fake):
    fake.behaviour = says_then(lambda server: server.stall())
    assert "NEWSDESK_TIMEOUT" in failure(fake, timeout=0.3)


def test_silence_from_the_start_ends_after_the_timeout(fake):
    fake.behaviour = lambda server: server.stall()
    assert "NEWSDESK_TIMEOUT" in failure(fake, timeout=0.2)


def test_signs_of_life_without_words_do_not_hold_a_visitor_for_ever(fake):
    def pings(server):
        server.open()
        while not fake.over.wait(0.05):
            server.wfile.write(b": still here\n\n")

    fake.behaviour = pings
    assert "did not come to an end" in failure(fake, timeout=0.2)


@pytest.mark.parametrize(
    "act",
    [
        lambda server: server.reset(),
        lambda server: None,  # no finish_reason, no [DONE], just the end
        lambda server: server.event("[DONE]"),  # nor is that a reason
    ],
)
def test_an_answer_cut_in_the_middle_is_no_answer(fake, act):
    fake.behaviour = says_then(act)
    sentence = failure(fake)
    assert "ask again" in sentence


def test_an_error_inside_the_stream(fake):
    error = {"error": {"message": f"engine on fire, key {KEY}"}}
    fake.behaviour = says_then(lambda server: server.event(error))
    assert "engine on fire" in failure(fake)


@pytest.mark.parametrize("event", ['{"choices": [{"del', "[1]", '"x"'])
def test_events_that_mean_nothing(fake, event):
    fake.behaviour = says_then(lambda server: server.event(event))
    assert "OpenAI protocol" in failure(fake)


def test_a_web_page_instead_of_an_answer(fake):
    fake.behaviour = lambda server: server.reply(200, "<p>Hi</p>", type="text/html")
    assert "OPENAI_BASE_URL" in failure(fake)


@pytest.mark.parametrize("pieces", [[], ["", "  \n"], ["<think>hm</think>"]])
def test_an_empty_answer(fake, pieces):
    fake.behaviour = lambda server: server.stream(*pieces)
    assert "gave no answer" in failure(fake)


def test_an_endless_answer_is_cut_off(fake):
    fake.behaviour = lambda server: server.stream(*["again " * 100] * 1000)
    received = []
    with pytest.raises(ModelError, match="NEWSDESK_MODEL"):
        received.extend(model(fake).stream(ASK))
    assert len("".join(received)) <= MAX_CHARACTERS


@pytest.mark.parametrize("reason", ["length", "content_filter"])
def test_an_answer_that_was_not_completed(fake, reason):
    fake.behaviour = lambda server: server.stream("Two mem", reason=reason)
    assert "NEWSDESK_MODEL" in failure(fake)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("openai_base_url", "localhost:8080/v1"),
        ("openai_base_url", "http://"),
        ("openai_base_url", "http://host:port/v1"),
        ("openai_api_key", "sk-\N{EM DASH}"),
        ("openai_api_key", "sk-1\nsk-2"),
    ],
)
def test_impossible_settings_are_told_before_anything_is_sent(fake, setting, value):
    with pytest.raises(SettingsError, match=setting.upper()) as caught:
        list(OpenAIChatModel(Settings(**{setting: value})).stream(ASK))
    assert "sk-" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks5://ann:secret@127.0.0.1:9"),
        ("HTTPS_PROXY", "nonsense://ann:secret@127.0.0.1:9"),
        ("SSL_CERT_FILE", "/no/such/file"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_told(fake, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name) as caught:
        list(model(fake).stream(ASK))
    assert "secret" not in str(caught.value)


def test_the_password_in_a_base_url_is_not_shown():
    gone = Fake(base_url="http://ann:secret@127.0.0.1:9/v1?token=secret")
    assert "secret" not in failure(gone)
