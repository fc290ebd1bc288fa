"""What is in force, what it costs and how the index is, as HTML."""

from collections.abc import Sequence
from html import escape
from urllib.parse import urlsplit

from rag.config import Settings
from rag.index.status import WELL, Status
from rag.schema import Answer
from ui.render.text import written


def settings_html(settings: Settings, turns: Sequence[Answer], index: Status) -> str:
    """Return three short paragraphs: who answers, what it cost so far, the index."""
    told = [_writer(settings), _spent(turns), _index(index)]
    shown = "".join(f"<p>{escape(one)}</p>" for one in told if one)
    return f'<div class="told" role="status">{shown}</div>'


def _writer(settings: Settings) -> str:
    if not settings.has_model:
        return (
            "In force: answers in the articles' own words. They cost nothing, and no "
            "question leaves this machine."
        )
    server = urlsplit(settings.openai_base_url or "https://api.openai.com").hostname
    return (
        f"In force: answers written by {settings.model}. Each question goes to "
        f"{server}, with the passages found for it and the conversation so far."
    )


def _spent(turns: Sequence[Answer]) -> str:
    tokens = sum(one.prompt_tokens + one.completion_tokens for one in turns)
    if not tokens:
        return ""
    costs = [one.cost for one in turns]
    known = [cost for cost in costs if cost is not None]
    told = f"${sum(known):.4f}" + (" and more" if len(known) < len(costs) else "")
    cost = f", {told}" if any(known) else "; what it costs is not known"
    return f"This conversation took {tokens:,} tokens{cost}."


def _index(index: Status) -> str:
    size = sum(index.bytes.values()) / 1e6
    health = "all is well" if index.health == WELL else index.health
    last = f", last changed on {written(index.last_at[:10])}" if index.last_at else ""
    return (
        f"The index: {index.articles:,} articles in {index.chunks:,} chunks, "
        f"{size:,.0f} MB, embedded by {index.embedder or 'nothing yet'}{last}; {health}"
        + ("" if health.endswith(".") else ".")
    )
