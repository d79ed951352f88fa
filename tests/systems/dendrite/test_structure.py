"""The front of the lithium with its protrusions, and the pores of the electrolyte."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.meshes.slab import SlabGeometry
from anodex.models.errors import InputError
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.precheck import precheck
from anodex.models.systems.dendrite.structure import first_phase, pore_indicator

COMM = MPI.COMM_WORLD
NO_BUMPS = "geometry.protrusions=0"


def grid(length: float, width: float, step: float, height: float = 0.0) -> np.ndarray:
    """Points of a plane, shape (points, 3)."""
    x, y = np.meshgrid(
        np.arange(0, length + step / 2, step), np.arange(0, width + step / 2, step), indexing="ij"
    )
    return np.column_stack([x.ravel(), y.ravel(), np.full(x.size, height)])


def front(case, across: np.ndarray, aside: float = 0.0) -> np.ndarray:
    """Place along x where the phase field is one half, at places across."""
    x = np.linspace(0, case.geometry.length, 24_001)
    places = []
    for y in across:
        phase = first_phase(case, np.column_stack([x, np.full_like(x, y), np.full_like(x, aside)]))
        places.append(np.interp(-0.5, -phase, x))
    return np.array(places)


def test_flat_front_has_the_profile_at_rest(small_case):
    points = grid(24, 12, 0.5)
    phase = first_phase(small_case(NO_BUMPS), points)
    np.testing.assert_allclose(phase, (1 - np.tanh(2 * (points[:, 0] - 6) / 3)) / 2, atol=1e-14)


def test_protrusion_has_its_height_and_its_width_at_half_height(small_case):
    case = small_case("geometry.protrusion_height=3 um", "geometry.protrusion_width=4 um")
    np.testing.assert_allclose(
        front(case, np.array([6.0, 4.0, 8.0, 0.0])), [9.0, 7.5, 7.5, 6 + 3 * 2**-9.0], atol=1e-3
    )


@pytest.mark.parametrize("number", [0, 1, 2, 5])
def test_number_of_protrusions(small_case, number):
    sizes = ("geometry.protrusion_width=1 um",) if number else ()
    case = small_case(f"geometry.protrusions={number}", *sizes, "geometry.width=40 um")
    places = front(case, np.linspace(0, 40, 401))
    high = places > 7.5
    assert np.sum(high[1:] & ~high[:-1]) == number
    tips = np.linspace(0, 40, 401)[places > 8.9]
    assert all(np.abs(tips - (n + 0.5) * 40 / number).min() < 0.1 for n in range(number))


def test_profile_normal_to_a_flank_is_as_wide_as_that_of_a_plane(small_case):
    """|grad xi| is 1/width where xi is one half, on a flank too."""
    case = small_case("geometry.protrusion_height=6 um", "geometry.protrusion_width=8 um")
    for y in (2.0, 4.0, 6.0, 9.0):
        point, step = np.array([front(case, np.array([y]))[0], y, 0.0]), 1e-3
        shifts = step * np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]])
        east, west, north, south = first_phase(case, point + shifts)
        assert np.hypot(east - west, north - south) / (2 * step) == pytest.approx(
            1 / case.interface.width, rel=0.1
        )


def test_protrusions_of_space_stand_in_the_middle_of_the_depth(small_case):
    case = small_case(
        "geometry.depth=10 um", "geometry.protrusion_width=3 um", "geometry.porosity=0"
    )
    assert front(case, np.array([6.0]), 5.0)[0] == pytest.approx(9.0, abs=1e-3)
    assert front(case, np.array([6.0]), 0.0)[0] < 6.01
    np.testing.assert_allclose(
        front(case, np.array([6.0]), 3.0), front(case, np.array([4.0]), 5.0), atol=1e-6
    )


@pytest.mark.parametrize("sides", ["mirrored", "periodic"])
@pytest.mark.parametrize("depth", [None, 10])
def test_pores_leave_the_lithium_alone(small_case, sides, depth):
    more = () if depth is None else (f"geometry.depth={depth} um",)
    case = small_case(
        f"geometry.sides={sides}",
        "geometry.length=60 um",
        "geometry.width=30 um",
        "geometry.porosity=0.1",
        NO_BUMPS,
        *more,
    )
    found = case.pores
    points = grid(9, 30, 0.5, height=depth / 2 if depth else 0.0)
    # up to a width of the interface before the front
    assert found.distance(points[:, : len(found.start)]).max() <= 1e-9
    assert np.sum(first_phase(case, points) * (1 - pore_indicator(case, points)) / 2) < 0.01 * len(
        points
    )


def air_over_request(case) -> float:
    """Share of air in the box of the pores, by the trapezoidal rule on square cells of the
    case's size, over the share asked for.
    """
    geometry = case.geometry
    places = SlabGeometry(
        geometry.length, geometry.width, geometry.depth, cell_size=case.cell_size
    ).places
    nodes = np.stack(np.meshgrid(*places, indexing="ij"), axis=-1)
    points = np.zeros((nodes[..., 0].size, 3))
    points[:, : len(places)] = nodes.reshape(len(points), -1)
    air = (1 - pore_indicator(case, points).reshape(nodes.shape[:-1])) / 2
    for along in reversed(places):
        air = np.trapezoid(air, along, axis=-1)
    length = geometry.length - geometry.lithium_thickness - case.interface.width
    return float(air) / (length * geometry.width * (geometry.depth or 1.0)) / geometry.porosity


def test_walls_leave_the_porosity_of_the_default_case():
    assert air_over_request(Case()) == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("sides", ["mirrored", "periodic"])
@pytest.mark.parametrize("seed", range(3))
def test_walls_leave_the_porosity_of_small_boxes(small_case, sides, seed):
    """Less what the walls of neighbours share, and what they lose at the sides."""
    given = (
        f"geometry.sides={sides}",
        f"geometry.seed={seed}",
        "geometry.length=60 um",
        "geometry.width=30 um",
        NO_BUMPS,
    )
    assert air_over_request(small_case(*given, "geometry.pore_diameter=7 um")) == pytest.approx(
        1.0, abs=0.035
    )
    space = (
        "geometry.depth=24 um",
        "interface.width=2 um",
        "geometry.pore_diameter=10 um",
        "geometry.porosity=0.1",
    )
    assert air_over_request(small_case(*given, *space)) == pytest.approx(1.0, abs=0.03)


def test_seed_chooses_the_pores(small_case):
    points = grid(24, 12, 1)
    one, same, other = (
        pore_indicator(small_case(f"geometry.seed={seed}"), points) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 0.5


def test_all_ranks_have_the_same_pores(small_case):
    found = small_case().pores
    for centres, radii in COMM.allgather((found.centres, found.radii)):
        np.testing.assert_array_equal(centres, found.centres)
        np.testing.assert_array_equal(radii, found.radii)


def test_without_porosity_there_is_electrolyte_alone(small_case):
    case = small_case("geometry.porosity=0")
    assert case.pores is None
    assert np.all(pore_indicator(case, grid(24, 12, 1)) == 1)


def test_porosity_out_of_reach(small_case):
    with pytest.raises(
        InputError, match=r"geometry\.porosity: .*no room left at .*smaller porosity"
    ):
        precheck(small_case("geometry.porosity=0.85"))
