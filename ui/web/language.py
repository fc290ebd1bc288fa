"""The languages of the page: one file each, brought to the browser with the page."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import gradio as gr

OWN = "English"
_AS_BROWSER = "as your browser"


def languages() -> dict[str, dict[str, Any]]:
    """Return what `ui/languages` holds, by code: "name" and "texts" by the English."""
    found = sorted(
        one.name
        for one in resources.files("ui").joinpath("languages").iterdir()
        if one.name.endswith(".json")
    )
    return {name.removesuffix(".json"): json.loads(_read(name)) for name in found}


def head() -> str:
    """Return what the head of the page needs to be shown in every language."""
    script = resources.files("ui.web").joinpath("language.js").read_text("utf-8")
    known = json.dumps(languages(), ensure_ascii=False).replace("<", "\\u003c")
    return f"<script>{script}\nnewsdeskTranslates({known});</script>"


def field() -> gr.Dropdown:
    """Return the choice of a language, which the browser keeps."""
    names = [(one["name"], code) for code, one in languages().items()]
    choice = gr.Dropdown(
        [(_AS_BROWSER, ""), (OWN, "en"), *names],
        value="",
        label="Language of the page",
        filterable=False,
        elem_id="language",
    )
    quietly: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    choice.input(
        None, choice, None, js="(code) => newsdeskLanguage.choose(code)", **quietly
    )
    gr.on(None, None, None, choice, js="() => newsdeskLanguage.chosen()", **quietly)
    return choice


def _read(name: str) -> str:
    return resources.files("ui").joinpath("languages", name).read_text("utf-8")
