"""When the articles were published, by whom: stacked bars, as SVG."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.questions.scope import Scope
from rag.schema import ArticleSummary
from ui.render.plot import Series, described

_MONTH = re.compile(r"(\d{4})-(\d\d)")
_LENGTHS = (1, 3, 12, 60, 120, 1200)  # months of a bar
_BARS = 150  # a longer time has longer bars
_LEAST = 12  # bars, or a single one would be as wide as the page
_HEIGHT = 100


@dataclass(frozen=True, slots=True)
class _Bar:
    """Some months; a month is counted from that of the year 0."""

    start: int
    length: int
    counts: tuple[int, ...]  # one for each of the series

    @property
    def since(self) -> str:
        return _iso(self.start)

    @property
    def until(self) -> str:
        return _iso(self.start + self.length - 1)

    @property
    def name(self) -> str:
        first, last = _named(self.start), _named(self.start + self.length - 1)
        if self.length == 12:
            return str(self.start // 12)
        return first if self.length == 1 else f"{first} to {last}"


def timeline_html(articles: Sequence[ArticleSummary], chosen: Scope) -> str:
    """Return when these articles were published; `chosen` dates are marked.

    A bar chooses its months; one that is chosen shows all again.
    """
    months = [_month(one.published) for one in articles]
    dated = [at for at in months if at is not None]
    undated = len(articles) - len(dated)
    if not dated:
        return '<p class="note">None of these articles has a date.</p>'
    series = Series.of(articles)
    first, last = min(dated), max(dated)
    fitting = (one for one in _LENGTHS if last // one - first // one < _BARS)
    bars = _bars(articles, months, series, next(fitting, _LENGTHS[-1]))
    said = "article has" if undated == 1 else "articles have"
    note = f'<p class="note">{undated:,} {said} no date and cannot be drawn.</p>'
    left = note * bool(undated)
    return (
        f'<figure class="plot">{_svg(bars, series, chosen)}{_axis(bars)}'
        f"<figcaption>{series.legend_html()}{left}</figcaption></figure>"
    )


def _month(published: str) -> int | None:
    found = _MONTH.match(published)
    if not found or not 1 <= int(found[2]) <= 12:
        return None
    return 12 * int(found[1]) + int(found[2]) - 1


def _bars(
    articles: Sequence[ArticleSummary],
    months: Sequence[int | None],
    series: Series,
    length: int,
) -> list[_Bar]:
    counts = Counter(
        (month // length, series.place(one))
        for one, month in zip(articles, months, strict=True)
        if month is not None
    )
    last = max(at for at, _ in counts)
    first = min(*(at for at, _ in counts), max(0, last - _LEAST + 1))
    places = range(len(series.names))
    return [
        _Bar(at * length, length, tuple(counts[at, place] for place in places))
        for at in range(first, last + 1)
    ]


def _svg(bars: Sequence[_Bar], series: Series, chosen: Scope) -> str:
    highest = max(sum(bar.counts) for bar in bars)
    first = next(at for at, bar in enumerate(bars) if any(bar.counts))
    drawn = "".join(
        _bar_svg(bar, at, highest, series, chosen, tab=at == first)
        for at, bar in enumerate(bars)
        if any(bar.counts)
    )
    most = f"{highest:,} article{'s' * (highest != 1)}"
    return (
        f'<p class="scale" aria-hidden="true">{most}</p>'
        f'<svg class="timeline" viewBox="0 0 {len(bars)} {_HEIGHT}" '
        f'preserveAspectRatio="none" role="group" aria-label="Articles by date, from '
        f"{bars[0].name} to {bars[-1].name}; the highest bar has {most}. The arrow "
        f'keys lead from bar to bar.">{drawn}</svg>'
    )


def _bar_svg(  # noqa: PLR0913  # what a bar is drawn from
    bar: _Bar, at: int, highest: int, series: Series, chosen: Scope, *, tab: bool
) -> str:
    parts, top = [], float(_HEIGHT)
    for place, count in enumerate(bar.counts):
        if count:
            height = _HEIGHT * count / highest
            top -= height
            parts.append(
                f'<rect class="s{place}" x="{at + 0.1:.1f}" y="{top:.2f}" '
                f'width="0.8" height="{height:.2f}"/>'
            )
    of = ", ".join(
        f"{name} {count:,}"
        for name, count in zip(series.names, bar.counts, strict=True)
        if count
    )
    total = sum(bar.counts)
    about = f"{total:,} article{'s' * (total != 1)}: {of}"
    since, until = bar.since, bar.until
    only = (chosen.published_from, chosen.published_to) == (since, until)
    dimmed = bool(chosen) and not _touches(bar, chosen)
    return (
        f'<a href="#shelf" role="button" class="bar{" dimmed" * dimmed}" '
        f'aria-pressed="{str(only).lower()}" data-act="period" '
        f'data-since="{since}" data-until="{until}" {described(bar.name, about, tab)}>'
        f'<rect class="whole" x="{at}" y="0" width="1" height="{_HEIGHT}"/>'
        f"{''.join(parts)}</a>"
    )


def _touches(bar: _Bar, chosen: Scope) -> bool:
    """Whether some day of a bar is among the chosen dates."""
    since, until = chosen.published_from, chosen.published_to
    starts_late = until and bar.since[: len(until)] > until[: len(bar.since)]
    ends_early = since and bar.until[: len(since)] < since[: len(bar.until)]
    return not starts_late and not ends_early


def _axis(bars: Sequence[_Bar]) -> str:
    shown = [bars[0], bars[len(bars) // 2], bars[-1]]
    names = "".join(f"<span>{_named(bar.start)}</span>" for bar in shown)
    return f'<p class="axis" aria-hidden="true">{names}</p>'


def _iso(month: int) -> str:
    return f"{month // 12:04}-{month % 12 + 1:02}"


def _named(month: int) -> str:
    year = max(month // 12, 1)
    return f"{dt.date(year, month % 12 + 1, 1):%B} {year}"
