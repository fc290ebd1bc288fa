"""Files that a visitor's browser saves: the receipt of an answer, a conversation."""

from __future__ import annotations

import json
import re
from typing import Any

import gradio as gr

from rag.engine import QueryEngine
from rag.errors import NewsdeskError
from rag.receipt import conversation_of, receipt_of, receipt_text
from rag.schema import Answer
from ui.conversations import Conversation, find, read
from ui.render.copy import conversation_markdown
from ui.render.receipt import receipt_html
from ui.web.desk import OUTDATED, clicked
from ui.web.language import of_visitor

_TYPES = {"md": "text/markdown", "html": "text/html", "json": "application/json"}
_UNFIT = re.compile(r"[^\w-]+")


class Files:
    """Makes the files, with one engine; keeps none of them."""

    def __init__(self, engine: QueryEngine) -> None:
        self._engine = engine

    def receipt(self, turns: list[Answer], event: gr.EventData) -> Any:
        """Return the receipt of an answer as a file."""
        data = clicked(event)
        if data.get("act") != "receipt":
            return gr.skip()
        try:
            record = receipt_of(turns[int(data["turn"])], self._engine)
        except IndexError:
            raise gr.Error(OUTDATED, print_exception=False) from None
        except NewsdeskError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return _file("receipt", "html", receipt_html(record, of_visitor()))

    def conversation(self, kept: Any, event: gr.EventData) -> Any:
        """Return a kept conversation as a file."""
        data = clicked(event)
        found = find(read(kept), data.get("id", ""))
        form = data.get("form", "")
        if data.get("act") != "export" or found is None or form not in _TYPES:
            return gr.skip()
        try:
            return _file(found.name, form, self._written(found, form))
        except NewsdeskError as error:
            raise gr.Error(str(error), print_exception=False) from error

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
