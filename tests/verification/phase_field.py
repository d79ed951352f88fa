"""The phase field alone against exact solutions: interface at rest, manufactured solution."""

from functools import lru_cache
from itertools import pairwise

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.slab import SlabGeometry, build_slab
from anodex.models.discrete.compat import interpolation_points
from anodex.models.discrete.fields import total
from anodex.models.laws.constants import FARADAY, GAS
from anodex.models.laws.phase_field import double_well, gradient_coefficient, well_height
from anodex.models.solve.nonlinear import SolveReport
from anodex.models.systems.dendrite.phase import PhaseField
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


@lru_cache
def disc_without_drive(
    compensated: bool, cells_per_width: int, duration: float = 0.4
) -> tuple[float, float]:
    """Squares of the radius [um^2] of a quarter of a disc of 8 um that nothing drives, before and
    after.
    """
    mesh = build_slab(SlabGeometry(15.0, 15.0, cell_size=WIDTH / cells_per_width), COMM).mesh
    phase = fem.Function(fem.functionspace(mesh, ("Lagrange", 1)))
    phase.interpolate(lambda x: (1 - np.tanh(2 * (np.hypot(x[0], x[1]) - 8.0) / WIDTH)) / 2)
    field = PhaseField(
        phase,
        RELAXATION / WELL,
        WELL,
        GRADIENT,
        fem.Constant(mesh, 0.0),
        fem.Constant(mesh, 0.0),
        compensated=compensated,
    )
    stages, area, steps = Stages(field), fem.form(phase * field.dx), 8
    squares = [4 / np.pi * total(COMM, area)]
    for number in range(steps):
        implicit_runge_kutta_step(stages, number * duration / steps, duration / steps)
    squares.append(4 / np.pi * total(COMM, area))
    field.destroy()
    return squares[0], squares[1]


def shrinking_disc() -> tuple[float, float]:
    """Loss of r^2 in 0.4 s [um^2], r dr/dt = -M, M = L_xi kappa."""
    losses = [np.subtract(*disc_without_drive(False, cells)) for cells in (4, 8)]
    return extrapolated(*losses), 2 * 0.4 * RELAXATION / WELL * GRADIENT


def standing_disc() -> tuple[float, float]:
    """The same with its curvature compensated, over that without."""
    before, after = disc_without_drive(True, 8)
    return (before - after) / shrinking_disc()[0], 0.0


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


PROFILE = "exact: xi = (1 - tanh(2x/delta))/2, energy sqrt(kappa W/18)"
MANUFACTURED = "manufactured solution"
CURVATURE = "sharp interface: r dr/dt = -L_xi kappa, 0 where that is compensated"
INTERFACE_CHECKS = [
    Check(
        "interface at rest: energy per area, extrapolated [pJ/um^2]", PROFILE, surface_energy, 2e-3
    ),
    Check("interface at rest: order of the profile [-]", PROFILE, profile, 0.2, relative=False),
    Check("disc without drive: loss of r^2 in 0.4 s [um^2]", CURVATURE, shrinking_disc, 3e-2),
    Check(
        "disc without drive, curvature compensated: the same over it [-]",
        CURVATURE,
        standing_disc,
        5e-3,
        relative=False,
    ),
]
MANUFACTURED_CHECKS = [
    Check("Allen-Cahn: order in the cells [-]", MANUFACTURED, space_order, 0.15, relative=False),
    Check("Allen-Cahn: order in the steps [-]", MANUFACTURED, time_order, 0.2, relative=False),
]
