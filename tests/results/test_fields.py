"""Fields in files: values, cells and elements."""

import basix.ufl
import meshio
import numpy as np
import pytest
from dolfinx import fem, mesh
from mpi4py import MPI

from anodex.models.results import sealed
from anodex.models.results.fields import FieldWriter
from anodex.models.results.series import read_fields

pytestmark = pytest.mark.smoke

COMM = MPI.COMM_WORLD
SHAPES = [
    (cell, degree)
    for cell in ("interval", "triangle", "quadrilateral", "tetrahedron", "hexahedron")
    for degree in (1, 2)
]
THIRD_ORDER = [("quadrilateral", 3), ("hexahedron", 3)]


@pytest.mark.parametrize(("cell", "degree"), SHAPES + THIRD_ORDER)
def test_values_come_back_at_their_points(sample, shared_tmp_path, cell, degree):
    path = shared_tmp_path / "fields.xdmf"
    sample.write(path, COMM, sample.mesh(COMM, cell, degree), [0.0, 1.5])
    series = read_fields(path)
    np.testing.assert_array_equal(series.times, [0.0, 1.5])
    grid = series.grid(1.5)
    assert len(np.unique(np.round(grid.points, 10), axis=0)) == grid.n_points
    np.testing.assert_allclose(grid[sample.name], 1.5 * sample.exact(grid.points.T), rtol=1e-14)
    np.testing.assert_allclose(grid["displacement [um]"], grid.points, atol=1e-14)
    assert grid.cell_data["phase [-]"].shape == (grid.n_cells,)


@pytest.mark.parametrize(
    ("cell", "degree"), [shape for shape in SHAPES + THIRD_ORDER if shape[0] != "interval"]
)
def test_cells_are_not_twisted(sample, shared_tmp_path, cell, degree):
    path = shared_tmp_path / "fields.xdmf"
    domain = sample.mesh(COMM, cell, degree)
    sample.write(path, COMM, domain, [0.0])
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
def test_meshio_reads_the_series(sample, shared_tmp_path, cell, degree):
    path = shared_tmp_path / "fields.xdmf"
    sample.write(path, COMM, sample.mesh(COMM, cell, degree), [0.0, 1.0, 2.0])
    with meshio.xdmf.TimeSeriesReader(path) as reader:
        points, _ = reader.read_points_cells()
        for step in range(3):
            time, data, in_cells = reader.read_data(step)
            assert time == step
            np.testing.assert_allclose(
                data[sample.name][:, 0], time * sample.exact(points.T), rtol=1e-14
            )
            assert list(in_cells) == ["phase [-]"]


@pytest.mark.parametrize(
    ("cell", "degree"), [("triangle", 2), ("tetrahedron", 1), ("hexahedron", 3)]
)
def test_files_do_not_depend_on_the_number_of_ranks(sample, shared_tmp_path, cell, degree):
    sample.write(shared_tmp_path / "fields.xdmf", COMM, sample.mesh(COMM, cell, degree), [0.0, 1.0])
    alone = shared_tmp_path / "alone.xdmf"
    if COMM.rank == 0:
        sample.write(alone, MPI.COMM_SELF, sample.mesh(MPI.COMM_SELF, cell, degree), [0.0, 1.0])
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
def test_third_order_cells_become_straight_ones_on_the_same_nodes(
    sample, shared_tmp_path, cell, degree
):
    domain = sample.mesh(COMM, cell, degree)
    dimension = domain.topology.dim
    path = shared_tmp_path / "fields.xdmf"
    fields = {
        "cubic [m]": sample.function(domain, ("P", 3), lambda x: x[0] * x[1]),
        "height [m]": sample.function(domain, ("DG", 0), lambda x: x[1]),
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


def test_field_of_one_part_is_cut_out_by_the_part(sample, shared_tmp_path):
    domain = sample.mesh(COMM, "quadrilateral", 3)
    path = shared_tmp_path / "fields.xdmf"
    fields = {
        "current [A/m^2]": sample.function(
            domain, ("P", 2), lambda x: np.where(x[1] < 0.5 + 1e-9, sample.exact(x), 0.0)
        ),
        "part [1]": sample.function(domain, ("DG", 0), lambda x: np.where(x[1] < 0.5, 1.0, 2.0)),
    }
    FieldWriter(path, COMM, domain).write(0.0, fields)
    COMM.barrier()
    part = read_fields(path).grid(0.0).threshold((1.0, 1.0), scalars="part [1]")
    assert part.n_cells == 18
    np.testing.assert_allclose(part["current [A/m^2]"], sample.exact(part.points.T), rtol=1e-13)


def test_ranks_write_in_turn_without_parallel_hdf5(sample, shared_tmp_path, monkeypatch):
    monkeypatch.setattr(sealed.h5py, "get_config", lambda: type("Config", (), {"mpi": False}))
    path = shared_tmp_path / "fields.xdmf"
    sample.write(path, COMM, sample.mesh(COMM, "triangle", 2), [1.0])
    grid = read_fields(path).grid(1.0)
    np.testing.assert_allclose(grid[sample.name], sample.exact(grid.points.T), rtol=1e-14)


def test_fields_of_any_element(sample, shared_tmp_path):
    domain = sample.mesh(COMM, "triangle", 2)
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
        "linear [m]": sample.function(domain, ("P", 1), lambda x: x[1]),
        "cubic [m]": sample.function(domain, ("P", 3), sample.exact),
        "part [m]": mixed.sub(1),
        "jump [m]": sample.function(domain, ("DG", 1), lambda x: x[1]),
        "stress [MPa]": quadrature,
    }
    FieldWriter(path, COMM, domain).write(0.0, fields)
    COMM.barrier()
    grid = read_fields(path).grid(0.0)
    corners = np.unique(grid.cells.reshape(-1, 7)[:, 1:4])
    np.testing.assert_allclose(grid["linear [m]"][corners], grid.points[corners, 1], atol=1e-14)
    np.testing.assert_allclose(grid["cubic [m]"], sample.exact(grid.points.T), rtol=1e-12)
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
def test_submesh(sample, shared_tmp_path, cell, degree, cells):
    domain = sample.mesh(COMM, cell, degree)
    left = mesh.locate_entities(domain, 2, lambda x: x[1] <= 0.5 + 1e-9)
    sub = mesh.create_submesh(domain, 2, left)[0]
    path = shared_tmp_path / "fields.xdmf"
    sample.write(path, COMM, sub, [1.0])
    grid = read_fields(path).grid(1.0)
    assert grid.n_cells == cells
    assert grid.bounds[3] == pytest.approx(0.5)
    np.testing.assert_allclose(grid[sample.name], sample.exact(grid.points.T), rtol=1e-14)
