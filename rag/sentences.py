"""Where sentences begin and end; the one door to `sentencex`."""

import re
from functools import lru_cache

from sentencex import get_sentence_boundaries

from rag.tables import row_spans

# A sentence that begins so is not understood without the one before it: "It", "In 2011
# she had noticed".
LEANS_BACK = re.compile(
    r"(?:This|That|These|Those|It|Its|They|Their|He|His|She|Her|Such|However|But|And|So"
    r"|Then|Yet|Thus|Therefore|Instead|Nor|Both|The (?:former|latter)|While this"
    r"|What this)\b"
    r"|(?:In|On|By|At|After|Since|For|From|During|When|As|Until|Before)\b"
    r"[^.,;:]{0,30},?\s(?:he|she|they|it)\b"
    r"|(?:In|On|At|By|After|Before|When|While|For|From|As|If|With|Since|Until|Once|What"
    r"|How|Why|Though) (?:[a-z\d,.]+ ){0,4}(?:he|she|his|her)\b"
)
# sentencex repeats blank lines between paragraphs, which shifts its offsets; handed one
# block at a time its offsets are exact (checked on ../shared/data by a test).
_BLOCK = re.compile(r"\S(?:(?!\n[^\S\n]*\n).)*", re.DOTALL)
# It ends no sentence between a pair of marks. Marks that look alike tell no pair: where
# one is missing, all that follows would be turned inside out.
_MARK = re.compile(
    '(?P<opens>(?<![^\\s(\\[{\N{EN DASH}\N{EM DASH}-])"(?=\\S)'
    '|\N{LEFT DOUBLE QUOTATION MARK})|"|\N{RIGHT DOUBLE QUOTATION MARK}'
)
_LONE = ("\N{RIGHT SINGLE QUOTATION MARK}", "\N{LEFT SINGLE QUOTATION MARK}")


def sentence_spans(text: str, language: str = "en") -> list[tuple[int, int]]:
    """Return the spans [start, end) of the sentences of `text`, in order.

    Spans carry no white space at their ends, and a blank line always ends a sentence.
    A row of a table is a sentence, its rule is none. `language` is an ISO 639-1 code;
    an unknown one is treated like English.
    """
    spans: list[tuple[int, int]] = []
    for block in _BLOCK.finditer(text):
        done = block.start()
        for start, end in row_spans(block[0]):
            row = block[0][start:end]
            _add_sentences(spans, text, done, block.start() + start, language)
            if any(map(str.isalnum, row)):  # neither the rule nor empty
                first = block.start() + start + len(row) - len(row.lstrip())
                spans.append((first, block.start() + start + len(row.rstrip())))
            done = block.start() + end
        _add_sentences(spans, text, done, block.end(), language)
    return spans


def _add_sentences(
    spans: list[tuple[int, int]], text: str, first: int, last: int, language: str
) -> None:
    """Add the sentences of a stretch of a text that has no blank lines."""
    if not text[first:last].strip():
        return
    for found in get_sentence_boundaries(language, _paired(text[first:last])):
        begin = first + int(found["start_index"])
        raw = text[begin : begin + len(found["text"])]
        start = begin + len(raw) - len(raw.lstrip())
        end = start + len(raw.strip())
        if any(map(str.isalnum, raw)):
            spans.append((start, end))
        elif spans and spans[-1][0] >= first:
            # a lone "*" or closing quotation mark belongs to the sentence before
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))


def _paired(text: str) -> str:
    """Return a text, as long, whose double marks are pairs; others are single ones."""
    if ('"' not in text and "“" not in text) or "„" in text:
        return text
    signs = list(text)
    opened = None
    for mark in _MARK.finditer(text):
        at = mark.start()
        signs[at] = _LONE[bool(mark["opens"])]
        if mark["opens"]:
            opened = at
        elif opened is not None:
            signs[opened], signs[at], opened = "“", "”", None
    return "".join(signs)


@lru_cache(maxsize=1000)
def known_sentences(text: str, language: str) -> tuple[tuple[int, int], ...]:
    """Return `sentence_spans` of a chunk, which several stages of a search ask for."""
    return tuple(sentence_spans(text, language))
