"""Questions as tantivy queries: how words are stemmed, searched and weighed.

With `rag/index/words.py` the one door to `tantivy`.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import tantivy

from rag.languages import (
    ENGLISH,
    MORE_LITTLE_WORDS,
    asked_in,
    little_words,
    stems_in,
)
from rag.wordlist import IRREGULAR_VERBS

# A word of the title or a heading helps a chunk to be found, less than its own words.
FIELD_WEIGHTS = {"body": 1.0, "heading": 0.5, "byline": 0.5}
_QUOTED = re.compile(
    r'["\u201c\u201d\u201e\u00ab\u00bb]([^"\u201c\u201d\u201e\u00ab\u00bb]+)["\u201c\u201d\u00ab\u00bb]'
)
_WORD = re.compile(r"[^\W_]+")
ANALYZER = "english"
TIE = "tie"  # the field that orders chunks with the same words
EVERY = "*"  # every chunk has it beside its article's id
# The sums of such steps are exact in tantivy's 24 bits, in whatever order it adds them.
_STEPS = 1024
# Letters of a word that no chunk has, by which its relatives are found: "bankrupt" is
# told by "bankruptcy". Such a word has at most so many letters more.
_RELATED, _LONGER = 6, 4
_MOST_TIE = 0.01  # multiplies a score by up to 1.007: 60 000 steps of its 24 bits


def word_query(
    question: str,
    weights: Mapping[str, float],
    article_ids: Sequence[str] | None,
    relatives: Mapping[str, str],
) -> tantivy.Query:
    """Return the query for the stems of a question with their weights.

    For some of them words are sought, too, that begin like their `relatives`.

    It scores a chunk by the sum of the weights of the stems that it has: chunks are of
    one size, so how often a word is in one says little (docs/retrieval.md). With
    `article_ids` it finds chunks of these articles only.
    """
    clauses = [_word(term, weight) for term, weight in weights.items()]
    for term, begins in relatives.items():
        related = f"{begins}.{{0,{_LONGER}}}"
        query = tantivy.Query.regex_query(SCHEMA, "body", related)
        clauses.append(_scored(query, weights[term]))
    for quoted in _QUOTED.findall(question):
        phrase = _phrase(quoted)
        if len(phrase) > 1:
            weight = sum(weights.get(term, 0.0) for _, term in phrase)
            query = tantivy.Query.phrase_query(SCHEMA, "body", [*phrase])
            clauses.append(_scored(query, weight))
    query = tantivy.Query.boolean_query(
        [(tantivy.Occur.Should, clause) for clause in clauses]
    )
    if article_ids is None:
        return query
    among = tantivy.Query.term_set_query(SCHEMA, "article_id", list(article_ids))
    unscored = tantivy.Query.const_score_query(among, 0.0)
    return tantivy.Query.boolean_query(
        [(tantivy.Occur.Must, query), (tantivy.Occur.Must, unscored)]
    )


def tie(named: str) -> float:
    """Return what orders chunks with the same words, for what names one anywhere."""
    return _MOST_TIE * zlib.crc32(named.encode()) / 2**32


def best(
    searcher: tantivy.Searcher, query: tantivy.Query, limit: int
) -> list[tuple[int, float]]:
    """Return up to `limit` (chunk key, score), best first.

    Of chunks with the same score the same come first in every index: see `tie`.
    """
    hits = searcher.search(query, limit, count=False, weight_by_field=TIE).hits
    places = [address for _, address in hits]
    keys = searcher.fast_field_values("chunk_key", places)
    ties = searcher.fast_field_values(TIE, places)
    return [
        # the score without its tie is a sum of whole steps again
        (int(key), round(score / math.log2(2 + tied) * _STEPS) / _STEPS)
        for key, tied, (score, _) in zip(keys, ties, hits, strict=True)
        if key is not None and tied is not None
    ]


def frequencies(
    searcher: tantivy.Searcher, terms: Iterable[str], known: dict[str, int]
) -> dict[str, int]:
    """Return in how many live chunks each stem occurs, in the field that has it most.

    They are kept in `known`, which is of this searcher.
    """
    terms = list(terms)
    # tantivy counts what was deleted until it merges: the same articles would weigh
    # words otherwise if some had been edited
    sound = searcher.doc_freq("article_id", EVERY) == searcher.num_docs
    for term in terms:
        if term not in known:
            known[term] = max(
                searcher.doc_freq(field, term)
                if sound
                else _live(searcher, field, term)
                for field in FIELD_WEIGHTS
            )
    return {term: known[term] for term in terms}


def _live(searcher: tantivy.Searcher, field: str, term: str) -> int:
    query = tantivy.Query.term_query(SCHEMA, field, term)
    found: Any = searcher.search(tantivy.Query.const_score_query(query, 1.0), 1)
    return int(found.count)


def mention_queries(
    terms: str, stance: str, languages: Collection[str]
) -> Iterator[tantivy.Query]:
    """Yield the queries for chunks that mention `terms`, for each way to read these.

    They are read as English and as what they may be of the articles' `languages`.
    """
    readings = [terms]
    if not _QUOTED.search(terms):
        asked = asked_in(terms, languages)
        readings += [" ".join(stems_in(one, terms)) for one in asked]
    for reading in readings:
        if query := _mention_query(reading, stance):
            yield query


def _mention_query(terms: str, stance: str) -> tantivy.Query | None:
    """Return the query for chunks that have every stem of `terms`, None without any.

    What stands in quotation marks must be there word for word. Where `stance` lists
    words, one of them must stand in the chunk, too.
    """
    must = [
        tantivy.Query.phrase_query(SCHEMA, "body", [*phrase])
        for phrase in map(_phrase, _QUOTED.findall(terms))
        if len(phrase) > 1
    ]
    must += [
        tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Should, tantivy.Query.term_query(SCHEMA, field, stem))
                for field in FIELD_WEIGHTS
            ]
        )
        for stem in dict.fromkeys(stems(terms))
    ]
    if not must:
        return None
    if stance:
        beside = [
            (
                tantivy.Occur.Should,
                tantivy.Query.regex_query(SCHEMA, "body", f"{one}.*"),
            )
            for one in stance.split()
        ]
        must.append(tantivy.Query.boolean_query(beside))
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, one) for one in must])


def relatives(frequencies: Mapping[str, int]) -> dict[str, str]:
    """Return, for stems that no chunk has, how words related to them begin."""
    return {
        stem: stem[: max(_RELATED, len(stem) - 1)]
        for stem, count in frequencies.items()
        if not count and len(stem) >= _RELATED and stem.isalpha()
    }


def _word(term: str, weight: float) -> tantivy.Query:
    """Return the clause of a word: that it is there, in the field that counts most."""
    return tantivy.Query.disjunction_max_query(
        [
            _scored(tantivy.Query.term_query(SCHEMA, field, term), share * weight)
            for field, share in FIELD_WEIGHTS.items()
        ]
    )


def _scored(query: tantivy.Query, weight: float) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, round(weight * _STEPS) / _STEPS)


@lru_cache(maxsize=64)  # asked for by the search and by what trims its passages
def question_stems(question: str, languages: frozenset[str]) -> frozenset[str]:
    """Return the stems that are searched for a question."""
    return frozenset().union(*_words(question, asked_in(question, languages)))


def question_words(question: str, asked: Sequence[str]) -> list[frozenset[str]]:
    """Return the words of a question, each as the stems that it may have in a text.

    They are the English one, of a verb all ("paid", "pay"), and those in the languages
    `asked`, in which it may be asked; the little words of these, and of English, are
    left out. Searched for, the other forms of verbs would lose two answers of 400.
    """
    verbs = _verb_forms()
    words = (
        forms.union(*(verbs.get(one, ()) for one in forms))
        for forms in _words(question, asked)
    )
    return list(dict.fromkeys(words))


def _words(question: str, asked: Sequence[str]) -> list[frozenset[str]]:
    little = {word for one in asked for word in little_words(one, question)}
    found = []
    for word in _WORD.findall(question):
        if word.lower() in little:
            continue
        own = " ".join(stem for one in asked for stem in stems_in(one, word))
        if forms := frozenset(stems(f"{word} {own}")):
            found.append(forms)
    return found


@cache
def _verb_forms() -> dict[str, frozenset[str]]:
    """Return the stems of all forms of each irregular verb, by each of them."""
    verbs = (frozenset(stems(" ".join(forms))) for forms in IRREGULAR_VERBS)
    return {stem: verb for verb in verbs for stem in verb}


def _phrase(text: str) -> list[tuple[int, str]]:
    """Return the stems of a phrase with their places: a stop word leaves a gap."""
    words = enumerate(_WORD.findall(text))
    return [(at, stem) for at, word in words for stem in stems(word)]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("chunk_key", indexed=True, fast=True)
    builder.add_float_field(TIE, fast=True)
    builder.add_text_field("article_id", tokenizer_name="raw", index_option="basic")
    for field in FIELD_WEIGHTS:
        builder.add_text_field(field, tokenizer_name=ANALYZER)
    return builder.build()


def stems(text: str) -> list[str]:
    """Return the stems of `text` that are searched, in order, less stop words."""
    return list(analyzer().analyze(text))


def text_stems(text: str, language: str) -> frozenset[str]:
    """Return the stems of a text with which those of `question_words` are compared."""
    own = "" if language == ENGLISH else " ".join(stems_in(language, text))
    return frozenset(stems(f"{text} {own}"))


@lru_cache(maxsize=4000)  # some 5 MB
def sentence_stems(sentence: str, language: str = ENGLISH) -> frozenset[str]:
    """Return the `text_stems` of a sentence, which several stages of a search need."""
    return text_stems(sentence, language)


@cache
def analyzer() -> tantivy.TextAnalyzer:
    """Return how words are read: lower case, without accents, English stems."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for one in (
        tantivy.Filter.remove_long(64),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.stopword("english"),
        tantivy.Filter.custom_stopword(list(MORE_LITTLE_WORDS)),
        tantivy.Filter.stemmer("english"),
    ):
        builder = builder.filter(one)
    return builder.build()


SCHEMA = _schema()
