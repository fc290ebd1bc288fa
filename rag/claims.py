"""What can be checked word for word: the numbers and quotations of a sentence; pure."""

import re
from collections.abc import Sequence

from rag.schema import Passage

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_QUOTATION = re.compile('["“„«]([^"“”„«»]+)["“”»]')
_CURLY = str.maketrans({"\N{RIGHT SINGLE QUOTATION MARK}": "'"})
# where a quotation leaves words out, or ends with the sentence's own punctuation
_GAP = re.compile(r"\.{3}|…|\[[^\]]*\]|[.,;:!?]+$")
# shorter ones are names of things and words held at arm's length, not quotations
_QUOTED_WORDS = 3


def unsupported(sentence: str, passages: Sequence[Passage]) -> str:
    """Return the first number or quotation of `sentence` that no passage holds, or "".

    Title, author and date count as part of a passage. Numbers compare as digits: 1,000
    is 1000, but 7 is not seven. Quotations compare without case, and with gaps where
    they show them.
    """
    held = [
        f"{p.title} {p.author} {p.published} {p.text}".translate(_CURLY)
        for p in passages
    ]
    numbers = {_digits(number) for text in held for number in _NUMBER.findall(text)}
    for number in _NUMBER.findall(sentence):
        if _digits(number) not in numbers:
            return str(number)
    texts = [_plain(text) for text in held]
    for quotation in _QUOTATION.findall(sentence):
        if len(quotation.split()) < _QUOTED_WORDS:
            continue
        parts = [_plain(part) for part in _GAP.split(quotation.translate(_CURLY))]
        if not any(all(part in text for part in parts) for text in texts):
            return f'"{quotation}"'
    return ""


def _digits(number: str) -> str:
    return number.replace(",", "").lstrip("0")


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
