"""Made-up answers and articles, and what a browser sees of them, for tests."""

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

from rag.schema import (
    Answer,
    Article,
    Citation,
    Passage,
    Sentence,
    Verdict,
)
from tests.passages import passage

EVIL = "</mark><script>alert(1)</script>\"'><img src=x onerror=alert(1)>${1}{{x}}`&lt;"
TEXT = "# A barrier\n\nThe wall is 3 m high. It cost £86 million.\n\n- steel\n- stone\n"


def make_article(text: str = TEXT, **fields: str) -> Article:
    plain = Article(
        article_id="a1",
        version=1,
        title="A title",
        author="Ann Author",
        publisher="The Courier",
        published="2026-06-04",
        language="en",
        source="/somewhere/on/the/server/barrier.md",
        url="",
        text=text,
        content_hash="",
    )
    return replace(plain, **fields)


def make_citation(number: int, quote: str, text: str = TEXT, **fields: str) -> Citation:
    start = text.index(quote)
    plain = Citation(
        number=number,
        article_id="a1",
        version=1,
        title="A title",
        author="Ann Author",
        published="2026-06-04",
        source="barrier.md",
        start=start,
        end=start + len(quote),
        quote=quote,
    )
    return replace(plain, **fields)


def make_passage(text: str, **fields: str) -> Passage:
    named = {"title": "A title", "author": "Ann Author", "published": "2026-06-04"}
    return replace(passage(text), **(named | {"source": "barrier.md"} | fields))


def make_answer(**fields: object) -> Answer:
    plain = Answer(
        question="How high?",
        sentences=(
            Sentence("The wall is 3 m high.", (1,), Verdict.QUOTED),
            Sentence("It is pretty.", (), reason="nobody says so"),
        ),
        citations=(make_citation(1, "The wall is 3 m high."),),
        passages=(make_passage("The wall is 3 m high."),),
        refused=False,
        reason="",
        model="some-model",
        notes=("One note.",),
        prompt_tokens=0,
        completion_tokens=0,
        seconds=0.25,
    )
    return replace(plain, **fields)


def refusal(**fields: object) -> Answer:
    return make_answer(
        refused=True, reason="No article says it.", sentences=(), citations=(), **fields
    )


def words(markup: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", markup))


def body(markup: str) -> str:
    found = re.search(r'<div class="body">(.*)</div></article>', markup, re.DOTALL)
    assert found
    return found[1]


def marks(markup: str, number: int) -> str:
    found = re.findall(r"<mark([^>]*)>(.*?)</mark>", markup, re.DOTALL)
    cites = f'data-cites="[^"]*\\b{number}\\b'
    return "".join(words(inner) for tag, inner in found if re.search(cites, tag))


class Tags(HTMLParser):
    """Collects elements and attributes as a browser would see them."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        """Note one element."""
        self.tags.append(tag)
        self.attributes += attrs
