"""Simplices cut in half: sizes, shapes, what they fill, and what their boundaries inherit."""

from itertools import combinations, permutations, product

import numpy as np
import pytest

from anodex.models.adapt.bisection import Simplices, refined


def kuhn(counts: tuple[int, ...]) -> Simplices:
    """Unit cubes, each cut into simplices along its diagonal, with tags by the cube's number; the
    facets are those in the plane x = 0, with tags by their number.
    """
    dimension = len(counts)
    corners = np.array(list(product(*(range(count + 1) for count in counts))))
    number = {tuple(corner): place for place, corner in enumerate(corners)}
    cells, tags, facets = [], [], []
    for cube, origin in enumerate(product(*(range(count) for count in counts))):
        for order in permutations(range(dimension)):
            path = [np.array(origin)]
            for axis in order:
                path.append(path[-1] + np.eye(dimension, dtype=int)[axis])
            cells.append([number[tuple(corner)] for corner in path])
            tags.append(1 + cube)
            facets += [
                side
                for side in combinations(cells[-1], dimension)
                if np.all(corners[list(side), 0] == 0)
            ]
    return Simplices(
        corners.astype(float),
        np.array(cells),
        np.array(tags),
        np.array(facets),
        1 + np.arange(len(facets)),
        np.arange(len(corners)),
    )


def near_a_corner(points: np.ndarray) -> np.ndarray:
    return 0.06 + 0.4 * np.linalg.norm(points - 0.3, axis=1)


def volumes(points: np.ndarray, simplices: np.ndarray) -> np.ndarray:
    """Of simplices of any dimension, times a factor of that dimension."""
    edges = points[simplices[:, 1:]] - points[simplices[:, :1]]
    return np.sqrt(np.linalg.det(edges @ edges.transpose(0, 2, 1)))


def sides(simplices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The facets of all cells, each once, and how many cells meet there."""
    nodes = simplices.shape[1]
    every = [simplices[:, list(side)] for side in combinations(range(nodes), nodes - 1)]
    return np.unique(np.sort(np.concatenate(every), axis=1), axis=0, return_counts=True)


@pytest.mark.parametrize("counts", [(3, 2), (2, 2, 2)], ids=["plane", "space"])
def test_cells_are_as_small_as_wanted_and_not_much_smaller(counts):
    found = refined(kuhn(counts), near_a_corner)
    ratio = found.sizes() / near_a_corner(found.points)[found.cells].min(axis=1)
    assert ratio.max() <= 1 + 1e-5
    assert np.median(ratio) > 0.65
    assert len(found.cells) > 150


@pytest.mark.parametrize("counts", [(3, 2), (2, 2, 2)], ids=["plane", "space"])
def test_cells_fill_the_same_domain_and_meet_at_whole_facets(counts):
    start = kuhn(counts)
    found = refined(start, near_a_corner)
    assert volumes(found.points, found.cells).sum() == pytest.approx(
        volumes(start.points, start.cells).sum(), rel=1e-13
    )
    assert len(np.unique(found.points, axis=0)) == len(found.points)
    facets, cells = sides(found.cells)
    assert cells.max() == 2
    # where one cell is alone, the box ends
    here = found.points[facets[cells == 1]]
    on_box = np.any(
        np.all((here == 0) | (here == np.array(counts)), axis=1) & (np.ptp(here, axis=1) == 0),
        axis=1,
    )
    assert on_box.all()


@pytest.mark.parametrize("counts", [(3, 2), (2, 2, 2)], ids=["plane", "space"])
def test_pieces_inherit_the_tags_of_what_they_lie_in(counts):
    start = kuhn(counts)
    found = refined(start, near_a_corner)
    for simplices, tags, old, old_tags in (
        (found.cells, found.cell_tags, start.cells, start.cell_tags),
        (found.facets, found.facet_tags, start.facets, start.facet_tags),
    ):
        sizes = np.bincount(tags, volumes(found.points, simplices))
        np.testing.assert_allclose(sizes, np.bincount(old_tags, volumes(start.points, old)))
    known = {tuple(side) for side in sides(found.cells)[0]}
    assert {tuple(side) for side in np.sort(found.facets, axis=1)} <= known


def test_right_isosceles_triangles_stay_such():
    """However fast sizes grow."""
    found = refined(kuhn((3, 2)), lambda x: 0.01 + 2 * np.linalg.norm(x - 0.3, axis=1))
    ends = found.points[found.cells]
    sides = np.sort(
        [np.linalg.norm(ends[:, i] - ends[:, j], axis=1) for i, j in ((0, 1), (0, 2), (1, 2))],
        axis=0,
    )
    np.testing.assert_allclose(sides[1], sides[0], rtol=1e-12)
    np.testing.assert_allclose(sides[2], np.sqrt(2) * sides[0], rtol=1e-12)


def test_tetrahedra_keep_their_shapes_however_small():
    def worst(size: float) -> float:
        found = refined(kuhn((1, 1, 1)), lambda x: size + 0.5 * np.linalg.norm(x, axis=1))
        ends = found.points[found.cells]
        longest = np.max(
            [np.linalg.norm(ends[:, i] - ends[:, j], axis=1) for i, j in combinations(range(4), 2)],
            axis=0,
        )
        return (found.sizes() / longest).min()

    assert worst(0.3) > 0.3
    assert worst(0.01) == pytest.approx(worst(0.03), rel=1e-9)


def test_cells_that_are_small_enough_stay_as_they_are():
    start = kuhn((3, 2))
    found = refined(start, lambda x: np.ones(len(x)))
    np.testing.assert_array_equal(found.cells, start.cells)


def test_a_size_that_is_not_positive_is_refused():
    with pytest.raises(ValueError, match="a size of 0 um is wanted; it must be positive"):
        refined(kuhn((1, 1)), lambda x: x[:, 0])
