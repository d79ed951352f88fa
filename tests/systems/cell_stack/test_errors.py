"""Stacks that cannot hold: the command ends with a reason and a remedy, in time, and leaves what
the contract says.
"""

import pytest
from mpi4py import MPI

COMM = MPI.COMM_WORLD
QUICK = (
    "geometry.refinement=0.25",
    "numerics.step_tolerance=0.05",
    "stacking.hold=1 min",
    "charge.duration=10 min",
)
RIGID = "tube.compliant=false"
GAP = ("compaction.enabled=false", RIGID)

BAD_INPUT = {
    "gap wider than the wall": (["geometry.gap=4 mm", *GAP], "must be smaller than the wall"),
    "gap that takes the whole foil": (
        ["geometry.gap=200 um", *GAP, "geometry.foil_thickness=5 um"],
        "Use a thicker foil",
    ),
    "gap that takes the whole foil beside a pressed pellet": (
        ["geometry.gap=200 um", "geometry.foil_thickness=5 um"],
        "Use a thicker foil",
    ),
    "density above one": (["geometry.initial_relative_density=1.2"], "allowed: 0.2 < value < 0.9"),
    "unknown key": (["geometry.gapp=50 um"], "did you mean 'gap'"),
    "no such result": (
        ["stages.previous=nowhere"],
        "holds no checkpoint; give the result folder of an earlier stage",
    ),
}
NO_SOLUTION = {
    "powder that densifies away": (
        ["compaction.pressure=3000 MPa", "tube.sleeve=true"],
        "Press less",
    ),
    "tube that tears": (
        ["compaction.pressure=3000 MPa", "tube.hardening_modulus=0 MPa"],
        "MPa of 3000 MPa",
    ),
    "pressing that opens no gap": (
        ["compaction.pressure=1 MPa", "compaction.cathode_pressure=0 MPa", RIGID],
        "Raise compaction.pressure",
    ),
    "foil that is stripped away": (
        ["geometry.gap=50 um", *GAP, "geometry.foil_thickness=30 um", "discharge.duration=50 hour"],
        "the foil is used up",
    ),
    "foil that is pressed away": (
        [
            "geometry.gap=200 um",
            *GAP,
            "geometry.foil_thickness=60 um",
            "stacking.pressure=300 MPa",
            "flow.wall=slip",
        ],
        "the foil is used up",
    ),
}


@pytest.fixture
def attempt(attempt_case):
    """Function that runs a quick case with changes on all ranks; returns exit code, what rank 0
    says, and the result folder.
    """
    return lambda *changes: attempt_case('[system]\nname = "cell_stack"\n', (*QUICK, *changes))


@pytest.mark.parametrize(("changes", "words"), BAD_INPUT.values(), ids=BAD_INPUT)
def test_bad_input(attempt, assert_refused, changes, words):
    assert_refused(attempt(*changes), words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            '[system]\nname = "spindle_void"\n',
            "holds a result of system 'spindle_void'; give the result folder of a cell_stack",
        ),
        (
            '[system]\nname = "cell_stack"\n',
            "was run with another table [geometry]; give the same values",
        ),
        ('[system]\nname = "cell_stack"\n[tube]\ncolour = "white"\n', "tube.colour"),
    ],
    ids=["system", "geometry", "mistake"],
)
def test_previous_result_of_another_case(attempt, assert_refused, shared_tmp_path, text, words):
    previous = shared_tmp_path / "previous"
    if COMM.rank == 0:
        previous.mkdir()
        (previous / "case.toml").write_text(text, encoding="utf-8")
        (previous / "checkpoint.h5").touch()
    COMM.barrier()
    assert_refused(attempt(f"stages.previous={previous}"), words)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param(
            *NO_SOLUTION[name],
            id=name,
            # another way to the end of the foil
            marks=[pytest.mark.serial] if name == "foil that is stripped away" else [],
        )
        for name in NO_SOLUTION
    ],
)
def test_no_solution(attempt, assert_no_solution, changes, words):
    assert_no_solution(attempt(*changes), words)
