"""What the files of fields tell of themselves, and to readers that know no time series."""

import h5py
import meshio
import numpy as np
import pytest
from dolfinx.mesh import meshtags
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.compat import geometry_dofmap
from anodex.models.discrete.fields import owned_cells
from anodex.models.results.fields import FieldWriter
from anodex.models.results.series import read_fields

pytestmark = pytest.mark.smoke

COMM = MPI.COMM_WORLD
LEFT, RIGHT = 3, 7


def tagged(domain) -> TaggedMesh:
    """A mesh whose parts lie left and right of x = 1/2."""
    dimension, cells = domain.topology.dim, owned_cells(domain)
    nodes = domain.geometry.x[geometry_dofmap(domain)[cells]]
    numbers = np.where(nodes[..., 0].mean(axis=1) < 0.5, LEFT, RIGHT).astype(np.int32)
    none = np.empty(0, np.int32)
    return TaggedMesh(
        domain,
        meshtags(domain, dimension, cells, numbers),
        meshtags(domain, dimension - 1, none, none),
        {"left": LEFT, "right": RIGHT},
    )


@pytest.fixture
def write(sample, shared_tmp_path):
    """Function that writes known fields at two times on a tagged mesh; gives the XML file."""

    def written(cell="triangle", degree=1, moving=False, resume_time=None, times=(0.0, 1.5)):
        domain = sample.mesh(COMM, cell, degree)
        path = shared_tmp_path / "fields.xdmf"
        writer = FieldWriter(path, COMM, tagged(domain), resume_time, moving)
        for time in times:
            writer.write(time, sample.fields(domain, time))
        COMM.barrier()
        return path

    return written


def test_each_dataset_tells_name_unit_and_time(sample, write):
    path = write()
    with h5py.File(path.with_suffix(".frames") / "000001.h5", "r") as file:
        told = {name: dict(dataset.attrs) for name, dataset in file["fields"].items()}
    assert told == {
        "concentration_c_co_mol_m_3": {
            "name": "concentration <c> & co",
            "unit": "mol/m^3",
            "time": 1.5,
        },
        "displacement_um": {"name": "displacement", "unit": "um", "time": 1.5},
        "phase": {"name": "phase", "unit": "-", "time": 1.5},
    }
    with h5py.File(path.with_suffix(".h5"), "r") as file:
        assert dict(file["mesh/points"].attrs) == {"name": "nodes", "unit": "um"}


@pytest.mark.parametrize(
    ("cell", "degree"), [("triangle", 1), ("quadrilateral", 3), ("hexahedron", 1)]
)
def test_parts_are_shown_at_each_time_and_stored_once(write, cell, degree):
    path = write(cell, degree)
    series = read_fields(path)
    for time in series.times:
        grid = series.grid(time)
        middles = grid.points[grid.cells.reshape(grid.n_cells, -1)[:, 1:], 0].mean(axis=1)
        if degree == 1:  # bent cells of the third order may reach across
            np.testing.assert_array_equal(grid["part [1]"], np.where(middles < 0.5, LEFT, RIGHT))
        assert set(grid["part [1]"]) == {LEFT, RIGHT}
    with h5py.File(path.with_suffix(".h5"), "r") as file:
        assert file["mesh/parts"].shape == (grid.n_cells, 1)
    with h5py.File(path.with_suffix(".frames") / "000001.h5", "r") as file:
        assert "mesh" not in file and "part_1" not in file["fields"]


def test_components_of_tensors_take_half_the_room(sample, shared_tmp_path):
    domain = sample.mesh(COMM, "triangle", 1)
    third = sample.function(domain, ("P", 1), lambda x: x[0] / 3)
    path = shared_tmp_path / "fields.xdmf"
    FieldWriter(path, COMM, domain).write(0.0, {"stress_xx [MPa]": third, "xx [MPa]": third})
    COMM.barrier()
    with h5py.File(path.with_suffix(".frames") / "000000.h5", "r") as file:
        kinds = {name: dataset.dtype for name, dataset in file["fields"].items()}
    assert kinds == {"stress_xx_MPa": np.float32, "xx_MPa": np.float64}
    (step,) = read_fields(path).steps
    assert [array.precision for array in step.arrays] == [4, 8]
    grid = read_fields(path).grid(0.0)
    np.testing.assert_array_equal(grid["stress_xx [MPa]"], grid["xx [MPa]"].astype(np.float32))


def test_a_moving_mesh_has_its_parts_with_it(write):
    series = read_fields(write(moving=True))
    assert set(series.grid(1.5)["part [1]"]) == {LEFT, RIGHT}


@pytest.mark.parametrize(
    ("cell", "degree"), [("triangle", 2), ("quadrilateral", 3), ("tetrahedron", 1)]
)
def test_meshio_reads_the_last_time(sample, write, cell, degree):
    path = write(cell, degree)
    found = meshio.read(path.with_name("fields_last.xdmf"))
    values = found.point_data[sample.name][:, 0]
    np.testing.assert_allclose(values, 1.5 * sample.exact(found.points.T), rtol=1e-13)
    np.testing.assert_allclose(found.point_data["displacement [um]"], found.points, atol=1e-14)
    (parts,) = found.cell_data["part [1]"]
    assert set(parts[:, 0]) == {LEFT, RIGHT}


def test_a_run_that_goes_on_has_no_later_last_time(sample, write):
    path = write()
    write(resume_time=0.5, times=())
    last = path.with_name("fields_last.xdmf")
    np.testing.assert_array_equal(meshio.read(last).point_data[sample.name], 0.0)
    write(resume_time=-1.0, times=())
    assert not last.exists()


def test_fields_of_earlier_versions_go_on(sample, shared_tmp_path):
    """They know no parts; what is written now does."""
    domain = sample.mesh(COMM, "triangle", 1)
    path = shared_tmp_path / "fields.xdmf"
    sample.write(path, COMM, domain, [0.0])
    writer = FieldWriter(path, COMM, tagged(domain), resume_time=0.0)
    writer.write(1.0, sample.fields(domain, 1.0))
    COMM.barrier()
    series = read_fields(path)
    assert series.times.tolist() == [0.0, 1.0]
    assert "part [1]" not in series.grid(0.0).array_names
    assert "part [1]" in series.grid(1.0).array_names
