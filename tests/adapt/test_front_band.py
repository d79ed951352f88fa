"""Sizes about a front, and when it is time for a new mesh."""

from dataclasses import replace

import numpy as np
import pytest
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.slab import SlabGeometry, build_slab
from anodex.models.adapt.front_band import (
    FrontBand,
    SizeRule,
    behind,
    boxes_about,
    boxes_of,
    interface_points,
)

COMM = MPI.COMM_WORLD
RULE = SizeRule(fine=1.0, coarse=16.0, band=5.0, reach=3.0, box=2.0, growth=0.5)
WALLS = SizeRule(
    fine=1.0, coarse=16.0, band=5.0, reach=3.0, box=2.0, growth=0.5,
    wall_size=4.0, wall_band=2.0, wall_reach=10.0,
)  # fmt: skip
FRONT = 20.0


def on_a_line(*x: float) -> np.ndarray:
    return np.array([[place, 8.0, 0.0] for place in x])


def plane_front(place: float = FRONT) -> np.ndarray:
    return boxes_of(np.array([[place, y] for y in np.arange(0, 16.1, 0.5)]), RULE.box)


def phase(place: float, comm: MPI.Comm = COMM) -> fem.Function:
    """A flat front, 4 um wide."""
    mesh = build_slab(SlabGeometry(length=40.0, width=16.0, cell_size=1.0), comm).mesh
    found = fem.Function(fem.functionspace(mesh, ("Lagrange", 1)))
    found.interpolate(lambda x: (1 - np.tanh((x[0] - place) / 2)) / 2)
    return found


def test_cells_are_fine_in_the_band_and_grow_beyond_it():
    band = FrontBand(RULE, plane_front())
    half_diagonal = RULE.box / np.sqrt(2)
    away = np.array([0.0, 3.0, 5.0 - half_diagonal, 12.0, 20.0])
    found = band.sizes(on_a_line(*(FRONT + away)))
    np.testing.assert_array_equal(found[:3], 1.0)
    np.testing.assert_allclose(found[3:], 1 + 0.5 * (away[3:] - 5), atol=0.5 * half_diagonal)
    assert band.sizes(on_a_line(200.0))[0] == RULE.coarse


def test_walls_are_fine_near_the_front_alone():
    band = FrontBand(WALLS, plane_front(), walls=lambda x: x[:, 1] - 8.0)
    near, far = FRONT + 8.0, FRONT + 40.0
    assert band.sizes(on_a_line(near))[0] == 1.0
    assert band.sizes(on_a_line(far))[0] == 4.0
    off = np.array([[near, 8.0 + 6.0, 0.0], [far, 8.0 - 6.0, 0.0]])
    np.testing.assert_allclose(band.sizes(off), [2.5, 4.0 + 0.5 * 4.0], atol=0.6)
    without = FrontBand(WALLS, plane_front())
    assert without.sizes(on_a_line(far))[0] == 16.0


def test_the_band_goes_on_beyond_a_periodic_side():
    boxes = boxes_of(np.array([[FRONT, 0.1]]), RULE.box)
    at_top = np.array([[FRONT, 15.0, 0.0], [FRONT, 16.0, 0.0], [FRONT, 8.0, 0.0]])
    alone, periodic = (
        FrontBand(RULE, boxes, period=period).away(at_top) for period in ((), (0.0, 16.0))
    )
    assert alone[0] > 12
    np.testing.assert_allclose(periodic[:2], [1.5, 0.7], atol=RULE.box)
    assert periodic[2] == pytest.approx(alone[2], abs=RULE.box)


def test_what_lies_far_behind_a_branch_is_hidden_and_what_lies_beside_it_is_not():
    y = np.arange(0.5, 30)
    flat = np.column_stack([np.full_like(y, 10.0), y])
    branch = np.array([[x, 2.5] for x in np.arange(10.0, 40.0)])
    points = np.concatenate([flat, branch])
    hidden = behind(points, depth=12.0, aside=4.0)
    np.testing.assert_array_equal(hidden[: len(y)], y <= 6.5)
    np.testing.assert_array_equal(hidden[len(y) :], branch[:, 0] < 39 - 12)
    around = behind(points, depth=12.0, aside=4.0, period=(0.0, 30.0))
    np.testing.assert_array_equal(around[: len(y)], (y <= 6.5) | (y >= 28.5))
    assert not behind(points, np.inf, 4.0).any()


def test_cells_about_what_is_hidden_are_larger():
    rule = replace(RULE, shaded=2.0, depth=10.0, aside=20.0)
    band = FrontBand(rule, np.concatenate([plane_front(), plane_front(FRONT + 40)]))
    found = band.sizes(on_a_line(FRONT, FRONT + 10, FRONT + 40, FRONT + 36))
    np.testing.assert_allclose(found, [2.0, 2 + 0.5 * 5, 1.0, 1.0], atol=0.75)
    np.testing.assert_array_equal(found[[0, 2, 3]], [2.0, 1.0, 1.0])
    assert band.away(on_a_line(FRONT)).max() < rule.box  # it is followed all the same


@pytest.mark.parametrize("way", [-1, 1])
def test_a_front_that_nears_the_edge_of_the_band_asks_for_a_new_mesh(way):
    band = FrontBand(RULE, plane_front())
    assert not band.left_by(on_a_line(FRONT, FRONT + way))
    assert band.left_by(on_a_line(FRONT, FRONT + 5 * way))
    assert not band.left_by(np.zeros((0, 3)))


def test_boxes_hold_the_interface_and_nothing_else():
    found = phase(FRONT)
    points = interface_points(found)
    assert COMM.allreduce(len(points)) == 7 * 17  # 3 nodes on each side of x = 20
    assert np.all(np.abs(points[:, 0] - FRONT) < 4)
    boxes = boxes_about(found, RULE.box)
    assert {tuple(box) for box in boxes_of(points[:, :2], RULE.box)} <= {
        tuple(box) for box in boxes
    }
    assert not FrontBand(RULE, boxes).left_by(points)
    assert FrontBand(RULE, boxes).away(points).max(initial=0.0) <= RULE.box / np.sqrt(2)


def test_no_point_is_farther_from_its_box_than_half_the_diagonal():
    points = np.random.default_rng(0).uniform(0, 50, (500, 3))
    far = [FrontBand(RULE, boxes_of(point[None], RULE.box)).away(point[None]) for point in points]
    assert np.max(far) <= np.sqrt(3) * RULE.box / 2
    assert np.max(far) > 0.9 * np.sqrt(3) * RULE.box / 2


@pytest.mark.smoke
def test_boxes_are_the_same_on_any_number_of_ranks():
    many, one = (boxes_about(phase(17.3, comm), RULE.box) for comm in (COMM, MPI.COMM_SELF))
    np.testing.assert_array_equal(many, one)
