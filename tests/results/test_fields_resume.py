"""Files of fields that go on, are damaged, read meanwhile or refused."""

import fcntl

import h5py
import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.errors import SetupError
from anodex.models.results.fields import FieldWriter
from anodex.models.results.series import read_fields

pytestmark = pytest.mark.smoke

COMM = MPI.COMM_WORLD


@pytest.mark.parametrize(("cell", "degree"), [("triangle", 2), ("quadrilateral", 3)])
def test_resume_takes_back_later_steps(sample, shared_tmp_path, cell, degree):
    path = shared_tmp_path / "fields.xdmf"
    domain = sample.mesh(COMM, cell, degree)
    sample.write(path, COMM, domain, [0.0, 1.0, 2.0, 3.0])
    sample.write(path, COMM, domain, [1.5], resume_time=1.0)
    series = read_fields(path)
    np.testing.assert_array_equal(series.times, [0.0, 1.0, 1.5])
    for time in series.times:
        grid = series.grid(time)
        np.testing.assert_allclose(
            grid[sample.name], time * sample.exact(grid.points.T), rtol=1e-14
        )
    files = {file.name for file in path.with_suffix(".frames").iterdir()}
    assert files == {"000000.h5", "000001.h5", "000002.h5"}


def test_resume_before_the_first_step_begins_anew(sample, shared_tmp_path):
    path = shared_tmp_path / "fields.xdmf"
    sample.write(path, COMM, sample.mesh(COMM, "triangle", 2), [2.0], resume_time=1.0)
    sample.write(path, COMM, sample.mesh(COMM, "triangle", 1), [0.5], resume_time=0.0)
    np.testing.assert_array_equal(read_fields(path).times, [0.5])


@pytest.mark.parametrize("cause", ["damaged", "cut", "other mesh"])
def test_a_damaged_step_is_moved_aside_and_the_others_stay(
    sample, shared_tmp_path, warnings_of_anodex, cause
):
    path = shared_tmp_path / "fields.xdmf"
    domain = sample.mesh(COMM, "triangle", 2)
    sample.write(path, COMM, domain, [0.0, 1.0, 2.0])
    frame = path.with_suffix(".frames") / "000001.h5"
    if cause == "other mesh":
        sample.write(shared_tmp_path / "o.xdmf", COMM, sample.mesh(COMM, "tetrahedron", 2), [1.0])
    if COMM.rank == 0:
        whole = bytearray(frame.read_bytes())
        if cause == "damaged":
            whole[2000:2512] = b"\xff" * 512
        if cause == "cut":
            del whole[1000:]
        if cause == "other mesh":
            whole = (shared_tmp_path / "o.frames" / "000000.h5").read_bytes()
        frame.write_bytes(whole)
    COMM.barrier()
    sample.write(path, COMM, domain, [3.0], resume_time=2.0)
    assert len(warnings_of_anodex) == (COMM.rank == 0)
    assert all("000001.h5" in record.getMessage() for record in warnings_of_anodex)
    np.testing.assert_array_equal(read_fields(path).times, [0.0, 2.0, 3.0])
    assert frame.with_name("damaged-000001.h5").exists() and not frame.exists()


@pytest.mark.parametrize("cause", ["missing mesh", "damaged mesh", "cut XML", "missing XML"])
def test_mesh_and_xml_are_made_anew(sample, shared_tmp_path, cause):
    path = shared_tmp_path / "fields.xdmf"
    domain = sample.mesh(COMM, "triangle", 2)
    sample.write(path, COMM, domain, [0.0, 1.0])
    harmed = path if "XML" in cause else path.with_suffix(".h5")
    if COMM.rank == 0:
        if "missing" in cause:
            harmed.unlink()
        else:
            harmed.write_bytes(harmed.read_bytes()[:700])
    COMM.barrier()
    with pytest.raises(SetupError, match=r"cannot read|damaged"):
        read_fields(path).grid(1.0)
    COMM.barrier()
    sample.write(path, COMM, domain, [2.0], resume_time=1.0)
    series = read_fields(path)
    np.testing.assert_array_equal(series.times, [0.0, 1.0, 2.0])
    grid = series.grid(1.0)
    np.testing.assert_allclose(grid[sample.name], sample.exact(grid.points.T), rtol=1e-14)


def test_a_reader_refuses_a_damaged_step(sample, shared_tmp_path):
    path = shared_tmp_path / "fields.xdmf"
    sample.write(path, COMM, sample.mesh(COMM, "triangle", 2), [0.0, 1.0])
    frame = path.with_suffix(".frames") / "000001.h5"
    if COMM.rank == 0:
        whole = bytearray(frame.read_bytes())
        whole[-9] ^= 1
        frame.write_bytes(whole)
    COMM.barrier()
    series = read_fields(path)
    assert series.grid(0.0).n_points
    with pytest.raises(SetupError, match=r"000001.h5 is damaged"):
        series.grid(1.0)


def test_a_folder_that_has_moved_still_opens(sample, shared_tmp_path):
    if COMM.rank == 0:
        (shared_tmp_path / "here").mkdir()
    COMM.barrier()
    here = shared_tmp_path / "here" / "fields.xdmf"
    sample.write(here, COMM, sample.mesh(COMM, "triangle", 2), [1.0])
    if COMM.rank == 0:
        (shared_tmp_path / "here").rename(shared_tmp_path / "there")
    COMM.barrier()
    path = shared_tmp_path / "there" / "fields.xdmf"
    grid = read_fields(path).grid(1.0)
    np.testing.assert_allclose(grid[sample.name], sample.exact(grid.points.T), rtol=1e-14)


@pytest.mark.serial
def test_fields_of_an_earlier_version_are_read(sample, tmp_path):
    """They stand in one HDF5 file, a group for each time, without a checksum."""
    path = tmp_path / "fields.xdmf"
    sample.write(path, COMM, sample.mesh(COMM, "triangle", 2), [0.0, 1.0])
    expected = read_fields(path).grid(1.0)
    with h5py.File(tmp_path / "old.h5", "w") as old:
        for name, group in (
            ("fields.h5", "/"),
            *((f"fields.frames/{n:06d}.h5", f"/{n:06d}") for n in (0, 1)),
        ):
            with h5py.File(tmp_path / name) as new:
                for key in set(new) - {"head"}:
                    new.copy(key, old.require_group(group))
    (tmp_path / "old.h5").replace(tmp_path / "fields.h5")
    text = path.read_text()
    for n in (0, 1):
        text = text.replace(f"fields.frames/{n:06d}.h5:/", f"fields.h5:/{n:06d}/")
    path.write_text(text)
    found = read_fields(path).grid(1.0)
    np.testing.assert_array_equal(found[sample.name], expected[sample.name])


def test_writer_goes_on_beside_a_reader_that_holds_a_lock(sample, shared_tmp_path):
    path = shared_tmp_path / "fields.xdmf"
    domain = sample.mesh(COMM, "triangle", 2)
    sample.write(path, COMM, domain, [0.0])
    with open(path.with_suffix(".h5")) as file:
        fcntl.flock(file, fcntl.LOCK_SH)  # what ParaView does
        sample.write(path, COMM, domain, [1.0], resume_time=0.0)
    np.testing.assert_array_equal(read_fields(path).times, [0.0, 1.0])


def test_missing_damaged_and_empty_files_are_refused(sample, tmp_path):
    path = tmp_path / "fields.xdmf"
    with pytest.raises(SetupError, match="cannot read the fields"):
        read_fields(path)
    FieldWriter(path, MPI.COMM_SELF, sample.mesh(MPI.COMM_SELF, "triangle", 1))
    with pytest.raises(SetupError, match="holds no fields yet"):
        read_fields(path)
    path.write_text("<Xdmf>")
    with pytest.raises(SetupError, match="cannot read the fields"):
        read_fields(path)


def test_triangles_of_third_order_are_refused(sample, shared_tmp_path):
    with pytest.raises(ValueError, match="first or second order"):
        FieldWriter(shared_tmp_path / "fields.xdmf", COMM, sample.mesh(COMM, "triangle", 3))


def test_full_or_absent_place_is_an_error_on_every_rank(sample, shared_tmp_path):
    with pytest.raises(SetupError, match="cannot write"):
        FieldWriter(
            shared_tmp_path / "nowhere" / "fields.xdmf", COMM, sample.mesh(COMM, "triangle", 1)
        )
