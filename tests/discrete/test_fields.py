import basix.ufl
import numpy as np
import pytest
import ufl
from dolfinx import fem, mesh
from mpi4py import MPI

from anodex.models.discrete.fields import (
    MixedFields,
    VertexAverage,
    held_dofs,
    largest,
    owned_cells,
    total,
)

COMM = MPI.COMM_WORLD
NAMES = ("concentration", "displacement", "stress")


@pytest.fixture(scope="module")
def square():
    return mesh.create_unit_square(COMM, 6, 6, ghost_mode=mesh.GhostMode.shared_facet)


@pytest.fixture(scope="module")
def left(square):
    """Cells with x <= 1/2, ghosts included."""
    return mesh.locate_entities(square, 2, lambda x: x[0] <= 0.5 + 1e-12)


@pytest.fixture(scope="module")
def fields(square):
    cell = square.basix_cell()
    first, vector = (
        basix.ufl.element("Lagrange", cell, 1),
        basix.ufl.element("Lagrange", cell, 2, shape=(2,)),
    )
    return MixedFields(
        fem.functionspace(square, basix.ufl.mixed_element([first, vector, first])), NAMES
    )


def places(fields, name) -> np.ndarray:
    """Coordinates of the dofs of a field's own space, one row for each component."""
    space = fields.spaces[name]
    return np.repeat(space.tabulate_dof_coordinates(), space.dofmap.index_map_bs, axis=0)


def test_names_find_their_values(fields):
    mixed = fem.Function(fields.space)
    mixed.sub(0).interpolate(lambda x: 1 + x[0])
    mixed.sub(1).interpolate(lambda x: np.stack([x[0], 10 * x[1]]))
    mixed.sub(2).interpolate(lambda x: -x[1])
    for name, component in (("concentration", None), ("displacement", 1), ("stress", None)):
        found, at = fields.extract(mixed, name).x.array, places(fields, name)
        expected = {
            "concentration": 1 + at[:, 0],
            "displacement": 10 * at[:, 1],
            "stress": -at[:, 1],
        }[name]
        part = slice(component, None, 2) if component is not None else slice(None)
        np.testing.assert_allclose(found[part], expected[part], atol=1e-14)
    owned = np.concatenate(list(fields.owned.values()))
    assert np.array_equal(np.sort(owned), np.arange(fields.space.dofmap.index_map.size_local))


@pytest.mark.parametrize("name", ["displacement", "stress"])
def test_hold_outside_holds_what_no_cell_touches(fields, left, name):
    held = held_dofs([fields.hold_outside(name, left)], fields)
    assert all(held[other].size == 0 for other in NAMES if other != name)
    outside = fields.maps[name][places(fields, name)[:, 0] > 0.5 + 1e-9]
    expected = outside[outside < fields.space.dofmap.index_map.size_local]
    assert np.array_equal(np.sort(held[name]), np.sort(expected))
    assert COMM.allreduce(len(expected)) == {"displacement": 2 * 6 * 13, "stress": 3 * 7}[name]


def test_hold_sets_value_and_component(fields, square):
    right = mesh.locate_entities_boundary(square, 1, lambda x: np.isclose(x[0], 1))
    conditions = [
        fields.hold("concentration", right, 1, 7.0),
        fields.hold("displacement", right, 1, -2.0, component=1),
    ]
    mixed = fem.Function(fields.space)
    mixed.x.array[:] = 1.0
    for condition in conditions:
        condition.set(mixed.x.array)
    at = places(fields, "concentration")
    np.testing.assert_allclose(
        fields.extract(mixed, "concentration").x.array, np.where(np.isclose(at[:, 0], 1), 7, 1)
    )
    vectors, at = (
        fields.extract(mixed, "displacement").x.array.reshape(-1, 2),
        places(fields, "displacement")[::2],
    )
    np.testing.assert_allclose(vectors[:, 0], 1)
    np.testing.assert_allclose(vectors[:, 1], np.where(np.isclose(at[:, 0], 1), -2, 1))
    assert COMM.allreduce(len(held_dofs(conditions, fields)["displacement"])) == 13


def test_hold_at_takes_the_values_that_the_function_gets_later(fields, square):
    right = mesh.locate_entities_boundary(square, 1, lambda x: np.isclose(x[0], 1))
    given = fem.Function(fields.spaces["displacement"])
    condition = fields.hold_at("displacement", given, right, 1)
    given.interpolate(lambda x: np.stack([x[1], 2 + x[0]]))
    mixed = fem.Function(fields.space)
    condition.set(mixed.x.array)
    found, at = (
        fields.extract(mixed, "displacement").x.array.reshape(-1, 2),
        places(fields, "displacement")[::2],
    )
    on = np.isclose(at[:, 0], 1)[:, None]
    np.testing.assert_allclose(
        found, np.where(on, np.stack([at[:, 1], 2 + at[:, 0]], axis=1), 0), atol=1e-14
    )
    assert COMM.allreduce(len(held_dofs([condition], fields)["displacement"])) == 2 * 13


def test_hold_one_holds_one_dof_of_all_ranks_at_zero(fields):
    condition = fields.hold_one("stress")
    held = held_dofs([condition], fields)
    assert {name: COMM.allreduce(len(dofs)) for name, dofs in held.items()} == {
        "concentration": 0,
        "displacement": 0,
        "stress": 1,
    }
    mixed = fem.Function(fields.space)
    mixed.x.array[:] = 1.0
    condition.set(mixed.x.array)
    owned = mixed.x.array[fields.owned["stress"]]
    assert COMM.allreduce(np.sum(owned == 0)) == 1


def test_one_name_stands_for_a_whole_space(square):
    space = fem.functionspace(square, ("Lagrange", 2))
    fields = MixedFields(space, ("potential",))
    right = mesh.locate_entities_boundary(square, 1, lambda x: np.isclose(x[0], 1))
    function = fem.Function(space)
    function.interpolate(lambda x: x[0] - x[1])
    np.testing.assert_array_equal(fields.extract(function, "potential").x.array, function.x.array)
    condition = fields.hold("potential", right, 1, 5.0)
    condition.set(function.x.array)
    x = space.tabulate_dof_coordinates()
    np.testing.assert_allclose(
        function.x.array, np.where(np.isclose(x[:, 0], 1), 5, x[:, 0] - x[:, 1]), atol=1e-14
    )
    assert COMM.allreduce(len(held_dofs([condition], fields)["potential"])) == 13


def test_average_of_something_continuous_is_exact(square):
    x = ufl.SpatialCoordinate(square)
    every = np.arange(
        square.topology.index_map(2).size_local + square.topology.index_map(2).num_ghosts,
        dtype=np.int32,
    )
    found = VertexAverage(3 * x[0] - x[1], square, every)()
    at = found.function_space.tabulate_dof_coordinates()
    np.testing.assert_allclose(found.x.array, 3 * at[:, 0] - at[:, 1], atol=1e-14)


def test_average_of_a_tensor_on_a_part(square, left):
    x = ufl.SpatialCoordinate(square)
    found = VertexAverage(ufl.as_tensor([[1 + x[0], 2.0], [x[1], 3 * x[0] * x[1]]]), square, left)()
    at = found.function_space.tabulate_dof_coordinates()
    expected = np.stack([1 + at[:, 0], 2 + 0 * at[:, 0], at[:, 1], 3 * at[:, 0] * at[:, 1]], axis=1)
    expected[at[:, 0] > 0.5 + 1e-9] = 0  # no cell of the part touches these vertices
    np.testing.assert_allclose(found.x.array.reshape(-1, 4), expected, atol=1e-14)


def test_average_over_a_jump_counts_every_cell_once(square):
    cells = square.topology.index_map(2)
    every = np.arange(cells.size_local + cells.num_ghosts, dtype=np.int32)
    middle = fem.Function(fem.functionspace(square, ("DG", 0)))
    middle.interpolate(lambda x: x[0] ** 1)
    found = VertexAverage(middle, square, every)()
    at = found.function_space.tabulate_dof_coordinates()
    inner = np.all((at[:, :2] > 1e-9) & (at[:, :2] < 1 - 1e-9), axis=1)
    # the six cells around lie evenly
    np.testing.assert_allclose(found.x.array[inner], at[inner, 0], atol=1e-14)


def test_average_follows_the_state(square, left):
    level = fem.Constant(square, 1.0)
    average = VertexAverage(level * ufl.SpatialCoordinate(square)[0], square, left)
    first = average().x.array.copy()
    level.value = 3.0
    np.testing.assert_allclose(average().x.array, 3 * first, atol=1e-14)


@pytest.mark.parametrize("peak", [(0.0, 0.0), (1.0, 0.5), (0.5, 1.0)])
def test_largest_finds_value_and_place_on_every_rank(square, peak):
    function = fem.Function(fem.functionspace(square, ("Lagrange", 1)))
    function.interpolate(lambda x: -5 - (x[0] - peak[0]) ** 2 - (x[1] - peak[1]) ** 2)
    value, where = largest(function, function.function_space.tabulate_dof_coordinates())
    assert value == pytest.approx(-5)
    np.testing.assert_allclose(where, [*peak, 0.0], atol=1e-12)


def test_owned_cells_and_totals_count_once(square, left):
    assert COMM.allreduce(len(owned_cells(square, left))) == 36
    x = ufl.SpatialCoordinate(square)
    assert total(COMM, fem.form(x[0] * ufl.dx)) == pytest.approx(0.5, rel=1e-13)
