"""Short runs of a film on a coarse mesh, each made once and shared."""

from contextlib import contextmanager
from pathlib import Path

import pytest
from mpi4py import MPI

from anodex.models.inputs.casefile import parse_case
from anodex.models.inputs.overrides import override
from anodex.models.systems.elastic_sei import problem
from anodex.models.systems.elastic_sei.case import Case
from anodex.models.systems.elastic_sei.problem import ElasticInterphase

COMM = MPI.COMM_WORLD
SYSTEM = {"system": {"name": "elastic_sei"}}
PLATED = 'protocol.steps=[{current_density="0.5 mA/cm^2", duration="5 min"}]'
CYCLED = (
    'protocol.steps=[{current_density="0.5 mA/cm^2", duration="4 min"}, '
    '{current_density="-0.5 mA/cm^2", duration="2 min"}]'
)
QUICK = (
    "surface.shape=random",
    "surface.width=2 um",
    "numerics.refinement=0.75",
    'output.times=["2 min"]',
    PLATED,
)
KINDS = {
    "ether": (),
    "cycle": (CYCLED,),
    "no film": ("film.enabled=false",),
    "bonded": ("film.attachment=bonded", "film.reference=as-formed", "film.tension=0.02 N/m"),
    # waves whose flanks turn so far that the mesh does not follow for long
    "steep": ("surface.shape=cosine", "surface.amplitude=300 nm", "film.cracks=false"),
}
WAVES = ("surface.width", "surface.shape=random")  # that a cosine does not have
WORN = 0.545  # least quality of cells of "steep" at the start, 0.55, less what some steps cost


@pytest.fixture(scope="session")
def small_case():
    """Function that gives a coarse short case of a kind with changes as `--set` takes them; later
    ones take the place of earlier ones.
    """

    def make(kind: str = "ether", *changes: str) -> Case:
        quick = [word for word in QUICK if kind != "steep" or not word.startswith(WAVES)]
        words = {word.partition("=")[0]: word for word in (*quick, *KINDS[kind], *changes)}
        return parse_case(override(SYSTEM, tuple(words.values())), "the test")

    return make


@pytest.fixture(scope="session")
def run_in(small_case, run_in_folder):
    """Function that runs such a case in a folder: `run_in(folder, kind, *changes, comm=…,
    progress=…, resume=…)`; arguments as of `run`.
    """

    def make(path: Path, kind: str = "ether", *changes: str, **arguments):
        return run_in_folder(path, small_case(kind, *changes), **arguments)

    return make


@pytest.fixture(scope="session")
def run_case(small_case, run_once):
    """Function that runs such a case on all ranks; the same one runs once."""
    return lambda kind="ether", *changes: run_once(small_case(kind, *changes))


@contextmanager
def renewed_early():
    """Meshes of "steep" are made anew long before they have to be; gives a list of the fronts that
    they were made for.
    """
    made, renewed = [], ElasticInterphase.renewed

    def noted(worn: ElasticInterphase) -> ElasticInterphase:
        made.append(worn.front)
        return renewed(worn)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(problem, "LEAST_QUALITY", WORN)
        patch.setattr(ElasticInterphase, "renewed", noted)
        yield made


@pytest.fixture
def new_meshes():
    """The same while a test runs."""
    with renewed_early() as made:
        yield made


@pytest.fixture(scope="session")
def renewing(run_in):
    """Function that runs "steep" so: `renewing(folder, comm)`; three new meshes and more."""

    def make(path: Path, comm: MPI.Comm = COMM):
        with renewed_early() as made:
            result = run_in(path, "steep", comm=comm)
        assert len(made) >= 3
        return result

    return make


@pytest.fixture(scope="session")
def renewed(renewing, shared_session_path):
    """That run on all ranks, once."""
    return renewing(shared_session_path / "renewed")
