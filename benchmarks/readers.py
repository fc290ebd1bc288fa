"""MB/s by kind of file, without embedding, beside the bare library's.

The same text (that of seeds/, some 200 kB) is written as each kind and read in turns by
newsdesk (bytes to articles, by the process that reads apart where it does) and by what
it reads it with, alone. MB of text per second of processor time, that of the other
process included:

    python -m benchmarks.readers
"""

import csv
import email.policy
import io
import json
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import trafilatura
from defusedxml import ElementTree
from pypdf import PdfReader

from ingest.readers import SEVERAL, apart, read_file
from ingest.readers.parts import read_parts
from tests.files import DOCX, EML, EPUB, GATES, MHTML, ODT, PAGE, packed, pdf

ROUNDS = 7
FOLDER = Path(__file__).parents[1] / "seeds"
LIMIT = 10_000_000


def paragraphs() -> list[str]:
    """Return the paragraphs of seeds/, a few times, without what markup is made of."""
    texts = [path.read_text("utf-8") for path in sorted(FOLDER.iterdir())]
    found = [" ".join(one.split()) for text in texts for one in text.split("\n\n")]
    drop = dict.fromkeys(map(ord, "<>&()\\"))
    return [one.translate(drop) for one in found] * 4


def files(said: list[str]) -> dict[str, bytes]:
    """Return these paragraphs as a file of each kind."""
    text = "\n\n".join(said)
    page = PAGE.replace(GATES, "</p><p>".join(said))
    words = text.encode("latin-1", "ignore").decode("latin-1").split()
    lines = [" ".join(words[at : at + 12]) for at in range(0, len(words), 12)]
    sheets = [lines[at : at + 45] for at in range(0, len(lines), 45)]
    records = [{"id": n, "title": one[:40], "text": one} for n, one in enumerate(said)]
    table = io.StringIO()
    rows = csv.DictWriter(table, ["id", "title", "text"])
    rows.writeheader()
    rows.writerows(records)

    def office(frame: dict[str, str], between: str) -> bytes:
        joined = between.join(said)
        return packed({name: one.replace(GATES, joined) for name, one in frame.items()})

    return {
        ".txt": text.encode(),
        ".md": text.encode(),
        ".html": page.encode(),
        ".mhtml": MHTML.replace(PAGE, page).encode(),
        ".eml": EML.replace(GATES, text).encode(),
        ".pdf": pdf(*(") Tj 0 -14 Td (".join(sheet) for sheet in sheets)),
        ".docx": office(DOCX, "</w:t></w:r></w:p><w:p><w:r><w:t>"),
        ".odt": office(ODT, "</text:p><text:p>"),
        ".epub": office(EPUB, "</p><p>"),
        ".json": json.dumps(records).encode(),
        ".jsonl": "".join(json.dumps(one) + "\n" for one in records).encode(),
        ".csv": table.getvalue().encode(),
        ".zip": packed({f"{n}.txt": one for n, one in enumerate(said)}),
    }


def message(raw: bytes, kind: str) -> bytes:
    """Return the part of a message that is of this kind."""
    found = email.message_from_bytes(raw, policy=email.policy.default)
    part = next(one for one in found.walk() if one.get_content_type() == kind)
    return bytes(part.get_payload(decode=True))  # type: ignore[arg-type]


def xml(raw: bytes, *names: str) -> str:
    """Return all text of files in an archive."""
    archive = zipfile.ZipFile(io.BytesIO(raw))
    roots = [ElementTree.fromstring(archive.read(name)) for name in names]
    return "".join("".join(root.itertext()) for root in roots)


def unpacked(raw: bytes) -> list[str]:
    """Return all files of an archive."""
    archive = zipfile.ZipFile(io.BytesIO(raw))
    return [archive.read(name).decode() for name in archive.namelist()]


def pages(raw: bytes) -> list[str]:
    """Return the text of the pages of a PDF."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(raw)).pages]


# the library, and how it is called alone
BARE: dict[str, tuple[str, Callable[[bytes], object]]] = {
    ".txt": ("bytes.decode", bytes.decode),
    ".md": ("bytes.decode", bytes.decode),
    ".html": ("trafilatura.extract", trafilatura.extract),
    ".mhtml": (
        "email, trafilatura.extract",
        lambda raw: trafilatura.extract(message(raw, "text/html")),
    ),
    ".eml": ("email", lambda raw: message(raw, "text/plain")),
    ".pdf": ("pypdf", pages),
    ".docx": ("zipfile, defusedxml", lambda raw: xml(raw, "word/document.xml")),
    ".odt": ("zipfile, defusedxml", lambda raw: xml(raw, "content.xml")),
    ".epub": (
        "zipfile, defusedxml",
        lambda raw: xml(raw, "OPS/a.xhtml", "OPS/b c.xhtml"),
    ),
    ".json": ("json", json.loads),
    ".jsonl": ("json", lambda raw: [*map(json.loads, raw.splitlines())]),
    ".csv": ("csv", lambda raw: [*csv.reader(io.StringIO(raw.decode()))]),
    ".zip": ("zipfile", unpacked),
}


def ours(path: Path, raw: bytes) -> None:
    """Read a file as an ingest does, short of splitting and embedding it."""
    if path.suffix not in SEVERAL:
        read_file(path, raw)
        return
    with path.open("rb") as opened:
        for part in read_parts(path, opened, LIMIT, {}):
            part.read()


def spent() -> float:
    """Return the processor time of this process and of the one that reads apart."""
    worker = getattr(apart._own, "worker", None)  # noqa: SLF001
    # what Linux calls the clock of another process
    other = time.clock_gettime((~worker.pid << 3) | 2) if worker else 0.0
    return time.process_time() + other


def main() -> None:
    """Measure all kinds in turns; print a table."""
    said = paragraphs()
    size = sum(map(len, said)) / 1e6
    taken: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(ROUNDS + 1):
            for kind, raw in files(said).items():
                path = Path(folder, f"a{kind}")
                path.write_bytes(raw)
                bare = BARE[kind][1]
                for who, read in (("ours", ours), ("bare", lambda _, raw: bare(raw))):  # noqa: B023
                    begun = spent()
                    read(path, raw)
                    if turn:  # the first imports and starts
                        taken.setdefault((kind, who), []).append(spent() - begun)
    print(f"{size:.2f} MB of text, best of {ROUNDS}")
    print("| kind | newsdesk, MB/s | alone, MB/s | ratio | alone is |")
    print("|---|---|---|---|---|")
    for kind, (name, _) in BARE.items():
        own, other = (size / min(taken[kind, who]) for who in ("ours", "bare"))
        ratio = f"{own / other:.2g}"
        print(f"| `{kind}` | {own:.2g} | {other:.2g} | {ratio} | {name} |")


if __name__ == "__main__":
    main()
