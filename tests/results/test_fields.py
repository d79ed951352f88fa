import fcntl
import logging

import basix.ufl
import h5py
import meshio
import numpy as np
import pytest
import ufl
from dolfinx import fem, mesh
from mpi4py import MPI

from anodex.models.errors import SetupError
from anodex.models.results import slabs
from anodex.models.results.fields import FieldWriter
from anodex.models.results.series import read_fields

pytestmark = pytest.mark.smoke

COMM = MPI.COMM_WORLD
NAME = "concentration <c> & co [mol/m^3]"
SHAPES = [
    (cell, degree)
    for cell in ("interval", "triangle", "quadrilateral", "tetrahedron", "hexahedron")
    for degree in (1, 2)
]
THIRD_ORDER = [("quadrilateral", 3), ("hexahedron", 3)]


def build(comm: MPI.Comm, cell: str, degree: int) -> mesh.Mesh:
    """Unit square or cube of 2 cells a side, bent unless it is of first order; its nodes are made
    on rank 0, like those of Gmsh.

    Quadrilaterals and hexahedra are turned against each other.
    """
    kind = mesh.CellType[cell]
    straight = {
        1: lambda: mesh.create_unit_interval(MPI.COMM_SELF, 4),
        2: lambda: mesh.create_unit_square(MPI.COMM_SELF, 2, 2, kind),
        3: lambda: mesh.create_unit_cube(MPI.COMM_SELF, 2, 2, 2, kind),
    }[mesh.cell_dim(kind)]()
    dimension = straight.geometry.dim
    element = basix.ufl.element(
        "Lagrange", cell, degree, basix.LagrangeVariant.equispaced, shape=(dimension,)
    )
    space = fem.functionspace(straight, element)
    x = space.tabulate_dof_coordinates()[:, :dimension].copy()
    if degree > 1:
        x[:, 0] += 0.2 * x[:, -1] ** 2
    cells = space.dofmap.list.astype(np.int64)
    if cell in ("quadrilateral", "hexahedron"):
        turned = quarter_turn(element.basix_element.points)
        for index in range(len(cells)):
            cells[index:] = cells[index:, turned]
    mine = slice(None) if comm.rank == 0 else slice(0)
    return mesh.create_mesh(comm, cells=cells[mine], x=x[mine], e=ufl.Mesh(element))


def quarter_turn(points: np.ndarray) -> np.ndarray:
    """Nodes of the reference cell in the order that they have after a quarter turn, in space
    followed by a turn about the diagonal.
    """
    moved = points.copy()
    moved[:, :2] = np.column_stack([1 - points[:, 1], points[:, 0]])
    moved = np.roll(moved, points.shape[1] - 2, axis=1)
    return np.linalg.norm(moved[:, None] - points, axis=2).argmin(axis=1)


def function(domain: mesh.Mesh, element, expression) -> fem.Function:
    made = fem.Function(fem.functionspace(domain, element))
    made.interpolate(expression)
    return made


def scalar(x):
    return 1 + x[0] + 2 * x[1] + 3 * x[2]


def write_steps(path, comm, domain, times, resume_time=None):
    degree = domain.ufl_domain().ufl_coordinate_element().degree
    writer = FieldWriter(path, comm, domain, resume_time)
    for time in times:
        writer.write(
            time,
            {
                NAME: function(domain, ("Lagrange", degree), lambda x, time=time: time * scalar(x)),
                "displacement [um]": function(
                    domain,
                    ("Lagrange", degree, (domain.geometry.dim,)),
                    lambda x: x[: domain.geometry.dim],
                ),
                "phase [-]": function(domain, ("DG", 0), lambda x: x[0] ** 2),
            },
        )
    comm.barrier()


@pytest.mark.parametrize(("cell", "degree"), SHAPES + THIRD_ORDER)
def test_values_come_back_at_their_points(shared_tmp_path, cell, degree):
    path = shared_tmp_path / "fields.xdmf"
    write_steps(path, COMM, build(COMM, cell, degree), [0.0, 1.5])
    series = read_fields(path)
    np.testing.assert_array_equal(series.times, [0.0, 1.5])
    grid = series.grid(1.5)
    assert len(np.unique(np.round(grid.points, 10), axis=0)) == grid.n_points
    np.testing.assert_allclose(grid[NAME], 1.5 * scalar(grid.points.T), rtol=1e-14)
    np.testing.assert_allclose(grid["displacement [um]"], grid.points, atol=1e-14)
    assert grid.cell_data["phase [-]"].shape == (grid.n_cells,)


@pytest.mark.parametrize(
    ("cell", "degree"), [shape for shape in SHAPES + THIRD_ORDER if shape[0] != "interval"]
)
def test_cells_are_not_twisted(shared_tmp_path, cell, degree):
    path = shared_tmp_path / "fields.xdmf"
    domain = build(COMM, cell, degree)
    write_steps(path, COMM, domain, [0.0])
    grid = read_fields(path).mesh
    for index in range(grid.n_cells):
        corner = grid.GetCell(index)
        parametric = np.array(
            [corner.GetParametricCoords()[i] for i in range(3 * corner.GetNumberOfPoints())]
        ).reshape(-1, 3)
        x, middle = grid.get_cell(index).points.copy(), parametric.mean(axis=0)
        assert middle.shape == (3,)
        # straight again: then a linear map of the reference
        x[:, 0] -= 0.2 * x[:, domain.geometry.dim - 1] ** 2 if degree > 1 else 0.0
        terms = np.column_stack([np.ones(len(x)), parametric])
        fitted = terms @ np.linalg.lstsq(terms, x, rcond=None)[0]
        np.testing.assert_allclose(fitted, x, atol=1e-12)


@pytest.mark.parametrize(
    ("cell", "degree"), [("triangle", 2), ("tetrahedron", 2), ("hexahedron", 1), ("hexahedron", 3)]
)
def test_meshio_reads_the_series(shared_tmp_path, cell, degree):
    path = shared_tmp_path / "fields.xdmf"
    write_steps(path, COMM, build(COMM, cell, degree), [0.0, 1.0, 2.0])
    with meshio.xdmf.TimeSeriesReader(path) as reader:
        points, _ = reader.read_points_cells()
        for step in range(3):
            time, data, in_cells = reader.read_data(step)
            assert time == step
            np.testing.assert_allclose(data[NAME][:, 0], time * scalar(points.T), rtol=1e-14)
            assert list(in_cells) == ["phase [-]"]


@pytest.mark.parametrize(
    ("cell", "degree"), [("triangle", 2), ("tetrahedron", 1), ("hexahedron", 3)]
)
def test_files_do_not_depend_on_the_number_of_ranks(shared_tmp_path, cell, degree):
    write_steps(shared_tmp_path / "fields.xdmf", COMM, build(COMM, cell, degree), [0.0, 1.0])
    alone = shared_tmp_path / "alone.xdmf"
    if COMM.rank == 0:
        write_steps(alone, MPI.COMM_SELF, build(MPI.COMM_SELF, cell, degree), [0.0, 1.0])
    COMM.barrier()
    parallel, serial = (
        read_fields(shared_tmp_path / "fields.xdmf").grid(1.0),
        read_fields(alone).grid(1.0),
    )
    np.testing.assert_array_equal(parallel.points, serial.points)
    np.testing.assert_array_equal(parallel.cells, serial.cells)
    for name in serial.array_names:
        np.testing.assert_allclose(parallel[name], serial[name], rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize(("cell", "degree"), THIRD_ORDER)
def test_third_order_cells_become_straight_ones_on_the_same_nodes(shared_tmp_path, cell, degree):
    domain = build(COMM, cell, degree)
    dimension = domain.topology.dim
    path = shared_tmp_path / "fields.xdmf"
    fields = {
        "cubic [m]": function(domain, ("P", 3), lambda x: x[0] * x[1]),
        "height [m]": function(domain, ("DG", 0), lambda x: x[1]),
    }
    FieldWriter(path, COMM, domain).write(0.0, fields)
    COMM.barrier()
    grid = read_fields(path).grid(0.0)
    assert grid.n_points == 7**dimension
    assert grid.n_cells == 6**dimension
    np.testing.assert_allclose(grid["cubic [m]"], grid.points[:, 0] * grid.points[:, 1], atol=1e-14)
    sizes = grid.compute_cell_sizes()["Volume" if dimension == 3 else "Area"]
    np.testing.assert_allclose(sizes, 1 / 6**dimension, rtol=1e-12)
    # of the middle of the third-order cells, which are half as high as the mesh
    heights = grid.cell_data["height [m]"]
    np.testing.assert_allclose(
        heights, np.where(grid.cell_centers().points[:, 1] < 0.5, 0.25, 0.75), rtol=1e-12
    )


def test_field_of_one_part_is_cut_out_by_the_part(shared_tmp_path):
    domain = build(COMM, "quadrilateral", 3)
    path = shared_tmp_path / "fields.xdmf"
    fields = {
        "current [A/m^2]": function(
            domain, ("P", 2), lambda x: np.where(x[1] < 0.5 + 1e-9, scalar(x), 0.0)
        ),
        "part [1]": function(domain, ("DG", 0), lambda x: np.where(x[1] < 0.5, 1.0, 2.0)),
    }
    FieldWriter(path, COMM, domain).write(0.0, fields)
    COMM.barrier()
    part = read_fields(path).grid(0.0).threshold((1.0, 1.0), scalars="part [1]")
    assert part.n_cells == 18
    np.testing.assert_allclose(part["current [A/m^2]"], scalar(part.points.T), rtol=1e-13)


def test_ranks_write_in_turn_without_parallel_hdf5(shared_tmp_path, monkeypatch):
    monkeypatch.setattr(slabs.h5py, "get_config", lambda: type("Config", (), {"mpi": False}))
    path = shared_tmp_path / "fields.xdmf"
    write_steps(path, COMM, build(COMM, "triangle", 2), [1.0])
    grid = read_fields(path).grid(1.0)
    np.testing.assert_allclose(grid[NAME], scalar(grid.points.T), rtol=1e-14)


def test_fields_of_any_element(shared_tmp_path):
    domain = build(COMM, "triangle", 2)
    path = shared_tmp_path / "fields.xdmf"
    cell = domain.basix_cell()
    mixed = fem.Function(
        fem.functionspace(
            domain,
            basix.ufl.mixed_element(
                [basix.ufl.element("P", cell, 1), basix.ufl.element("P", cell, 2, shape=(2,))]
            ),
        )
    )
    mixed.sub(1).interpolate(lambda x: (x[0], -x[1]))
    quadrature = fem.Function(
        fem.functionspace(domain, basix.ufl.quadrature_element(cell, (2, 2), degree=2))
    )
    quadrature.x.array.reshape(-1, 4)[:] = [1.0, 2.0, 3.0, 4.0]
    fields = {
        "linear [m]": function(domain, ("P", 1), lambda x: x[1]),
        "cubic [m]": function(domain, ("P", 3), scalar),
        "part [m]": mixed.sub(1),
        "jump [m]": function(domain, ("DG", 1), lambda x: x[1]),
        "stress [MPa]": quadrature,
    }
    FieldWriter(path, COMM, domain).write(0.0, fields)
    COMM.barrier()
    grid = read_fields(path).grid(0.0)
    corners = np.unique(grid.cells.reshape(-1, 7)[:, 1:4])
    np.testing.assert_allclose(grid["linear [m]"][corners], grid.points[corners, 1], atol=1e-14)
    np.testing.assert_allclose(grid["cubic [m]"], scalar(grid.points.T), rtol=1e-12)
    np.testing.assert_allclose(grid["part [m]"], grid.points * [1, -1, 0], atol=1e-14)
    np.testing.assert_allclose(
        grid.cell_data["jump [m]"],
        grid.points[grid.cells.reshape(-1, 7)[:, 1:4], 1].mean(axis=1),
        rtol=1e-12,
    )
    np.testing.assert_allclose(
        grid.cell_data["stress [MPa]"],
        np.tile([1, 2, 0, 3, 4, 0, 0, 0, 0], (grid.n_cells, 1)),
        rtol=1e-14,
    )


@pytest.mark.parametrize(
    ("cell", "degree", "cells"), [("triangle", 2, 4), ("quadrilateral", 3, 18)]
)
def test_submesh(shared_tmp_path, cell, degree, cells):
    domain = build(COMM, cell, degree)
    left = mesh.locate_entities(domain, 2, lambda x: x[1] <= 0.5 + 1e-9)
    sub = mesh.create_submesh(domain, 2, left)[0]
    path = shared_tmp_path / "fields.xdmf"
    write_steps(path, COMM, sub, [1.0])
    grid = read_fields(path).grid(1.0)
    assert grid.n_cells == cells
    assert grid.bounds[3] == pytest.approx(0.5)
    np.testing.assert_allclose(grid[NAME], scalar(grid.points.T), rtol=1e-14)


@pytest.mark.parametrize(("cell", "degree"), [("triangle", 2), ("quadrilateral", 3)])
def test_resume_takes_back_later_steps(shared_tmp_path, cell, degree):
    path = shared_tmp_path / "fields.xdmf"
    domain = build(COMM, cell, degree)
    write_steps(path, COMM, domain, [0.0, 1.0, 2.0, 3.0])
    write_steps(path, COMM, domain, [1.5], resume_time=1.0)
    series = read_fields(path)
    np.testing.assert_array_equal(series.times, [0.0, 1.0, 1.5])
    for time in series.times:
        grid = series.grid(time)
        np.testing.assert_allclose(grid[NAME], time * scalar(grid.points.T), rtol=1e-14)
    with h5py.File(path.with_suffix(".h5"), "r", locking=False) as file:
        assert set(file) == {"mesh", "000000", "000001", "000002"}


def test_resume_before_the_first_step_begins_anew(shared_tmp_path):
    path = shared_tmp_path / "fields.xdmf"
    write_steps(path, COMM, build(COMM, "triangle", 2), [2.0], resume_time=1.0)
    write_steps(path, COMM, build(COMM, "triangle", 1), [0.5], resume_time=0.0)
    np.testing.assert_array_equal(read_fields(path).times, [0.5])


@pytest.mark.parametrize("cause", ["damaged", "missing", "other mesh"])
def test_resume_beside_unfit_numbers_begins_anew_with_a_warning(shared_tmp_path, cause):
    path = shared_tmp_path / "fields.xdmf"
    domain = build(COMM, "triangle", 2)
    write_steps(
        path, COMM, build(COMM, "tetrahedron", 2) if cause == "other mesh" else domain, [0.0, 1.0]
    )
    numbers = path.with_suffix(".h5")
    if COMM.rank == 0:
        if cause == "damaged":
            numbers.write_bytes(numbers.read_bytes()[:1000])
        if cause == "missing":
            numbers.unlink()
    COMM.barrier()
    records = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = records.append
    logging.getLogger("anodex").addHandler(handler)
    write_steps(path, COMM, domain, [2.0], resume_time=1.0)
    logging.getLogger("anodex").removeHandler(handler)
    assert len(records) == (COMM.rank == 0)
    np.testing.assert_array_equal(read_fields(path).times, [2.0])
    assert (shared_tmp_path / "fields.damaged.h5").exists() == (cause != "missing")


def test_writer_goes_on_beside_a_reader_that_holds_a_lock(shared_tmp_path):
    path = shared_tmp_path / "fields.xdmf"
    domain = build(COMM, "triangle", 2)
    write_steps(path, COMM, domain, [0.0])
    with open(path.with_suffix(".h5")) as file:
        fcntl.flock(file, fcntl.LOCK_SH)  # what ParaView does
        write_steps(path, COMM, domain, [1.0], resume_time=0.0)
    np.testing.assert_array_equal(read_fields(path).times, [0.0, 1.0])


def test_missing_damaged_and_empty_files_are_refused(tmp_path):
    path = tmp_path / "fields.xdmf"
    with pytest.raises(SetupError, match="cannot read the fields"):
        read_fields(path)
    FieldWriter(path, MPI.COMM_SELF, build(MPI.COMM_SELF, "triangle", 1))
    with pytest.raises(SetupError, match="holds no fields yet"):
        read_fields(path)
    path.write_text("<Xdmf>")
    with pytest.raises(SetupError, match="cannot read the fields"):
        read_fields(path)


def test_triangles_of_third_order_are_refused(shared_tmp_path):
    with pytest.raises(ValueError, match="first or second order"):
        FieldWriter(shared_tmp_path / "fields.xdmf", COMM, build(COMM, "triangle", 3))


def test_full_or_absent_place_is_an_error_on_every_rank(shared_tmp_path):
    with pytest.raises(SetupError, match="cannot write"):
        FieldWriter(shared_tmp_path / "nowhere" / "fields.xdmf", COMM, build(COMM, "triangle", 1))
