"""Who says a sentence of an article: its author, somebody named, or "officials"; pure.

The rules, in the order in which they are tried on a sentence without its quotations:

1. A reporting clause ("Bessent said", "said Bessent", "the Fed argued that", "according
   to the ministry", "in Bessent's view") names its subject; "I think" is the author.
2. "He said" is the last speaker before, or the subject of the last sentence that names
   one; where neither is clear, a source without a name.
3. "Officials said", "reportedly", "is said to": a source without a name.
4. A sentence that is mostly quoted has the speaker of the clause around its quotation,
   or goes on with the speaker of the sentence before it.
5. Everything else is the author's.

They know English, and "sagt" and "laut" of German; elsewhere only quotations tell.
"""

import re
from functools import lru_cache

from rag.proof.reporting import (
    ANAPHOR,
    APOSTROPHES,
    NAME,
    NOT_NAMES,
    UNNAMED,
    bare,
    clause_speaker,
)
from rag.quotations import quotation_spans, without_quotations
from rag.schema import Speaker, Voice
from rag.sentences import sentence_spans

_SUBJECT = re.compile(rf"(?:[a-z{APOSTROPHES}-]+,?\s){{0,5}}?(?P<name>{NAME})")
_BEFORE, _BEHIND = 3_000, 1_000  # characters around a sentence that may tell
_MOST_BACK = 4  # sentences, to find who "he" is


@lru_cache(maxsize=1000)  # asked by several steps of an answer
def speaker_of(text: str, start: int, end: int, author: str) -> Speaker:
    """Tell who says `text[start:end]`, a sentence or two of an article or passage.

    `author` is the article's; what it says of itself by that name is its own. Of two
    sentences with different voices the one that is not the author's is told, so that no
    report passes for the author's word.
    """
    begin = max(0, start - _BEFORE)
    article = _Read(text[begin : end + _BEHIND], author)
    start, end = start - begin, end - begin
    for at, (first, last) in enumerate(article.spans):
        if first < end and last > start:
            speaker = article.speaker(at)
            if speaker.voice is not Voice.AUTHOR:
                return speaker
    return Speaker()


class _Read:
    """A text with its sentences and quotations."""

    def __init__(self, text: str, author: str) -> None:
        self.text = text
        self.spans = sentence_spans(text)
        self._plain = without_quotations(text)
        self._quoted = quotation_spans(text)
        self._author = set(author.split())

    def speaker(self, at: int) -> Speaker:
        """Return who says the sentence with the number `at`."""
        told = self._told(at)
        if told is not None:
            return told
        quotation = self._quotation(at)
        return self._speaks(at, *quotation) if quotation else Speaker()

    def _told(self, at: int) -> Speaker | None:
        """Return whom a sentence names as its speaker, with pronouns resolved."""
        start, end = self.spans[at]
        told = clause_speaker(self._plain[start:end])
        if told == ANAPHOR:
            told = self._meant(at)
        if told and told.name and self._author & {told.name.split()[-1]}:
            return Speaker()
        return told

    def _meant(self, at: int) -> Speaker:
        """Return whom "he" means in a sentence: the last speaker or subject before."""
        for back in range(at - 1, max(at - 1 - _MOST_BACK, -1), -1):
            start, end = self.spans[back]
            told = clause_speaker(self._plain[start:end])
            if told == ANAPHOR:
                return self._meant(back)
            if told and (told.name or told.voice is Voice.UNNAMED):
                return told
            subject = self._subject(start, end)
            if subject:
                return Speaker(Voice.NAMED, bare(subject))
        return UNNAMED

    def _subject(self, start: int, end: int) -> str:
        """Return the name with which a sentence begins, or the first with a verb."""
        first = self._plain[start:end].split()[0]
        if first in ("He", "She", "They", "It"):
            return ""
        if first.rstrip(",") in NOT_NAMES:  # "His daughter Bernadette"
            start += len(first) + 1
        subject = _SUBJECT.match(self._plain, start, end)
        if subject and self._is_name(subject["name"]):
            return subject["name"]
        acts = rf"({NAME})\s(?:was|is|has|had|will|would|did)\b"
        found = re.search(acts, self._plain[start:end])
        return found[1] if found and self._is_name(found[1]) else ""

    def _is_name(self, name: str) -> bool:
        """Whether capitals make a name, not the beginning of a sentence."""
        words = bare(name).split()
        if not words:
            return False
        inside = rf"[a-z,;] {re.escape(name)}\b"
        return len(words) > 1 or re.search(inside, self.text) is not None

    def _quotation(self, at: int) -> tuple[int, int] | None:
        """Return the quotation that makes up most of a sentence, if one does."""
        start, end = self.spans[at]
        for first, last in self._quoted:
            if 2 * (min(end, last) - max(start, first)) >= end - start:
                return first, last
        return None

    def _speaks(self, at: int, first: int, last: int) -> Speaker:
        """Return who speaks a quotation that is told of outside the sentence itself."""
        same = [
            n
            for n, (start, end) in enumerate(self.spans)
            if start < last and end > first
        ]
        for n in reversed(same):
            told = self._told(n) if n != at else None
            if told:
                return told
        before = same[0] - 1
        if before < 0:
            return UNNAMED
        told = self._told(before)
        if told and told.voice is not Voice.AUTHOR:
            return told
        gap = self.text[self.spans[before][1] : self.spans[same[0]][0]]
        return self._meant(same[0]) if "\n\n" not in gap else UNNAMED
