"""The feeds that are followed, and what could not be added, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import PurePath

from rag.ledger import Failure, Followed
from ui.render import written

_SHOWN = 100  # failures, the latest


def sources_html(
    feeds: Sequence[Followed], failures: Sequence[Failure], *, watched: bool
) -> str:
    """Return whether anything comes in by itself, from where, and what failed."""
    by_itself = (
        "newsdesk is watching: what these feeds bring comes in by itself."
        if watched
        else "Nothing comes in by itself: no newsdesk is watching "
        '(<code translate="no">newsdesk serve --watch</code>).'
    )
    rows = "".join(map(_feed_html, feeds))
    parts = ["<h3>Feeds</h3>"]
    if rows:
        parts.append(f'<p>{by_itself}</p><ul class="feeds">{rows}</ul>')
    else:
        parts.append("<p>None is followed yet.</p>")
    if failures:
        failed = "".join(map(_failure_html, reversed(failures[-_SHOWN:])))
        parts.append(
            f'<h3>Could not be added ({len(failures):,})</h3><ul class="feeds">{failed}'
            '</ul><p class="acts"><button type="button" class="plain" '
            'data-act="retry">Try all again</button></p>'
        )
    return f'<div class="sources-list">{"".join(parts)}</div>'


def _feed_html(feed: Followed) -> str:
    last = f"last answered {_at(feed.last_at)}" if feed.last_at else "never answered"
    about = f"every {feed.every // 60} minutes, {last}"
    failed = ""
    if feed.failed:
        failed = f'<span class="wrong">Failing: {escape(feed.reason)}</span>'
    return (
        f'<li><span class="work" translate="no">{escape(feed.title)}</span>'
        f'<span class="byline" translate="no">{escape(feed.url)}</span>'
        f'<span class="byline">{escape(about)}</span>{failed}'
        f'<p class="acts"><button type="button" class="plain" data-act="unfollow" '
        f'data-url="{escape(feed.url)}" aria-label="Unfollow {escape(feed.title)}">'
        "Unfollow</button></p></li>"
    )


def _failure_html(failure: Failure) -> str:
    # where a file lies on the server is nobody's business
    name = failure.name
    if not name.startswith(("http://", "https://")):
        name = PurePath(name).name
    reason = failure.reason.replace(failure.name, name)
    return (
        f'<li><span class="work" translate="no">{escape(name)}</span>'
        f'<span class="byline">{_at(failure.at)}: {escape(reason)}</span></li>'
    )


def _at(moment: str) -> str:
    return escape(f"{written(moment[:10])}, {moment[11:16]} UTC")
