"""A run whose case has got a later end goes on, and ends like one that had it from the start."""

import tomllib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.errors import InputError
from anodex.models.inputs.casefile import parse_case
from anodex.models.inputs.overrides import override
from anodex.models.results.progress import SilentProgress
from anodex.models.results.series import read_fields
from anodex.models.systems.session import run_case

COMM = MPI.COMM_WORLD
FIRST = '{current_density="0.1 mA/cm^2", duration="2 s"}'
LONGER = '{current_density="0.1 mA/cm^2", duration="4 s"}'
SECOND = '{current_density="-0.1 mA/cm^2", duration="2 s"}'
QUICK = {
    **tomllib.loads((Path(__file__).parent / "coarse.toml").read_text("utf-8")),
    "cell_stack": (
        "geometry.refinement=0.25",
        "numerics.step_tolerance=0.05",
        "stacking.hold=1 min",
        "geometry.gap=50 um",
        "compaction.enabled=false",
        "tube.compliant=false",
        "charge.duration=1 min",
        "output.frames=1",
    ),
}
# system, what it had at first, what it gets
LATER = {
    "step appended": (
        "spindle_void",
        (f"protocol.steps=[{FIRST}]", "output.times=[]"),
        (f"protocol.steps=[{FIRST}, {SECOND}]", "output.times=[]"),
    ),
    "last step longer": (
        "spindle_void",
        (f"protocol.steps=[{FIRST}]", 'output.times=["2 s"]'),
        (f"protocol.steps=[{LONGER}]", 'output.times=["2 s"]'),
    ),
    "longer growth": (
        "dendrite",
        ("loading.duration=0.1 s", "output.frames=1"),
        ("loading.duration=0.2 s", "output.frames=2"),
    ),
    "rest after the charge": ("cell_stack", (), ("rest.duration=1 min",)),
    "stage after the last": ("cell_stack", ("stages.last=stacking",), ()),
}
REFUSED = {
    "other past": (f"protocol.steps=[{SECOND}, {SECOND}]", "protocol.steps.0.current_density"),
    "shorter past": (
        'protocol.steps=[{current_density="0.1 mA/cm^2", duration="1 s"}]',
        "protocol.steps.0.duration",
    ),
    "another mesh too": (
        f"protocol.steps=[{FIRST}, {SECOND}] geometry.refinement=0.3",
        "geometry.refinement",
    ),
}


def read(system: str, *changes: str):
    return parse_case(
        override({"system": {"name": system}}, (*QUICK[system], *changes)), "the test"
    )


def run(case, folder, resume: bool = False) -> SimpleNamespace:
    result = run_case(case, folder, COMM, resume, SilentProgress())
    COMM.barrier()
    return SimpleNamespace(history=result.columns, observables=result.observables)


# On several ranks one of them does: each system's own tests show that its runs go on there.
ON_RANKS = "longer growth"


@pytest.mark.parametrize(
    ("system", "first", "later"),
    [
        pytest.param(*given, id=name, marks=() if name == ON_RANKS else pytest.mark.serial)
        for name, given in LATER.items()
    ],
)
def test_a_lengthened_run_ends_like_an_uninterrupted_one(
    assert_same, assert_fields_hold, shared_tmp_path, system, first, later
):
    folder, whole = shared_tmp_path / "lengthened", shared_tmp_path / "whole"
    run(read(system, *first), folder)
    rows = (folder / "history.csv").read_text()
    found = run(read(system, *later), folder, resume=True)
    assert_same(found, run(read(system, *later), whole))
    assert_fields_hold(folder, whole)
    assert (folder / "history.csv").read_text().startswith(rows)
    assert (folder / "case.toml").read_text() == (whole / "case.toml").read_text()


def test_frames_of_the_past_stay_where_others_would_have_been(shared_tmp_path):
    folder = shared_tmp_path / "growth"
    for duration in (0.1, 0.3):
        case = read("dendrite", f"loading.duration={duration} s", "output.frames=2")
        run(case, folder, resume=True)
    np.testing.assert_allclose(read_fields(folder / "fields.xdmf").times, [0, 0.05, 0.1, 0.15, 0.3])


@pytest.mark.serial
@pytest.mark.parametrize(("changes", "key"), REFUSED.values(), ids=REFUSED)
def test_another_past_is_refused_and_nothing_written(shared_tmp_path, changes, key):
    folder = shared_tmp_path / "run"
    run(read("spindle_void", f"protocol.steps=[{FIRST}]", "output.times=[]"), folder)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    steps, _, more = changes.partition(" geometry")
    words = (steps, "output.times=[]", *([f"geometry{more}"] if more else []))
    with pytest.raises(InputError, match=key):
        run(read("spindle_void", *words), folder, resume=True)
    COMM.barrier()
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
