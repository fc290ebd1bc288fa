"""How soon what is saved is answerable, and what a burst costs.

A folder is watched in a thread, with the built-in embedder. Ten articles are saved one
after the other, each from its being saved until a question finds it; then 1 000 at
once, until all are in the index. Processor time is that of all threads.

    python -m benchmarks.arriving [FILES]
"""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Thread
from unittest.mock import patch

from ingest import Report
from ingest.pipeline import Run
from ingest.watch import watch
from rag import QueryEngine
from rag.config import Settings

TEXT = (
    "# Quay {n}\n\nQuay {n} was flooded on Friday, and harbour master {n} closed it.\n"
)
SINGLE = 10


def wait(what: Callable[[], bool]) -> tuple[float, float]:
    """Wait until something is so; return the seconds, and those of the processor."""
    begun, spent = time.monotonic(), time.process_time()
    while not what():
        time.sleep(0.02)
    return time.monotonic() - begun, time.process_time() - spent


def measure(folder: Path, settings: Settings, batches: list[int], count: int) -> None:
    """Save, wait and print; `batches` tells how many files came together."""

    def save(name: str) -> None:
        (folder / f"{name}.md").write_text(TEXT.format(n=name))

    wait(lambda: bool(batches))
    with QueryEngine.open(settings.index, settings=settings) as engine:

        def found(name: str) -> bool:
            passages = engine.retrieve(f"Who closed quay {name}?")
            return any(f"Quay {name} was" in one.text for one in passages)

        soon = []
        for number in range(SINGLE):
            save(f"single{number}")
            soon.append(wait(lambda: found(f"single{number}"))[0])  # noqa: B023
            time.sleep(0.5)
        print(f"one article, saved to found: {min(soon):.2f} to {max(soon):.2f} s")
        batches.clear()
        begun = time.monotonic()
        for number in range(count):
            save(f"burst{number}")
        saved = time.monotonic() - begun
        took, spent = wait(lambda: len(engine.articles()) == count + SINGLE + 1)
        wait(lambda: sum(batches) == count)
    print(
        f"{count} articles, saved within {saved:.1f} s: {took:.1f} s, {spent:.1f} s of "
        f"processor time, in batches of {', '.join(map(str, batches))}"
    )


def main() -> None:
    """Measure in a folder of its own."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    batches: list[int] = []
    over = Run.over

    def counted(run: Run, paths: Sequence[str | Path], **more: bool) -> Report:
        report = over(run, paths, **more)
        batches.append(len(report.outcomes))
        return report

    with tempfile.TemporaryDirectory() as made, patch.object(Run, "over", counted):
        folder, stop = Path(made, "articles"), Event()
        folder.mkdir()
        (folder / "first.md").write_text(TEXT.format(n="one"))
        settings = Settings(index=Path(made, "index"))
        watcher = Thread(target=watch, args=([folder], settings, stop))
        watcher.start()
        try:
            measure(folder, settings, batches, count)
        finally:
            stop.set()
            watcher.join()


if __name__ == "__main__":
    main()
