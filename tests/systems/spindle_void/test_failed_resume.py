import pytest
from mpi4py import MPI

from anodex.models.errors import ConvergenceError
from anodex.models.results.folder import ResultFolder
from anodex.models.results.progress import SilentProgress
from anodex.models.systems.spindle_void import SYSTEM
from anodex.models.systems.spindle_void.case import Case
from anodex.models.time import march as time_march

COMM = MPI.COMM_WORLD


def test_a_resumed_run_that_fails_at_once_keeps_its_time(shared_tmp_path, monkeypatch):
    """Its checkpoint would otherwise put the state reached at 2 s to the time 0 s."""
    case = Case(
        geometry={"refinement": 0.5},
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
