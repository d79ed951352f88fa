"""How much air a dendrite case has got, beside what its file asks for."""

import ufl
from dolfinx import fem

from anodex.models.discrete.fields import total
from anodex.models.laws.phase_field import interpolation
from anodex.models.systems.dendrite.problem import DendriteGrowth
from anodex.models.systems.dendrite.two_potential.problem import TwoPotentialGrowth

QUADRATURE_DEGREE = 4


def porosity(problem: DendriteGrowth | TwoPotentialGrowth) -> float:
    """Share of air in what is not lithium at the start, as the mesh has it; collective."""
    outside = 1 - interpolation(problem.composition.phase_at_start)
    dx = ufl.dx(problem.mesh, metadata={"quadrature_degree": QUADRATURE_DEGREE})
    air = total(problem.comm, fem.form(outside * (1 - problem.composition.solid) * dx))
    return air / total(problem.comm, fem.form(outside * dx))


def porosity_where_asked_for(problem: DendriteGrowth | TwoPotentialGrowth) -> float:
    """The same air over the box in which `geometry.porosity` places pores; collective."""
    geometry, width = problem.case.geometry, problem.case.interface.width
    outside = 1 - interpolation(problem.composition.phase_at_start)
    dx = ufl.dx(problem.mesh, metadata={"quadrature_degree": QUADRATURE_DEGREE})
    electrolyte = total(problem.comm, fem.form(outside * dx))
    box = (
        geometry.length - geometry.lithium_thickness - width
    ) * problem.case.geometry.cross_section
    return porosity(problem) * (electrolyte / box)
