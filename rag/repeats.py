"""Of the copies of one story, what is shown: each thing once."""

from __future__ import annotations

import numpy as np

from rag.catalog import Rows
from rag.sameness import Marks, repeats, runs_of
from rag.searcher import Scores, Searcher
from rag.slots import figures


def without_copies(searcher: Searcher, rows: Rows, scores: Scores) -> Rows:
    """Return the places of the rows that do not repeat a better one, in order.

    Only the copies of one story are compared, chunk with chunk, and one that gives
    another figure repeats nothing.
    """
    catalog = searcher.catalog
    owners = catalog.owners[rows]
    stories = catalog.stories[owners]
    found, counts = np.unique(stories, return_counts=True)
    several = np.flatnonzero(np.isin(stories, found[counts > 1]))
    several = several[np.argsort(-scores[several], kind="stable")]
    said: dict[int, list[tuple[int, Marks, frozenset[str]]]] = {}
    dropped = []
    for place, chunk in zip(several, searcher.chunks(rows[several]), strict=True):
        owner, own = owners[place], (runs_of(chunk.text), figures(chunk.text))
        before = said.setdefault(int(stories[place]), [])
        if any(
            owner != other and own[1] <= numbers and repeats(own[0], runs)
            for other, runs, numbers in before
        ):
            dropped.append(place)
        else:
            before.append((owner, *own))
    return np.delete(np.arange(len(rows)), dropped)
