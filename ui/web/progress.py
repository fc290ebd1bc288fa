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

    What could not be read comes first, lest it be missed below hundreds that were.
    `work` returns what is to be told in the end, too; each line is put through `shown`.
    It is finished even where the visitor has left.
    """
    failed: list[str] = []
    lines: list[str] = []
    # with the list that it stays in; what only passes has none
    told: SimpleQueue[tuple[str, list[str] | None] | None] = SimpleQueue()

    listener = Listener(
        progress=lambda now: told.put((_share(now), None)),
        outcome=lambda one: told.put(
            (_line(one), failed if one.status is Status.FAILED else lines)
        ),
        waiting=lambda said: told.put((said, None)),
    )

    def run() -> None:
        try:
            for line in work(listener):
                told.put((line, lines))
        except Exception as error:  # noqa: BLE001  # whatever it is, the visitor hears
            told.put((sentence(error), failed))
        told.put(None)

    Thread(target=run, daemon=True).start()  # an end in the middle does no harm
    now = "Reading …"
    yield report_html([now])
    while one := told.get():
        now, kept = shown(one[0]), one[1]
        if kept is not None:
            kept.append(now)
            now = f"{len(failed) + len(lines)} done …"
        if told.empty():
            yield report_html([*failed[-_LINES:], *lines[-_LINES:], now])
    yield report_html([*failed[-_LINES:], *lines[-_LINES:]])


def _share(now: Progress) -> str:
    share = f"{100 * now.done / now.total:.0f} %" if now.total else ""
    return f"Reading {PurePath(now.source).name} … {share}"


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
