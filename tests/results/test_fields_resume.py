"""Files of fields that go on, are damaged, read meanwhile or refused."""

import fcntl
import logging

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
    with h5py.File(path.with_suffix(".h5"), "r", locking=False) as file:
        assert set(file) == {"mesh", "000000", "000001", "000002"}


def test_resume_before_the_first_step_begins_anew(sample, shared_tmp_path):
    path = shared_tmp_path / "fields.xdmf"
    sample.write(path, COMM, sample.mesh(COMM, "triangle", 2), [2.0], resume_time=1.0)
    sample.write(path, COMM, sample.mesh(COMM, "triangle", 1), [0.5], resume_time=0.0)
    np.testing.assert_array_equal(read_fields(path).times, [0.5])


@pytest.mark.parametrize("cause", ["damaged", "missing", "other mesh"])
def test_resume_beside_unfit_numbers_begins_anew_with_a_warning(sample, shared_tmp_path, cause):
    path = shared_tmp_path / "fields.xdmf"
    domain = sample.mesh(COMM, "triangle", 2)
    sample.write(
        path,
        COMM,
        sample.mesh(COMM, "tetrahedron", 2) if cause == "other mesh" else domain,
        [0.0, 1.0],
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
    sample.write(path, COMM, domain, [2.0], resume_time=1.0)
    logging.getLogger("anodex").removeHandler(handler)
    assert len(records) == (COMM.rank == 0)
    np.testing.assert_array_equal(read_fields(path).times, [2.0])
    assert (shared_tmp_path / "fields.damaged.h5").exists() == (cause != "missing")


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
