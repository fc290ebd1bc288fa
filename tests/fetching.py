"""Fetching from the web server of a test; for tests."""

import pytest

from ingest.fetch import Fetched, Fetcher, FetchError, Stamp
from tests.web import Web

HTML = frozenset({"text/html"})


def polite(web: Web, **limits: float) -> Fetcher:
    """Fetch from the test's server, and from nothing else that is not public."""
    given = {"pause": 0.0, **limits}
    return Fetcher(
        limit=int(given.pop("limit", 1_000_000)), allowed=[web.host], **given
    )


def get(web: Web, path: str, stamp: Stamp | None = None, **limits: float) -> Fetched:
    """Return a page of the test's server."""
    return polite(web, **limits).get(web.url(path), HTML, stamp)


def refusal(web: Web, path: str, **limits: float) -> str:
    """Return why a page is not fetched."""
    with pytest.raises(FetchError) as caught:
        get(web, path, **limits)
    return str(caught.value)
