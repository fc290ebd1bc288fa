"""Fills the index: files to articles, chunks and vectors."""

from ingest.pipeline import Listener, Progress, ingest
from ingest.report import Outcome, Report, Status

__all__ = ["Listener", "Outcome", "Progress", "Report", "Status", "ingest"]
