"""The HTML parts of the page: what each of them is made of."""

from importlib import resources

import gradio as gr

_SCRIPTS = ("script.js", "reader.js", "library.js", "visit.js")


def html(value: str, name: str) -> gr.HTML:
    """Put a part of HTML on the page, whose id is `name`."""
    return gr.HTML(
        value,
        elem_id=name,
        apply_default_css=False,
        js_on_load="newsdeskPart(element, trigger, watch)",
    )


def script() -> str:
    """Return what each HTML part of the page calls: once, not a copy in each of them.

    gradio looks through a part's own script for events at each answer, too.
    """
    joined = "".join(map(data, _SCRIPTS))
    return (
        f"<script>function newsdeskPart(element, trigger, watch) {{{joined}}}</script>"
    )


def data(name: str) -> str:
    """Return the text of a file beside this one."""
    return resources.files("ui.web").joinpath(name).read_text(encoding="utf-8")
