"""An answer as text for the terminal."""

import re
import textwrap
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit

from rag.schema import (
    Answer,
    ArticleSummary,
    Citation,
    Conflict,
    ConflictKind,
    Passage,
    Sentence,
    Verdict,
    Voice,
)
from ui.render.markdown import unmarked
from ui.render.rows import stretches
from ui.translation import say

VERBATIM = "none"  # `Answer.model` where the sentences are the articles' own
_TAGS = {
    Verdict.PARTLY_SUPPORTED: "partly proved",
    Verdict.UNSUPPORTED: "struck out, not proved",
}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def printable(text: str) -> str:
    """Drop control characters: those of an article must not drive a terminal."""
    return _CONTROL.sub("", text)


def answer_text(answer: Answer, width: int = 80) -> str:
    """Return the answer for a terminal: paragraphs, then the proof of each number."""
    if answer.refused:
        parts = [
            _fill(say(answer.reason), width),
            *_nearest_text(answer.passages, width),
        ]
    else:
        said = paragraphs(answer)
        parts = [_paragraph(_lead(answer, one, len(said)), one, width) for one in said]
        parts += [
            _source_text(cited, width, quoted=answer.model != VERBATIM)
            for _, cited in by_article(answer.citations)
        ]
    parts += [_conflict_text(one, width) for one in answer.conflicts]
    parts += [_fill(f"{say('Note')}: {say(note)}", width) for note in answer.notes]
    if answer.asked:
        parts.insert(0, _fill(say(f"Asked as: {answer.asked}"), width))
    return "\n\n".join(parts)


def _paragraph(lead: str, sentences: Sequence[Sentence], width: int) -> str:
    said = [" ".join(map(_sentence_text, one)) for one in stretches(sentences)]
    return "\n".join(_fill(one, width) for one in [lead + said[0], *said[1:]])


def _lead(answer: Answer, paragraph: Sequence[Sentence], count: int) -> str:
    """Return whose words a paragraph is, where there are several."""
    numbers = paragraph[0].citations
    if count < 2 or not numbers:
        return ""
    cited = next(one for one in answer.citations if one.number == numbers[0])
    return f"{byline(cited.author, cited.published) or cited.title}: "


def paragraphs(answer: Answer) -> list[list[Sentence]]:
    """Split verbatim sentences where the article changes, so voices stay apart."""
    if answer.model != VERBATIM:
        return [list(answer.sentences)]
    article_of = {cited.number: cited.article_id for cited in answer.citations}

    def article(sentence: Sentence) -> str | None:
        return article_of.get(sentence.citations[0]) if sentence.citations else None

    return [list(group) for _, group in groupby(answer.sentences, key=article)]


def by_article(
    citations: Iterable[Citation],
) -> list[tuple[tuple[str, int], list[Citation]]]:
    """Group citations by article and version, in the order of their numbers."""
    grouped: dict[tuple[str, int], list[Citation]] = {}
    for citation in citations:
        key = (citation.article_id, citation.version)
        grouped.setdefault(key, []).append(citation)
    return list(grouped.items())


def byline(author: str, published: str, publisher: str = "") -> str:
    """Return "author, publisher, 4 June 2026", leaving out what is not known."""
    day = say(written(published))
    return ", ".join(part for part in (author, publisher, day) if part)


def on_pages(cited: Iterable[Citation]) -> str:
    """Return "p. 12" or "pp. 3, 12", "" where the article has no pages."""
    pages = sorted({one.page for one in cited if one.page})
    told = f"p{'p' * (len(pages) > 1)}. {', '.join(map(str, pages))}"
    return say(told) if pages else ""


def also_in(copies: Sequence[ArticleSummary]) -> str:
    """Return "The same story is also in Daily News and wire.txt.", "" without any.

    At most three are named.
    """
    if not copies:
        return ""
    names = [one.publisher or place(one.source) for one in copies[:3]]
    if rest := len(copies) - len(names):
        names.append(f"{rest} more")
    *first, last = names
    listed = f"{', '.join(first)} and {last}" if first else last
    return say(f"The same story is also in {listed}.")


def place(source: str) -> str:
    """Return the host of an address, the name of a file."""
    return urlsplit(source).hostname or Path(source).name


def spoken(citation: Citation) -> str:
    """Return "Bessent says, according to the article", "" for the author's own word.

    Nothing is said twice: a quotation that names its speaker needs no such line.
    """
    speaker = citation.speaker
    if speaker.voice is Voice.NAMED and speaker.name not in citation.quote:
        return say(f"{speaker.name} says, according to the article")
    if speaker.voice is Voice.UNNAMED and citation.quote[:1] in '"\u201c\u201e\u00ab':
        return say("somebody quoted in the article says this")
    return ""


def spent(answer: Answer) -> list[str]:
    """Return what a model took for an answer: tokens and money, each where known."""
    tokens = answer.prompt_tokens + answer.completion_tokens
    parts = [f"{tokens:,} tokens"] if tokens else []
    if answer.cost is None:
        return [*parts, "cost not known"]
    if answer.cost:
        parts.append(f"${answer.cost:.4f}" if answer.cost >= 1e-4 else "under $0.0001")
    return parts


def written(published: str) -> str:
    """Return an ISO date as people write it, and anything else as it is."""
    try:
        day = date.fromisoformat(published)
    except ValueError:
        return published
    return f"{day.day} {day:%B %Y}"


def _sentence_text(sentence: Sentence) -> str:
    text = unmarked(sentence.text)
    if sentence.verdict is Verdict.NOT_A_CLAIM:
        return say(text)  # newsdesk's own, of a model's at most a greeting
    tag = verdict_tag(sentence)
    if sentence.verdict is Verdict.UNSUPPORTED:
        return f"[{tag}: {text}]"
    numbers = "".join(f"[{n}]" for n in sentence.citations)
    return f"{text} {numbers}" + (f" [{tag}]" if tag else "")


def verdict_tag(sentence: Sentence) -> str:
    """Return in words that a sentence is not wholly proved, and why; "" if it is."""
    tag = _TAGS.get(sentence.verdict, "")
    return say(f"{tag} ({sentence.reason})" if tag and sentence.reason else tag)


def _source_text(cited: Sequence[Citation], width: int, *, quoted: bool) -> str:
    first = cited[0]
    pages = "" if quoted else on_pages(cited)
    numbers = "" if quoted else "".join(f"[{one.number}]" for one in cited) + " "
    title = f"{numbers}{first.title}"
    heading = _heading(title, first.author, first.published, width, pages)
    if first.also_in:
        heading += f"\n{_fill(also_in(first.also_in), width, '  ')}"
    if not quoted:  # the quotes are the answer: not a second time
        voices = [_fill(spoken(one), width, f"  [{one.number}] ") for one in cited]
        return "\n".join([heading, *filter(None, voices)])
    lines = [heading]
    for citation in cited:
        label = f"  [{citation.number}] "
        about = ", ".join(filter(None, (on_pages([citation]), spoken(citation))))
        told = f" ({about})" if about else ""
        lines.append(_fill(f"“{unmarked(citation.quote)}”{told}", width, label))
    return "\n".join(lines)


def disagreement(conflict: Conflict) -> str:
    """Return in what two articles contradict each other, as a heading."""
    points = {
        ConflictKind.FIGURE: "give different figures",
        ConflictKind.DATE: "give different dates",
        ConflictKind.NEGATION: "contradict each other",
    }
    newest = "; the second is the newer" if conflict.dated else ""
    return say(f"Two articles {points[conflict.kind]}{newest}:")


def _conflict_text(conflict: Conflict, width: int) -> str:
    lines = [_fill(disagreement(conflict), width)]
    for one in (conflict.older, conflict.newer):
        who = byline(one.author, one.published) or one.title
        said = f"{who}: “{unmarked(one.quote)}”"
        lines.append(_fill(said, width, f"  [{one.number}] "))
    return "\n".join(lines)


def _nearest_text(passages: Sequence[Passage], width: int) -> list[str]:
    if not passages:
        return []
    near = passages[0]
    title = _heading(near.title, near.author, near.published, width)
    text = _fill(unmarked(near.text), width, "  ")
    return [f"{say('The nearest passage')}:\n\n{title}\n{text}"]


def _heading(
    title: str, author: str, published: str, width: int, pages: str = ""
) -> str:
    signed = ", ".join(filter(None, (byline(author, published), pages)))
    return _fill(f"{title} ({signed})" if signed else title, width)


def _fill(text: str, width: int, label: str = "") -> str:
    return textwrap.fill(
        printable(text),
        width,
        initial_indent=label,
        subsequent_indent=" " * len(label),
        break_long_words=False,
        break_on_hyphens=False,
    )
