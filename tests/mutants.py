"""False sentences made from true ones, to measure what a verdict lets pass.

Every mutant is one change away from a sentence of an article, or from a paraphrase that
a person wrote, and is false of the span it cites.
"""

import hashlib
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.readers import read_file
from rag.sentences import sentence_spans
from tests import mutations, mutations_names, mutations_speech, mutations_words

TESTS = Path(__file__).parent
SEEDS = TESTS.parent / "seeds"
DATA = TESTS.parent.parent / "shared" / "data"
MOST = 110  # mutants of one kind

# a sentence, chance, and the text of its article
Operator = Callable[[str, random.Random, str], Iterator[str]]
OPERATORS: dict[str, Operator] = {
    "number": mutations.number,
    "number word": mutations.number_word,
    "date": mutations.date,
    "name": mutations_names.name,
    "unit": mutations.unit,
    "role swap": mutations_names.role_swap,
    "negation added": mutations_words.negation_added,
    "negation removed": mutations_words.negation_removed,
    "hedge dropped": mutations_words.hedge_dropped,
    "hedge to certainty": mutations_words.hedge_to_certainty,
    "comparison flipped": mutations_words.comparison,
    "quantifier": mutations_words.quantifier,
    "quotation, word replaced": mutations_speech.quotation_replaced,
    "quotation, word dropped": mutations_speech.quotation_dropped,
    "quotation, word inserted": mutations_speech.quotation_inserted,
    "attribution dropped": mutations_speech.attribution_dropped,
    "attribution swapped": mutations_speech.attribution_swapped,
}
KINDS = (*OPERATORS, "spliced halves", "wrong article")
# articles that tell the same story: what one says the other may prove
_KIN = ("barrier", "ban", "chip", "wochen", "000_")


@dataclass(frozen=True)
class Mutant:
    """A false sentence and the span it cites.

    `article` is "seeds/FILE", "squad2/ID" or "excerpts/ID" and `source` the cited span,
    verbatim; `quoted` says that `text` claims to give the article's own words.
    """

    kind: str
    article: str
    source: str
    text: str
    quoted: bool
    split: str


@dataclass(frozen=True)
class Base:
    """A true sentence, and the span of the article that proves it."""

    article: str
    source: str
    text: str
    split: str


@cache
def articles(data: Path = DATA) -> dict[str, str]:
    """Return the canonical texts of the seeds and, if they are there, of `data`."""
    texts = {
        f"seeds/{path.name}": read_file(path, path.read_bytes()).text
        for path in sorted(SEEDS.iterdir())
    }
    for folder in ("squad2", "excerpts"):
        path = data / folder / "articles.jsonl"
        for line in path.read_text("utf-8").splitlines() if path.exists() else ():
            article = json.loads(line)
            texts[f"{folder}/{article['id']}"] = article["text"]
    return texts


@cache
def paraphrases(file: str = "paraphrases.jsonl") -> tuple[Base, ...]:
    """Return the faithful paraphrases that were written by hand."""
    lines = (TESTS / "data" / file).read_text("utf-8").splitlines()
    found = map(json.loads, lines)
    return tuple(Base(p["from"], p["source"], p["text"], p["split"]) for p in found)


@cache
def falsehoods() -> tuple[Mutant, ...]:
    """Return the false sentences that were written by hand, as a model makes them."""
    lines = (TESTS / "data" / "falsehoods.jsonl").read_text("utf-8").splitlines()
    found = map(json.loads, lines)
    return tuple(
        Mutant(p["kind"], p["from"], p["source"], p["text"], False, p["split"])
        for p in found
    )


def _rank(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


_UNFIT = re.compile(
    r"\n|<unk>| @|^[-*|#>=]|\[citation|— |\[|^[a-z]|\?|THE PRESIDENT|AUDIENCE| {2}|"
    r"\(.*\("
    r"|^\W*(?:I|We|You|Folks|And|Because|This article)\b|^[\"“][^\"”]*$|"
    r"^[^\"“]*[\"”]$| [.,](?: |$)"
)


def _fit(sentence: str) -> bool:
    marks = len(re.findall(r'["“”»«]', sentence))
    return (
        40 <= len(sentence) <= 280
        and sentence[-1] in '."”«'
        and marks % 2 == 0
        and not _UNFIT.search(sentence)
    )


def sentences(data: Path = DATA) -> list[Base]:
    """Return the sentences of all articles that can be changed safely."""
    known = {p.source: p.split for p in paraphrases()}
    found = []
    for article, text in articles(data).items():
        for start, end in sentence_spans(text, "de" if "wochen" in article else "en"):
            words = text[start:end]
            if _fit(words):
                half = "dev" if int(_rank(words)[0], 16) % 2 else "unseen"
                split = next((s for whole, s in known.items() if words in whole), half)
                found.append(Base(article, words, words, split))
    return found


def _kin(one: str, other: str) -> bool:
    return one == other or all(any(k in name for k in _KIN) for name in (one, other))


def _shared(one: str, other: str) -> int:
    return len(set(re.findall(r"\w{4,}", one)) & set(re.findall(r"\w{4,}", other)))


@dataclass(frozen=True)
class _Pool:
    """All true sentences, and what stands around them."""

    sentences: list[Base]
    by_article: dict[str, list[str]]
    texts: dict[str, str]


def _made(kind: str, base: Base, pool: _Pool) -> Iterator[Mutant]:
    rng = random.Random(_rank(kind, base.text))  # noqa: S311  # made-up texts
    near = pool.texts.get(base.article, "")
    if kind == "wrong article":
        some = rng.sample(pool.sentences, 80)
        others = [b for b in some if not _kin(b.article, base.article)]
        cited = max(others, key=lambda other: _shared(other.text, base.text))
        yield Mutant(kind, cited.article, cited.source, base.text, False, base.split)
        return
    quoted = kind.startswith("quotation")
    if quoted and base.text != base.source:
        return  # a paraphrase holds nobody's own words
    if kind == "spliced halves":
        same = pool.by_article.get(base.article, [])
        others = [other.text for other in rng.sample(pool.sentences, 80)]
        texts = mutations_speech.spliced(base.text, same, others, rng)
    else:
        texts = OPERATORS[kind](base.text, rng, near)
    for made in texts:
        text = re.sub(r" {2,}", " ", made)
        bare = text.strip('"')
        if bare != base.text and bare not in base.source and bare not in near:
            yield Mutant(kind, base.article, base.source, text, quoted, base.split)


@cache
def mutants(data: Path = DATA) -> tuple[Mutant, ...]:
    """Return the mutants of all kinds, at most MOST of a kind, always the same ones.

    The paraphrases and the seeds come in beside the other articles: of each base the
    first mutant of a kind is taken before a second of any.
    """
    true = sentences(data)
    by_article: dict[str, list[str]] = defaultdict(list)
    for base in true:
        by_article[base.article].append(base.text)
    pool = _Pool(true, by_article, articles(data))
    chosen: list[Mutant] = []
    for kind in KINDS:
        rounds: dict[int, list[Mutant]] = defaultdict(list)
        for base in (*paraphrases(), *true):
            for turn, mutant in enumerate(_made(kind, base, pool)):
                rounds[turn].append(mutant)
        order = [m for turn in sorted(rounds) for m in _mixed(rounds[turn])]
        chosen += list(dict.fromkeys(order))[:MOST]
    return tuple(chosen)


def _mixed(found: list[Mutant]) -> list[Mutant]:
    """Order by turns of the two splits and of seeds and others, else at random."""
    ranked = sorted(found, key=lambda m: _rank(m.kind, m.source, m.text))
    places: Counter[tuple[str, bool]] = Counter()
    keyed = []
    for mutant in ranked:
        group = (mutant.split, mutant.article.startswith("seeds/"))
        keyed.append((places[group], group, mutant))
        places[group] += 1
    return [mutant for *_, mutant in sorted(keyed, key=lambda k: k[:2])]
