"""The phase field against exact solutions: interface at rest, moving front, manufactured
solution, charge.
"""

from functools import lru_cache, partial
from itertools import pairwise

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.slab import SlabGeometry, build_slab
from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.compat import interpolation_points
from anodex.models.discrete.fields import total
from anodex.models.laws.constants import FARADAY, GAS
from anodex.models.laws.phase_field import (
    double_well,
    front_speed,
    gradient_coefficient,
    well_height,
)
from anodex.models.parts.conduction import Conduction
from anodex.models.solve.nonlinear import SolveReport
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.phase import PhaseField
from anodex.models.systems.dendrite.problem import DendriteGrowth, build_mesh
from anodex.models.time.state import Snapshot
from anodex.models.time.stepping import implicit_runge_kutta_step
from anodex.verification.check import Check

COMM = MPI.COMM_WORLD
WIDTH, ENERGY, RELAXATION = 3.0, 0.3, 15.0  # um, pJ/um^2, 1/s
WELL, GRADIENT = well_height(ENERGY, WIDTH), gradient_coefficient(ENERGY, WIDTH)
OVERPOTENTIAL = -0.35  # V


class Stages:
    """A phase field alone in the form that the time stepper asks for."""

    def __init__(self, field: PhaseField):
        self.field, self.state = field, field.state

    def solve_stage(self, time: float, step: float, old: Snapshot) -> SolveReport:
        self.field.set_old(old)
        return self.field.solve(step)

    def error(self, difference: Snapshot) -> float:
        return 0.0

    def destroy(self) -> None:
        self.field.destroy()


@lru_cache
def interface_at_rest(cells_per_width: int) -> tuple[float, float]:
    """Energy per area of an interface that has relaxed from twice its width, and its largest
    distance from the tanh profile.
    """
    length = 12 * WIDTH
    mesh = build_slab(SlabGeometry(length, WIDTH, cell_size=WIDTH / cells_per_width), COMM).mesh
    space = fem.functionspace(mesh, ("Lagrange", 1))
    phase = fem.Function(space)
    x = space.tabulate_dof_coordinates()[:, 0]
    phase.x.array[:] = (1 - np.tanh((x - length / 2) / WIDTH)) / 2
    field = PhaseField(
        phase, RELAXATION / WELL, WELL, GRADIENT, fem.Constant(mesh, 0.0), fem.Constant(mesh, 0.0)
    )
    for step in (0.02, 0.1, 1.0, 10.0, 100.0):
        field.old.x.array[:] = phase.x.array
        field.solve(step)
    energy = WELL * double_well(phase) + GRADIENT / 2 * ufl.inner(ufl.grad(phase), ufl.grad(phase))
    exact = (1 - np.tanh(2 * (x - length / 2) / WIDTH)) / 2
    distance = COMM.allreduce(float(np.abs(phase.x.array - exact).max(initial=0.0)), op=MPI.MAX)
    found = total(COMM, fem.form(energy * field.dx)) / WIDTH
    field.destroy()
    return found, distance


def extrapolated(coarse: float, fine: float, order: int = 2) -> float:
    """Limit of two values, the second with half the size of cells or steps."""
    return fine + (fine - coarse) / (2**order - 1)


def surface_energy() -> tuple[float, float]:
    return extrapolated(interface_at_rest(4)[0], interface_at_rest(8)[0]), ENERGY


def profile() -> tuple[float, float]:
    """Order at which the profile nears the tanh."""
    return float(np.log2(interface_at_rest(4)[1] / interface_at_rest(8)[1])), 2.0


def planar(cells_per_width: float, **tables) -> Case:
    """A thin strip with a flat front."""
    given = {
        "geometry": {
            "length": "48 um",
            "width": "3 um",
            "lithium_thickness": "15 um",
            "protrusions": 0,
            "porosity": 0,
            "cells_per_width": cells_per_width,
        },
        "electrolyte": {"potential": "constant"},
        "mechanics": {"enabled": False},
    }
    return Case.model_validate(given | tables)


@lru_cache
def speed(
    step: float,
    cells_per_width: float,
    overpotential: float = OVERPOTENTIAL,
    duration: float = 8.0,
    pressure: float | None = None,
) -> float:
    """Speed of a flat front [um/s], from the second half of its way; with stress where a
    pressure [MPa] is given, be it 0.
    """
    loading = {"overpotential": f"{overpotential} V", "external_pressure": f"{pressure or 0} MPa"}
    # The tolerance says how well stress and phase field settle in a stage.
    case = planar(
        cells_per_width,
        loading=loading,
        mechanics={"enabled": pressure is not None},
        numerics={"step_tolerance": 1e-3},
    )
    problem = DendriteGrowth(case, build_mesh(case, COMM))
    problem.begin()
    steps = round(duration / step)
    for number in range(steps):
        if number == steps // 2:
            halfway = problem.deposited[0]
        implicit_runge_kutta_step(problem, number * step, step)
    found = (
        (problem.deposited[0] - halfway)
        / problem.charge_density
        / case.geometry.width
        / (step * (steps - steps // 2))
    )
    problem.destroy()
    return float(found)


def sharp_speed() -> float:
    """Of the sharp front [um/s]."""
    case, scaled = planar(4), FARADAY * OVERPOTENTIAL / (GAS * 298)
    return front_speed(WIDTH, case.reaction_rate * (np.exp(-scaled / 2) - np.exp(scaled / 2)))


def limit_speed() -> tuple[float, float]:
    """Extrapolated in the step and then in the cells."""
    by_cells = [extrapolated(speed(0.2, cells), speed(0.1, cells)) for cells in (4.0, 8.0)]
    return extrapolated(*by_cells), sharp_speed()


def stress_drive(case: Case, pressure: float) -> float:
    """Energy that a volume of electrolyte which becomes lithium takes up, less the work done on it
    [MPa]: between mirrors the axial stress and the lateral strains go through a flat front
    unchanged."""
    given, gains = case.mechanics, []
    for young, poisson, swelling in (
        (given.lithium_young_modulus, given.lithium_poisson_ratio, given.plating_strain),
        (given.electrolyte_young_modulus, given.electrolyte_poisson_ratio, 0.0),
    ):
        bulk, shear = young / (3 * (1 - 2 * poisson)), young / (2 * (1 + poisson))
        strain = (bulk * swelling - pressure) / (bulk + 4 / 3 * shear)
        gains.append(
            bulk / 2 * (strain - swelling) ** 2 + 2 / 3 * shear * strain**2 + pressure * strain
        )
    return gains[0] - gains[1]


def speed_under_pressure(pressure: float) -> tuple[float, float]:
    """Of a flat front that swells, extrapolated in the step and then in the cells, and of the
    sharp front [um/s].
    """
    by_cells = [
        extrapolated(speed(0.2, cells, pressure=pressure), speed(0.1, cells, pressure=pressure))
        for cells in (4.0, 8.0)
    ]
    case = planar(4, mechanics={"enabled": True})
    return extrapolated(*by_cells), sharp_speed() - front_speed(
        WIDTH, case.interface.mobility * stress_drive(case, pressure)
    )


def step_order() -> tuple[float, float]:
    """Order of the speed's error in the step."""
    speeds = [speed(step, 4.0) for step in (0.4, 0.2, 0.1)]
    first, second = (abs(fine - coarse) for coarse, fine in pairwise(speeds))
    return float(np.log2(first / second)), 2.0


def speed_at_rest() -> tuple[float, float]:
    return speed(1.0, 4.0, overpotential=0.0), 0.0


def charge_of_growth() -> tuple[float, float]:
    """Charge that a growing lithium with a protrusion has taken from the electrodes, over its
    volume's.
    """
    case = Case.model_validate(
        {
            "geometry": {
                "length": "24 um",
                "width": "12 um",
                "lithium_thickness": "6 um",
                "protrusions": 1,
                "protrusion_height": "3 um",
                "pore_diameter": "4 um",
            },
            "mechanics": {"enabled": False},
        }
    )
    problem = DendriteGrowth(case, build_mesh(case, COMM))
    problem.begin()
    for number in range(5):
        implicit_runge_kutta_step(problem, 0.1 * number, 0.1)
    grown, entered = problem.deposited
    problem.destroy()
    return entered / grown, 1.0


def held_current() -> tuple[float, float]:
    """Current that flows where one is asked for [A/m^2]."""
    wanted = 8000.0
    case = planar(
        4, electrolyte={"potential": "solved"}, loading={"current_density": f"{wanted} A/m^2"}
    )
    problem = DendriteGrowth(case, build_mesh(case, COMM))
    problem.begin()
    for number in range(4):
        before = problem.deposited[0]
        implicit_runge_kutta_step(problem, 0.1 * number, 0.1)
    found = (problem.deposited[0] - before) / 0.1 / problem.cross_section()
    problem.destroy()
    return float(found), wanted


@lru_cache
def ions_at_rest() -> tuple[float, float]:
    """Largest distance of ln c + f phi from zero, and the largest of ln c: ions without flux in
    the field of a battery at rest.
    """
    case = planar(
        4,
        electrolyte={"potential": "solved"},
        transport={"law": "nernst-planck"},
        kinetics={"exchange_current_density": "1e-12 A/m^2"},
        loading={"overpotential": "-0.05 V"},
    )
    problem = DendriteGrowth(case, build_mesh(case, COMM))
    problem.begin()
    for number in range(6):
        implicit_runge_kutta_step(problem, 10.0 * number, 10.0)
    logarithm, potential = problem.front.concentration.x.array, problem.potential.x.array
    away = float(np.abs(logarithm + FARADAY / (GAS * 298) * potential).max(initial=0.0))
    largest = float(logarithm.max(initial=0.0))
    problem.destroy()
    return COMM.allreduce(away, op=MPI.MAX), COMM.allreduce(largest, op=MPI.MAX)


def boltzmann() -> tuple[float, float]:
    return ions_at_rest()[0], 0.0


def boltzmann_at_lithium() -> tuple[float, float]:
    return ions_at_rest()[1], 0.05 * FARADAY / (GAS * 298)


def wave(mesh, time):
    """A manufactured phase field, UFL."""
    x = ufl.SpatialCoordinate(mesh)
    return 0.5 + 0.3 * ufl.cos(ufl.pi * x[0] / 6) * ufl.cos(ufl.pi * x[1] / 6) * ufl.exp(-time)


def forced(cells: int) -> tuple[PhaseField, fem.Constant]:
    """A phase field that is driven along `wave`, by the source that this takes; normal slopes
    vanish on the sides of the square.
    """
    mesh = build_slab(SlabGeometry(6.0, 6.0, cell_size=6.0 / cells), COMM).mesh
    space, time = fem.functionspace(mesh, ("Lagrange", 1)), fem.Constant(mesh, 0.0)
    phase, mobility, rate = fem.Function(space), RELAXATION / WELL, 0.5
    exact = wave(mesh, time)
    level = ufl.variable(exact)
    scaled = FARADAY / (GAS * 298)
    drive = rate * (ufl.exp(-scaled * OVERPOTENTIAL / 50) - ufl.exp(scaled * OVERPOTENTIAL / 50))

    def source(test):
        relaxing = mobility * (
            WELL * ufl.diff(double_well(level), level) - GRADIENT * ufl.div(ufl.grad(exact))
        )
        change = -(exact - 0.5) + relaxing - 30 * double_well(exact) * drive
        return change * test * ufl.dx(metadata={"quadrature_degree": 8})

    eta = fem.Constant(mesh, OVERPOTENTIAL / 25)
    field = PhaseField(
        phase, mobility, WELL, GRADIENT, fem.Constant(mesh, rate), eta, source=source
    )
    phase.interpolate(fem.Expression(exact, interpolation_points(space)))
    return field, time


class ForcedStages(Stages):
    """The same for a field whose source depends on time."""

    def __init__(self, field: PhaseField, time: fem.Constant):
        super().__init__(field)
        self.time = time

    def solve_stage(self, time: float, step: float, old: Snapshot) -> SolveReport:
        self.time.value = time
        return super().solve_stage(time, step, old)


def distance(field: PhaseField, time: fem.Constant) -> float:
    """From `wave` in L2."""
    difference = field.phase - wave(field.phase.function_space.mesh, time)
    return float(
        np.sqrt(total(COMM, fem.form(difference**2 * ufl.dx(metadata={"quadrature_degree": 6}))))
    )


@lru_cache
def wave_error(cells: int, steps: int, duration: float = 0.5) -> float:
    """Distance from the manufactured solution at the end."""
    field, time = forced(cells)
    stages = ForcedStages(field, time)
    for number in range(steps):
        implicit_runge_kutta_step(stages, number * duration / steps, duration / steps)
    time.value = duration
    found = distance(field, time)
    field.destroy()
    return found


def space_order() -> tuple[float, float]:
    return float(np.log2(wave_error(8, 16) / wave_error(16, 16))), 2.0


def time_order() -> tuple[float, float]:
    """From the distances between solutions on one mesh, over a time in which the unstable middle
    of the double well stays near.
    """
    ends, duration = [], 0.25
    field, time = forced(8)
    stages, start = ForcedStages(field, time), field.state.snapshot()
    for steps in (4, 8, 16):
        stages.state.restore(start)
        for number in range(steps):
            implicit_runge_kutta_step(stages, number * duration / steps, duration / steps)
        ends.append(
            field.phase.x.array[: field.phase.function_space.dofmap.index_map.size_local].copy()
        )
    field.destroy()
    distances = [np.sqrt(COMM.allreduce(float(np.sum((a - b) ** 2)))) for a, b in pairwise(ends)]
    return float(np.log2(distances[0] / distances[1])), 2.0


def _leakage(tagged: TaggedMesh, conductivity: fem.Function) -> float:
    """At 1 V [pA/um]."""
    leakage = Conduction(
        tagged,
        conductivity,
        fem.Function(fem.functionspace(tagged.mesh, ("Lagrange", 1))),
        held={"left": 1.0, "right": 0.0},
    )
    leakage.solve()
    found = -leakage.currents()["right"]
    leakage.destroy()
    return found


def filament(share: float = 0.25, ratio: float = 1e6) -> tuple[float, float]:
    """Leakage [pA/um] through a straight filament that takes a share of the width."""
    tagged = build_slab(SlabGeometry(20.0, 8.0, cell_size=1.0), COMM)
    conductivity = fem.Function(fem.functionspace(tagged.mesh, ("DG", 0)))
    conductivity.interpolate(lambda x: np.where(x[1] < 8.0 * share, ratio, 1.0))
    return _leakage(tagged, conductivity), (share * ratio + 1 - share) * 8.0 / 20.0


def gap(width: float = 4.0, ratio: float = 1e6) -> tuple[float, float]:
    """Leakage [pA/um] through lithium and what is left of the electrolyte, in series."""
    tagged = build_slab(SlabGeometry(20.0, 8.0, cell_size=1.0), COMM)
    conductivity = fem.Function(fem.functionspace(tagged.mesh, ("DG", 0)))
    conductivity.interpolate(lambda x: np.where(x[0] < 20.0 - width, ratio, 1.0))
    return _leakage(tagged, conductivity), 8.0 / ((20.0 - width) / ratio + width)


PROFILE = "exact: xi = (1 - tanh(2x/delta))/2, energy sqrt(kappa W/18)"
SPEED = (
    "sharp interface: 3/2 delta L_eta {exp(-a f eta) - exp((1-a) f eta)}; Hong and Viswanathan "
    "(2018)"
)
STRESS = "sharp interface: the same less 3/2 delta L_xi (jump of energy - stress : strain)"
MANUFACTURED = "manufactured solution"
NERNST = "exact: c = exp(-f phi) without flux"
OHM = "exact: conductors side by side and in a row"
PHASE_FIELD_CHECKS = [
    Check(
        "interface at rest: energy per area, extrapolated [pJ/um^2]", PROFILE, surface_energy, 2e-3
    ),
    Check("interface at rest: order of the profile [-]", PROFILE, profile, 0.2, relative=False),
    Check("flat front: speed, extrapolated in step and mesh [um/s]", SPEED, limit_speed, 1e-2),
    Check(
        "flat front: speed slowed by its own stress [um/s]",
        STRESS,
        partial(speed_under_pressure, 0.0),
        4e-3,
    ),
    Check(
        "flat front: speed under 10 MPa [um/s]", STRESS, partial(speed_under_pressure, 10.0), 4e-3
    ),
    Check(
        "flat front: order of the speed in the step [-]",
        "order of the time stepping",
        step_order,
        0.4,
        relative=False,
    ),
    Check(
        "flat front: speed without overpotential [um/s]",
        "exact",
        speed_at_rest,
        1e-8,
        relative=False,
    ),
    Check("Allen-Cahn: order in the cells [-]", MANUFACTURED, space_order, 0.15, relative=False),
    Check("Allen-Cahn: order in the steps [-]", MANUFACTURED, time_order, 0.2, relative=False),
    Check(
        "charge entered over charge deposited [-]", "conservation of charge", charge_of_growth, 1e-6
    ),
    Check("current held [A/m^2]", "definition", held_current, 1e-2),
    Check("ions at rest: ln c + f phi [-]", NERNST, boltzmann, 1e-4, relative=False),
    Check("ions at rest: ln c at the lithium [-]", NERNST, boltzmann_at_lithium, 1e-4),
    Check("leakage along a filament [pA/um]", OHM, filament, 1e-8),
    Check("leakage across a gap of 4 um [pA/um]", OHM, gap, 1e-8),
    Check("leakage across a gap of 1 um [pA/um]", OHM, partial(gap, 1.0), 1e-8),
]
