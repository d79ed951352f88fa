"""Fields on a mesh that moves and is rebuilt: each time has its own."""

import h5py
import numpy as np
import pytest
import pyvista
from mpi4py import MPI

from anodex.models.errors import SetupError
from anodex.models.results import sealed
from anodex.models.results.fields import FieldWriter
from anodex.models.results.result import Result
from anodex.models.results.series import read_fields

pytestmark = pytest.mark.smoke

COMM = MPI.COMM_WORLD
TIMES = [0.0, 1.0, 2.0, 3.0]
REMESHED = 2.0  # from here on with three cells a side in place of two
CELLS = [8, 8, 18, 18]


class Moving:
    """Writes meshes that grow in height, the second finer than the first."""

    def __init__(self, sample, path, comm, degree=2, resume_time=None):
        self.sample, self.comm, self.degree = sample, comm, degree
        self.remeshed = resume_time is not None and resume_time >= REMESHED
        self.begin()
        self.writer = FieldWriter(path, comm, self.domain, resume_time, moving=True)

    def begin(self):
        side = 3 if self.remeshed else 2
        self.domain = self.sample.mesh(self.comm, "triangle", self.degree, side)
        self.start = self.domain.geometry.x.copy()

    def write(self, *times):
        for time in times:
            if time >= REMESHED and not self.remeshed:
                self.remeshed = True
                self.begin()
                self.writer.follow(self.domain)
            self.domain.geometry.x[:] = self.start * [1.0, 1.0 + time, 1.0]
            self.writer.write(time, self.sample.fields(self.domain, time))
        self.comm.barrier()


def assert_shows(sample, grid, time, degree=2):
    """The grid is the mesh of a time, in the order of its making, with its fields."""
    domain = sample.mesh(MPI.COMM_SELF, "triangle", degree, 3 if time >= REMESHED else 2)
    made = domain.geometry.x[np.argsort(domain.geometry.input_global_indices)]
    np.testing.assert_array_equal(grid.points, made * [1.0, 1.0 + time, 1.0])
    assert grid.n_cells == CELLS[int(time)]
    assert set(grid.celltypes) == {22 if degree == 2 else 5}
    values, places = grid.point_data[sample.name], grid.point_data["displacement [um]"]
    np.testing.assert_allclose(values, time * sample.exact(grid.points.T), rtol=1e-13)
    np.testing.assert_allclose(places, grid.points, atol=1e-14)
    assert grid.cell_data["phase [-]"].shape == (grid.n_cells,)


@pytest.mark.parametrize("degree", [1, 2])
def test_each_time_has_its_mesh(sample, shared_tmp_path, degree):
    path = shared_tmp_path / "fields.xdmf"
    Moving(sample, path, COMM, degree).write(*TIMES)
    assert not path.with_suffix(".h5").exists()
    series, result = read_fields(path), Result(shared_tmp_path, case=object())
    np.testing.assert_array_equal(series.times, TIMES)
    np.testing.assert_array_equal(series.mesh.points, series.grid(0.0).points)
    for time in TIMES:
        assert_shows(sample, series.grid(time), time, degree)
        assert result.fields(f"{time} s") == series.grid(time)


def test_files_do_not_depend_on_the_number_of_ranks(sample, shared_tmp_path):
    Moving(sample, shared_tmp_path / "fields.xdmf", COMM).write(*TIMES)
    if COMM.rank == 0:
        Moving(sample, shared_tmp_path / "alone.xdmf", MPI.COMM_SELF).write(*TIMES)
    COMM.barrier()
    for number in range(len(TIMES)):
        name = f"{number:06d}.h5"
        with (
            h5py.File(shared_tmp_path / "fields.frames" / name, locking=False) as parallel,
            h5py.File(shared_tmp_path / "alone.frames" / name, locking=False) as serial,
        ):
            assert set(parallel["fields"]) == set(serial["fields"])
            for key in (
                "mesh/points",
                "mesh/cells",
                *(f"fields/{key}" for key in serial["fields"]),
            ):
                round_off = 1e-14 if key.startswith("fields") else 0.0
                np.testing.assert_allclose(
                    parallel[key], serial[key], rtol=round_off, atol=round_off
                )


def test_the_reader_of_paraview_shows_each_time(sample, shared_tmp_path):
    reading = pytest.importorskip("vtkmodules.vtkIOXdmf2", reason="Debian's VTK reads no XDMF")
    path = shared_tmp_path / "fields.xdmf"
    Moving(sample, path, COMM).write(*TIMES)
    reader = reading.vtkXdmfReader()
    reader.SetFileName(str(path))
    for time in [*TIMES, 1.0]:  # also backwards, as one drags the slider
        reader.UpdateTimeStep(time)
        assert_shows(sample, pyvista.wrap(reader.GetOutputDataObject(0)), time)


@pytest.mark.parametrize("resume_time", [0.0, 1.0, 2.0])
def test_resume_keeps_what_was_whole_before_a_kill(
    sample, shared_tmp_path, monkeypatch, resume_time
):
    """The kill comes while the last frame is written."""
    path = shared_tmp_path / "fields.xdmf"
    moving = Moving(sample, path, COMM)
    moving.write(*TIMES[:3])

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(sealed, "write_slabs", killed)
        moving.write(TIMES[3])
    COMM.barrier()
    again = Moving(sample, path, COMM, resume_time=resume_time)
    assert again.writer.count == resume_time + 1
    later = [time for time in TIMES if time > resume_time]
    again.write(*later)
    series = read_fields(path)
    np.testing.assert_array_equal(series.times, TIMES)
    for time in TIMES:
        assert_shows(sample, series.grid(time), time)
    assert {file.name for file in path.with_suffix(".frames").glob("[!.]*")} == {
        f"{number:06d}.h5" for number in range(4)
    }


@pytest.mark.parametrize("cause", ["damaged", "without a mesh"])
def test_a_frame_that_cannot_be_shown_is_moved_aside(
    sample, shared_tmp_path, warnings_of_anodex, cause
):
    path = shared_tmp_path / "fields.xdmf"
    Moving(sample, path, COMM).write(*TIMES[:3])
    frame = path.with_suffix(".frames") / "000000.h5"
    fixed = shared_tmp_path / "fixed.xdmf"
    sample.write(fixed, COMM, sample.mesh(COMM, "triangle", 2), [0.0])
    if COMM.rank == 0:
        whole = bytearray(frame.read_bytes())
        whole[2000:2512] = b"\xff" * 512
        if cause == "without a mesh":
            whole = (fixed.with_suffix(".frames") / "000000.h5").read_bytes()
        frame.write_bytes(whole)
    COMM.barrier()
    with pytest.raises(SetupError, match=r"000000\.h5"):
        read_fields(path).grid(0.0)
    assert_shows(sample, read_fields(path).grid(1.0), 1.0)
    COMM.barrier()
    Moving(sample, path, COMM, resume_time=2.0).write(3.0)
    assert len(warnings_of_anodex) == (COMM.rank == 0)
    series = read_fields(path)
    np.testing.assert_array_equal(series.times, [1.0, 2.0, 3.0])
    for time in series.times:
        assert_shows(sample, series.grid(time), time)
    assert frame.with_name("damaged-000000.h5").exists() and not frame.exists()


def test_a_fixed_mesh_takes_no_frame_that_holds_its_own(
    sample, shared_tmp_path, warnings_of_anodex
):
    """Its points may be elsewhere."""
    path = shared_tmp_path / "fields.xdmf"
    Moving(sample, path, COMM).write(0.0)
    sample.write(path, COMM, sample.mesh(COMM, "triangle", 2), [1.0], resume_time=0.0)
    assert len(warnings_of_anodex) == (COMM.rank == 0)
    np.testing.assert_array_equal(read_fields(path).times, [1.0])


def test_a_writer_of_a_fixed_mesh_follows_no_other(sample, shared_tmp_path):
    domain = sample.mesh(COMM, "triangle", 1)
    writer = FieldWriter(shared_tmp_path / "fields.xdmf", COMM, domain)
    with pytest.raises(ValueError, match="moving=True"):
        writer.follow(domain)


def test_a_field_on_a_mesh_that_is_not_followed_is_refused(sample, shared_tmp_path):
    writer = Moving(sample, shared_tmp_path / "fields.xdmf", COMM).writer
    with pytest.raises(ValueError, match="another mesh"):
        writer.write(0.0, sample.fields(sample.mesh(COMM, "triangle", 2, 3), 0.0))
