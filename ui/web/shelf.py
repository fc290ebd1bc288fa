"""The fields that say which articles the list shows."""

from collections.abc import Sequence
from typing import Any

import gradio as gr

from rag.schema import ArticleSummary
from ui.render.pieces import button_html
from ui.shelf import FAILED, LIST, LIVE, NEWEST, ORDERS, REMOVED, VIEWS
from ui.web.parts import html
from ui.web.scope import date_field, names_fields

# in the order of `ui.shelf.Wanted`
LISTING = (
    *("find", "list-order", "list-state", "view"),
    *("list-authors", "list-publishers", "list-languages"),
    *("list-source", "list-since", "list-until"),
)
_STATES = [("Indexed", LIVE), ("Removed", REMOVED), ("Not added", FAILED)]
# what is shown in another language cannot be filtered by what is typed
_FIXED: dict[str, Any] = {"container": False, "filterable": False}


def listing(articles: Sequence[ArticleSummary]) -> None:
    """Put the fields of LISTING there, and the switch that shows those that filter."""
    _, order, state, _, *names, source, since, until = LISTING
    with gr.Row(elem_id="find-row", elem_classes="fields"):
        gr.Textbox(
            elem_id="find",
            label="Find an article",
            show_label=False,
            container=False,
            placeholder="Title, author, date …",
            max_length=200,
        )
        gr.Dropdown([*ORDERS], value=NEWEST, label="Order", elem_id=order, **_FIXED)
        gr.Dropdown(_STATES, value=LIVE, label="State", elem_id=state, **_FIXED)
    with gr.Row(elem_id="view-row"):
        gr.Radio([*VIEWS], value=LIST, label="Show as", container=False, elem_id="view")
        html(button_html("filter", "Filter", aria_expanded="false"), "filtering")
    with gr.Column(elem_id="filter-panel", elem_classes="fields"):
        with gr.Row():
            names_fields(
                articles, names, "Written by", "Published by", "In the language"
            )
        with gr.Row():
            gr.Textbox(
                elem_id=source,
                label="Path or address has",
                placeholder="example.org",
                max_length=200,
            )
            date_field("Dated from", since)
            date_field("Dated until", until)
