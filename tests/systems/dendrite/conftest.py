"""Short runs of dendrites on coarse meshes."""

import tomllib
from pathlib import Path

import pytest
from mpi4py import MPI

from anodex.models.inputs.casefile import parse_case
from anodex.models.inputs.overrides import override
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.meshing import build_mesh
from anodex.models.systems.dendrite.problem import DendriteGrowth
from anodex.models.systems.dendrite.structure import slab
from anodex.models.systems.dendrite.two_potential.following import FollowedGrowth
from anodex.models.time.stepping import implicit_runge_kutta_step

COMM = MPI.COMM_WORLD
SYSTEM = {"system": {"name": "dendrite"}, "model": {"name": "paper"}}
COARSE = tomllib.loads((Path(__file__).parents[1] / "coarse.toml").read_text("utf-8"))
QUICK = (
    *COARSE["dendrite"],
    "loading.duration=0.5 s",
    "output.frames=2",
)
# two potentials under pressure
POTENTIALS = (
    "model.name=two-potential",
    "kinetics.exchange_current_density=2000 A/m^2",
    "loading.cell_voltage=5 mV",
    "loading.series_resistance=0.5 ohm*cm^2",
    "loading.external_pressure=10 MPa",
    "mechanics.plating_strain=2e-3",
    "numerics.first_step=5 s",
    "numerics.largest_step=100 s",
)
KINDS = {
    "potentials": (*POTENTIALS, "loading.duration=200 s"),
    "touching": (
        *POTENTIALS,
        "geometry.lithium_thickness=17 um",
        "geometry.porosity=0",
        "loading.duration=1000 s",
        "loading.contact_events=2",
    ),
    "flat": (
        "model.name=two-potential",
        "electrolyte.potential=constant",
        "mechanics.enabled=false",
        "loading.overpotential=-0.35 V",
    ),
    "limited": (
        *(key for key in POTENTIALS if not key.startswith(("loading", "mechanics"))),
        "mechanics.enabled=false",
        "loading.current_density=100 A/m^2",
        "loading.voltage_limit=2 mV",
        "loading.duration=100 s",
    ),
    "periodic potentials": (*POTENTIALS, "loading.duration=100 s", "geometry.sides=periodic"),
    "potentials in space": (
        *POTENTIALS,
        "geometry.depth=4 um",
        "geometry.width=6 um",
        "loading.duration=50 s",
    ),
    "followed": (  # by meshes that are made anew
        *POTENTIALS,
        "geometry.length=32 um",
        "geometry.width=16 um",
        "geometry.lithium_thickness=8 um",
        "geometry.protrusion_height=4 um",
        "geometry.protrusion_width=5 um",
        "geometry.porosity=0.1",
        "geometry.pore_diameter=5 um",
        "geometry.cells_per_width=4",
        "interface.width=3 um",
        "loading.series_resistance=0.2 ohm*cm^2",
        "loading.duration=1200 s",
        "numerics.first_step=1 s",
        "numerics.adaptive=true",
    ),
    "default": (),
    "simple": ("mechanics.enabled=false", "electrolyte.potential=constant"),
    "ions": (
        "transport.law=nernst-planck",
        "geometry.protrusions=0",
        "loading.overpotential=-0.2 V",
    ),
    "current": ("loading.current_density=8000 A/m^2",),
    "periodic": ("geometry.sides=periodic", "loading.external_pressure=10 MPa"),
    "space": ("geometry.depth=4 um", "geometry.width=6 um", "loading.duration=0.2 s"),
    "shift": ("kinetics.pressure_shift=true", "loading.external_pressure=10 MPa"),
}
# What would do nothing beside a change is refused, so it is left out then.
IDLE = {
    "geometry.protrusions=0": "geometry.protrusion_height=",
    "geometry.porosity=0": "geometry.pore_diameter=",
}


@pytest.fixture(scope="session")
def small_case():
    """Function that gives a coarse short case with changes as `--set` takes them, some of which go
    by the name of a kind; cells are squares of 1 um.
    """

    def make(*named: str) -> Case:
        changes = [change for name in named for change in KINDS.get(name, (name,))]
        idle = tuple(IDLE[change] for change in changes if change in IDLE)
        quick = (change for change in QUICK if not (idle and change.startswith(idle)))
        return parse_case(override(SYSTEM, (*quick, *changes)), "test")

    return make


@pytest.fixture
def make_problem(small_case):
    """Function that builds the problem of such a case: `make_problem(*changes, comm=…)`.

    Those of one geometry share a mesh, so that what the ranks hold compares.
    """
    made, meshes = [], {}

    def make(*changes: str, comm: MPI.Comm = COMM) -> DendriteGrowth:
        case = small_case(*changes)
        place = slab(case), comm.size
        if place not in meshes:
            meshes[place] = build_mesh(case, comm)
        made.append(DendriteGrowth(case, meshes[place]))
        return made[-1]

    yield make
    for problem in made:
        problem.destroy()


@pytest.fixture(scope="session")
def march():
    """Function that gives a problem some steps later, with the stress and the leakage of each."""

    def go_on(problem, steps: int = 4, step: float = 0.05):
        problem.begin()
        for number in range(steps):
            implicit_runge_kutta_step(problem, number * step, step)
            problem.accept()
        return problem

    return go_on


@pytest.fixture(scope="session")
def thickness():
    """Function that gives the lithium that has come [um]."""
    return lambda problem: (
        problem.deposited[0] / problem.charge_density / problem.case.geometry.cross_section
    )


@pytest.fixture(scope="session")
def run_in(small_case, run_in_folder):
    """Function that runs such a case in a folder: `run_in(folder, *changes, comm=…, progress=…,
    resume=…)`; arguments as of `run`.
    """

    def make(path: Path, *changes: str, **arguments):
        return run_in_folder(path, small_case(*changes), **arguments)

    return make


@pytest.fixture(scope="session")
def run_case(small_case, run_once):
    """Function that runs such a case on all ranks; the same one runs once."""
    return lambda *changes: run_once(small_case(*changes))


@pytest.fixture(scope="session")
def followed(run_in, shared_session_path):
    """A run of the kind on all ranks, once, and what the numbers of its state are after each new
    mesh.
    """
    seen, renewed = [], FollowedGrowth.renewed

    def noted(worn: FollowedGrowth) -> FollowedGrowth:
        new = renewed(worn)
        seen.append({"before": worn.lithium(), "after": new.lithium(), **new.state.numbers})
        return new

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FollowedGrowth, "renewed", noted)
        return run_in(shared_session_path / "followed", "followed"), seen


@pytest.fixture(scope="session")
def assert_same_growth(assert_same):
    """`assert_same` for dendrites: the current is a difference of large ones, and lithium makes
    the scale to which those are solved for.
    """
    return lambda found, expected: assert_same(
        found, expected, looser={"current_density [A/m^2]": 1e-6}
    )
