"""Files that a visitor's browser saves: the receipt of an answer, a conversation."""

from __future__ import annotations

import json
import re
from typing import Any

import gradio as gr

from rag.engine import QueryEngine
from rag.receipt import conversation_of, receipt_of, receipt_text
from rag.schema import Answer
from ui.conversations import Conversation, find, read
from ui.render.copy import conversation_markdown
from ui.render.receipt import receipt_html
from ui.web.acts import Clicked, answer_of, hears
from ui.web.language import of_visitor

_TYPES = {"md": "text/markdown", "html": "text/html", "json": "application/json"}
_UNFIT = re.compile(r"[^\w-]+")


class Files:
    """Makes the files, with one engine; keeps none of them."""

    def __init__(self, engine: QueryEngine) -> None:
        self._engine = engine

    @hears("receipt")
    def receipt(self, data: Clicked, turns: list[Answer]) -> str:
        """Return the receipt of an answer as a file."""
        record = receipt_of(answer_of(turns, data), self._engine)
        return _file("receipt", "html", receipt_html(record, of_visitor()))

    @hears("export")
    def conversation(self, data: Clicked, kept: Any) -> Any:
        """Return a kept conversation as a file."""
        found, form = find(read(kept), data["id"]), data["form"]
        if found is None or form not in _TYPES:
            return gr.skip()
        return _file(found.name, form, self._written(found, form))

    def _written(self, one: Conversation, form: str) -> str:
        if form == "md":
            return conversation_markdown(one.name, one.turns, of_visitor())
        record = conversation_of(one.name, one.turns, self._engine)
        if form == "html":
            return receipt_html(record, of_visitor())
        return receipt_text(record)


def _file(name: str, form: str, text: str) -> str:
    """Return a file in the form in which the page's script takes it."""
    fit = _UNFIT.sub("-", name).strip("-")[:60] or "conversation"
    return json.dumps({"name": f"{fit}.{form}", "type": _TYPES[form], "text": text})
