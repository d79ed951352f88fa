"""Fields as .pvd and .vtu."""

import meshio
import numpy as np
import pytest
import pyvista
from mpi4py import MPI

from anodex.models.errors import InputError, SetupError
from anodex.models.results.export import export_fields
from anodex.models.results.fields import FieldWriter
from anodex.models.results.result import Result

pytestmark = [pytest.mark.smoke, pytest.mark.serial]

COMM = MPI.COMM_WORLD
NAME = "concentration [mol/m^3]"


@pytest.fixture
def result(sample, tmp_path):
    """Fields at two times on second-order triangles, and others on third-order quadrilaterals."""
    for name, cell, degree in (("fields", "triangle", 2), ("die", "quadrilateral", 3)):
        domain = sample.mesh(COMM, cell, degree)
        writer = FieldWriter(tmp_path / f"{name}.xdmf", COMM, domain)
        for time in (0.0, 1.5):
            fields = sample.fields(domain, time)
            fields[NAME] = fields.pop(sample.name)  # in files of VTK no name has a "<"
            writer.write(time, fields)
    return Result(tmp_path, case=object())


def test_every_time_of_every_file_comes_back(sample, result, tmp_path):
    written = export_fields(result, tmp_path / "out")
    assert written == [tmp_path / "out" / f"{name}.pvd" for name in ("die", "fields")]
    for path in written:
        reader = pyvista.get_reader(path)
        assert reader.time_values == [0.0, 1.5]
        reader.set_active_time_value(1.5)
        (found,) = reader.read()
        expected = result.series(path.stem).grid(1.5)
        np.testing.assert_array_equal(found.points, expected.points)
        np.testing.assert_array_equal(found.cells, expected.cells)
        for name in expected.array_names:
            np.testing.assert_array_equal(found[name], expected[name])


def test_meshio_reads_a_time(sample, result, tmp_path):
    export_fields(result, tmp_path / "out", "fields")
    assert not (tmp_path / "out" / "die.pvd").exists()
    found = meshio.read(tmp_path / "out" / "fields_000001.vtu")
    np.testing.assert_allclose(
        found.point_data[NAME], 1.5 * sample.exact(found.points.T), rtol=1e-14
    )


def test_what_is_not_there_is_said(result, tmp_path):
    with pytest.raises(InputError, match="did you mean 'fields'"):
        export_fields(result, tmp_path / "out", "field")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SetupError, match="no fields yet"):
        export_fields(Result(tmp_path / "empty", case=object()), tmp_path / "out")
    assert not (tmp_path / "out").exists()
