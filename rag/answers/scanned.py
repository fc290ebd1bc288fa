"""Answers from a scan of everything, not from the best passages."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import replace

from rag.answers.asked import Asked
from rag.answers.changes import ChangesSought, changes
from rag.answers.differences import told
from rag.answers.find import find
from rag.index.searcher import Searcher
from rag.questions.scope import Scope, understood
from rag.questions.sought import Sought
from rag.schema import Answer, Cause


def counted(
    question: str, sought: Sought, searcher: Searcher, scope: Scope
) -> Generator[str, None, Answer]:
    """Answer with all articles that have something, not with the best passages."""
    past = searcher.seq is not None
    if not scope:
        scope, _ = understood(question, searcher.catalog.articles)
    asked = Asked(question, scope, time.perf_counter(), past=past)
    if sought.by and not scope:
        reason = "No article in the collection names its author so."
        return asked.refused(Cause.NOTHING_ON_SUBJECT, reason)
    findings = find(searcher, sought, scope)
    asked = replace(asked, passages=tuple(one.passage for one in findings.mentions))
    if not findings.total:
        return asked.refused(Cause.NOTHING_ON_SUBJECT, findings.statement)
    bound = findings.bound()
    yield from bound.words()
    return asked.answered(bound)


def changed(
    question: str, sought: ChangesSought, searcher: Searcher, scope: Scope
) -> Generator[str, None, Answer | None]:
    """Answer with what the log tells; None where it does not reach back."""
    past = searcher.seq is not None
    asked = Asked(question, scope, time.perf_counter(), past=past)
    events = changes(searcher, sought, scope)
    if events is None:
        return None
    bound, passages = told(sought, events)
    yield from bound.words()
    return replace(asked, passages=tuple(passages)).answered(bound)
