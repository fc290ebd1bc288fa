"""The feeds and folders that articles come from, and what failed, as HTML."""

from collections.abc import Sequence
from html import escape
from pathlib import PurePath

from rag.index.ledger import Failure, Followed
from ui.render.pieces import button_html
from ui.render.text import written

_SHOWN = 100  # failures, the latest; the list of articles has all
_BY_ITSELF = "newsdesk is watching: what these feeds bring comes in by itself."
_NOT_BY_ITSELF = (
    "Nothing comes in by itself: no newsdesk is watching "
    '(<code translate="no">newsdesk serve --watch</code>).'
)


def sources_html(
    feeds: Sequence[Followed],
    folders: Sequence[tuple[str, bool]],
    failures: Sequence[Failure],
    articles: int,
    *,
    watched: bool,
) -> str:
    """Return whether anything comes in by itself, from where, and what failed.

    `folders` are those that this newsdesk watches, by name and whether it does so now;
    `articles` counts what can be read again.
    """
    parts = [_feeds_html(feeds, watched=watched)]
    if folders:
        rows = "".join(
            _folder_html(number, *folder) for number, folder in enumerate(folders)
        )
        parts.append(
            "<h3>Folders</h3><p>What is saved in them comes in by itself.</p>"
            f'<ul class="feeds">{rows}</ul>'
        )
    if articles:
        parts.append(
            "<h3>Read again</h3><p>The file or page of every article is read anew; "
            "what has not changed stays as it is, and nothing is embedded twice.</p>"
            f'<p class="acts">{button_html("reread-all", _all(articles))}</p>'
        )
    if failures:
        failed = "".join(map(failure_html, reversed(failures[-_SHOWN:])))
        parts.append(
            f'<h3>Could not be added ({len(failures):,})</h3><ul class="feeds">{failed}'
            f'</ul><p class="acts">{button_html("retry", "Try all again")}</p>'
        )
    return f'<div class="sources-list">{"".join(parts)}</div>'


def _feeds_html(feeds: Sequence[Followed], *, watched: bool) -> str:
    if not feeds:
        return "<h3>Feeds</h3><p>None is followed yet.</p>"
    rows = "".join(map(_feed_html, feeds))
    by_itself = _BY_ITSELF if watched else _NOT_BY_ITSELF
    return f'<h3>Feeds</h3><p>{by_itself}</p><ul class="feeds">{rows}</ul>'


def _all(articles: int) -> str:
    return f"Read all {articles:,} again" if articles > 1 else "Read the article again"


def _feed_html(feed: Followed) -> str:
    last = f"last answered {_at(feed.last_at)}" if feed.last_at else "never answered"
    when = "paused" if feed.paused else f"every {feed.every // 60} minutes"
    failed = ""
    if feed.failed:
        failed = f'<span class="wrong">Failing: {escape(feed.reason)}</span>'
    switch = _switch_html("feed", feed.title, on=not feed.paused, data_url=feed.url)
    label = f"Unfollow {feed.title}"
    out = button_html("unfollow", "Unfollow", data_url=feed.url, aria_label=label)
    return (
        f'<li><span class="work" translate="no">{escape(feed.title)}</span>'
        f'<span class="byline" translate="no">{escape(feed.url)}</span>'
        f'<span class="byline">{escape(f"{when}, {last}")}</span>{failed}'
        f'<p class="acts">{switch}{out}</p></li>'
    )


def _folder_html(number: int, name: str, on: bool) -> str:
    switch = _switch_html("folder", name, on=on, data_folder=number)
    return (
        f'<li class="folder"><span class="work" translate="no">{escape(name)}</span>'
        f'<p class="acts">{switch}</p></li>'
    )


def _switch_html(act: str, name: str, *, on: bool, **of: object) -> str:
    """Return a switch; where its knob is says what its colour does."""
    is_on, other = str(on).lower(), str(not on).lower()
    of |= {"aria_checked": is_on, "data_on": other, "aria_label": f"Watch {name}"}
    return button_html(act, "Watch", "switch", role="switch", **of)


def failure_html(failure: Failure) -> str:
    """Return what could not be added, why and when."""
    name = without_folders(failure.name, failure.name)
    reason = without_folders(failure.reason, failure.name)
    return (
        f'<li><span class="work" translate="no">{escape(name)}</span>'
        f'<span class="byline">{_at(failure.at)}: {escape(reason)}</span></li>'
    )


def without_folders(said: str, source: str) -> str:
    """Say of a file only its name: where it lies on the server is nobody's business."""
    if source.startswith(("http://", "https://")):
        return said
    return said.replace(source, PurePath(source).name)


def _at(moment: str) -> str:
    return escape(f"{written(moment[:10])}, {moment[11:16]} UTC")
