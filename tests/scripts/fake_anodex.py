"""A system without a solver: for the tests of the command line, and as a script for Slurm and
the workers of a sweep.
"""

import ctypes
import os
import signal
import sys
import time
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import numpy as np
from dolfinx import mesh

from anodex.meshes.tagged import TaggedMesh
from anodex.models import registry
from anodex.models.errors import ConvergenceError
from anodex.models.inputs.quantities import Amount, given
from anodex.models.inputs.tables import Table
from anodex.models.materials import default
from anodex.models.results.history import History
from anodex.models.results.observable import Observable
from anodex.models.results.result import Result
from anodex.models.systems.system import System
from anodex.scripts import sweep_members, sweep_worker
from anodex.scripts.main import main
from anodex.verification.check import Check

UNSOLVABLE, DEADLY, SLEEPY = 13.0, 666.0, 999.0  # um
WORKER = "worker"  # argument of this script


class Name(Table):
    name: Literal["fake"] = "fake"


class Geometry(Table):
    length: Annotated[float, Amount("um", gt=0, le=1000)] = given("60 um")
    shape: Literal["spindle", "dot"] = "spindle"


class Unknowns(Table):
    first: Annotated[float, Amount("")] = 1.0
    second: Annotated[float, Amount("")] = 1.0
    third: Annotated[float, Amount("")] = 1.0
    modulus: Annotated[float, Amount("MPa", gt=0)] = default("lithium", "young_modulus")
    heights: tuple[Annotated[float, Amount("um")], ...] = ()


class Case(Table):
    progress_unit: ClassVar[str] = "s"
    progress_total: ClassVar[float] = 60.0

    title: str = "A fake"
    system: Name = Name()
    geometry: Geometry = Geometry()
    unknowns: Unknowns = Unknowns()


def ishigami(first, second, third):
    """Ishigami and Homma, 1990, with a = 7 and b = 0.1: its indices are known."""
    return np.sin(first) + 7 * np.sin(second) ** 2 + 0.1 * third**4 * np.sin(first)


def bowl(first, second):
    """Its least value is 0, at (1, 0.5)."""
    return (1 - first) ** 2 + 4 * (second - 0.5) ** 2


def run(system, case, folder, comm, progress, resume, watch):
    length = case.geometry.length
    if length == UNSOLVABLE:
        raise ConvergenceError("field 'fake' [um]: residual 1 at step 0; try another length")
    if length == DEADLY:
        os.kill(os.getpid(), signal.SIGKILL)
    if length == SLEEPY:
        print("sleeping", flush=True)
        time.sleep(60)
    # in a worker; what C prints into the test process would appear at its end
    if "pytest" not in sys.modules:
        ctypes.CDLL(None).puts(b"printed by C")
    roundness = {"roundness": Observable(1.0, "1")} if case.geometry.shape == "dot" else {}
    unknowns = case.unknowns
    rate = unknowns.modulus / 1000  # GPa
    history = History(folder.history, comm, ["decay [1]"])
    for moment in range(5):
        history.append(float(moment), {"decay [1]": float(np.exp(-rate * moment))})
    return roundness | {
        "ishigami": Observable(
            float(ishigami(unknowns.first, unknowns.second, unknowns.third)), "1"
        ),
        "bowl": Observable(float(bowl(unknowns.first, unknowns.second)), "1"),
        "radius": Observable(float(np.hypot(unknowns.first, unknowns.second)), "1"),
        "total": Observable(float(sum(unknowns.heights)), "um"),
        "rate": Observable(rate, "GPa"),
        "area": Observable(length**2, "um^2"),
        "process": Observable(float(os.getpid()), "1"),
        "resumed": Observable(str(resume), ""),
        "never": Observable(None, "s"),
    }


def draw_fake(result: Result, path: Path) -> Path:
    path.write_text("a picture")
    return path


def draw_nothing(result: Result, path: Path) -> None:
    """A picture that this result does not have."""


def build_mesh(case, comm):
    """A square of the case's length, all of it tagged "matrix" and its sides "outer"."""
    square = mesh.create_rectangle(comm, [[0, 0], [case.geometry.length] * 2], [3, 3])
    sides = mesh.locate_entities_boundary(square, 1, lambda x: np.full(x.shape[1], True))
    cells = np.arange(
        square.topology.index_map(2).size_local + square.topology.index_map(2).num_ghosts,
        dtype=np.int32,
    )
    cell_tags, side_tags = (
        mesh.meshtags(square, dim, found, np.full_like(found, dim))
        for dim, found in ((2, cells), (1, sides))
    )
    return TaggedMesh(square, cell_tags, side_tags, {"matrix": 2, "outer": 1})


CHECKS = [
    Check("exact", "a book", lambda: (1.0, 1.0), 1e-12),
    Check("close", "a paper", lambda: (1.01, 1.0), 0.02),
    Check("off and slow", "a thesis on |K|", lambda: (1.5, 1.0), 0.1, slow=True),
]


SYSTEM = System(
    name="fake",
    title="nothing at all",
    case=Case,
    mesh=build_mesh,
    quantities=(),
    pictures={"fake.png": draw_fake, "other.png": draw_fake, "absent.png": draw_nothing},
    checks=CHECKS,
    runner=run,
)


def install() -> None:
    """Make this module the only system that anodex knows, here and in the members of a sweep."""
    sweep_members.ANODEX = (sys.executable, __file__, WORKER)
    registry.names = lambda: ("fake",)
    registry.load = lambda name: SYSTEM


if __name__ == "__main__":
    install()
    sweep_worker.main() if sys.argv[1:] == [WORKER] else main()
