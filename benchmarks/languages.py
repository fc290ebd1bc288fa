"""Questions in German and French about English articles, beside the English ones.

Sixteen questions of ../shared/data/squad2 with translations written for this, and
everything asked of the index of its articles that this makes:

    python benchmarks/languages.py
"""

import json
import tempfile
from collections import Counter
from pathlib import Path

from ingest import ingest
from rag import QueryEngine
from rag.config import Settings
from rag.questions.scope import Scope

DATA = Path(__file__).parents[2] / "shared/data/squad2"
# the beginning of a question's id, then the question in German and in French
QUESTIONS = """\
ae56bb3f49|Wer legt die Tagesordnung für die Arbeit der EU fest?\
|Qui fixe l'ordre du jour des travaux de l'UE ?
e4aabb6949|Wer war Margaretes Ehemann?|Qui était le mari de Marguerite ?
7fdfee2ba6|Welches Netz wurde von den Franzosen entworfen?\
|Quel réseau a été conçu par les Français ?
deaf51c04a|An welchem Ende des Sächsischen Gartens liegt das Grab des \
unbekannten Soldaten?\
|À quelle extrémité du Jardin de Saxe se trouve la tombe du soldat inconnu ?
58db946e08|Wie viele Menschen kommen zum Wianki-Fest an das Ufer der Weichsel?\
|Combien de personnes se rassemblent au bord de la Vistule pour la fête de Wianki ?
d33146673c|Wie hieß die Yuan-Dynastie auf Mongolisch?\
|Comment la dynastie Yuan s'appelait-elle en mongol ?
db455d89b1|Durch welches Gebiet reisten zwei Töchter des Triton?\
|À travers quoi deux filles de Triton ont-elles voyagé ?
d020f14b1f|Welche Maßnahmen der Yuan missfielen den Muslimen?\
|Quelles mesures des Yuan déplaisaient aux musulmans ?
5a1a4bc2cd|Wie baute Turabi eine starke wirtschaftliche Grundlage auf?\
|Comment Tourabi a-t-il bâti une base économique solide ?
eb0cafb5cc|Was verursacht in Industrieländern eine geschwächte Immunabwehr?\
|Quelles sont les causes d'une immunité affaiblie dans les pays développés ?
ff752f2bba|Wie heißen die antimikrobiellen Peptide, die Eukaryoten zur Abwehr dienen?\
|Comment appelle-t-on les peptides antimicrobiens qui défendent les eucaryotes ?
b72dac03cd|Wie hieß das erste Netz von Internet2?\
|Comment s'appelait le premier réseau d'Internet2 ?
aa672d60ba|Was ist ein Hauptvorteil des Rankine-Kreisprozesses?\
|Quel est le principal avantage du cycle de Rankine ?
fcc45fc602|Was war die offizielle Staatsideologie von Zia-ul-Haq?\
|Quelle était l'idéologie officielle de l'État de Zia-ul-Haq ?
24ad03eacb|Was fügte Watt zwischen 1763 und 1775 zu Newcomens Maschine hinzu?\
|Qu'est-ce que Watt a ajouté à la \
machine de Newcomen entre 1763 et 1775 ?
e3a7d6288a|Wer ist derzeit Präsident des Rates?\
|Qui est actuellement président du Conseil ?
"""


def main() -> None:
    """Print hit@1, hit@5 and how many were answered, by language."""
    lines = (DATA / "questions.jsonl").read_text("utf-8").splitlines()
    known = {one["id"][:10]: one for one in map(json.loads, lines)}
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "articles"
        files.mkdir()
        for line in (DATA / "articles.jsonl").read_text("utf-8").splitlines():
            one = json.loads(line)
            (files / f"{one['id']}.txt").write_text(one["text"], "utf-8")
        ingest([files], Path(folder) / "index")
        settings = Settings(index=Path(folder) / "index", model="none")
        with QueryEngine.open(settings=settings) as engine:
            places: dict[str, list[int]] = {"English": [], "German": [], "French": []}
            answered: Counter[tuple[str, str]] = Counter()
            for line in QUESTIONS.splitlines():
                key, german, french = line.split("|")
                asked = (known[key]["question"], german, french)
                for name, question in zip(places, asked, strict=True):
                    places[name].append(first(engine, question, known[key]))
                    answered[name, "held"] += not engine.query(question).refused
                    away = engine.query(question, scope=others(engine, known[key]))
                    answered[name, "away"] += not away.refused
    for name, found in places.items():
        hits = [sum(place < k for place in found) for k in (1, 5)]
        print(
            f"{name}: hit@1 {hits[0]}, hit@5 {hits[1]}, answered "
            f"{answered[name, 'held']}, without the article that has the answer "
            f"{answered[name, 'away']} of {len(found)}"
        )


def others(engine: QueryEngine, gold: dict[str, object]) -> Scope:
    """Return all articles but the one that answers."""
    away = [x for x in engine.articles() if Path(x.source).stem != gold["article"]]
    return Scope(articles=tuple(one.article_id for one in away))


def first(engine: QueryEngine, question: str, gold: dict[str, object]) -> int:
    """Return the place of the first of ten passages that holds a gold span, else 10."""
    spans = gold["answers"]
    for place, one in enumerate(engine.retrieve(question, limit=10)):
        if Path(one.source).stem == gold["article"] and any(
            one.start <= start and end <= one.end for start, end, _ in spans
        ):
            return place
    return 10


if __name__ == "__main__":
    main()
