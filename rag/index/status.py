"""The status of an index: what is in it, how large it is, whether it is well."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from rag.index import index as projections
from rag.index.index import Index
from rag.index.vectors import VectorProjection

WELL = "ok"


@dataclass(frozen=True, slots=True)
class Status:
    """The state of an index at one moment.

    `articles` and `chunks` are live, `versions` and `vectors` all that are kept.
    `bytes` gives the size of each part on disk. `last_change` and `last_at` are number
    and time (UTC, ISO 8601) of the last change, 0 and "" in an empty index. `lag` says
    how far each projection is behind: "words" in changes, "vectors" in chunks that are
    searched exactly until Chroma is built again, 0 while they are few. `health` is "ok"
    or a sentence.
    """

    articles: int
    versions: int
    chunks: int
    vectors: int
    bytes: dict[str, int]
    last_change: int
    last_at: str
    lag: dict[str, int]
    embedder: str
    health: str


def status(index: Index) -> Status:
    """Look at an index without changing it."""
    ledger = index.ledger
    vectors = VectorProjection(index.folder / "vectors")
    vectors.reload()
    index.words.reload()
    faults = {"words": index.words.fault, "vectors": vectors.fault}
    unbuilt = ledger.vectors.churn(since=vectors.generation.seq)
    sizes = {name: _size(index.folder / name) for name in (*faults, "uploads")}
    return Status(
        **asdict(ledger.counts()),
        bytes={"ledger": ledger.size()} | sizes,
        lag={
            "words": ledger.changes_after(index.words.applied),
            "vectors": unbuilt if unbuilt > projections.SEARCHED_EXACTLY else 0,
        },
        embedder=ledger.vectors.embedder() or "",
        health=_health(faults, ledger.unfinished_purge()),
    )


def _health(faults: dict[str, str], half_purged: str | None) -> str:
    if half_purged:
        return f"The purge of {half_purged} was cut off; finish it: newsdesk doctor."
    for name, fault in faults.items():
        if fault:
            return (
                f"The {name} are damaged ({fault}); the next question, or newsdesk "
                "doctor, makes them anew from the ledger."
            )
    return WELL


def _size(folder: Path) -> int:
    sizes = 0
    for path in folder.rglob("*"):
        try:
            sizes += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:  # a writer is replacing it
            continue
    return sizes
