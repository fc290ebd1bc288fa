"""The language of a text, told by its stop words, and the stems of its words.

With `words` and `word_query` of `rag/index` the one door to `tantivy`, which has lists
of little words ("and", "the") and Snowball stemmers for these languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

import tantivy

from rag.wordlist import wordlist

_NAMES = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ru": "russian",
    "sv": "swedish",
}
ENGLISH = "en"
# tantivy's English list has 33 words; questions are made of these as well
MORE_LITTLE_WORDS = wordlist(
    "what which who whom whose when where why how do does did doing done has have had "
    "having am been being were i me my you your he him his he she her hers we us our "
    "them theirs its itself himself herself themselves those than from about can could "
    "may might must shall should would also just only own same so too very more most "
    "some any all both each few other per called named s t"
)
# By which questions are known, and no list of little words has them. "Was" is English,
# too: "Was sagt sie?", but "Was it open?".
_ASKING = {
    "de": re.compile(
        r"\b(?:we[rmn]|wessen|wann|wo(?:hin|her|mit|rum|rin)?|warum|wieso|weshalb"
        r"|wie(?:viele?)?|welche[rsmn]?|fasse?|vergleiche?|nenne|liste|zeige|und|gibt|sagt"
        r"|noch|dafür|davon|daran|danke|hallo)\b"
        r"|^(?:und )?was (?:\w+t|geschah|wurde|war)\b",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"\b(?:qui|que|quoi|quand|où|pourquoi|comment|combien|quel(?:le)?s?|dit|pense"
        r"|résume[rz]?)\b",
        re.IGNORECASE,
    ),
    "es": re.compile(
        r"\b(?:quién(?:es)?|qué|cuándo|dónde|cuánt[oa]s?|cómo|cuál(?:es)?|dice|piensa"
        r"|resume)\b",
        re.IGNORECASE,
    ),
    "it": re.compile(
        r"\b(?:chi|cosa|quando|dove|dov|perché|come|quant[oaie]|qual[ei]?|dice|pensa"
        r"|riassumi)\b",
        re.IGNORECASE,
    ),
}
_READ = 5000  # characters that tell the language of an article
# Of English text a third is little words of English, of other text less than a fifth.
_LEAST, _SURE = 0.15, 0.3


def language_of(text: str) -> str:
    """Return the code (ISO 639-1) of the language of an article.

    It is "en" where the text has too few little words of any language that is known.
    """
    words, counts = _counts(text[:_READ], [ENGLISH])
    if counts[ENGLISH] > _SURE * words:
        return ENGLISH
    words, counts = _counts(text[:_READ], _NAMES)
    best = max(counts, key=lambda one: counts[one])
    return best if counts[best] > max(_LEAST * words, counts[ENGLISH]) else ENGLISH


@lru_cache(maxsize=16)  # of one question, which is asked of each passage
def in_another_language(question: str, language: str) -> bool:
    """Whether a question is surely in another language than one.

    Then it has two little words at least, and more than twice as many of another
    language.
    """
    _, counts = _counts(question, _NAMES)
    return max(counts.values()) >= max(2 * counts.get(language, 0) + 1, 2)


@lru_cache(maxsize=4000)  # of questions, and of the sentences that answer them
def language_of_question(question: str) -> str:
    """Return the language of a short text, of those whose questions are understood.

    It is that of most of its little words and words of asking, in doubt English.
    """
    _, counts = _counts(question, (ENGLISH, *_ASKING))
    asking = {one: len(asks.findall(question)) for one, asks in _ASKING.items()}
    best = max(asking, key=lambda one: counts[one] + asking[one])
    return best if counts[best] + asking[best] > counts[ENGLISH] else ENGLISH


def asked_in(question: str, languages: Iterable[str]) -> list[str]:
    """Return which of these languages a question may be in; English is left out.

    It is in that of whose little words it has most, and without any in each of them.
    """
    known = {one for one in languages if one in _NAMES} | {ENGLISH}
    if len(known) == 1:
        return []
    _, counts = _counts(question, known)
    most = max(counts.values())
    return sorted(n for n, count in counts.items() if count == most and n != ENGLISH)


def stems_in(language: str, text: str) -> list[str]:
    """Return the stems of a text, less little words; none in an unknown language."""
    if language not in _NAMES:
        return []
    return list(_analyzer(_NAMES[language], stemmed=True).analyze(text))


def little_words(language: str, text: str) -> set[str]:
    """Return the words of a text that are little words of a language."""
    name = _NAMES[language]
    every = set(_analyzer("", stemmed=False).analyze(text))
    return every.difference(_analyzer(name, stemmed=False).analyze(text))


def _counts(text: str, languages: Iterable[str]) -> tuple[int, dict[str, int]]:
    """Return the number of words, and of the little ones by language."""
    words = len(_analyzer("", stemmed=False).analyze(text))
    return words, {
        one: words - len(_analyzer(_NAMES[one], stemmed=False).analyze(text))
        for one in languages
    }


@cache
def _analyzer(name: str, *, stemmed: bool) -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    builder = builder.filter(tantivy.Filter.remove_long(64))
    builder = builder.filter(tantivy.Filter.lowercase())
    if name:
        builder = builder.filter(tantivy.Filter.stopword(name))
    if name == _NAMES[ENGLISH]:
        builder = builder.filter(
            tantivy.Filter.custom_stopword(list(MORE_LITTLE_WORDS))
        )
    if stemmed:
        builder = builder.filter(tantivy.Filter.stemmer(name))
    return builder.build()
