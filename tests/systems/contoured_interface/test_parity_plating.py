"""The same of an interface that is plated: all ranks together against one alone."""

import pytest
from mpi4py import MPI

pytestmark = pytest.mark.skipif(MPI.COMM_WORLD.size == 1, reason="compares several ranks with one")


@pytest.mark.parametrize("law", ["linear", "butler-volmer", "none"])
def test_ranks_agree(run_in_folder, plated_case, run_plated, assert_same, tmp_path, law):
    tables = {"kinetics": {"law": law}}
    alone = run_in_folder(tmp_path / "alone", plated_case(**tables), comm=MPI.COMM_SELF)
    assert_same(run_plated(**tables), alone)


def test_ranks_agree_over_a_map(
    run_in_folder, plated_case, run_plated, assert_same, cosine_map, tmp_path
):
    geometry = {**cosine_map, "height": "10 um", "separation": "50 um", "refinement": 0.25}
    alone = run_in_folder(tmp_path / "alone", plated_case(geometry=geometry), comm=MPI.COMM_SELF)
    assert_same(run_plated(geometry=geometry), alone)
