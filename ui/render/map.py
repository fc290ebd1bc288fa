"""The map of the collection: a point for each article, as SVG."""

from collections.abc import Sequence
from html import escape

import numpy as np

from rag.index.overview import Places
from rag.schema import ArticleSummary
from ui.render.plot import Series, described, signed
from ui.render.text import written

_DRAWN = 600  # points: more are neither told apart nor scrolled past quickly
_FEW = 100  # points have room to be larger
_WIDTH, _HEIGHT, _MARGIN = 640, 420, 24


def map_html(articles: Sequence[ArticleSummary], places: Places) -> str:
    """Return where these articles lie among all that have a place; each opens.

    Of many, some are drawn, evenly chosen.
    """
    placed = [one for one in articles if one.article_id in places]
    if not placed:
        return '<p class="note">None of these articles has a place on the map.</p>'
    series = Series.of(articles)
    at = np.linspace(0, len(placed) - 1, min(len(placed), _DRAWN)).astype(int)
    drawn_at = _stretched(places)
    # from left to right, for the arrow keys
    drawn = sorted((*drawn_at[placed[n].article_id], n) for n in at.tolist())
    radius = 10 if len(drawn) <= _FEW else 6
    points = "".join(
        _point_svg(placed[n], left, top, radius, series, tab=not number)
        for number, (left, top, n) in enumerate(drawn)
    )
    return (
        f'<figure class="plot"><svg class="map" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        'role="group" aria-label="Map of the articles; those about the same lie near '
        f'each other. The arrow keys lead from one to the next.">{points}</svg>'
        f"<figcaption>{series.legend_html()}{_told(placed, drawn)}</figcaption>"
        "</figure>"
    )


def _told(placed: Sequence[ArticleSummary], drawn: Sequence[object]) -> str:
    said = "Articles that are about the same lie near each other."
    if len(drawn) < len(placed):
        said += (
            f" {len(drawn):,} of {len(placed):,} are drawn, evenly chosen; search or "
            "filter to see all of a part. The list below has all."
        )
    return f'<p class="note">{said}</p>'


def _stretched(places: Places) -> dict[str, tuple[float, float]]:
    """Return where all articles are drawn: the whole width and height is used."""
    found = np.array(list(places.values()))
    low, high = found.min(axis=0), found.max(axis=0)
    share = np.where(
        high > low, (found - low) / np.where(high > low, high - low, 1), 0.5
    )
    room = np.array([_WIDTH, _HEIGHT]) - 2 * _MARGIN
    drawn = (_MARGIN + share * room).tolist()
    return {one: (x, y) for one, (x, y) in zip(places, drawn, strict=True)}


def _point_svg(  # noqa: PLR0913  # what a point is drawn from
    one: ArticleSummary,
    left: float,
    top: float,
    radius: int,
    series: Series,
    *,
    tab: bool,
) -> str:
    return (
        '<a href="#article" translate="no" data-act="open" '
        f'data-article="{escape(one.article_id)}" '
        f"{described(one.title, signed(one), tab, written(one.published))}>"
        f'<circle class="s{series.place(one)}" cx="{left:.1f}" cy="{top:.1f}" '
        f'r="{radius}"/></a>'
    )
