"""Short runs of cell stacks on coarse meshes."""

from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.inputs.casefile import parse_case
from anodex.models.inputs.overrides import override
from anodex.models.systems.cell_stack.case import Case
from anodex.models.systems.cell_stack.die import straight_wall
from anodex.models.systems.cell_stack.problem import LithiumStack
from anodex.models.time.stepping import StepControl, march

COMM = MPI.COMM_WORLD
SYSTEM = {"system": {"name": "cell_stack"}}
QUICK = (
    "geometry.refinement=0.25",
    "numerics.step_tolerance=0.05",
    "stacking.hold=1 min",
    "charge.duration=10 min",
    "output.frames=2",
)
KINDS = {
    "gap": ("geometry.gap=50 um", "compaction.enabled=false", "tube.compliant=false"),
    "compliant": ("geometry.gap=50 um", "compaction.enabled=false"),
    "pressed": (
        "compaction.pressure=60 MPa",
        "compaction.cathode_pressure=0 MPa",
        "tube.compliant=false",
    ),
    "pouch": ("geometry.type=pouch", "geometry.inner_radius=2 mm"),
}


def read(changes: tuple[str, ...]) -> Case:
    """The default case with changes as `--set` takes them."""
    return parse_case(override(SYSTEM, changes), "test")


@pytest.fixture(scope="session")
def small_case():
    """Function that gives a coarse short case of a kind ("gap", "compliant", "pressed" or
    "pouch") with changes as `--set` takes them.
    """
    return lambda kind, *changes: read((*QUICK, *KINDS[kind], *changes))


@pytest.fixture(scope="session")
def run_in(small_case, run_in_folder):
    """Function that runs such a case in a folder: `run_in(folder, kind, *changes, comm=…,
    progress=…, resume=…)`; arguments as of `run`.
    """

    def make(path: Path, kind: str, *changes: str, **arguments):
        return run_in_folder(path, small_case(kind, *changes), **arguments)

    return make


@pytest.fixture(scope="session")
def run_case(small_case, run_once):
    """Function that runs such a case on all ranks; the same one runs once."""
    return lambda kind, *changes: run_once(small_case(kind, *changes))


@pytest.fixture
def make_stack():
    """Function that builds a coarse stack of a die with a given gap (or of a pouch) and a rigid
    tube.
    """
    made = []

    def build(
        comm: MPI.Comm = COMM, pouch: bool = False, geometry: dict | None = None, **tables
    ) -> LithiumStack:
        kind = {"type": "pouch"} if pouch else {"gap": "50 um"}
        rigid = {} if pouch else {"tube": {"compliant": False}}
        case = Case(geometry={"refinement": 0.25, **kind, **(geometry or {})}, **rigid, **tables)
        made.append(LithiumStack(case, comm, np.empty((0, 2)) if pouch else straight_wall(case)))
        return made[-1]

    yield build
    for stack in made:
        stack.destroy()


@pytest.fixture(scope="session")
def marched():
    """Function that takes a stack through the times of some events [s] and returns it."""

    def go_on(stack: LithiumStack, *events: float, first: float = 1.0) -> LithiumStack:
        march(
            stack,
            0.0,
            events,
            StepControl(first, 1e-6, 3600.0),
            lambda time: True,
            lambda *step: stack.accept(),
        )
        return stack

    return go_on
