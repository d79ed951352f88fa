"""How much air a dendrite case has got, beside what its file asks for."""

from dolfinx import fem

from anodex.models.discrete.fields import total
from anodex.models.laws.phase_field import interpolation
from anodex.models.systems.dendrite.problem import DendriteGrowth


def porosity(problem: DendriteGrowth) -> float:
    """Share of air in what is not lithium at the start, as the mesh has it; collective."""
    outside, dx = 1 - interpolation(problem.composition.phase_at_start), problem.front.dx
    air = total(problem.comm, fem.form(outside * (1 - problem.composition.solid) * dx))
    return air / total(problem.comm, fem.form(outside * dx))


def porosity_where_asked_for(problem: DendriteGrowth) -> float:
    """The same air over the box in which `geometry.porosity` places pores; collective."""
    geometry, width = problem.case.geometry, problem.case.interface.width
    outside = 1 - interpolation(problem.composition.phase_at_start)
    electrolyte = total(problem.comm, fem.form(outside * problem.front.dx))
    box = (geometry.length - geometry.lithium_thickness - width) * problem.cross_section()
    return porosity(problem) * (electrolyte / box)
