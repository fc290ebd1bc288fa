"""Answers to be pasted elsewhere: Markdown, plain text, BibTeX of their articles."""

import re
from collections.abc import Sequence

from rag.schema import Answer, Citation, Conflict, Sentence, Verdict
from ui.render.markdown import unmarked
from ui.render.rows import stretches
from ui.render.text import (
    answer_text,
    by_article,
    byline,
    disagreement,
    on_pages,
    verdict_tag,
)
from ui.translation import OWN, say, speaking

# what Markdown would read as its own signs
_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|])")
# LaTeX's own signs
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        **{sign: f"\\{sign}" for sign in "&%$#_{}"},
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def answer_markdown(answer: Answer, of: str = "", language: str = OWN) -> str:
    """Return question, answer and footnotes with the quoted sentences.

    The names of the footnotes begin with `of`.
    """
    with speaking(language):
        said = "\n\n".join(
            " ".join(_noted(one, of) for one in stretch)
            for stretch in stretches(answer.sentences)
        )
        body = said or _plain(say(answer.reason))
        notes = "\n".join(
            f"[^{of}{one.number}]: {_plain(_proof(one))}" for one in answer.proofs
        )
        apart = [_apart(one, of) for one in answer.conflicts]
    parts = (f"**{_plain(answer.question)}**", body, *apart, notes)
    return "\n\n".join(filter(None, parts))


def conversation_markdown(
    name: str, answers: Sequence[Answer], language: str = OWN
) -> str:
    """Return the answers of a conversation below its name."""
    parts = [
        answer_markdown(one, f"{at}-", language) for at, one in enumerate(answers, 1)
    ]
    return "\n\n".join([f"# {_plain(name)}", *parts]) + "\n"


def answer_plain(answer: Answer, language: str = OWN) -> str:
    """Return question and answer as on the terminal."""
    with speaking(language):
        return f"{answer.question}\n\n{answer_text(answer)}"


def answer_bibtex(answer: Answer) -> str:
    """Return an entry for each article that is cited."""
    return "\n\n".join(_entry(cited) for _, cited in by_article(answer.proofs))


def _entry(citations: Sequence[Citation]) -> str:
    cited = citations[0]
    year, _, rest = cited.published.partition("-")
    fields = {
        "title": cited.title,
        "author": cited.author,
        "year": year,
        "date": cited.published if rest else "",
        "pages": on_pages(citations).partition(" ")[2],
        "url": cited.source if cited.source.startswith("http") else "",
    }
    lines = "".join(
        f"  {name} = {{{' '.join(value.split()).translate(_TEX)}}},\n"
        for name, value in fields.items()
        if value
    )
    return f"@article{{{cited.article_id},\n{lines}}}"


def _apart(conflict: Conflict, of: str) -> str:
    """Return what two articles contradict each other on, as a list of two."""
    sides = "\n".join(
        f"- “{_plain(unmarked(one.quote))}”[^{of}{one.number}]"
        for one in (conflict.older, conflict.newer)
    )
    return f"{disagreement(conflict)}\n\n{sides}"


def _proof(cited: Citation) -> str:
    signed = (byline(cited.author, cited.published), on_pages([cited]))
    about = ", ".join(filter(None, signed))
    return f"“{unmarked(cited.quote)}” {cited.title}" + (f" ({about})" if about else "")


def _noted(sentence: Sentence, of: str) -> str:
    """Return a sentence with the signs of its footnotes."""
    return _marked(sentence) + "".join(f"[^{of}{n}]" for n in sentence.citations)


def _marked(sentence: Sentence) -> str:
    """Return a sentence, with what is not wholly proved marked as such."""
    own = sentence.verdict is Verdict.NOT_A_CLAIM
    text = _plain(unmarked(say(sentence.text) if own else sentence.text))
    tag = _plain(verdict_tag(sentence))
    if sentence.verdict is Verdict.UNSUPPORTED:
        text = f"~~{text}~~"
    return f"{text} *({tag})*" if tag else text


def _plain(text: str) -> str:
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))
