"""Runs that cannot be: the command ends with a reason and a remedy, in time, and leaves what the
contract says.
"""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.inputs.casefile import write_case

COMM = MPI.COMM_WORLD

BAD_INPUT = {
    "unknown key": (["geometry.lenght=50 um"], "did you mean 'length'"),
    "no electrolyte": (["geometry.length=8 um"], "must leave electrolyte"),
    "too many pores": (["geometry.porosity=0.85"], "geometry.porosity: porosity 0.85"),
    "pores that walls fill": (
        [
            "geometry.pore_diameter=3 um",
            "geometry.length=240 um",
            "geometry.lithium_thickness=200 um",
            "interface.width=3 um",
            "geometry.width=30 um",
            "geometry.depth=20 um",
            "geometry.porosity=0.1",
            "geometry.seed=2",
        ],
        "give larger or more even pores",
    ),
    "no image": (
        ["geometry.image=nowhere.png", "geometry.pixel_size=1 um", "geometry.pore_diameter=10 um"],
        "cannot read the image",
    ),
    "small image": (
        [
            "geometry.image={folder}/pores.npy",
            "geometry.pixel_size=1 um",
            "geometry.pore_diameter=10 um",
        ],
        "geometry.image: the image",
    ),
    "current and overpotential": (
        ["loading.current_density=1 A/m^2", "loading.overpotential=0 V"],
        "exclude each other",
    ),
}
STRIPPED = ("mechanics.enabled=false", "loading.duration=100 s")
NO_SOLUTION = {
    "lithium used up at a potential": (
        [*STRIPPED, "electrolyte.potential=constant", "loading.overpotential=0.25 V"],
        "the lithium is used up",
    ),
    "lithium used up at a current": (
        [*STRIPPED, "loading.current_density=-1000 A/m^2"],
        "take more lithium (geometry.lithium_thickness)",
    ),
    "a step that cannot be halved": (
        [
            "loading.overpotential=-0.8 V",
            "interface.relaxation_law=following",
            *(f"numerics.{name}_step=1 s" for name in ("first", "smallest", "largest")),
        ],
        "Try a smaller step",
    ),
}


@pytest.fixture
def attempt(attempt_case, shared_tmp_path, small_case):
    """Function that runs the small case with changes on all ranks; returns exit code, what rank
    0 says, and the result folder.
    """
    if COMM.rank == 0:
        np.save(shared_tmp_path / "pores.npy", np.eye(5))
    return lambda *changes: attempt_case(
        write_case(small_case()), [change.format(folder=shared_tmp_path) for change in changes]
    )


@pytest.mark.parametrize(("changes", "words"), BAD_INPUT.values(), ids=BAD_INPUT)
def test_bad_input(attempt, assert_refused, changes, words):
    assert_refused(attempt(*changes), words)


@pytest.mark.parametrize(("changes", "words"), NO_SOLUTION.values(), ids=NO_SOLUTION)
def test_no_solution(attempt, assert_no_solution, changes, words):
    assert_no_solution(attempt(*changes), words)
