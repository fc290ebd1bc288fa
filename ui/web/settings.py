"""What a visitor chooses for the answers: who writes them, how long they may be.

It is held in the visitor's `gr.State`, in the server's memory: never written, never
logged, never sent back, and gone when the page is loaded anew.
"""

from functools import partial
from typing import Any
from urllib.parse import urlsplit

import gradio as gr
from pydantic import SecretStr

from rag.config import NO_MODEL, Length, Settings
from rag.engine import QueryEngine
from rag.errors import UsageError
from rag.schema import Answer
from ui.render.settings import settings_html
from ui.web.acts import Clicked, hears, told
from ui.web.service import Service

CHOICE = ("writer", "length", "model", "server", "key")
ARTICLES, MODEL = "in the articles' own words", "written by a model"


# what is shown in another language cannot be filtered by what is typed
_choice = partial(gr.Dropdown, filterable=False)
_text = partial(gr.Textbox, max_length=500)


class Preferences:
    """Takes what visitors choose; holds nothing of any of them."""

    def __init__(self, engine: QueryEngine, service: Service) -> None:
        self._engine = engine
        self._service = service

    def fields(self) -> None:
        """Put the fields of CHOICE there, as whoever runs newsdesk has set them."""
        now, service = self._engine.settings, self._service
        own = not service.read_only
        with gr.Column(elem_id="settings", elem_classes="fields"):
            with gr.Row():
                writer = MODEL if now.has_model else ARTICLES
                _choice(
                    [ARTICLES, MODEL], value=writer, label="Answers", elem_id="writer"
                )
                lengths, length = list(map(str, Length)), str(now.answer_length)
                _choice(lengths, value=length, label="Their length", elem_id="length")
            model = "" if now.model == NO_MODEL else now.model
            _text(model, elem_id="model", label="Model", visible=own)
            _text(
                _without_password(now.openai_base_url or ""),
                elem_id="server",
                label="Its server, if it is not OpenAI's",
                placeholder="http://localhost:8080/v1",
                visible=service.private,
            )
            _text(
                elem_id="key",
                label="Your key",
                type="password",
                placeholder="held until this page is loaded anew",
                visible=own,
                html_attributes=gr.InputHTMLAttributes(autocomplete="off"),
            )
            gr.Button("Use these", elem_id="apply")

    def choose(self, turns: list[Answer], *fields: str) -> tuple[QueryEngine, str, str]:
        """Take what the fields of CHOICE say.

        Return the engine that answers so, an emptied key and what is told of it.
        """
        settings = told(self._settings, *fields)
        engine = self._engine.answering_by(settings)
        return engine, "", self._told(engine, turns)

    @hears("settings")
    def tell(self, _: Clicked, chosen: QueryEngine | None, turns: list[Answer]) -> str:
        """Return what is in force, what it costs, and how the index is."""
        return self._told(chosen or self._engine, turns)

    def _told(self, engine: QueryEngine, turns: list[Answer]) -> str:
        return settings_html(engine.settings, turns, engine.status())

    def _settings(
        self, writer: str, length: str, model: str, url: str, key: str
    ) -> Settings:
        """Return the settings that a visitor may choose here.

        A key of theirs goes to the server that whoever runs newsdesk has named; another
        server may only be named where nobody else is served, or visitors could have
        addresses asked that only this machine reaches. The key of whoever runs newsdesk
        goes nowhere else, and pays for the model that they chose.
        """
        now, service = self._engine.settings, self._service
        change: dict[str, Any] = {"answer_length": Length(length)}
        if writer != MODEL:
            return now.model_copy(update={**change, "model": NO_MODEL})
        model = ("" if service.read_only else model.strip()) or now.model
        change["model"] = model
        key = "" if service.read_only else key.strip()
        theirs = _without_password(now.openai_base_url or "")
        url = url.strip() if service.private else theirs
        if url and urlsplit(url).scheme not in {"http", "https"}:
            raise UsageError(
                f"{url} is no address of a server; write one like "
                "http://localhost:8080/v1."
            )
        if key or url != theirs:
            secret = SecretStr(key) if key else None
            change |= {"openai_api_key": secret, "openai_base_url": url or None}
            change["budget"] = None  # theirs to spend
            if url == theirs:
                del change["openai_base_url"]
        elif model != now.model and not service.private:
            raise UsageError(f"Another model than {now.model} needs a key of your own.")
        if model != now.model or url != theirs:
            change |= {"price_in": None, "price_out": None}  # of another model
        settings = now.model_copy(update=change)
        if not settings.has_model:
            raise UsageError("No model is set up here: give its name and a key.")
        return settings


def _without_password(url: str) -> str:
    """Return an address as visitors may see it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
