"""From a model's text with markers to sentences with proofs; pure.

What a model cites is a whole passage. Here every marker becomes a citation of the one
or two sentences inside that passage that prove the sentence, or of another passage that
does, or is dropped (`prover`); what each sentence is worth `verdicts` says.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.proof.attribution import speaker_of
from rag.proof.markers import ITEM, LABEL, owner, resolved, tidy, without_markers
from rag.proof.prover import Prover
from rag.proof.verdicts import Closeness
from rag.schema import Citation, Passage, Sentence, Verdict
from rag.sentences import sentence_spans


@dataclass(frozen=True, slots=True)
class Bound:
    """An answer bound to its proofs; `notes` tell what had to be dropped."""

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    notes: tuple[str, ...]

    def words(self) -> Iterator[str]:
        """Yield the sentences as pieces of a text."""
        for sentence in self.sentences:
            yield f"{sentence.text} "


def citation(number: int, passage: Passage, start: int, end: int) -> Citation:
    """Return the citation of `passage.text[start:end]`; offsets count in the passage.

    The quote is sliced here and nowhere else, so it cannot differ from the article.
    Raises ValueError for an empty span or one that leaves the passage.
    """
    if not 0 <= start < end <= len(passage.text):
        raise ValueError(f"[{start}:{end}] is no span of a passage")
    return Citation(
        number=number,
        article_id=passage.article_id,
        version=passage.version,
        title=passage.title,
        author=passage.author,
        published=passage.published,
        source=passage.source,
        start=passage.start + start,
        end=passage.start + end,
        quote=passage.text[start:end],
        speaker=speaker_of(passage.text, start, end, passage.author),
        also_in=passage.also_in,
        page=bisect_right(passage.pages, passage.start + start) or None,
    )


class Citations:
    """The citations of one answer, numbered from 1 in the order they are added."""

    def __init__(self) -> None:
        self._by_span: dict[tuple[str, int, int, int], Citation] = {}

    def add(self, passage: Passage, start: int, end: int) -> int:
        """Cite `passage.text[start:end]`; return its number, old where it was cited."""
        new = citation(len(self._by_span) + 1, passage, start, end)
        span = (new.article_id, new.version, new.start, new.end)
        return self._by_span.setdefault(span, new).number

    def all(self) -> tuple[Citation, ...]:
        """Return the citations in the order of their numbers."""
        return tuple(self._by_span.values())


def bind(
    text: str,
    passages: Sequence[Passage],
    language: str = "en",
    closeness: Closeness | None = None,
    *,
    strike: bool = False,
) -> Bound:
    """Bind a model's `text` to `passages`, which its markers number from 1.

    `language` (ISO 639-1) says how sentences end, `closeness` how close two texts are
    in meaning. Each sentence gets its verdict and the spans that carry it: of the
    passages that it cites, or of another one where these do not prove it. A quotation
    that no passage has is restored to the article's words or loses its marks. What is
    unsupported is left out, or stays with that verdict if `strike`; notes tell of it.
    """
    notes: list[str] = []
    prover = Prover(passages, closeness)
    citations = Citations()
    sentences: list[Sentence] = []
    refuted: list[str] = []
    for sentence, numbers in _read(text, len(passages), language, notes):
        proof = prover.proof(sentence, [n - 1 for n in numbers])
        notes += proof.notes
        if proof.verdict is Verdict.UNSUPPORTED:
            refuted.append(proof.reason)
            if not strike:
                continue
        bound = [citations.add(passages[n], *span) for n, span in proof.spans]
        shown = tuple(dict.fromkeys(bound))
        sentences.append(Sentence(proof.text, shown, proof.verdict, proof.reason))
    notes += _told_of(refuted, "struck out" if strike else "withheld")
    return Bound(tuple(sentences), citations.all(), tuple(dict.fromkeys(notes)))


def _read(
    text: str, count: int, language: str, notes: list[str]
) -> Iterator[tuple[str, list[int]]]:
    """Yield each sentence of a text with the numbers of the passages that it cites."""
    plain, markers = without_markers(ITEM.sub("\n\n", text))
    spans = sentence_spans(plain, language)
    cited: list[list[int]] = [[] for _ in spans]
    for position, label in markers:
        numbers = resolved(label, count, notes)
        if spans:
            cited[owner(position, spans)] += numbers
    for (start, end), numbers in zip(spans, cited, strict=True):
        sentence = tidy(plain[start:end])
        answers = bool(numbers) and sentence[:1].isdigit()  # "When?" "1968 [1]."
        if answers or not LABEL.fullmatch(sentence):
            yield sentence, list(dict.fromkeys(numbers))


def _told_of(reasons: Sequence[str], done: str) -> list[str]:
    """Return the note that tells of unsupported sentences."""
    if not reasons:
        return []
    many = f"{len(reasons)} sentences were" if len(reasons) > 1 else "A sentence was"
    return [f"{many} {done} that the articles do not prove: {reasons[0]}."]
