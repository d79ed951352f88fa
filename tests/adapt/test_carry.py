"""Functions carried between meshes that follow a front: values, amounts, bounds, ranks."""

import basix.ufl
import numpy as np
import pytest
from dolfinx import fem
from dolfinx.mesh import Mesh
from mpi4py import MPI

from anodex.meshes.slab import SlabGeometry, build_slab
from anodex.models.adapt.carry import Carrier, amount, keep_amount
from anodex.models.adapt.front_band import FrontBand, SizeRule, boxes_of
from anodex.models.adapt.refinement import refine

COMM = MPI.COMM_WORLD
RULE = SizeRule(fine=1.0, coarse=8.0, band=7.0, reach=5.0, box=2.0)
BASE = SlabGeometry(length=64.0, width=32.0, cell_size=8.0)
CUBE = SlabGeometry(length=32.0, width=8.0, depth=8.0, cell_size=8.0)
MIXED = basix.ufl.mixed_element(
    [
        basix.ufl.element("Lagrange", "triangle", 1),
        basix.ufl.element("Lagrange", "triangle", 2, shape=(2,)),
    ]
)


def bent(x: np.ndarray, place: float) -> np.ndarray:
    """A front 4 um wide."""
    return (1 - np.tanh((x[0] - place - 2 * np.sin(x[1] / 4)) / 2)) / 2


def about(place: float, geometry: SlabGeometry = BASE, comm: MPI.Comm = COMM) -> Mesh:
    """Mesh that is fine about that front."""
    lines = [np.arange(0, side, 0.5) for side in geometry.sides]
    points = np.stack(np.meshgrid(*lines, indexing="ij"), axis=-1).reshape(-1, len(lines))
    values = bent(points.T, place)
    boxes = boxes_of(points[(values > 0.02) & (values < 0.98)], RULE.box)
    return refine(build_slab(geometry, comm, simplices=True), FrontBand(RULE, boxes).sizes).mesh


def front(mesh: Mesh, place: float) -> fem.Function:
    found = fem.Function(fem.functionspace(mesh, ("Lagrange", 1)))
    found.interpolate(lambda x: bent(x, place))
    return found


@pytest.mark.smoke
@pytest.mark.parametrize("geometry", [BASE, CUBE], ids=["plane", "space"])
def test_a_front_within_the_band_goes_on_as_it_is(geometry):
    source = front(about(16.0, geometry), 18.0)
    target = fem.Function(fem.functionspace(about(18.0, geometry), ("Lagrange", 1)))
    Carrier(source.function_space.mesh, target.function_space.mesh)(source, target)
    there = front(target.function_space.mesh, 18.0)
    assert np.abs(target.x.array - there.x.array).max() < 2e-3  # the tails alone
    inside = (there.x.array > 0.02) & (there.x.array < 0.98)
    np.testing.assert_allclose(target.x.array[inside], there.x.array[inside], rtol=0, atol=1e-12)
    assert target.x.array.min() >= -1e-14 and target.x.array.max() <= 1 + 1e-14


def test_lithium_is_kept_to_round_off_where_the_interface_is():
    source = front(about(16.0), 18.0)
    target = fem.Function(fem.functionspace(about(18.0), ("Lagrange", 1)))
    Carrier(source.function_space.mesh, target.function_space.mesh)(source, target)
    raw = target.copy()
    missing = keep_amount(source, target, target)
    assert missing == pytest.approx(amount(source) - amount(raw), rel=1e-6)
    assert 1e-14 < abs(missing) / amount(source) < 1e-6
    assert amount(target) == pytest.approx(amount(source), rel=1e-14)
    bulk = (raw.x.array < 1e-9) | (raw.x.array > 1 - 1e-9)
    np.testing.assert_allclose(target.x.array[bulk], raw.x.array[bulk], rtol=0, atol=1e-12)


@pytest.mark.smoke
@pytest.mark.parametrize("geometry", [BASE, CUBE], ids=["plane", "space"])
def test_what_lies_between_the_nodes_of_coarse_cells_stays_near(geometry):
    source = front(about(16.0, geometry), 16.0)
    spread = source.function_space.tabulate_dof_coordinates()
    ripple = 0.01 * np.cos(3 * spread[:, 0]) * np.sin(2 * spread[:, 1] + spread[:, 2])
    source.x.array[:] += ripple
    target = fem.Function(fem.functionspace(about(22.0, geometry), ("Lagrange", 1)))
    carry = Carrier(source.function_space.mesh, target.function_space.mesh)
    carry(source, target)
    lost = abs(amount(target) / amount(source) - 1)
    raw = target.x.array.copy()
    carry.with_amount(source, target)
    assert abs(amount(target) / amount(source) - 1) < 1e-3 * lost
    if geometry is BASE:
        assert amount(target) == pytest.approx(amount(source), rel=1e-13)
    assert np.abs(target.x.array - raw).max(initial=0.0) < 0.04
    within = np.abs(target.function_space.tabulate_dof_coordinates()[:, 0] - 19.0) < 2.0
    np.testing.assert_allclose(target.x.array[within], raw[within], rtol=0, atol=1e-12)


def test_what_belongs_to_a_front_is_kept_where_that_is():
    phases = [front(about(place), 18.0) for place in (16.0, 18.0)]
    source, target = (phase.copy() for phase in phases)
    source.x.array[:] = 3 * source.x.array * (1 - source.x.array)
    target.x.array[:] = 2.9 * target.x.array * (1 - target.x.array)
    missing = keep_amount(source, target, phases[1])
    assert missing == pytest.approx(0.1 / 3 * amount(source), rel=1e-3)
    assert amount(target) == pytest.approx(amount(source), rel=1e-14)


def test_what_has_no_interface_stays():
    source, target = (front(about(place), 1e3) for place in (16.0, 18.0))
    assert keep_amount(source, target, target) == pytest.approx(0.0, abs=1e-10)
    np.testing.assert_array_equal(target.x.array, 1.0)


@pytest.mark.smoke
@pytest.mark.parametrize(
    "element", [("Lagrange", 1, (2,)), ("Lagrange", 2), MIXED], ids=["vector", "second", "mixed"]
)
def test_linear_functions_are_carried_exactly(element):
    functions = []
    for place in (16.0, 25.0):
        function = fem.Function(fem.functionspace(about(place), element))
        for part in function.split() if element is MIXED else [function]:
            size = int(np.prod(part.ufl_shape, dtype=int))
            part.interpolate(
                lambda x, size=size: np.array([k + x[0] - k * x[1] for k in range(size)])
            )
        functions.append(function)
    source, expected = functions
    target = fem.Function(expected.function_space)
    Carrier(source.function_space.mesh, target.function_space.mesh)(source, target)
    np.testing.assert_allclose(target.x.array, expected.x.array, rtol=0, atol=1e-11)


def test_there_and_back_nothing_moves_within_the_band():
    meshes = about(16.0), about(18.0)
    here, there = (fem.Function(fem.functionspace(mesh, ("Lagrange", 1))) for mesh in meshes)
    forth, back = Carrier(*meshes), Carrier(*meshes[::-1])
    here.interpolate(lambda x: bent(x, 17.0))
    start = here.x.array.copy()
    for _ in range(5):
        forth(here, there)
        back(there, here)
    inside = (start > 0.02) & (start < 0.98)
    np.testing.assert_allclose(here.x.array[inside], start[inside], rtol=0, atol=1e-12)


def test_the_number_of_ranks_changes_nothing():
    found = []
    for comm in (COMM, MPI.COMM_SELF):
        source = front(about(16.0, comm=comm), 19.0)
        target = fem.Function(fem.functionspace(about(19.0, comm=comm), ("Lagrange", 1)))
        carry = Carrier(source.function_space.mesh, target.function_space.mesh)
        carry.with_amount(source, target)
        owned = target.function_space.dofmap.index_map.size_local
        places = target.function_space.tabulate_dof_coordinates()[:owned]
        values = target.x.array[:owned]
        rows = np.concatenate(comm.allgather(np.column_stack([np.round(places, 6), values])))
        found.append(rows[np.lexsort(rows.T[1::-1])])
    np.testing.assert_allclose(*found, rtol=0, atol=1e-13)
