"""The collection seen from afar: each article has a place in a plane."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rag.embedding import Vectors
from rag.searcher import Searcher

Places = NDArray[np.float64]
_MEASURED = 1000  # vectors that settle the directions: 10 000 would take seconds
# Differences of this size are rounding: there is nothing to be told apart.
_ROUNDING = 1e-5


def places_of(searcher: Searcher) -> Mapping[str, tuple[float, float]]:
    """Return where each article lies, by its id: x and y from -1 to 1.

    Articles whose chunks mean the same on average lie near each other. Those without
    chunks lie nowhere.
    """
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


def projected(vectors: Vectors) -> Places:
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
    signed: Places = places * np.where(farthest < 0, -1, 1)
    return signed / (np.abs(farthest).max() or 1)
