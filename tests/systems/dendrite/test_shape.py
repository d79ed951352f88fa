"""Branches, and lithium along walls, of shapes that are drawn by hand."""

import numpy as np
import pytest

from anodex.models.systems.dendrite.observer import DendriteObserver
from anodex.models.systems.dendrite.walls import AT_WALL

PLAIN = ("geometry.protrusions=0", "geometry.porosity=0", "mechanics.enabled=false")
FRONT, WIDTH, LENGTH = 6.0, 12.0, 24.0  # um, of the box of cells of 1 um
DELTA = 3.0  # um, width of its interface


def measured(problem, lithium):
    """Numbers of a box with lithium where a function of x and y says so."""
    x, y = problem.space.tabulate_dof_coordinates()[:, :2].T
    problem.phase.x.array[:] = (x < FRONT + 1e-6) | lithium(x, y)
    return DendriteObserver(problem).measure()


def block(x, y, left, right, bottom, top):
    """Whether points lie in a box whose ends belong to it."""
    return (x > left - 1e-6) & (x < right + 1e-6) & (y > bottom - 1e-6) & (y < top + 1e-6)


@pytest.mark.parametrize("teeth", [1, 2, 3, 4])
def test_a_comb_has_as_many_branches_as_teeth(make_problem, teeth):
    def comb(x, y):
        return np.any([block(x, y, 6, 16, 3 * n, 3 * n + 1) for n in range(teeth)], axis=0)

    assert measured(make_problem(*PLAIN), comb).branches == teeth


def pair(x, y):
    return block(x, y, 6, 18, 2, 3) | block(x, y, 6, 14, 8, 9)


SHAPES = {
    "flat": (lambda x, y: x < 6, 0),
    "flat, farther": (lambda x, y: x < 15.1, 0),
    "short bumps": (lambda x, y: block(x, y, 6, 8, 2, 3) | block(x, y, 6, 8, 8, 9), 0),
    "of two lengths": (pair, 2),
    "a trunk with three twigs": (
        lambda x, y: (
            block(x, y, 6, 12, 5, 6)
            | block(x, y, 12, 13, 1, 11)
            | block(x, y, 13, 20, 1, 2)
            | block(x, y, 13, 20, 5, 6)
            | block(x, y, 13, 20, 10, 11)
        ),
        3,
    ),
    "round a pore": (
        lambda x, y: block(x, y, 6, 18, 2, 8) & ~block(x, y, 9, 14, 4, 6),
        1,
    ),
    "beside a piece that has come off": (
        lambda x, y: block(x, y, 6, 18, 2, 3) | block(x, y, 12, 18, 8, 9),
        1,
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_branches(make_problem, name):
    lithium, branches = SHAPES[name]
    assert measured(make_problem(*PLAIN), lithium).branches == branches


def test_branches_that_hang_together_across_periodic_sides_are_one(make_problem):
    def both_sides(x, y):
        return block(x, y, 6, 16, 0, 1) | block(x, y, 6, 16, 11, 12)

    assert measured(make_problem(*PLAIN), both_sides).branches == 2
    periodic = make_problem(*PLAIN, "geometry.sides=periodic")
    assert measured(periodic, both_sides).branches == 1


def test_mean_position_is_that_of_the_volume(make_problem):
    """Teeth of 10 um over a third of the width."""
    found = measured(make_problem(*PLAIN), lambda x, y: block(x, y, 6, 15, 4, 7))
    # nodes of a drawn box reach half a cell beyond it
    assert found.mean_position == pytest.approx(6.5 + 9 * 4 / 12, abs=1e-9)


def pore_in_the_middle(problem) -> None:
    """One pore of 4 um at x = 15 um, behind a diffuse wall."""
    x, y = problem.space.tabulate_dof_coordinates()[:, :2].T
    distance = 4 - np.hypot(x - 15, y - 6)
    problem.pores.x.array[:] = -np.tanh(2 * distance / DELTA)


def test_share_along_walls(make_problem):
    """Lithium in a ring about a pore, then everywhere, then far from it."""
    problem = make_problem(*PLAIN)
    pore_in_the_middle(problem)

    def ring(x, y):
        return np.abs(np.hypot(x - 15, y - 6) - 4) < DELTA - 0.2

    assert measured(problem, ring).wall_share == pytest.approx(1.0, abs=0.06)
    everywhere = measured(problem, lambda x, y: x < 30)
    assert everywhere.wall_share == pytest.approx(everywhere.wall_share_if_spread, rel=1e-9)
    far = measured(problem, lambda x, y: x < 7.5)
    assert far.wall_share < 0.02 < everywhere.wall_share
    # of the ring's area, (7^2 - 1) pi, what lies in the box
    assert 0.5 < everywhere.wall_share < 48 * np.pi / (18 * 12)


def test_walls_are_one_width_away():
    assert np.tanh(2 * DELTA / DELTA) == AT_WALL


def test_without_pores_or_lithium_there_is_no_share(make_problem):
    problem = make_problem(*PLAIN)
    assert np.isnan(measured(problem, lambda x, y: x < 12).wall_share)
    pore_in_the_middle(problem)
    problem.phase.x.array[:] = problem.composition.phase_at_start.x.array
    assert np.isnan(DendriteObserver(problem).measure().wall_share)
