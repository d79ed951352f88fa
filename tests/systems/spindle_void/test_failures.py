"""Runs that fail keep what was found before."""

from pathlib import Path

import pytest
from mpi4py import MPI

from anodex.models.errors import ConvergenceError
from anodex.models.inputs.casefile import read_case
from anodex.models.results.folder import ResultFolder
from anodex.models.results.history import read_history
from anodex.models.results.progress import SilentProgress
from anodex.models.systems.spindle_void import SYSTEM
from anodex.models.systems.spindle_void.case import Case
from anodex.models.time import march as time_march

COMM = MPI.COMM_WORLD
SHIPPED = Path(__file__).parents[3] / "cases" / "spindle_void.toml"


def test_step_without_a_solution_leaves_the_last_good_state(shared_tmp_path):
    # Deposition far beyond what the electrolyte holds: its concentration would fall below zero,
    # which Butler-Volmer cannot follow.
    changes = [
        "geometry.refinement=0.25",
        "kinetics.law=butler-volmer",
        "numerics.smallest_step=0.5 s",
        "numerics.first_step=0.5 s",
        'protocol.steps=[{current_density="1 A/m^2", duration="2 s"}, {current_density="-8000 '
        'A/m^2", duration="10 min"}]',
    ]
    folder = ResultFolder.create(shared_tmp_path / "result", COMM)
    with pytest.raises(ConvergenceError, match="smallest step"):
        SYSTEM.run(read_case(SHIPPED, changes), folder, COMM, SilentProgress())
    assert folder.checkpoint.exists()
    assert read_history(folder.history)["time [s]"][-1] >= 2.0


def test_a_resumed_run_that_fails_at_once_keeps_its_time(shared_tmp_path, monkeypatch):
    """Its checkpoint would otherwise put the state reached at 2 s to the time 0 s."""
    case = Case(
        geometry={"refinement": 0.25},
        protocol={"steps": [{"current_density": "1 A/m^2", "duration": "2 s"}]},
        output={"times": []},
    )
    folder = ResultFolder.create(shared_tmp_path / "run", COMM)
    SYSTEM.run(case, folder, COMM, SilentProgress())
    written = []
    monkeypatch.setattr(
        time_march,
        "write_checkpoint",
        lambda path, comm, functions, scalars: written.append(scalars["time"]),
    )

    def fail(*_):
        raise ConvergenceError("no solution")

    monkeypatch.setattr(time_march, "march", fail)
    with pytest.raises(ConvergenceError):
        SYSTEM.run(case, folder, COMM, SilentProgress(), resume=True)
    assert written == [2.0]
