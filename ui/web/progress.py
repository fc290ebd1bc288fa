"""What an ingest does, told on the page while it does it."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePath
from queue import SimpleQueue
from threading import Thread

from ingest import Listener, Outcome, Progress, Status
from ui.render.html import report_html
from ui.render.sources import without_folders
from ui.web.acts import sentence

_LINES = 200  # the latest are shown
Work = Callable[[Listener], Iterable[str]]


def reported(work: Work, shown: Callable[[str], str] = str) -> Iterator[str]:
    """Do the work in a thread; yield what is told of it, a line for each article.

    `work` returns what is to be told in the end, too; each line is put through `shown`.
    It is finished even where the visitor has left.
    """
    told: SimpleQueue[tuple[str, bool] | None] = SimpleQueue()  # lasting or passing

    def progress(now: Progress) -> None:
        share = f"{100 * now.done / now.total:.0f} %" if now.total else ""
        told.put((f"Reading {PurePath(now.source).name} … {share}", False))

    listener = Listener(
        progress=progress,
        outcome=lambda one: told.put((_line(one), True)),
        waiting=lambda said: told.put((said, False)),
    )

    def run() -> None:
        try:
            for line in work(listener):
                told.put((line, True))
        except Exception as error:  # noqa: BLE001  # whatever it is, the visitor hears
            told.put((sentence(error), True))
        told.put(None)

    Thread(target=run, daemon=True).start()  # an end in the middle does no harm
    lines: list[str] = []
    now = "Reading …"
    yield report_html([now])
    while one := told.get():
        said, lasting = shown(one[0]), one[1]
        if lasting:
            lines.append(said)
        now = f"{len(lines)} done …" if lasting else said
        if told.empty():
            yield report_html([*lines[-_LINES:], now])
    yield report_html(lines[-_LINES:])


def _line(outcome: Outcome) -> str:
    name = outcome.title or PurePath(outcome.source).name
    remark = f" ({outcome.reason})" if outcome.reason else ""
    match outcome.status:
        case Status.ADDED:
            return f"Added: {name}{remark}"
        case Status.CHANGED:
            return f"New version: {name}{remark}"
        case Status.UNCHANGED | Status.MOVED:
            return f"Already there: {name}"
    # where a file lies on the server is nobody's business
    return without_folders(outcome.reason, outcome.source)
