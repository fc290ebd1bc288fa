"""What of a sentence can be compared in languages other than English; pure.

Numbers, what is denied, the hedges and bounds of `_SMALL_WORDS`, and the words of a
sentence that is nearly one of the passage.
"""

from __future__ import annotations

import re

from rag.languages import stems_in
from rag.proof.claims import denies
from rag.proof.order import replaced
from rag.proof.paraphrase import Cited
from rag.sentences import sentence_spans
from rag.wordlist import wordlist

# two, three ... twelve
_SMALL_IN = {
    "de": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "fr": "deux trois quatre cinq six sept huit neuf dix onze douze",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez once doce",
    "it": "due tre quattro cinque sei sette otto nove dieci undici dodici",
    "nl": "twee drie vier vijf zes zeven acht negen tien elf twaalf",
    "pt": "dois três quatro cinco seis sete oito nove dez onze doze",
}
_GERMAN_TENS = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"
_GERMAN = list(
    wordlist("dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn")
) + [
    one + ("und" if one else "") + ten
    for ten in _GERMAN_TENS.split()
    for one in ["", "ein", *_SMALL_IN["de"].split()[:8]]
]  # thirteen to ninety-nine, in order
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


def digits(text: str, language: str = "") -> set[str]:
    """Return the numbers of a text in any language as digits, without separators.

    Small numbers in words are read in the languages of `_SMALL_IN`.
    """
    found = {
        re.sub(r"[.,]", "", one).lstrip("0") for one in re.findall(r"\d[\d.,]*", text)
    }
    small = _SMALL_IN.get(language, "").split() + (_GERMAN if language == "de" else [])
    words = {word.casefold() for word in re.findall(r"[^\W\d_]+", text)}
    return found | {str(n) for n, word in enumerate(small, 2) if word in words}


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
