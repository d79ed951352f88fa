"""What a run does that cannot go on: the exit code, and what to do about it."""

import pytest
from mpi4py import MPI

from anodex.models.errors import ConvergenceError
from anodex.models.fracture.phase_field_crack import Alternation
from anodex.models.systems.filled_crack.problem import GrowingCrack, build_mesh

pytestmark = pytest.mark.serial


@pytest.fixture
def problem(small_case):
    """A crack at rest, whose small cells end at 45 um."""
    case = small_case("centre")
    made = GrowingCrack(case, build_mesh(case, MPI.COMM_SELF))
    yield made
    made.destroy()


def test_a_crack_that_runs_out_of_the_small_cells_says_what_to_change(problem, monkeypatch):
    monkeypatch.setattr(GrowingCrack, "crack_length", 46.0)  # to run there takes many turns
    with pytest.raises(ConvergenceError, match=r"end at 45 um; lower numerics\.sm") as failure:
        problem.solve_stage(0.0, 1.0, problem.state.snapshot())
    assert failure.value.exit_code == 3


def test_turns_that_do_not_come_to_rest_leave_the_crack_as_it_was(problem):
    problem.settings = Alternation(most=1)
    before = problem.crack.damage.x.array.copy()
    with pytest.raises(ConvergenceError, match="not come to rest in 1 passes; try a") as failure:
        problem.solve_stage(0.0, 4.0, problem.state.snapshot())
    assert failure.value.exit_code == 3
    assert (problem.crack.damage.x.array == before).all()
