"""What is proved of a sentence of an answer; pure: no model, no index, no embedder.

A sentence is held against the spans that it cites. The rules, in this order:

1. A question, a greeting, a line such as "Here is what the articles say:" claims
   nothing.
2. What stands in a span word for word, as whole sentences, is quoted.
3. What is told in other words is supported where nothing differs that changes what is
   said, and enough is alike. It must not differ in numbers, units and bounds
   (`amounts`), names (`names`), what is denied, hedged or limited
   (`claims`, `hedges`), words that exclude one another (`meanings`), who does what to
   whom (`order`). It must not speak of its task. Alike are
   the words, and the meaning where its closeness is given.
4. Several spans may each prove a clause of a sentence, not half a clause; one that
   begins with "which" or "it" only the span that proves the clause before it.
5. It is partly supported where a clause is, where the passage says it less surely, or
   where it is somebody's word and the sentence states it as a fact.
6. Everything else is unsupported.

The rules know English. A sentence in another language is supported only where most
of its words are the passage's, meaning is very close and none of a few small words
(`foreign`) differs; one that is not in the language of its passage is
partly supported at best, by numbers, names and closeness.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag.languages import ENGLISH, in_another_language
from rag.proof.claims import WORD, clauses, content, denies, telling
from rag.proof.foreign import differs_in, digits, shared
from rag.proof.meanings import stem
from rag.proof.names import names
from rag.proof.numbers import amounts
from rag.proof.order import shortened
from rag.proof.paraphrase import Cited, attributed, coverage, difference, weakening
from rag.schema import Verdict
from rag.sentences import sentence_spans
from rag.wordlist import wordlist

Closeness = Callable[[str, str], float]
"""How close two texts are in meaning, as the cosine of multilingual-e5-small."""

# Figures in docs/answers.md. Without closeness the words must do.
_COVERED = 0.5
# The more words are shared, the nearer the meaning must be: who makes up a falsehood
# takes its words from the passage. Fitted on the halves marked `dev` of tests/data.
# What only leaves words out need not be so near, but nothing may be further.
_WORDS, _MEANS, _LEAST, _FEW = 0.2, 0.7375, 0.87, 0.3
# Words that are not the passage's: a long sentence is near to whatever is on its
# subject, a rambling one tells more. Of 560 proved paraphrases one in 200 has more.
_OWN = 7.0
# a clause of so many words must be found by itself
_TELLING, _CLAUSE, _CLAUSE_CLOSE = 3, 0.3, 0.84
_ABROAD_CLOSE = 0.86
# a clause whose subject is told in the one before it
_LEANS = re.compile(
    r"(?:which|who|whose|this|these|those|it|he|she|they|its|his|her|their|such)\b",
    re.IGNORECASE,
)
_FOREIGN_COVERED, _FOREIGN_CLOSE, _FOREIGN_PARTLY = 0.5, 0.95, 0.4
_QUESTION = re.compile(
    r"\?[^\w?]*$|^\W*(?:how|why|when|where|what|who)\s+(?:do|does|did)\b", re.IGNORECASE
)
_TELLING_QUESTION = re.compile(
    r"\bdid\s+you\s+know\b|n\Wt\s+(?:it|he|she|they|that)\?|\bright\?|\bis\s+it\s+not\b",
    re.IGNORECASE,
)
# what may answer a question without any word that means something
_ANSWERS = re.compile(
    r"\b(?:yes|no|is|are|was|were|do|does|did|has|have|had|will|would|can)\b",
    re.IGNORECASE,
)
# a sentence of nothing but these says nothing about the world
_FRAME = frozenset(
    map(
        stem,
        wordlist("""
        here article articles passage passages source sources text texts author answer
        answers question questions summary summarise summarize short brief following
        follows follow below above based according information provided provide provides
        given key main point points list listed details note sure certainly course okay
        ok hello hi hey welcome thanks thank you're please hope helps help let know
        glad happy addition conclusion contrast overall finally
        first firstly second secondly third lastly next moreover furthermore therefore
        thus hence meanwhile however nevertheless otherwise sum mention mentioned
        citation needed
        """),
    )
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, and its reason in words ("" where nothing is amiss)."""

    verdict: Verdict
    reason: str = ""

    @property
    def proved(self) -> bool:
        """Whether the sentence may be shown as what the articles say."""
        return self.verdict in (Verdict.QUOTED, Verdict.SUPPORTED)


_SUPPORTED = Judgement(Verdict.SUPPORTED)


def judge(  # noqa: PLR0911  # one return a rule
    sentence: str, cited: Sequence[Cited], closeness: Closeness | None = None
) -> Judgement:
    """Return what `cited` proves of `sentence`, one sentence of an answer."""
    if not claims(sentence):
        return Judgement(Verdict.NOT_A_CLAIM)
    if any(verbatim(sentence, one.text, one.language) for one in cited):
        return Judgement(Verdict.QUOTED)
    best = Judgement(Verdict.UNSUPPORTED, "no passage is cited")
    for n, one in enumerate(cited):
        found = _told(sentence, one, closeness)
        if found.proved:
            return found
        if not n or found.verdict is Verdict.PARTLY_SUPPORTED != best.verdict:
            best = found
    clauses_said = parts(sentence)
    partly = best.verdict is Verdict.PARTLY_SUPPORTED
    if len(clauses_said) < 2 or (partly and len(cited) < 2):
        return best
    proved = _proved(clauses_said, cited, closeness)
    if all(proved) and len(cited) > 1:
        return _SUPPORTED
    told = [part for part, good in zip(clauses_said, proved, strict=True) if good]
    if _most(told, sentence) and not (partly or _rambles(sentence, cited)):
        lacking = clauses_said[proved.index(set()) if not all(proved) else -1]
        reason = f"it is not found that “{lacking.strip(' ,.;')}”"
        return Judgement(Verdict.PARTLY_SUPPORTED, reason)
    return best


def _proved(
    said: Sequence[str], cited: Sequence[Cited], closeness: Closeness | None
) -> list[set[int]]:
    """Return for each clause which spans prove it."""
    proved = [
        {n for n, one in enumerate(cited) if _told(part, one, closeness).proved}
        for part in said
    ]
    for at, part in enumerate(said[1:], start=1):
        if _LEANS.match(part):  # only the span that tells of whom
            proved[at] &= proved[at - 1]
    return proved


def _rambles(sentence: str, cited: Sequence[Cited]) -> bool:
    """Whether a sentence has more words of its own than all spans account for."""
    whole = replace(cited[0], text="\n".join(one.text for one in cited))
    return (1 - coverage(sentence, whole)) * len(content(sentence)) > _OWN


def _most(some: Sequence[str], sentence: str) -> bool:
    """Whether clauses have half of the words of their sentence or more."""
    words = len(content(sentence))
    return bool(some) and 2 * sum(len(content(one)) for one in some) >= words


def claims(sentence: str) -> bool:
    """Whether a sentence says something that could be wrong."""
    if _QUESTION.search(sentence):
        return _TELLING_QUESTION.search(sentence) is not None
    words = content(sentence)
    framed = all(word in _FRAME for word in words)
    named = any(not one.first for one in names(sentence))
    says = not framed or named or amounts(sentence) or denies(sentence, ENGLISH)
    answers = re.match(r"\W*(?:yes|no)\b", sentence, re.IGNORECASE)
    return bool(says or answers or (not words and _ANSWERS.search(sentence)))


def verbatim(
    sentence: str, text: str, language: str = ENGLISH
) -> tuple[int, int] | None:
    """Return where `text` has `sentence` word for word, as whole sentences of it.

    White space may differ, and the sentence may stand between quotation marks.
    """
    for said in (sentence, _unquoted(sentence)):
        words = [re.escape(word) for word in said.split()]
        if not words:
            continue
        spans = sentence_spans(text, language)
        starts, ends = {start for start, _ in spans}, {end for _, end in spans}
        for found in re.finditer(r"\s+".join(words), text):
            if found.start() in starts and found.end() in ends:
                return found.span()
    return None


def _unquoted(sentence: str) -> str:
    found = re.fullmatch(r"\s*[\"“„«]([^\"“”„«»]+)[\"“”»]\s*", sentence)
    return found[1].strip() if found else ""


def parts(sentence: str) -> list[str]:
    """Return the clauses of a sentence that can stand alone: with a subject each."""
    found: list[str] = []
    for part in clauses(sentence):
        stripped = re.sub(r"^(?:and|but|while|whereas|although|though)\s+", "", part)
        words = WORD.findall(stripped)
        alone = len(content(stripped)) > 1 and (
            words[0][0].isupper()
            or words[0].casefold() in ("the", "a", "an", "it", "he", "she", "they")
            or len(words) > 3
        )
        if alone or not found:
            found.append(stripped)
        else:
            found[-1] += f", {part}"
    return found


def _told(  # noqa: PLR0911  # one return a rule
    sentence: str, cited: Cited, closeness: Closeness | None
) -> Judgement:
    """Judge a sentence as a paraphrase of one span."""
    close = _near(sentence, cited, closeness) if closeness else 0.0
    if in_another_language(sentence, cited.language):
        return _abroad(sentence, cited, close)
    if cited.language != ENGLISH:
        return _foreign(sentence, cited, close)
    covered = coverage(sentence, cited)
    enough = (
        covered >= _COVERED
        if closeness is None
        else _means(close, covered, shortened(sentence, cited.text))
    )
    if not enough or (1 - covered) * len(content(sentence)) > _OWN:
        return Judgement(Verdict.UNSUPPORTED, "the passage says little of this")
    if why := difference(sentence, cited):
        return Judgement(Verdict.UNSUPPORTED, why)
    if alien := _unfound(sentence, cited, closeness):
        reason = f"it is not found that “{alien.strip(' ,.;')}”"
        mostly = not _most([alien], sentence)
        verdict = Verdict.PARTLY_SUPPORTED if mostly else Verdict.UNSUPPORTED
        return Judgement(verdict, reason)
    if why := weakening(sentence, cited):
        return Judgement(Verdict.PARTLY_SUPPORTED, why)
    return _SUPPORTED


def _unfound(sentence: str, cited: Cited, closeness: Closeness | None) -> str:
    """Return a clause of which the span says nothing, or ""."""
    several = clauses(sentence)
    for clause in several if len(several) > 1 else ():
        words = [word for word in content(clause) if not word.isdecimal()]
        if len(words) < _TELLING or coverage(clause, cited) >= _CLAUSE:
            continue
        if closeness is None or _near(clause, cited, closeness) < _CLAUSE_CLOSE:
            return clause
    return ""


def _near(sentence: str, cited: Cited, closeness: Closeness) -> float:
    """Return how close in meaning a sentence is to its span.

    The mean of the closeness to the whole and to the clauses that tell it: a short
    sentence may tell little of a long span.
    """
    whole = closeness(sentence, cited.text)
    part = telling(sentence, cited.text)
    return (whole + max(whole, closeness(sentence, part))) / 2


def _means(close: float, covered: float, shorter: bool) -> bool:
    """Whether words and meaning are near enough for a paraphrase."""
    near = shorter or close - _WORDS * covered >= _MEANS
    return near and close >= _LEAST and covered >= _FEW


def _foreign(sentence: str, cited: Cited, close: float) -> Judgement:
    """Judge a sentence in the language of its span, which is not English."""
    if why := differs_in(cited.language, sentence, cited):
        return Judgement(Verdict.UNSUPPORTED, why)
    share = shared(cited.language, sentence, cited)
    if share >= _FOREIGN_COVERED and close >= _FOREIGN_CLOSE:
        why = attributed(sentence, cited)
        return Judgement(Verdict.PARTLY_SUPPORTED, why) if why else _SUPPORTED
    if share >= _FOREIGN_PARTLY:
        reason = "it is told in other words, which are not compared in this language"
        return Judgement(Verdict.PARTLY_SUPPORTED, reason)
    return Judgement(Verdict.UNSUPPORTED, "the passage says little of this")


def _abroad(sentence: str, cited: Cited, close: float) -> Judgement:
    """Judge a sentence that is in another language than its span."""
    numbers = digits(sentence) <= digits(f"{cited.text} {cited.published}")
    if close < _ABROAD_CLOSE or not numbers:
        return Judgement(Verdict.UNSUPPORTED, "the passage is in another language")
    reason = "the passage is in another language; only meaning and numbers agree"
    return Judgement(Verdict.PARTLY_SUPPORTED, reason)
