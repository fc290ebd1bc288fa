"""What of a sentence can be compared in languages other than English; pure.

Numbers, what is denied, the hedges and bounds of `_SMALL_WORDS`, and the words of a
sentence that is nearly one of the passage.
"""

from __future__ import annotations

import re

from rag.languages import stems_in
from rag.proof.claims import denies
from rag.proof.numbers import digits
from rag.proof.order import replaced
from rag.proof.paraphrase import Cited
from rag.sentences import sentence_spans

# a sentence has one of a kind where its span has, and only there
_SMALL_WORDS = {
    "de": (
        r"könnten?|dürften?|möglicherweise|vielleicht|wohl|wahrscheinlich|vermutlich",
        r"angeblich|soll(?:en)?|laut|zufolge|sagt\w*|sprecher\w*",
        r"mehr\s+als|mindestens|wenigstens",
        r"weniger\s+als|höchstens|maximal|bis\s+zu|unter",
        r"etwa|rund|ungefähr|circa|fast|knapp",
        r"alle[nrsm]?|jede[rnsm]?|immer|sämtliche\w*",
        r"meisten|mehrheit|meist",
        r"nur|bloß|lediglich|allein|ausschließlich",
        r"wenn|falls|sofern|bei|sollten?",
    ),
    "fr": (
        r"peut-être|pourrai\w+|probablement|sans\s+doute|serai\w+",
        r"plus\s+de|au\s+moins",
        r"moins\s+de|au\s+plus",
        r"environ|presque|près\s+de",
        r"tou(?:s|tes?)|chaque|toujours",
        r"plupart|majorité",
        r"seul\w*|uniquement",
        r"si",
    ),
    "es": (
        r"quizás?|podrí\w+|probablemente|tal\s+vez",
        r"más\s+de|al\s+menos",
        r"menos\s+de|como\s+máximo",
        r"casi|unos|aproximadamente|cerca\s+de",
        r"tod[oa]s?|cada|siempre",
        r"mayoría",
        r"sól?o|solo|solamente|únicamente",
        r"si",
    ),
}


def shared(language: str, sentence: str, cited: Cited) -> float:
    """Return the share (0 to 1) of the stems of a sentence that its span has."""
    said = stems_in(language, sentence)
    held = set(stems_in(language, f"{cited.text} {cited.title} {cited.author}"))
    return sum(word in held for word in said) / len(said) if said else 0.0


def differs_in(language: str, sentence: str, cited: Cited) -> str:
    """Return what a sentence says otherwise than its span, or ""."""
    text = cited.text
    if not digits(sentence, language) <= digits(f"{text} {cited.published}", language):
        return "it has a number that the passage lacks"
    sources = [text[a:b] for a, b in sentence_spans(text, language)]
    if denies(sentence, language) not in {denies(one, language) for one in sources}:
        return "only one of both denies something"
    for kind in _SMALL_WORDS.get(language, ()):
        sign = re.compile(rf"\b(?:{kind})\b", re.IGNORECASE)
        said, held = sign.search(sentence), sign.search(text)
        if bool(said) != bool(held):
            return f"only one of both says “{(said or held or [''])[0]}”"
    known = set(stems_in(language, f"{text} {cited.title} {cited.around}"))
    new, old = replaced(
        sentence, sources, lambda word: known.issuperset(stems_in(language, word))
    )
    return f"it says “{new}” where the passage says “{old}”" if new else ""
