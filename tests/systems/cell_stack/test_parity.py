"""The number of ranks does not change the numbers: all ranks together against each rank alone."""

import pytest
from mpi4py import MPI

COMM = MPI.COMM_WORLD
pytestmark = pytest.mark.skipif(COMM.size == 1, reason="compares several ranks with one")


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("gap", ()),
        ("gap", ("flow.wall=slip", "stacking.pressure=1 MPa")),
        ("gap", ("flow.wall=slip", "flow.law=lepage", "stacking.pressure=1 MPa")),
        ("compliant", ()),
        ("pouch", ()),
        ("pressed", ("stages.last=stacking",)),
    ],
    ids=["gap", "slip", "slip, lepage", "compliant", "pouch", "pressed"],
)
def test_ranks_agree(run_in, run_case, assert_same, tmp_path, kind, changes):
    assert_same(
        run_case(kind, *changes),
        run_in(tmp_path / "alone", kind, *changes, comm=MPI.COMM_SELF),
        1e-7,
    )
