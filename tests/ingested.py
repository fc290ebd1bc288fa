"""What an ingest reported, for tests."""

from pathlib import Path

from ingest import Report, Status

FERRY = "The ferry was late because of fog.\n"


def statuses(report: Report) -> dict[str, Status]:
    """Return what became of each file, by its name."""
    return {Path(one.source).name: one.status for one in report.outcomes}


def failure(report: Report) -> str:
    """Return why the only failed article failed, which must be one sentence."""
    (failed,) = report.failed
    assert failed.reason.endswith(".")
    assert "\n" not in failed.reason
    return failed.reason
