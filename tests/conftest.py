"""Fixtures that all tests share."""

import gc
import importlib.util
import os
import shutil
import signal
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import gmsh
import numpy as np
import pytest
from ffcx.codegeneration import jit
from mpi4py import MPI
from xdist.scheduler import LoadFileScheduling

from anodex.meshes import void_mesh
from anodex.meshes.void import VoidGeometry
from anodex.models import registry
from anodex.models.inputs.casefile import write_case
from anodex.models.results.folder import ResultFolder
from anodex.models.results.history import read_history
from anodex.models.results.observable import Observable
from anodex.models.results.progress import SilentProgress
from anodex.scripts import sweep_members, verify

COMM = MPI.COMM_WORLD
FAKE = Path(__file__).parent / "scripts" / "fake_anodex.py"
HERE = Path(__file__).parent
# What is the same on any number of ranks: text, numbers without a mesh, laws at a point, processes
# that tests start.
RANK_FREE = ("inputs", "laws", "materials", "constitutive", "drawing", "scripts", "examples")
RANK_FREE_FILES = (  # how their names start
    *("test_case", "test_docs", "test_architecture", "test_stepping", "test_yield_laws"),
    # numbers and images, no mesh
    *("test_heights", "test_images", "test_outline", "test_grading", "test_planform"),
    *("test_packing", "test_sizes", "test_neighbours", "test_pores", "test_pore_images"),
    *("test_bisection", "test_subcells", "test_multistep", "test_report"),
    # lines: fronts, films, cracks by their formulas
    *("test_front.", "test_tipped", "test_flux.", "test_cusps", "test_cohesive"),
    *("test_film.", "test_slope", "test_gas", "test_filled_crack"),
    # what is told of a growth
    *("test_contacts", "test_groups", "test_held_current", "test_short"),
)
# What depends on how a mesh is spread, which a third rank may show where two do not: the rooms that
# work across borders of ranks, files of fields, each system against itself on one rank, and tests
# of other rooms that name the ranks. The rest runs on one and two ranks.
SPREAD = ("discrete", "solve", "contact", "moving", "adapt")
SPREAD_FILES = ("test_parity", "test_checkpoint", "test_fields")


def pytest_xdist_auto_num_workers(config) -> int:
    """Workers of `-n auto`, as pyproject.toml sets it: one for each core; none under mpirun."""
    under_mpirun = COMM.size > 1 or "OMPI_COMM_WORLD_SIZE" in os.environ
    return 0 if under_mpirun else len(os.sched_getaffinity(0))


class ByRuns(LoadFileScheduling):
    """Gives a worker what shares runs: the files of a system, its checks, else one file.

    The largest come first, by their number of tests: what has few long ones is put together.
    """

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        if test.startswith("test_check_holds["):  # `[system: check]`
            return test.partition(":")[0]
        if file.startswith(("tests/anodex/", "tests/examples/")):
            return "tests/anodex"
        whole = file.startswith(("tests/systems/", "tests/faults/", "tests/fracture/"))
        return file.rpartition("/")[0] if whole else file


def pytest_xdist_make_scheduler(config, log) -> ByRuns | None:
    return ByRuns(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_finish() -> None:
    """What is there before the first test stays: who collects garbage need not look at it."""
    gc.freeze()


def pytest_collection_modifyitems(config, items: list[pytest.Item]) -> None:
    """Under mpirun, leave out what cannot differ from one rank, on three ranks from two."""
    if COMM.size == 1:
        return
    kept = [
        item
        for item in items
        if _may_differ(item.path.relative_to(HERE), item.name, COMM.size)
        and not item.get_closest_marker("serial")
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def _may_differ(path: Path, name: str, ranks: int) -> bool:
    if path.parts[0] in RANK_FREE or path.name.startswith(RANK_FREE_FILES):
        return False
    if ranks < 3 or path.parts[0] in SPREAD or path.name.startswith(SPREAD_FILES):
        return True
    return path.parts[0] != "systems" and "rank" in name.partition("[")[0]


@dataclass(frozen=True)
class Result:
    """What a run gave: its case, result folder, observables, and the columns of its history."""

    case: object
    folder: Path
    observables: dict[str, Observable]
    history: dict[str, np.ndarray]


@pytest.fixture(scope="session", autouse=True)
def no_wait_for_the_disk():
    """Results of tests need not outlive a power cut; where they do, in faults/, other processes
    write them.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def forms_are_found_once():
    """FFCx reads all the names of its folder of compiled forms for each form that it looks for: a
    tenth of the time of the tests. What this process has loaded is kept.
    """
    find, loaded = jit.get_cached_module, {}

    def remember(name: str, *others):
        found = loaded.get(name) or find(name, *others)
        if found[0] is not None:  # else it is yet to be compiled
            loaded[name] = found
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jit, "get_cached_module", remember)
        yield


DRAW = void_mesh._draw


@pytest.fixture(scope="session", autouse=True)
def voids_are_drawn_once(tmp_path_factory):
    """Gmsh takes half of the time of a short run in a void, and many runs share one: what it has
    drawn is kept in a file, which gives the same mesh to the last bit.
    """
    folder, files = tmp_path_factory.mktemp("voids"), {}

    def remember(geometry: VoidGeometry, *others):
        if geometry.path is None and geometry in files:
            gmsh.open(files[geometry])
            return
        DRAW(geometry, *others)
        if geometry.path is None:  # that of a crack is not hashable
            files[geometry] = str(folder / f"{len(files)}.msh")
            gmsh.option.setNumber("Mesh.Binary", 1)
            gmsh.write(files[geometry])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(void_mesh, "_draw", remember)
        yield


@pytest.fixture
def drawn_anew(monkeypatch):
    """Voids are drawn as outside of tests: for tests of the mesh, and of what Gmsh leaves."""
    monkeypatch.setattr(void_mesh, "_draw", DRAW)


@contextmanager
def temporary_folder():
    """A folder with one path on all ranks, removed when all are done; collective."""
    path = COMM.bcast(tempfile.mkdtemp(prefix="anodex-") if COMM.rank == 0 else None)
    yield Path(path)
    COMM.barrier()
    if COMM.rank == 0:
        shutil.rmtree(path)


@pytest.fixture
def shared_tmp_path():
    """A temporary folder with one path on all ranks, of a test."""
    with temporary_folder() as path:
        yield path


@pytest.fixture(scope="session")
def shared_session_path():
    """The same, of all tests."""
    with temporary_folder() as path:
        yield path


@pytest.fixture
def stopped_after():
    """Context that raises TimeoutError if its block takes more than some seconds of the processor,
    however busy it is: `with stopped_after(60):`.
    """

    @contextmanager
    def guard(seconds: int):
        def stop(*_):
            raise TimeoutError(f"not done after {seconds} s of the processor")

        before = signal.signal(signal.SIGPROF, stop)
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)

    return guard


@pytest.fixture(scope="session")
def run_in_folder():
    """Function that runs a case in a folder: `run_in_folder(folder, case, comm=…, progress=…,
    resume=…)`; arguments as of `run`.
    """

    def make(
        path: Path, case, comm: MPI.Comm = COMM, progress=None, resume: bool = False
    ) -> Result:
        folder = ResultFolder.open(path, comm) if resume else ResultFolder.create(path, comm)
        if not resume:
            folder.write_text("case.toml", write_case(case))
        found = registry.load(case.system.name).run(
            case, folder, comm, progress or SilentProgress(), resume=resume
        )
        return Result(case, folder.path, found, read_history(folder.history))

    return make


@pytest.fixture(scope="session")
def run_once(run_in_folder, shared_session_path):
    """Function that runs a case on all ranks; the same one runs once."""
    results: dict[str, Result] = {}
    numbers = count()

    def make(case) -> Result:
        text = write_case(case)
        if text not in results:
            results[text] = run_in_folder(shared_session_path / str(next(numbers)), case)
        return results[text]

    return make


@pytest.fixture(scope="session")
def reduced():
    """Function that tells what continuous integration changes of a shipped case to make it
    smaller, a setting each.
    """
    lines = (Path(__file__).parents[1] / ".ci" / "reduced_cases").read_text().splitlines()
    return lambda name: [
        line.removeprefix(f"{name} ") for line in lines if line.startswith(f"{name} ")
    ]


@pytest.fixture
def fake(monkeypatch):
    """The fake system installed, here and in the members of a sweep."""
    spec = importlib.util.spec_from_file_location("fake_anodex", FAKE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("names", "load"):
        # so that it is restored afterwards
        monkeypatch.setattr(registry, name, getattr(registry, name))
    monkeypatch.setattr(verify, "ROOMS", {})
    monkeypatch.setattr(sweep_members, "ANODEX", sweep_members.ANODEX)
    module.install()
    return module
