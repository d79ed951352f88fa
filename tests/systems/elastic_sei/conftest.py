"""Short runs of a film on a coarse mesh, each made once and shared."""

from pathlib import Path

import pytest

from anodex.models.inputs.casefile import parse_case
from anodex.models.inputs.overrides import override
from anodex.models.systems.elastic_sei import problem
from anodex.models.systems.elastic_sei.case import Case

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
    "steep": ("surface.shape=cosine", "surface.wavelength=1.5 um", "surface.amplitude=300 nm"),
    "ether": (),
    "cycle": (CYCLED,),
    "no film": ("film.enabled=false",),
    "bonded": ("film.attachment=bonded", "film.reference=as-formed", "film.tension=0.02 N/m"),
    "cracks": ("film.thickness=75 nm", "film.elastic_limit=1e-3", "film.heal_time=25 s"),
}
WORN = 0.6  # quality of cells below which a mesh is made anew in the runs "remeshed"


@pytest.fixture(scope="session")
def small_case():
    """Function that gives a coarse short case of a kind with changes as `--set` takes them; later
    ones take the place of earlier ones.
    """

    def make(kind: str = "ether", *changes: str) -> Case:
        words = {change.partition("=")[0]: change for change in (*QUICK, *KINDS[kind], *changes)}
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


@pytest.fixture
def often_remeshed(monkeypatch):
    """Meshes are made anew long before they have to be."""
    monkeypatch.setattr(problem, "LEAST_QUALITY", WORN)
