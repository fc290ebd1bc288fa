"""The languages of the page: one file each, brought to the browser with the page."""

import json
from typing import Any

import gradio as gr
from gradio.context import LocalContext

from ui.translation import OWN, languages
from ui.web.parts import data

_COOKIE = "newsdesk-language"  # language.js sets it
_AS_BROWSER = "as your browser"


def of_visitor() -> str:
    """Return the code of the language in which the visitor of this event reads."""
    request = LocalContext.request.get(None)
    code = request.cookies.get(_COOKIE, OWN) if request else OWN
    return code if code in languages() else OWN


def head() -> str:
    """Return what the head of the page needs to be shown in every language."""
    known = json.dumps(languages(), ensure_ascii=False).replace("<", "\\u003c")
    return f"<script>{data('language.js')}\nnewsdeskTranslates({known});</script>"


def field() -> gr.Dropdown:
    """Return the choice of a language, which the browser keeps."""
    names = [(one["name"], code) for code, one in languages().items()]
    choice = gr.Dropdown(
        [(_AS_BROWSER, ""), ("English", OWN), *names],
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
