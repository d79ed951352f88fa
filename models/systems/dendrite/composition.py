"""Lithium, electrolyte and air as fields, and the coefficients that follow from them in UFL.

Values of the case are constants, not numbers, in the forms: another value compiles nothing anew.
"""

from collections.abc import Callable
from typing import Any

from dolfinx import fem
from dolfinx.mesh import Mesh

from anodex.models.discrete.fields import constant
from anodex.models.laws.elasticity import bulk_modulus, shear_modulus
from anodex.models.laws.phase_field import clipped, interpolation, mixture
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.case_tables import ConductingElectrolyte, NernstPlanck
from anodex.models.systems.dendrite.structure import first_phase, pore_indicator


class Composition:
    """What is where in a dendrite case on a mesh.

    Attributes
    ----------
    space
        First-order Lagrange, of all scalar fields.
    phase, phase_at_start
        xi, 1 in lithium: now, and before any has come.
    pores
        rho, 1 outside and -1 inside pores.
    solid
        1 outside and 0 inside pores, UFL.
    """

    def __init__(self, case: Case, mesh: Mesh):
        self.case, self.mesh = case, mesh
        self.space = fem.functionspace(mesh, ("Lagrange", 1))
        points = self.space.tabulate_dof_coordinates()
        self.phase = fem.Function(self.space, name="phase")
        self.pores = fem.Function(self.space, name="pores")
        self.phase.x.array[:] = first_phase(case, points)
        self.pores.x.array[:] = pore_indicator(case, points)
        self.phase_at_start = self.phase.copy()
        self.solid = (1 + self.pores) / 2

    def conductivity(self, given: ConductingElectrolyte):
        """Ionic in electrolyte and pores, electronic in lithium [pA/(V um)], UFL."""
        return self._conductivity(given.conductivity, given.lithium_ratio)

    def electronic_conductivity(self):
        """[pA/(V um)], UFL."""
        given = self.case.electrolyte
        return self._conductivity(given.electronic_conductivity, given.electronic_ratio)

    def reacting(self):
        """Rate of the reaction over that in the electrolyte, with what air and the walls of pores
        make of it, UFL.
        """
        given = self.case.kinetics
        at_walls = self._constant(given.wall_rate) * (1 - self.pores**2)
        return self.share(given.pore_rate) + at_walls

    def reaction_rate(self):
        """L_eta [1/s] by place, UFL."""
        return self._constant(self.case.reaction_rate) * self.reacting()

    def ionic_diffusivity(self, given: NernstPlanck):
        """Outside lithium [um^2/s], UFL."""
        share = self.share(self.case.electrolyte.pore_ratio)
        return self._constant(given.diffusivity) * share

    def moduli(self) -> tuple[Any, Any]:
        """Bulk and shear modulus [MPa], UFL."""
        given = self.case.mechanics
        share = self.share(given.pore_ratio)

        def modulus(law: Callable[[float, float], float]):
            metal = law(given.lithium_young_modulus, given.lithium_poisson_ratio)
            electrolyte = law(given.electrolyte_young_modulus, given.electrolyte_poisson_ratio)
            return mixture(self.phase, self._constant(metal), self._constant(electrolyte) * share)

        return modulus(bulk_modulus), modulus(shear_modulus)

    def eigenstrain(self):
        """Stress-free strain along each axis [-], UFL.

        What was lithium from the start has the volume that it wants.
        """
        grown = interpolation(self.phase) - interpolation(self.phase_at_start)
        return self._constant(self.case.mechanics.plating_strain / 3) * grown

    def _conductivity(self, of_electrolyte: float, ratio: float):
        """From that of the electrolyte and the ratio of lithium's to it."""
        inside = self._constant(ratio)
        return self._constant(of_electrolyte) * mixture(
            clipped(self.phase), inside, self.share(self.case.electrolyte.pore_ratio)
        )

    def share(self, ratio: float):
        """1 in solids and `ratio` in air."""
        return self.solid + self._constant(ratio) * (1 - self.solid)

    def _constant(self, value: float) -> fem.Constant:
        return constant(self.mesh, value)
