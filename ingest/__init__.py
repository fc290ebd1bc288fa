"""Fills the index: files and pages to articles, chunks and vectors."""

from ingest.listener import Listener, Progress
from ingest.pipeline import ingest
from ingest.purging import Purged, purge
from ingest.reembedding import reembed
from ingest.removal import reinstate, remove
from ingest.report import Outcome, Report, Status
from ingest.retrying import reread, retry

__all__ = [
    "Listener",
    "Outcome",
    "Progress",
    "Purged",
    "Report",
    "Status",
    "ingest",
    "purge",
    "reembed",
    "reinstate",
    "remove",
    "reread",
    "retry",
]
