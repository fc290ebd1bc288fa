"""Questions that the articles answer, made from the articles."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from rag.schema import Article

_LONGEST = 100_000  # characters of each
_TRIES = 5  # phrases of one article that are tried
_TITLE_WEIGHT = 3.0  # what a title names is what an article is about
_PHRASE_BREAK = re.compile(r"[^\w\s'\u2019-]+|\n")
# endings of adverbs and of verbs, which name nothing
_NOT_NOUNS = ("ing", "ed", "ly")

Stems = Callable[[str], list[str]]


def example_questions(
    articles: Sequence[Article],
    stems: Stems,
    answers: Callable[[str], bool],
    limit: int,
) -> list[str]:
    """Return up to `limit` questions, each about another of `articles`.

    `stems` returns the searched stems of a text (none for a stop word), `answers` tells
    whether a question finds its answer; one that does not is left out.
    """
    questions: list[str] = []
    asked: set[str] = set()
    for article in articles:
        named = article.author.istitle() and " " in article.author
        who = f"does {article.author}" if named else "do the articles"
        for phrase in _phrases(article, stems)[:_TRIES]:
            topic = _topic(_whole_name(phrase, article.text), article.text)
            question = f"What {who} say about {topic}?"
            if topic and topic not in asked and answers(question):
                asked.add(topic)
                questions.append(question)
                break
        if len(questions) == limit:
            break
    return questions


def _phrases(article: Article, stems: Stems) -> list[str]:
    """Return the pairs of words that an article repeats, the most telling first."""
    title = set(stems(article.title))
    forms: dict[tuple[str, ...], Counter[str]] = {}
    for words in _pairs(article.text[:_LONGEST]):
        stemmed = tuple(stem for word in words for stem in stems(word))
        if len(stemmed) == len(words):
            forms.setdefault(stemmed, Counter())[" ".join(words)] += 1
    weights = {
        forms_.most_common(1)[0][0]: forms_.total()
        * (_TITLE_WEIGHT if title.issuperset(stemmed) else 1.0)
        for stemmed, forms_ in forms.items()
        if forms_.total() > 1
    }
    return sorted(weights, key=lambda phrase: -weights[phrase])


def _whole_name(phrase: str, text: str) -> str:
    """Return the name of which a phrase is mostly a part: "Child Support" Agency."""
    if not phrase[0].isupper():
        return phrase
    name = rf"(?:(?!The )[A-Z]\w+ )*{re.escape(phrase)}(?: [A-Z]\w+)*"
    found = Counter(re.findall(name, text[:_LONGEST]))
    return found.most_common(1)[0][0] if found else phrase


def _topic(phrase: str, text: str) -> str:
    """Return the phrase as one asks about it, or "" where that is not clear.

    A common noun gets "the" if the text gives it an article; without one it must be a
    plural.
    """
    if re.search(rf"\b(?:the|an?) {re.escape(phrase)}\b", text, re.IGNORECASE):
        return f"the {phrase}"
    return phrase if phrase[0].isupper() or phrase.endswith("s") else ""


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Yield neighbouring words that may name something together."""
    for part in _PHRASE_BREAK.split(text):
        for first, second in itertools.pairwise(part.split()):
            if not (first.isalpha() and second.isalpha()) or len(second) < 4:
                continue
            if first.endswith("ly") or second.endswith(_NOT_NOUNS):
                continue
            # half a name names nothing, unless it is an abbreviation
            if first.isupper() or first[0].isupper() == second[0].isupper():
                yield first, second
