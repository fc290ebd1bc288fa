"""A click on the page, and how what the page does hears of it."""

import logging
from collections.abc import Callable
from typing import Any

import gradio as gr

from rag.errors import NewsdeskError, UsageError
from rag.schema import Answer

Clicked = dict[str, str]  # the data-* attributes of the button
_FAILED = "This did not work, for a reason that the terminal shows; please try again."
_OUTDATED = "This answer is from before newsdesk was restarted; please ask again."
_log = logging.getLogger(__name__)


def hears(*acts: str) -> Callable[[Callable[..., Any]], Any]:
    """Let a method hear of clicks on buttons with one of these data-act, and no others.

    A click on a part of the page is sent to every method that is wired to it. The
    method is given the event, then its inputs; an error is told to the visitor.
    """

    def of(method: Callable[..., Any]) -> Callable[..., Any]:
        def heard(self: Any, event: gr.EventData, *values: Any) -> Any:
            data = clicked(event)
            if data.get("act") not in acts:
                return gr.skip()
            return told(method, self, data, *values)

        heard.__doc__ = method.__doc__
        return heard

    return of


def told(act: Callable[..., Any], *given: Any) -> Any:
    """Do something; what goes wrong is told to the visitor, whatever it is."""
    try:
        return act(*given)
    except Exception as error:
        raise gr.Error(sentence(error), print_exception=False) from error


def clicked(event: gr.EventData) -> Clicked:
    """Return the data-* attributes of the button that was clicked, if one was."""
    data = event._data  # noqa: SLF001  # its accessor fails where there is none
    return data if isinstance(data, dict) else {}


def answer_of(turns: list[Answer], data: Clicked) -> Answer:
    """Return the answer that a button belongs to; UsageError where it is gone."""
    try:
        return turns[int(data["turn"])]
    except IndexError:
        raise UsageError(_OUTDATED) from None


def sentence(error: Exception) -> str:
    """Return what a visitor is told; the terminal gets what was not foreseen."""
    if isinstance(error, NewsdeskError):
        return str(error)
    _log.error("The page could not do what was asked.", exc_info=error)
    return _FAILED
