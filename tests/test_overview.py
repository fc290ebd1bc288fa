"""Where articles lie on the map of a collection."""

import numpy as np
import pytest

from rag.index.overview import _MEASURED, projected


def random(count: int, dimension: int = 24, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, dimension)).astype("f4")


def test_two_directions_are_those_of_the_singular_value_decomposition():
    vectors = random(60)
    centred = vectors.astype(float) - vectors.astype(float).mean(axis=0)
    left, values, _ = np.linalg.svd(centred, full_matrices=False)
    expected = left[:, :2] * values[:2]
    places = projected(vectors)
    scale = np.abs(expected).max()
    assert np.allclose(np.abs(places), np.abs(expected) / scale)
    assert np.abs(places).max() == pytest.approx(1)
    assert (places.max(axis=0) >= -places.min(axis=0)).all()


def test_the_same_vectors_lie_in_the_same_places():
    assert (projected(random(300)) == projected(random(300))).all()


@pytest.mark.parametrize("count", [1, 2, 7])
@pytest.mark.parametrize("value", [0.0, 1.0, 0.1])
def test_equal_vectors_lie_in_the_middle(count, value):
    assert (projected(np.full((count, 24), value, "f4")) == 0).all()


def test_two_vectors_lie_on_a_line():
    places = projected(random(2))
    assert sorted(places[:, 0]) == pytest.approx([-1, 1])
    assert places[:, 1] == pytest.approx([0, 0])


def test_one_dimension_is_enough():
    places = projected(np.array([[0], [1], [5]], "f4"))
    assert places == pytest.approx(np.array([[-2 / 3, 0], [-1 / 3, 0], [1, 0]]))


def test_of_many_vectors_some_settle_the_directions():
    count = 2 * _MEASURED
    sides = np.where(np.arange(count) % 3, 1, -1)[:, np.newaxis]
    vectors = random(count) + 30 * sides * np.eye(1, 24, 5, dtype="f4")
    x = projected(vectors)[:, 0]
    assert (
        len({np.sign(one) for one in x[::3]} ^ {np.sign(one) for one in x[1::3]}) == 2
    )


def test_articles_lie_where_their_chunks_do_and_the_removed_nowhere(desk):
    for name in ("ferry", "tax", "vote"):
        desk.write(f"{name}.md", f"# The {name}\n\nThe {name} was late.\n")
    desk.ingest()
    with desk.opened() as engine:
        places = engine.places()
        assert places.keys() == {one.article_id for one in engine.articles()}
        assert len(set(places.values())) == 3
        assert engine.places() is places  # nothing is computed twice
        (desk.folder / "tax.md").unlink()
        desk.ingest(prune=True)
        assert engine.places().keys() == {one.article_id for one in engine.articles()}
        assert len(engine.places()) == 2


def test_an_empty_index_has_no_places(desk):
    desk.ingest()
    with desk.opened() as engine:
        assert engine.places() == {}
