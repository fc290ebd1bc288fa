"""What the timeline and the map have in common: who published what, in colours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from rag.schema import ArticleSummary
from ui.render.text import byline

_COLOURED = 5  # names with a colour of their own: the eye tells no more apart
_OTHERS, _NOBODY = "all others", "no publisher"


@dataclass(frozen=True, slots=True)
class Series:
    """The names that are told apart, the most frequent first, and the others."""

    names: tuple[str, ...]

    @classmethod
    def of(cls, articles: Sequence[ArticleSummary]) -> Series:
        """Take the names that most articles have."""
        counts = Counter(map(_name, articles))
        ranked = sorted(counts, key=lambda name: (-counts[name], name))
        if len(ranked) <= _COLOURED + 1:
            return cls(tuple(ranked))
        return cls((*ranked[:_COLOURED], _OTHERS))

    def place(self, one: ArticleSummary) -> int:
        """Return the number of the name of an article."""
        name = _name(one)
        return self.names.index(name) if name in self.names else len(self.names) - 1

    def legend_html(self) -> str:
        """Return what colour stands for whom."""
        rows = "".join(
            f'<li><span class="swatch s{at}"></span>{_own(name)}</li>'
            for at, name in enumerate(self.names)
        )
        return f'<ul class="legend" aria-label="Colours">{rows}</ul>'


def _own(name: str) -> str:
    """Return a name as HTML: somebody's stays as it is in every language."""
    no = "" if name in {_OTHERS, _NOBODY} else ' translate="no"'
    return f"<span{no}>{escape(name)}</span>"


def _name(one: ArticleSummary) -> str:
    return one.publisher or one.author or _NOBODY


def described(title: str, about: str, tab: bool, published: str = "") -> str:
    """Return the attributes of a point or bar: what it is called, where a sheet says.

    Only one of a plot is reached by the tabulator; the arrow keys lead to the others.
    """
    label = ", ".join(filter(None, (title, about, published)))
    return (
        f'data-title="{escape(title)}" data-byline="{escape(about)}" '
        f'data-published="{escape(published)}" '
        f'aria-label="{escape(label)}" tabindex="{0 if tab else -1}"'
    )


def signed(one: ArticleSummary) -> str:
    """Return who published an article."""
    return byline(one.author, "", one.publisher)
