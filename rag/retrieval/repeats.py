"""Of the copies of one story, what is shown: each thing once."""

from __future__ import annotations

import numpy as np

from rag.index.catalog import Rows
from rag.index.sameness import Marks, repeats, runs_of
from rag.index.searcher import Scores, Searcher

_READ = 40  # chunks: twice what ten passages are made of


def without_copies(searcher: Searcher, rows: Rows, scores: Scores) -> Rows:
    """Return the places of the rows that do not repeat a better one, in order.

    Only the copies of one story are compared, chunk with chunk, and one that gives
    another figure repeats nothing. The best chunks are read for that; of the others
    only what is the same letter for letter is dropped.
    """
    catalog = searcher.catalog
    owners = catalog.owners[rows]
    stories = catalog.stories[owners]
    several = np.flatnonzero(np.bincount(catalog.stories)[stories] > 1)
    if not len(several):
        return np.arange(len(rows))
    from rag.questions.slots import figures  # many patterns, few stories have copies

    several = several[np.argsort(-scores[several], kind="stable")]
    # of chunks with one text, which share a vector, the best is left
    pairs = np.stack([stories[several], catalog.vector_keys[rows[several]]])
    first = np.sort(np.unique(pairs, axis=1, return_index=True)[1])
    dropped = np.delete(several, first).tolist()
    several = several[first][:_READ]
    said: dict[int, list[tuple[int, Marks, frozenset[str]]]] = {}
    for place, chunk in zip(several, searcher.chunks(rows[several]), strict=True):
        owner, own = owners[place], (runs_of(chunk.text), figures(chunk.text))
        before = said.setdefault(int(stories[place]), [])
        if any(
            owner != other and own[1] <= numbers and repeats(own[0], runs)
            for other, runs, numbers in before
        ):
            dropped.append(int(place))
        else:
            before.append((owner, *own))
    return np.delete(np.arange(len(rows)), dropped)
