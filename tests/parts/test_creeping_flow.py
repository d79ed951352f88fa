"""Creeping flow of a power-law metal in a block that is deformed evenly: known to round-off."""

import numpy as np
import pytest
import ufl
from dolfinx import fem
from dolfinx import mesh as dmesh
from mpi4py import MPI

from anodex.models.discrete.fields import total
from anodex.models.laws.creep import PowerLaw, equivalent_stress
from anodex.models.parts.creeping_flow import CreepingFlow
from anodex.models.solve.linear import DIRECT

COMM = MPI.COMM_WORLD
LAW, FLOOR = PowerLaw(0.01, 5.0), 0.02
RATE = 3e-4  # equivalent [1/s]
# velocity at a place for an equivalent strain rate of one: incompressible, along the axes
EVEN = {
    "plane-strain": (-np.sqrt(3) / 2, np.sqrt(3) / 2),
    "axisymmetric": (-1.0, 0.5),
    "3d": (0.5, 0.5, -1.0),
}


class Block:
    """A unit block with the velocity given all around, up to a level of the pressure."""

    def __init__(self, dimension: str, unit: float = RATE):
        make = dmesh.create_unit_cube if dimension == "3d" else dmesh.create_unit_square
        mesh = make(COMM, *[2] * len(EVEN[dimension]))
        self.flow = CreepingFlow(mesh, LAW, dimension, FLOOR)
        fields, facets = self.flow.fields, mesh.topology.dim - 1
        self.given = fem.Function(fields.spaces["velocity"])
        self.given.interpolate(
            lambda x: RATE * np.diag(EVEN[dimension]) @ x[: len(EVEN[dimension])]
        )
        mesh.topology.create_connectivity(facets, facets + 1)
        around = dmesh.exterior_facet_indices(mesh.topology)
        held = [
            fields.hold_at("velocity", self.given, around, facets),
            fields.hold_one("pressure"),
        ]
        self.solver = self.flow.solver("creeping_block", held, DIRECT)
        self.flow.take_load(unit)
        self.newtonian = self.flow.start(self.solver.solve)
        self.von_mises_at_start = self.flow.stress.von_mises().x.array
        self.report = self.solver.solve()

    def mean(self, value) -> float:
        """Over the body."""
        parts = (value * self.flow.weight * self.flow.inside, self.flow.weight * self.flow.inside)
        return np.divide(*(total(COMM, fem.form(part)) for part in parts))


@pytest.fixture
def make():
    """Function that deforms a block."""
    made = []

    def build(*arguments) -> Block:
        made.append(Block(*arguments))
        return made[-1]

    yield build
    for block in made:
        block.solver.destroy()


@pytest.mark.parametrize("dimension", EVEN)
def test_even_flow_has_the_stress_of_the_law(make, dimension):
    block = make(dimension)
    expected = float(equivalent_stress(np.array([RATE]), LAW.prefactor, LAW.exponent, FLOOR)[0])
    np.testing.assert_allclose(block.flow.stress.von_mises().x.array, expected, rtol=1e-8)
    velocity = block.flow.fields.extract(block.flow.unknown, "velocity").x.array
    np.testing.assert_allclose(velocity, block.given.x.array, atol=1e-10 * RATE)
    squares = ufl.inner(block.flow.stress.deviator, block.flow.stress.deviator)
    assert block.mean(ufl.sqrt(1.5 * squares)) == pytest.approx(expected, rel=1e-8)


def test_it_starts_from_the_newtonian_flow(make):
    block = make("axisymmetric")
    # the flow is the right one at once, as it is even; what is left is the stress of the law
    assert block.newtonian.iterations >= 1 and block.report.iterations <= 1
    assert block.von_mises_at_start.min() > 0


@pytest.mark.parametrize("factor", [1e-3, 1e3])
def test_units_of_the_residuals_change_nothing(make, factor):
    one, other = make("plane-strain"), make("plane-strain", factor * RATE)
    assert other.flow.rate == factor * RATE
    assert other.flow.typical_stress == pytest.approx(LAW.flow_stress(factor * RATE))
    scales = {"velocity": RATE, "pressure": one.flow.typical_stress}  # each field by its own
    for name, scale in scales.items():
        found, expected = (
            block.flow.fields.extract(block.flow.unknown, name).x.array for block in (other, one)
        )
        np.testing.assert_allclose(found, expected, atol=1e-8 * scale)


def test_a_floor_that_comes_with_a_load_is_that_of_the_law(make):
    block = make("plane-strain")
    block.flow.take_load(RATE, floor=10.0)
    block.flow.stress.follow_law()
    block.solver.solve()
    expected = equivalent_stress(np.array([RATE]), LAW.prefactor, LAW.exponent, 10.0)[0]
    np.testing.assert_allclose(block.flow.stress.von_mises().x.array, expected, rtol=1e-8)


@pytest.mark.parametrize("dimension", EVEN)
def test_tensors_are_stress_and_rate_of_the_flow(make, dimension):
    flow = make(dimension).flow
    flow.unknown.x.array[flow.fields.maps["pressure"]] = 3.0
    found = {name: one.x.array for name, one in flow.tensors().items()}
    equivalent = float(equivalent_stress(np.array([RATE]), LAW.prefactor, LAW.exponent, FLOOR)[0])
    rates = [*EVEN[dimension], 0.0][:3]
    if dimension == "axisymmetric":
        rates[2] = rates[1]  # around the axis
    for axis, rate in zip("xyz", rates, strict=True):
        np.testing.assert_allclose(found[f"strain_rate_{2 * axis} [1/s]"], RATE * rate, atol=1e-13)
        stress = 2 / 3 * equivalent * rate - 3.0
        np.testing.assert_allclose(found[f"stress_{2 * axis} [MPa]"], stress, rtol=1e-7)
    np.testing.assert_allclose(found["stress_xy [MPa]"], 0.0, atol=1e-8)
    assert len(found) == (12 if dimension == "3d" else 8)
