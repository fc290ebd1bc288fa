"""The conversation and the list of articles as HTML for the page.

Articles, file names, questions and models are strangers: every word of theirs passes
`escape`, and their Markdown is never rendered. What can be clicked is a button with
`data-act`, which `script.js` reports to the server.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from html import escape

from rag.schema import Answer, Citation, Conflict, Passage, Sentence, Verdict
from ui.render.copy import answer_bibtex, answer_markdown, answer_plain
from ui.render.markdown import unmarked
from ui.render.pieces import also_html, button_html, byline_html
from ui.render.rows import rows_html, runs
from ui.render.text import (
    VERBATIM,
    by_article,
    disagreement,
    on_pages,
    paragraphs,
    spent,
    spoken,
    verdict_tag,
    written,
)
from ui.translation import OWN

NOTHING_YET = (
    '<p class="nothing">There is nothing to ask yet: add text or Markdown files to the '
    '<button type="button" class="plain" data-act="side">articles</button> first.</p>'
)
_NEAREST_CHARS = 420
_AS_IT_IS = ' translate="no"'  # see language.js
_MARKER = re.compile(r"\s*\[(?:[\d,\s]*\]|[\d,\s]*$)")


def turn_html(question: str, body: str, state: str = "settled") -> str:
    """Return one exchange: the question and, below it, `body` (already HTML)."""
    return (
        f'<section class="turn {state}"><h2 class="question" translate="no">'
        f"{escape(question)}</h2>{body}</section>"
    )


def pending_html(question: str, text: str) -> str:
    """Return an exchange whose answer is still being written."""
    words = escape(_MARKER.sub("", text)) or (
        '<span class="wait" translate="yes">Reading…</span>'
    )
    unchecked = '<p class="note">Not checked yet.</p>' if text.strip() else ""
    body = (
        f'<p class="said" translate="no" aria-busy="true">{words}'
        f'<span class="caret"></span></p>{unchecked}'
    )
    return turn_html(question, body + _again_html(question), "pending")


def problem_html(question: str, message: str) -> str:
    """Return an exchange that failed, with the one sentence that says why."""
    body = f'<div class="card problem" role="alert"><p>{escape(message)}</p></div>'
    return turn_html(question, body + _again_html(question), "failed")


def _again_html(question: str) -> str:
    """Return the ways on from an answer that was stopped or failed."""
    acts = (("ask", "Ask again"), ("edit", "Edit"), ("link", "Copy link"))
    buttons = (button_html(act, said, data_question=question) for act, said in acts)
    return f'<p class="acts">{"".join(buttons)}</p>'


def answer_html(answer: Answer, turn: int, language: str = OWN) -> str:
    """Return the answer; `turn` is its place in the conversation, sent with clicks.

    What is copied from it is in `language`; what is shown the browser translates.
    """
    shown = _refusal_html if answer.refused else _said_html
    body = shown(answer, turn)
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in answer.notes)
    acts = _acts_html(answer, turn, language)
    body += "".join(_conflict_html(one, turn) for one in answer.conflicts)
    if answer.asked:
        body = f'<p class="note">Asked as: {escape(answer.asked)}</p>{body}'
    return turn_html(answer.question, f"{body}{notes}{_colophon_html(answer)}{acts}")


def outdated_answer_html(titles: Sequence[str]) -> str:
    """Return that these articles no longer say what the answer below cites, or ""."""
    if not titles:
        return ""
    named = ", ".join(f"“{escape(title)}”" for title in titles)
    return (
        '<p class="since" role="note"><span class="tag">out of date</span> What the '
        "next answer cites has been changed or withdrawn since: "
        f'<span translate="no">{named}</span>.</p>'
    )


def _acts_html(answer: Answer, turn: int, language: str) -> str:
    """Return what can be done with an answer; "More" shows what is rarely wanted."""
    asked = answer.question
    often = button_html("copy", "Copy", data_copy=answer_plain(answer, language))
    often += button_html("edit", "Edit", data_question=asked)
    often += button_html("save", "Save question", data_turn=turn)
    rate = "".join(
        button_html("rate", said, data_turn=turn, data_good=good)
        for good, said in (("yes", "Good answer"), ("", "Bad answer"))
    )
    rare = button_html("ask", "Ask again", data_question=asked)
    rare += button_html("link", "Copy link", data_question=asked)
    markdown = answer_markdown(answer, language=language)
    rare += button_html("copy", "Markdown", data_copy=markdown)
    if answer.proofs:
        rare += button_html("copy", "BibTeX", data_copy=answer_bibtex(answer))
        rare += button_html("receipt", "Receipt", data_turn=turn)
    return (
        f'<p class="acts">{often}<span class="rate">{rate}</span>'
        f"{button_html('more', 'More', aria_expanded='false')}"
        f'<span class="rare" hidden>{rare}</span></p>'
    )


def examples_html(questions: Sequence[str]) -> str:
    """Return buttons for questions that can be asked with one click."""
    if not questions:
        return ""
    asking = (
        button_html("ask", escape(one), "", translate="no", data_question=one)
        for one in questions
    )
    buttons = "".join(f"<li>{one}</li>" for one in asking)
    return f'<p class="label">For example</p><ul class="examples">{buttons}</ul>'


def _said_html(answer: Answer, turn: int) -> str:
    """Return the sentences; the articles' own have their author below them."""
    cited = {citation.number: citation for citation in answer.citations}
    verbatim = answer.model == VERBATIM
    parts = []
    for paragraph in paragraphs(answer):
        # what heads verbatim sentences, uncited, is newsdesk's own
        own = verbatim and not paragraph[0].citations
        for rows, run in runs(paragraph):
            if rows:
                parts.append(rows_html(run, partial(_numbers_html, cited, turn)))
                continue
            said = " ".join(_sentence_html(one, cited, turn) for one in run)
            parts.append(f'<p class="said"{"" if own else _AS_IT_IS}>{said}</p>')
        if verbatim and paragraph[0].citations:
            numbers = [number for one in paragraph for number in one.citations]
            pages = on_pages(cited[number] for number in numbers)
            parts.append(_credit_html(cited[numbers[0]], pages))
            parts += [_spoken_html(cited[number]) for number in numbers]
    if not verbatim:
        parts.append(_sources_html(answer, turn))
    return "".join(parts)


def _credit_html(citation: Citation, pages: str = "") -> str:
    # a sentence that says "I" must not stand there without its speaker
    return (
        f'<p class="credit"><span class="work" translate="no">{escape(citation.title)}'
        f"</span>{byline_html(citation.author, citation.published, pages=pages)}</p>"
        f"{also_html(citation)}"
    )


def _sentence_html(sentence: Sentence, cited: Mapping[int, Citation], turn: int) -> str:
    if sentence.verdict is Verdict.NOT_A_CLAIM:
        return f"<span>{escape(unmarked(sentence.text))}</span>"
    tag = f'<span class="tag" translate="yes">{escape(verdict_tag(sentence))}</span>'
    if sentence.verdict is Verdict.UNSUPPORTED:
        return f'<s class="struck">{escape(unmarked(sentence.text))}</s> {tag}'
    numbers = _numbers_html(cited, turn, sentence)
    shown = f"{escape(unmarked(sentence.text))}{numbers}"
    if sentence.verdict is Verdict.PARTLY_SUPPORTED:
        return f'<span class="partly">{shown}</span> {tag}'
    return shown


def _numbers_html(cited: Mapping[int, Citation], turn: int, sentence: Sentence) -> str:
    found = (cited[number] for number in sentence.citations if number in cited)
    numbers = "".join(_cite_html(one, turn) for one in found)
    # the last word and its numbers must not part at the end of a line
    return f"<sup>\N{WORD JOINER}{numbers}</sup>"


def _cite_html(citation: Citation, turn: int) -> str:
    label = f"Source {citation.number}: {citation.title}"
    return button_html(
        "cite",
        str(citation.number),
        "cite",
        translate="yes",
        data_turn=turn,
        data_number=citation.number,
        aria_label=label,
        data_title=citation.title,
        data_author=citation.author,
        data_published=written(citation.published),
        data_pages=on_pages([citation]),
        data_quote=unmarked(citation.quote),
    )


def _sources_html(answer: Answer, turn: int) -> str:
    if not answer.citations:
        return ""
    groups = []
    for _, cited in by_article(answer.citations):
        quotes = "".join(_quote_html(citation, turn) for citation in cited)
        groups.append(
            f'<li>{_credit_html(cited[0])}<ol class="quotes">{quotes}</ol></li>'
        )
    return f'<ul class="sources" aria-label="Sources">{"".join(groups)}</ul>'


def _quote_html(citation: Citation, turn: int) -> str:
    page = on_pages([citation])
    place = f' <span class="byline">{page}</span>' if page else ""
    return (
        f'<li>{_cite_html(citation, turn)}<div><q translate="no">'
        f"{escape(unmarked(citation.quote))}</q>{place}{_spoken_html(citation)}</div></li>"
    )


def _spoken_html(citation: Citation) -> str:
    told = spoken(citation)
    if not told:
        return ""
    return f'<p class="spoken">[{citation.number}] {escape(told)}</p>'


def _conflict_html(conflict: Conflict, turn: int) -> str:
    """Return two contradicting quotations, one below the other."""
    sides = "".join(
        f'<li>{_credit_html(one)}<ol class="quotes">{_quote_html(one, turn)}</ol></li>'
        for one in (conflict.older, conflict.newer)
    )
    told = escape(disagreement(conflict))
    return f'<p class="label">{told}</p><ul class="sources conflict">{sides}</ul>'


def _refusal_html(answer: Answer, turn: int) -> str:
    near = _nearest_html(answer.passages[0], turn) if answer.passages else ""
    return (
        '<div class="card refusal"><p class="label">Not answered</p>'
        f'<p class="reason">{escape(answer.reason)}</p>{near}</div>'
    )


def _nearest_html(passage: Passage, turn: int) -> str:
    text = unmarked(passage.text)
    if len(text) > _NEAREST_CHARS:
        text = text[:_NEAREST_CHARS].rsplit(None, 1)[0] + " …"
    code = passage.language  # an article may say anything
    title = f'<span class="work" translate="no">{escape(passage.title)}</span>'
    lang = f' lang="{code}"' if re.fullmatch("[a-z]{2,3}", code) else ""
    return (
        '<p class="label">The nearest passage</p>'
        f'<blockquote translate="no"{lang}>{escape(text)}'
        "</blockquote>"
        f"<p>{button_html('near', title, 'open', data_turn=turn)} "
        f"{byline_html(passage.author, passage.published)}</p>"
    )


def _colophon_html(answer: Answer) -> str:
    if answer.refused:
        return ""
    by = (
        "Verbatim from the articles"
        if answer.model == VERBATIM
        else f"Written by {answer.model}"
    )
    took = [f"{answer.seconds:.1f} s"] if answer.seconds >= 0.1 else []
    parts = [by, *took, *spent(answer)]
    shown = " · ".join(f"<span>{escape(part)}</span>" for part in parts)
    return f'<p class="colophon">{shown}</p>'


def report_html(lines: Iterable[str]) -> str:
    """Return what became of the files that were added, one line each."""
    rows = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<ul class="report" role="status">{rows}</ul>' if rows else ""


def undo_html(title: str, article_id: str) -> str:
    """Return that an article was removed, with a way back."""
    return (
        f'<p class="report" role="status">Removed: '
        f'<span translate="no">{escape(title)}</span> '
        f"{button_html('reinstate', 'Undo', data_article=article_id)}</p>"
    )
