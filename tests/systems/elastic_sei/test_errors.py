"""Surfaces that cannot be followed, and wrong input: the command ends with a reason and a remedy,
and leaves what the contract says.
"""

from contextlib import nullcontext

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.errors import ConvergenceError, SetupError
from anodex.models.moving.front import Front
from anodex.models.systems.elastic_sei import meshing as module
from anodex.models.systems.elastic_sei.meshing import build_mesh
from anodex.models.systems.elastic_sei.problem import ElasticInterphase

COMM = MPI.COMM_WORLD

NOTHING_BUT = '[system]\nname = "elastic_sei"\n'
BAD_INPUT = {
    "steep": (["surface.amplitude=2 um"], "lower surface.amplitude"),
    "unknown key": (["film.thicknes=20 nm"], "did you mean 'thickness'"),
    "current of the wrong kind": (
        ["protocol.steps=[{current_density='5 mA', duration='1 s'}]"],
        "protocol.steps.0.current_density",
    ),
}


@pytest.mark.parametrize(("changes", "words"), BAD_INPUT.values(), ids=BAD_INPUT)
def test_wrong_input_is_refused_and_nothing_written(attempt_case, assert_refused, changes, words):
    assert_refused(attempt_case(NOTHING_BUT, changes), words)


def test_a_surface_that_meets_itself_stops_the_run_with_its_place(
    attempt_case, assert_no_solution, monkeypatch
):
    monkeypatch.setattr(Front, "meeting", lambda front: np.array([0.5, 0.1]))
    attempted = attempt_case(NOTHING_BUT, ["numerics.smallest_step=1 s"])
    assert_no_solution(attempted, "The surface meets itself at x = 0.5 um, y = 0.1 um")
    assert "start from a smoother surface" in attempted[1]
    assert (attempted[2] / "checkpoint.h5").exists()


@pytest.mark.parametrize("shift", [2.0, -2.0], ids=["right", "left"])
def test_a_front_that_crosses_its_image_is_found(small_case, shift):
    case = small_case("steep")
    problem = ElasticInterphase(case, build_mesh(case, COMM))
    problem.switch(0.0)
    problem.state.numbers["rate"][1:-1, 0] = shift
    problem.state.numbers["earlier_step"][:] = 1.0
    with pytest.raises(ConvergenceError, match="meets itself at x = "):
        problem.advance(1.0, 1.0)
    problem.destroy()


def test_no_mesh_beside_a_sharp_corner_is_told_with_its_place(small_case, monkeypatch):
    def fail(*_):
        raise SetupError("cells turned inside out")

    case = small_case("steep")
    problem = ElasticInterphase(case, build_mesh(case, COMM))
    monkeypatch.setattr(module, "mesh_beside", fail)
    with pytest.raises(ConvergenceError, match="turns too sharply for its cells at x = "):
        problem.renewed()
    problem.destroy()


@pytest.mark.parametrize("fails", [False, True])
def test_each_problem_is_freed_once_whatever_comes_after_a_new_mesh(
    new_meshes, run_in, shared_tmp_path, monkeypatch, fails
):
    freed, destroy, advance = [], ElasticInterphase.destroy, ElasticInterphase.advance

    def noted(self):
        freed.append(self)
        destroy(self)

    def advanced(self, time, length):
        if fails and new_meshes:
            raise ConvergenceError("no")
        return advance(self, time, length)

    monkeypatch.setattr(ElasticInterphase, "destroy", noted)
    monkeypatch.setattr(ElasticInterphase, "advance", advanced)
    with pytest.raises(ConvergenceError) if fails else nullcontext():
        run_in(shared_tmp_path, "steep")
    assert new_meshes
    assert len(freed) == len({id(problem) for problem in freed}) == len(new_meshes) + 1
