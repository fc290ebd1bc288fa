"""Where sentences begin and end; the one door to `sentencex`."""

import re
from functools import lru_cache

from sentencex import get_sentence_boundaries

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


def sentence_spans(text: str, language: str = "en") -> list[tuple[int, int]]:
    """Return the spans [start, end) of the sentences of `text`, in order.

    Spans carry no white space at their ends, and a blank line always ends a sentence.
    `language` is an ISO 639-1 code; an unknown one is treated like English.
    """
    spans: list[tuple[int, int]] = []
    for block in _BLOCK.finditer(text):
        for found in get_sentence_boundaries(language, block.group()):
            raw: str = found["text"]
            start = block.start() + int(found["start_index"])
            start += len(raw) - len(raw.lstrip())
            end = start + len(raw.strip())
            if not any(character.isalnum() for character in raw):
                # a lone "*" or closing quotation mark belongs to the sentence before
                if spans and spans[-1][0] >= block.start():
                    spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
                continue
            spans.append((start, end))
    return spans


@lru_cache(maxsize=1000)
def known_sentences(text: str, language: str) -> tuple[tuple[int, int], ...]:
    """Return `sentence_spans` of a chunk, which several stages of a search ask for."""
    return tuple(sentence_spans(text, language))
