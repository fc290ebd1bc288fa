"""The fields that say which articles the list shows, and what they do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import gradio as gr

from rag.schema import ArticleSummary
from ui.shelf import FAILED, LIST, LIVE, NEWEST, ORDERS, REMOVED, VIEWS
from ui.web.scope import date_field, names_fields

_STATES = [("Indexed", LIVE), ("Removed", REMOVED), ("Not added", FAILED)]


class Listing(NamedTuple):
    """The fields, in the order of `shelf.Wanted`."""

    search: gr.Textbox
    order: gr.Dropdown
    state: gr.Dropdown
    view: gr.Radio
    authors: gr.Dropdown
    publishers: gr.Dropdown
    languages: gr.Dropdown
    source: gr.Textbox
    since: gr.Textbox
    until: gr.Textbox


def finding() -> tuple[gr.Textbox, gr.Dropdown, gr.Dropdown]:
    """Return the fields that are always in view."""
    with gr.Row(elem_id="find-row", elem_classes="fields"):
        search = gr.Textbox(
            elem_id="find",
            label="Find an article",
            show_label=False,
            container=False,
            placeholder="Title, author, date …",
            max_length=200,
        )
        # what is shown in another language cannot be filtered by what is typed
        fixed: dict[str, Any] = {"container": False, "filterable": False}
        order = gr.Dropdown(list(ORDERS), value=NEWEST, label="Order", **fixed)
        state = gr.Dropdown(_STATES, value=LIVE, label="State", **fixed)
    return search, order, state


def view() -> gr.Radio:
    """Return the choice between the list alone and the list below a plot."""
    return gr.Radio(
        list(VIEWS), value=LIST, label="Show as", container=False, elem_id="view"
    )


def listing(
    articles: Sequence[ArticleSummary],
    found: tuple[gr.Textbox, gr.Dropdown, gr.Dropdown],
    shown: gr.Radio,
) -> Listing:
    """Return these fields with those that are in view when somebody filters."""
    with gr.Row():
        names = names_fields(articles, "Written by", "Published by", "In the language")
    with gr.Row():
        source = gr.Textbox(
            label="Path or address has", placeholder="example.org", max_length=200
        )
        since, until = date_field("Dated from"), date_field("Dated until")
    return Listing(*found, shown, *names, source, since, until)
