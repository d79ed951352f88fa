"""Short runs of a crack on a coarse mesh, each made once and shared."""

from pathlib import Path

import pytest

from anodex.models.inputs.casefile import parse_case
from anodex.models.inputs.overrides import override
from anodex.models.systems.filled_crack.case import Case

QUICK = (
    "fracture.length_scale=3 um",
    "numerics.refinement=0.5",
    "numerics.farthest=1.1",
    "numerics.box=8",
    "numerics.first_step=4 s",
    "numerics.largest_change=0.2",
    'output.times=["20 s"]',
)
KINDS = {
    "centre": (),
    "penny": ("crack.shape=penny",),
    "overpotential": ("filling.overpotential=20 mV",),
    "extrusion": ("filling.extrusion=true", "loading.stack_pressure=5 MPa"),
    "AT2": ("fracture.model=AT2",),
}


@pytest.fixture(scope="session")
def small_case():
    """Function that gives a coarse case of a kind with changes as `--set` takes them; later ones
    take the place of earlier ones.
    """

    def make(kind: str = "centre", *changes: str) -> Case:
        words = {word.partition("=")[0]: word for word in (*QUICK, *KINDS[kind], *changes)}
        tables = override({"system": {"name": "filled_crack"}}, tuple(words.values()))
        return parse_case(tables, "the test")

    return make


@pytest.fixture(scope="session")
def run_in(small_case, run_in_folder):
    """Function that runs such a case in a folder: `run_in(folder, kind, *changes, comm=…,
    progress=…, resume=…)`; arguments as of `run`.
    """

    def make(path: Path, kind: str = "centre", *changes: str, **arguments):
        return run_in_folder(path, small_case(kind, *changes), **arguments)

    return make


@pytest.fixture(scope="session")
def run_case(small_case, run_once):
    """Function that runs such a case on all ranks; the same one runs once."""
    return lambda kind="centre", *changes: run_once(small_case(kind, *changes))
