"""The conversation as it is shown: answers whose proof has changed say so."""

from collections.abc import Mapping, Sequence

from rag.engine import QueryEngine
from rag.errors import ArticleNotFound
from rag.schema import Answer
from ui.render.html import answer_html, outdated_answer_html
from ui.web.language import of_visitor


def talk_html(engine: QueryEngine, turns: Sequence[Answer]) -> str:
    """Return the answers, each after what its articles no longer say of it."""
    live, language = live_versions(engine), of_visitor()
    return "".join(
        outdated_answer_html(outdated(engine, one, live))
        + answer_html(one, at, language)
        for at, one in enumerate(turns)
    )


def live_versions(engine: QueryEngine) -> dict[str, int]:
    """Return the version of each article that is live, by the article's id."""
    return {one.article_id: one.version for one in engine.articles()}


def outdated(engine: QueryEngine, answer: Answer, live: Mapping[str, int]) -> list[str]:
    """Return the titles of articles that no longer say what an answer cites."""
    found = {}
    for one in answer.citations:
        key, stood = one.article_id, live.get(one.article_id) == one.version
        try:
            says = key in live and one.quote in engine.article(key).text
            state = engine.version_state(key, one.version)
            # or it was no other when it was cited: old versions are quoted, too
            before = max(state.newest_at, state.removed_at) <= answer.asked_at
        except ArticleNotFound:  # purged
            says = before = False
        if not (stood or says or before):
            found[key] = one.title
    return list(found.values())
