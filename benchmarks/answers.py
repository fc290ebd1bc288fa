"""How well newsdesk answers, cites and refuses, with and without a model.

    python -m benchmarks.answers [--questions 400] [--with-model 40] [--keep DIR]

Reads ../shared/data (its README defines the measures) and does what `newsdesk eval`
does with so many questions of each kind; asks those that can be answered of all
articles but the one that answers them, too. Then a real small language model on
loopback writes the answers to some of them. Citations are checked against the files
that were ingested, by rules of this file and not by those of newsdesk. `--keep` keeps
articles and index for the next run, writes risk_coverage.svg there, and sentences.jsonl
with all that the model's answers show as fact, to be read by a person.
"""

import argparse
import json
import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ingest import ingest, remove
from rag import QueryEngine
from rag.config import Settings
from rag.evaluation.estimates import AUROC, Run, estimates
from rag.evaluation.measures import Question, ask, read_questions
from rag.schema import Answer, Citation, Verdict
from tests.servers import running

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
_WORD = re.compile(r"[^\W\d_]{4,}")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<=[a-z,;:] )[A-Z]\w+")
_SHARE = 0.6  # of a sentence's longer words that its citations must have


def main() -> None:
    """Index the articles, ask, and print the measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--with-model", type=int, default=40)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder: Path = given.keep or Path(temporary)
        paths = _write_articles(folder / "articles")
        settings = Settings(index=folder / "index", model="none")
        ingest(list(paths.values()), settings=settings)
        file = folder / "questions.jsonl"
        file.write_text("\n".join(map(json.dumps, _drawn(given.questions))), "utf-8")
        with QueryEngine.open(settings=settings) as engine:
            questions = read_questions(file, engine)[0]
            run = ask(engine, questions)
            for one in estimates(run):
                now = one.now
                print(f"{one.name:<32} {now.value:.3f} [{now.low:.3f}, {now.high:.3f}]")
            answerable = [one for one in questions if one.answerable]
            _print_cited(_answers(engine, answerable), "without a model")
            _print_elsewhere(engine, settings, paths, answerable, run)
        (folder / "risk_coverage.svg").write_text(_plot(_risks(run)), "utf-8")
        if given.with_model:
            _ask_model(folder, settings, answerable[: given.with_model])


def _write_articles(folder: Path) -> dict[str, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for kind in ("squad2", "excerpts"):
        for line in (DATA / kind / "articles.jsonl").read_text("utf-8").splitlines():
            article = json.loads(line)
            paths[article["id"]] = folder / f"{article['id']}.txt"
            paths[article["id"]].write_text(article["text"], encoding="utf-8")
    return paths


def _drawn(count: int) -> list[dict[str, Any]]:
    """Return so many questions that can be answered, and as many that only seem so."""
    lines = (DATA / "squad2" / "questions.jsonl").read_text("utf-8").splitlines()
    questions = [json.loads(line) for line in lines]
    random.Random(0).shuffle(questions)  # noqa: S311  # a fixed sample, no secret
    by_kind = [
        [one for one in questions if one["answerable"] == kind]
        for kind in (True, False)
    ]
    return [one for kind in by_kind for one in kind[:count]]


def _answers(engine: QueryEngine, questions: Sequence[Question]) -> list[Answer]:
    return [engine.query(one.text) for one in questions]


def _print_elsewhere(
    engine: QueryEngine,
    settings: Settings,
    paths: dict[str, Path],
    questions: Sequence[Question],
    run: Run,
) -> None:
    """Ask each question of all articles but its own: another subject to them."""
    scores, refused = [], []
    for path in paths.values():
        article_id = remove(str(path), settings=settings).article_id
        for one in (one for one in questions if one.article_id == article_id):
            answer = engine.query(one.text)
            refused.append(answer.refused)
            scores.append(engine.weigh(one.text, answer.passages).score)
        ingest([path], settings=settings)
    own = np.array([score for score, good in run.rows[AUROC].values() if good])
    other = np.array(scores)[:, np.newaxis]
    wins = np.mean((own > other) + 0.5 * (own == other))
    print(f"{'another subject, AUROC':<32} {wins:.3f}")
    print(f"{'another subject, refused':<32} {np.mean(refused):.3f}")


def _risks(run: Run) -> list[tuple[float, float]]:
    """Return (coverage, risk) as ever less sure answers are given.

    Coverage is the share of all questions that are answered, risk the share of these
    that have no answer, or not in the first 400 characters.
    """
    told = run.rows["short answer"]
    sure = sorted(run.rows[AUROC].items(), key=lambda row: -row[1][0])
    wrong = np.cumsum([not told.get(key, (0, 0))[0] for key, _ in sure])
    counts = np.arange(1, len(sure) + 1)
    shares = zip(counts / len(sure), wrong / counts, strict=True)
    return [(float(coverage), float(risk)) for coverage, risk in shares]


def _plot(risks: Sequence[tuple[float, float]]) -> str:
    """Return risk over coverage as an SVG."""
    points = " ".join(f"{60 + 400 * x:.1f},{240 - 400 * y:.1f}" for x, y in risks)
    marks = []
    for tenth in range(6):
        y = 240 - 40 * tenth
        marks.append(f'<path d="M60 {y}H460" stroke="#ccc"/>')
        marks.append(f'<text x="52" y="{y + 4}" text-anchor="end">.{tenth}</text>')
        x = 60 + 80 * tenth
        marks.append(
            f'<text x="{x}" y="258" text-anchor="middle">{tenth / 5:.1f}</text>'
        )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 520 290" '
        'font-family="sans-serif" font-size="12">\n'
        "<title>The share of wrong answers over that of questions answered</title>\n"
        '<rect width="520" height="290" fill="#fff"/>\n'
        + "\n".join(marks)
        + f'\n<polyline points="{points}" fill="none" stroke="#1b6ca8" '
        'stroke-width="2"/>\n<text x="260" y="280" text-anchor="middle">coverage</text>'
        '\n<text x="60" y="24">risk</text>\n</svg>\n'
    )


def _ask_model(folder: Path, settings: Settings, questions: list[Question]) -> None:
    with running("chat") as url:
        with_model = settings.model_copy(
            update={"model": "smollm2", "openai_base_url": url, "timeout": 300}
        )
        with QueryEngine.open(settings=with_model) as engine:
            answers = _answers(engine, questions)
    _print_cited(answers, "with a model")
    read = [json.dumps(row) for answer in answers for row in _shown(answer)]
    (folder / "sentences.jsonl").write_text("\n".join(read), "utf-8")


def _shown(answer: Answer) -> Iterator[dict[str, Any]]:
    numbered = {one.number: one.quote for one in answer.citations}
    for one in answer.sentences:
        yield {
            "question": answer.question,
            "sentence": one.text,
            "verdict": one.verdict,
            "quotes": [numbered[n] for n in one.citations],
        }


def _print_cited(answers: Sequence[Answer], how: str) -> None:
    """Print citation recall and precision (Liu, Zhang and Liang 2023).

    Recall is the share of the sentences shown as fact that their citations carry,
    precision that of the citations that carry something of their sentence.
    """
    carried, carrying = [], []
    for answer in answers:
        numbered = {one.number: one for one in answer.citations}
        for sentence in answer.sentences:
            quotes = [_read(numbered[n]) for n in sentence.citations]
            if sentence.verdict in (Verdict.QUOTED, Verdict.SUPPORTED):
                carried.append(_carries(" ".join(quotes), sentence.text))
                carrying += [_bears(quote, sentence.text) for quote in quotes]
    shown = sum(not one.refused for one in answers)
    print(f"{how}: {shown} of {len(answers)} answered, {len(carried)} cited sentences")
    for name, values in (("recall", carried), ("precision", carrying)):
        print(f"{f'citation {name}, {how}':<32} {np.mean(values):.3f}")


def _read(citation: Citation) -> str:
    """Return what the file has where the citation points; the files are plain text."""
    return Path(citation.source).read_text("utf-8")[citation.start : citation.end]


def _carries(quotes: str, sentence: str) -> bool:
    """Whether its numbers, its names and most of its words stand in the quotes."""
    exact = set(_NUMBER.findall(sentence)) | set(_NAME.findall(sentence))
    words, held = _stems(sentence), _stems(quotes)
    enough = not words or len(words & held) / len(words) >= _SHARE
    return enough and all(one in quotes for one in exact)


def _bears(quote: str, sentence: str) -> bool:
    words = _stems(sentence)
    return not words or len(words & _stems(quote)) >= min(2, len(words))


def _stems(text: str) -> set[str]:
    return {word[:6].lower() for word in _WORD.findall(text)}


if __name__ == "__main__":
    main()
