"""How well an index answers, as the lines of a table and as an HTML report."""

from collections.abc import Sequence
from html import escape

from rag.evaluation.estimates import Bounds, Estimate, Run

_MISSES = 100  # shown in a report
_STYLE = """
body{font:16px/1.5 Georgia,serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse}td{text-align:left;padding:.15rem 1.5rem .15rem 0}
svg{width:100%;font:13px sans-serif}dt{font-weight:bold;margin-top:1rem}dd{margin:0}
"""

HEADER = ("measure", "value [95 % interval]", "questions", "change since the last run")


def row(one: Estimate) -> tuple[str, str, str, str]:
    """Return a measure as the cells below HEADER."""
    change = _said(one.change, "+") if one.change else ""
    return one.name, _said(one.now), str(one.questions), change


def _said(figure: Bounds, sign: str = "-") -> str:
    form = f"{sign}.0f" if abs(figure.value) > 1 else f"{sign}.3f"
    return f"{figure.value:{form}} [{figure.low:{form}}, {figure.high:{form}}]"


def report_html(run: Run, found: Sequence[Estimate], notes: Sequence[str]) -> str:
    """Return the run as one page that needs nothing else, with plots of the intervals.

    What articles and questions say passes `escape`.
    """
    shares = [one for one in found if one.now.high <= 1]
    changes = [(one.name, one.change) for one in shares if one.change]
    reach = max((max(-one.low, one.high) for _, one in changes), default=0) or 0.1
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
        for cells in (HEADER, *map(row, found))
    )
    misses = "".join(
        f"<dt>{escape(one.question)}</dt><dd>{escape(one.how)}; nearest: "
        f"{escape(one.nearest)}</dd>"
        for one in run.misses[:_MISSES]
    )
    parts = [
        f"<h1>newsdesk eval, {escape(run.at[:19])} UTC</h1>",
        *(f"<p>{escape(note)}</p>" for note in notes),
        _plot([(one.name, one.now) for one in shares], 0.0, 1.0),
        "<h2>Changes</h2>" + _plot(changes, -reach, reach) if changes else "",
        f"<table>{rows}</table><h2>Misses: {len(run.misses)}</h2>",
        f"<p>At most {_MISSES} are shown.</p><dl>{misses}</dl>",
    ]
    return (
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>newsdesk eval'
        f"</title><style>{_STYLE}</style><body>{''.join(parts)}</body></html>\n"
    )


def _plot(points: Sequence[tuple[str, Bounds]], least: float, most: float) -> str:
    """Return an SVG of the values and intervals on a scale from `least` to `most`."""

    def x(value: float) -> str:
        return f"{260 + 500 * (value - least) / (most - least):.1f}"

    ticks = [least + (most - least) * part / 4 for part in range(5)]
    bottom = 22 * len(points) + 8
    drawn = [
        f'<path d="M{x(at)} 4V{bottom}" stroke="#ddd"/>'
        f'<text x="{x(at)}" y="{bottom + 16}" text-anchor="middle">{at:.2g}</text>'
        for at in ticks
    ]
    for at, (name, figure) in enumerate(points):
        y = 22 * at + 18
        drawn.append(
            f'<text x="0" y="{y + 4}">{escape(name)}</text>'
            f'<path d="M{x(figure.low)} {y}H{x(figure.high)}" stroke="#06c"/>'
            f'<circle cx="{x(figure.value)}" cy="{y}" r="5" fill="#06c"/>'
        )
    return f'<svg viewBox="0 0 800 {bottom + 24}" role="img">{"".join(drawn)}</svg>'
