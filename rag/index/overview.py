"""The map of the collection: article vectors projected onto a plane (PCA)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Vectors
from rag.index.searcher import Searcher

# Where articles lie, by their ids: x and y from -1 to 1.
Places = Mapping[str, tuple[float, float]]

_MEASURED = 1000  # vectors that settle the directions: 10 000 would take seconds
# Differences of this size are rounding: there is nothing to be told apart.
_ROUNDING = 1e-5


class Overview:
    """Keeps the places of the state of a collection that was last asked for."""

    def __init__(self) -> None:
        self._known: tuple[Searcher, Places] | None = None

    def places(self, searcher: Searcher) -> Places:
        """Return where the live articles lie; those without chunks lie nowhere.

        Articles whose chunks mean the same on average lie near each other.
        """
        known = self._known
        if known is None or known[0] is not searcher:
            known = self._known = (searcher, _places(searcher))
        return known[1]


def _places(searcher: Searcher) -> Places:
    catalog = searcher.catalog
    order = np.argsort(catalog.owners, kind="stable")
    owners, first = np.unique(catalog.owners[order], return_index=True)
    if not len(owners):
        return {}
    means = [
        searcher.vectors.matrix(rows).mean(axis=0)
        for rows in np.split(order, first[1:])
    ]
    found = projected(np.stack(means)).tolist()
    ids = [catalog.articles[owner].article_id for owner in owners]
    return {one: (x, y) for one, (x, y) in zip(ids, found, strict=True)}


def projected(vectors: Vectors) -> NDArray[np.float64]:
    """Project vectors (one a row) onto the two directions in which they differ most.

    These are the first two principal components, of many vectors those of some, evenly
    chosen. The result has one row per vector and is scaled to -1 to 1, both directions
    alike. The sign of a component means nothing: the entry farthest from 0 is made
    positive, so that equal vectors give equal places.
    """
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    count = len(centred)
    some = centred[np.linspace(0, count - 1, min(count, _MEASURED)).astype(int)]
    # of one spectrum with the covariance, and small however long the vectors are
    axes = some.T @ np.linalg.eigh(some @ some.T)[1][:, :-3:-1]
    lengths = np.linalg.norm(axes, axis=0)
    places = np.zeros((count, 2))
    told = lengths > max(_ROUNDING, _ROUNDING * lengths.max())
    places[:, : len(told)][:, told] = centred @ (axes[:, told] / lengths[told])
    farthest = places[np.abs(places).argmax(axis=0), [0, 1]]
    signed: NDArray[np.float64] = places * np.where(farthest < 0, -1, 1)
    return signed / (np.abs(farthest).max() or 1)
