"""Short runs of cell stacks on coarse meshes."""

import shutil
import tempfile
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.cell_stack import Case, run
from anodex.models.inputs.casefile import parse_case, write_case
from anodex.models.inputs.overrides import override
from anodex.models.results.folder import ResultFolder
from anodex.models.results.history import read_history
from anodex.models.results.observable import Observable
from anodex.models.results.progress import SilentProgress

COMM = MPI.COMM_WORLD
SYSTEM = {"system": {"name": "cell_stack"}}
QUICK = ("geometry.refinement=0.25", "numerics.step_tolerance=0.05", "stacking.hold=1 min", "charge.duration=10 min", "output.frames=2")
KINDS = {
    "gap": ("geometry.gap=50 um", "compaction.enabled=false", "tube.compliant=false"),
    "compliant": ("geometry.gap=50 um", "compaction.enabled=false"),
    "pressed": ("compaction.pressure=60 MPa", "compaction.cathode_pressure=0 MPa", "tube.compliant=false"),
    "pouch": ("geometry.type=pouch", "geometry.inner_radius=2 mm"),
}


@dataclass(frozen=True)
class Result:
    """What a run gave: its case, result folder, observables, and the columns of its history."""

    case: Case
    folder: Path
    observables: dict[str, Observable]
    history: dict[str, np.ndarray]


def read(changes: tuple[str, ...]) -> Case:
    """The default case with changes as `--set` takes them."""
    return parse_case(override(SYSTEM, changes), "test")


@pytest.fixture(scope="session")
def small_case():
    """Function that gives a coarse short case of a kind ("gap", "compliant", "pressed" or "pouch") with changes as `--set` takes them."""
    return lambda kind, *changes: read((*QUICK, *KINDS[kind], *changes))


@pytest.fixture(scope="session")
def run_in(small_case):
    """Function that runs such a case in a folder: `run_in(folder, kind, *changes, comm=…, progress=…, resume=…)`; arguments as of `run`."""

    def make(path: Path, kind: str, *changes: str, comm=COMM, progress=None, resume=False) -> Result:
        case = small_case(kind, *changes)
        folder = ResultFolder.open(path, comm) if resume else ResultFolder.create(path, comm)
        if not resume:
            folder.write_text("case.toml", write_case(case))
        found = run(case, folder, comm, progress or SilentProgress(), resume=resume)
        return Result(case, folder.path, found, read_history(folder.history))

    return make


@pytest.fixture(scope="session")
def run_case(run_in):
    """Function that runs such a case on all ranks; the same one runs once."""
    base = Path(COMM.bcast(tempfile.mkdtemp(prefix="anodex-") if COMM.rank == 0 else None))
    results: dict[tuple[str, ...], Result] = {}
    numbers = count()

    def make(*words: str) -> Result:
        if words not in results:
            results[words] = run_in(base / str(next(numbers)), *words)
        return results[words]

    yield make
    COMM.barrier()
    if COMM.rank == 0:
        shutil.rmtree(base)


@pytest.fixture(scope="session")
def assert_same():
    """Function that compares two results: observables and history to a share of their size; rows of the history at the same times."""

    def compare(found: Result, expected: Result, tolerance: float = 1e-8) -> None:
        assert list(found.history) == list(expected.history)
        for name, values in expected.history.items():
            if not name.endswith("error [1]"):  # zero but for rounding
                size = np.nanmax(np.abs(values), initial=1e-300)
                np.testing.assert_allclose(found.history[name], values, rtol=0, atol=tolerance * size, err_msg=name)
        assert list(found.observables) == list(expected.observables)
        for name, entry in expected.observables.items():
            assert found.observables[name].unit == entry.unit
            if entry.value is None:
                assert found.observables[name].value is None, name
            else:
                assert found.observables[name].value == pytest.approx(entry.value, rel=tolerance, abs=1e-8), name

    return compare
