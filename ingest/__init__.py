"""Fills the index: files to articles, chunks and vectors."""

from ingest.pipeline import Listener, Progress, ingest
from ingest.removal import remove
from ingest.report import Outcome, Report, Status

__all__ = ["Listener", "Outcome", "Progress", "Report", "Status", "ingest", "remove"]
