"""What happens with a visitor's conversations; the desk keeps none of them."""

from __future__ import annotations

from typing import Any

import gradio as gr

from rag.schema import Answer
from ui.conversations import (
    Conversation,
    conversations_html,
    kept_form,
    read,
    renamed,
    with_turns,
    without,
)
from ui.web.desk import clicked, conversation_html

WELCOME = """
<div class="welcome"><p class="large">Ask the articles.</p>
<p>The answer is put together from what they say. Each small number opens the very
sentence it rests on.</p></div>
"""


def listed(kept: Any) -> str:
    """Return the list of what a browser kept."""
    return conversations_html(read(kept))


def keep(kept: Any, current: str, turns: list[Answer]) -> tuple[Any, ...]:
    """Keep the conversation as it is; return (kept, its id, the list)."""
    if not turns:
        return gr.skip(), current, gr.skip()
    conversations = with_turns(read(kept), current, turns)
    now = conversations[0].conversation_id
    return kept_form(conversations), now, conversations_html(conversations)


def change(kept: Any, current: str, event: gr.EventData) -> tuple[Any, ...]:
    """Rename or delete a conversation; return (kept, current id, the list)."""
    data, conversations = clicked(event), read(kept)
    if data.get("act") == "rename":
        conversations = renamed(conversations, data["id"], data.get("name", ""))
    elif data.get("act") == "forget":
        conversations = without(conversations, data["id"])
        current = "" if data["id"] == current else current
    else:
        return gr.skip(), gr.skip(), gr.skip()
    return kept_form(conversations), current, conversations_html(conversations)


def resume(found: Conversation | None) -> tuple[Any, ...]:
    """Open a conversation again; return (its id, its answers, the talk, pending)."""
    if found is None:
        return (gr.skip(),) * 4
    turns = list(found.turns)
    return found.conversation_id, turns, conversation_html(turns), ""


def begin(event: gr.EventData) -> tuple[Any, ...]:
    """Begin a new conversation; return what `resume` does."""
    if clicked(event).get("act") != "new":
        return (gr.skip(),) * 4
    return "", [], WELCOME, ""
