"""Elasticity of lithium, electrolyte and pores."""

from math import log2

import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.slab import SlabGeometry, build_slab
from anodex.models.discrete.fields import VertexAverage, total
from anodex.models.errors import ConvergenceError
from anodex.models.laws.elasticity import bulk_modulus, shear_modulus
from anodex.models.laws.phase_field import interpolation, mixture
from anodex.models.parts.elasticity import Elasticity, slab_supports
from anodex.verification import dendrite_mechanics as exact

COMM = MPI.COMM_WORLD
LENGTH, WIDTH = 24.0, 12.0  # um
INTERFACE = 3.0  # um
LITHIUM, ELECTROLYTE, PORE = (7820.0, 0.38), (22100.0, 0.37), (2.21, 0.37)  # MPa, -
EIGENSTRAIN, PRESSURE = 1e-3, 5.0  # -, MPa


class Slab:
    """Lithium behind a front, and a pore in the electrolyte before it."""

    def __init__(
        self, sides="mirrored", linear_solver="iterative", depth=None, cell_size=0.75, tagged=None
    ):
        self.tagged = tagged or build_slab(
            SlabGeometry(LENGTH, WIDTH, depth, cell_size=cell_size), COMM
        )
        space = fem.functionspace(self.tagged.mesh, ("Lagrange", 1))
        self.phase, self.solid = fem.Function(space), fem.Function(space)
        self.move_front(4.0)
        self.solid.interpolate(
            lambda x: np.tanh(2 * (np.hypot(x[0] - 15.0, x[1] - 7.0) - 3.0) / INTERFACE)
        )
        self.bulk, self.shear = (self.modulus(law) for law in (bulk_modulus, shear_modulus))
        self.swelling = fem.Constant(self.tagged.mesh, EIGENSTRAIN)
        self.eigenstrain = self.swelling * interpolation(self.phase)
        self.elasticity = Elasticity(
            self.tagged,
            self.bulk,
            self.shear,
            self.eigenstrain,
            held=slab_supports(2 if depth is None else 3, sides == "mirrored"),
            period=() if sides == "mirrored" else (0.0, WIDTH),
            linear_solver=linear_solver,
        )
        self.elasticity.pressure.value = PRESSURE

    def modulus(self, law):
        share = (1 + self.solid) / 2
        return mixture(
            self.phase, law(*LITHIUM), share * law(*ELECTROLYTE) + (1 - share) * law(*PORE)
        )

    def move_front(self, place: float) -> None:
        self.phase.interpolate(
            lambda x: (
                0.5
                * (
                    1
                    - np.tanh(
                        2 * (x[0] - place - 0.5 * np.cos(2 * np.pi * x[1] / WIDTH)) / INTERFACE
                    )
                )
            )
        )

    def integral(self, expression) -> float:
        return total(COMM, fem.form(expression * self.elasticity.dx))


@pytest.fixture
def slab():
    made = []

    def make(**arguments):
        made.append(Slab(**arguments))
        return made[-1]

    yield make
    for one in made:
        one.elasticity.destroy()


def largest(values: np.ndarray) -> float:
    return COMM.allreduce(float(np.abs(values).max(initial=0.0)), op=MPI.MAX)


@pytest.mark.parametrize("sides", ["mirrored", "periodic"])
def test_iteration_and_factorisation_agree(slab, sides):
    first = slab(sides=sides, linear_solver="iterative")
    # On the same mesh, as the parts of a mesh that ranks get may differ from one to the next.
    iterative, direct = (
        first.elasticity,
        slab(sides=sides, linear_solver="direct", tagged=first.tagged).elasticity,
    )
    for elasticity in (iterative, direct):
        elasticity.solve()
    found, expected = iterative.unknown.x.array, direct.unknown.x.array
    assert largest(found - expected) < 1e-6 * largest(expected)


@pytest.mark.parametrize("depth", [None, 6.0])
def test_iterations_stay_few_while_the_front_moves(slab, depth):
    problem = slab(depth=depth, cell_size=0.75 if depth is None else 1.5)
    for place in (4.0, 4.5, 5.0, 8.0):  # at last with multigrid for a front that is a width away
        problem.move_front(place)
        report = problem.elasticity.solve()
        assert report.iterations == 1
        assert report.linear_iterations < 25
    area = WIDTH * (depth or 1.0)
    assert problem.elasticity.force("left")[0] == pytest.approx(PRESSURE * area, rel=1e-6)


@pytest.mark.parametrize("sides", ["mirrored", "periodic"])
@pytest.mark.parametrize(("dimension", "cells"), [(2, 8), (3, 4)])
def test_displacement_converges_to_the_second_order(sides, dimension, cells):
    half_waves = 2 if sides == "periodic" else 1
    coarse, fine = (
        exact.manufactured_error(n * half_waves, dimension, sides) for n in (cells, 2 * cells)
    )
    assert log2(coarse / fine) == pytest.approx(2, abs=0.1)


def test_a_pore_on_a_periodic_side_is_as_good_as_one_inside(slab):
    answers = []
    for place in (0.0, WIDTH / 2):
        problem = slab(sides="periodic")
        problem.phase.interpolate(lambda x: 0.5 * (1 - np.tanh(2 * (x[0] - 4.0) / INTERFACE)))
        points = problem.solid.function_space.tabulate_dof_coordinates()
        across = (points[:, 1] - place + WIDTH / 2) % WIDTH - WIDTH / 2
        problem.solid.x.array[:] = np.tanh(
            2 * (np.hypot(points[:, 0] - 15.0, across) - 3.0) / INTERFACE
        )
        problem.elasticity.solve()
        answers.append(problem.integral(problem.elasticity.energy))
    assert answers[0] == pytest.approx(answers[1], rel=1e-6)


def test_force_on_the_phase_field_is_the_derivative_of_the_energy(slab):
    """1/2 (e - e* I) : C' : (e - e* I) - tr(s) e*'."""
    problem = slab()
    elasticity = problem.elasticity
    elasticity.solve()
    test = ufl.TestFunction(problem.phase.function_space)
    slope = 30 * problem.phase**2 * (1 - problem.phase) ** 2
    share = (1 + problem.solid) / 2
    softer = [
        law(*LITHIUM) - share * law(*ELECTROLYTE) - (1 - share) * law(*PORE)
        for law in (bulk_modulus, shear_modulus)
    ]
    volume, deviator = (
        elasticity.volume_strain - 3 * problem.eigenstrain,
        ufl.dev(elasticity.strain),
    )
    stiffness = softer[0] / 2 * volume**2 + softer[1] * ufl.inner(deviator, deviator)
    force = slope * (stiffness - ufl.tr(elasticity.stress) * EIGENSTRAIN)
    found, expected = (
        fem.assemble_vector(fem.form(form)).array
        for form in (
            ufl.derivative(elasticity.energy * elasticity.dx, problem.phase, test),
            force * test * elasticity.dx,
        )
    )
    assert largest(expected) > 0
    assert largest(found - expected) < 1e-10 * largest(expected)


def test_energy_is_the_work_of_the_stress_on_the_elastic_strain(slab):
    problem = slab()
    elasticity = problem.elasticity
    elasticity.solve()
    elastic = elasticity.strain - problem.eigenstrain * ufl.Identity(3)
    assert problem.integral(elasticity.energy) == pytest.approx(
        problem.integral(ufl.inner(elasticity.stress, elastic) / 2)
    )
    assert problem.integral(elasticity.hydrostatic_pressure) == pytest.approx(
        problem.integral(-ufl.tr(elasticity.stress) / 3)
    )


def test_pressure_of_lithium_that_swells_and_is_pressed_between_mirrors(slab):
    problem = slab()
    problem.phase.x.array[:] = 1.0
    problem.elasticity.solve()
    young, ratio = LITHIUM
    swelling = 2 * young * EIGENSTRAIN / (3 * (1 - ratio))
    pressing = PRESSURE * (1 + ratio) / (3 * (1 - ratio))
    elasticity, cells = problem.elasticity, problem.tagged.cells.indices
    found = VertexAverage(elasticity.hydrostatic_pressure, problem.tagged.mesh, cells)()
    assert largest(found.x.array - swelling - pressing) < 1e-6 * swelling


@pytest.mark.parametrize("depth", [None, 6.0])
def test_sides_push_back_as_far_as_they_hold(slab, depth):
    """Uniaxial strain between mirrors; a side that holds an axis takes no force along another."""
    problem = slab(depth=depth, cell_size=1.5)
    problem.phase.x.array[:] = 1.0
    problem.swelling.value = 0.0
    problem.elasticity.solve()
    ratio, across = LITHIUM[1], depth or 1.0
    lateral = ratio / (1 - ratio) * PRESSURE
    force = problem.elasticity.force
    assert force("left")[0] == pytest.approx(PRESSURE * WIDTH * across, rel=1e-6)
    assert force("bottom")[1] == pytest.approx(lateral * LENGTH * across, rel=1e-6)
    assert force("top")[1] == pytest.approx(-lateral * LENGTH * across, rel=1e-6)
    if depth is not None:
        assert abs(force("front")[2]) == pytest.approx(lateral * LENGTH * WIDTH, rel=1e-6)


def test_supports_of_a_slab():
    assert slab_supports(2) == {"left": (0, 1), "bottom": (1,), "top": (1,)}
    assert set(slab_supports(3)) == {"left", "bottom", "top", "front", "back"}
    assert slab_supports(3, mirrored=False) == {"left": (0, 1, 2)}


def test_nothing_moves_without_a_load(slab):
    problem = slab()
    problem.elasticity.solve()
    problem.phase.x.array[:] = 0.0
    problem.elasticity.pressure.value = 0.0
    problem.elasticity.solve()
    assert largest(problem.elasticity.unknown.x.array) < 1e-8
    assert problem.elasticity.force("left") == pytest.approx([0.0, 0.0], abs=1e-5)


def test_failure_leaves_the_displacement_as_it_was(slab):
    problem = slab()
    problem.elasticity.solve()
    before = problem.elasticity.unknown.x.array.copy()
    phase = problem.phase.x.array.copy()
    problem.phase.x.array[:] = np.nan
    with pytest.raises(ConvergenceError):
        problem.elasticity.solve()
    np.testing.assert_array_equal(problem.elasticity.unknown.x.array, before)
    problem.phase.x.array[:] = phase
    problem.elasticity.solve()
    assert largest(problem.elasticity.unknown.x.array - before) < 1e-6 * largest(before)
