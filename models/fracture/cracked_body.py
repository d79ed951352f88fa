"""An elastic body with cracks in it, loaded from outside and by a pressure inside the cracks."""

from collections.abc import Sequence
from typing import Any

import ufl
from dolfinx import fem

from anodex.models.discrete.fields import MixedFields, constant, total
from anodex.models.errors import InputError
from anodex.models.fracture.phase_field_crack import (
    USUAL,
    Alternation,
    AlternationReport,
    PhaseFieldCrack,
    alternate,
)
from anodex.models.laws.damage import (
    DamageModel,
    Split,
    degradation,
    pressure_work,
    split_energy,
)
from anodex.models.laws.kinematics import strain, thickness
from anodex.models.solve.linear import DIRECT
from anodex.models.solve.nonlinear import NonlinearSolver, SolveReport

TOLERANCE = 1e-8  # of the balance of forces


class CrackedBody:
    """Quasi-static elasticity with damage.

    Parameters
    ----------
    displacement, damage
        First-order Lagrange functions, a vector [um] and a scalar with the cracks that are there.
    model, toughness
        As `PhaseFieldCrack` takes them.
    bulk, shear
        Moduli [MPa], numbers or UFL.
    kinematics
        One of `anodex.models.laws.kinematics.DIMENSIONS`.
    eigenstrain
        Stress-free linear strain [-] along each axis, UFL of what may change in time: swelling, or
        the shrinkage of a reaction.
    split
        What damage takes of the energy.
    constraints, damage_constraints
        Dirichlet conditions on both.
    work
        UFL form, linear in the displacement: work of the loads outside, such as dot(t, u) ds.
    driving
        Energy density [MPa] that damage takes beside psi+, UFL.
    settings
        How both take turns.

    Attributes
    ----------
    crack
        The `PhaseFieldCrack`.
    pressure
        Inside the cracks [MPa], a `fem.Constant`.
    stress, energy_density
        3 x 3, UFL [MPa], and that which is stored [MPa], both with damage.

    Notes
    -----
    Planes of symmetry are constraints: displacement across them is zero, and all else follows from
    that. Energies, areas and volumes then are those of the part.
    """

    def __init__(
        self,
        displacement: fem.Function,
        damage: fem.Function,
        model: DamageModel,
        toughness: Any,
        bulk: Any,
        shear: Any,
        kinematics: str = "plane-strain",
        eigenstrain: Any = 0.0,
        split: Split = "none",
        constraints: Sequence[fem.DirichletBC] = (),
        damage_constraints: Sequence[fem.DirichletBC] = (),
        work: ufl.Form | None = None,
        driving: Any = 0.0,
        settings: Alternation = USUAL,
    ):
        self.displacement, self.damage, self.settings = displacement, damage, settings
        self._linear = split == "none"
        space = displacement.function_space
        self._mesh = mesh = space.mesh
        position = ufl.SpatialCoordinate(mesh)
        weight, dx = thickness(position, kinematics), ufl.dx(mesh)
        elastic = ufl.variable(
            strain(displacement, position, kinematics) - eigenstrain * ufl.Identity(3)
        )
        taken, kept = split_energy(elastic, bulk, shear, split)
        self.energy_density = degradation(damage) * taken + kept
        self.stress = ufl.diff(self.energy_density, elastic)
        self.pressure = constant(mesh, 0.0)
        inside = pressure_work(self.pressure, displacement, damage)
        stored = weight * (self.energy_density + inside) * dx
        potential = stored if work is None else stored - work
        self._potential = fem.form(potential)
        self._volume = fem.form(-weight * pressure_work(1.0, displacement, damage) * dx)
        self._extra = fem.form(weight * degradation(damage) * driving * dx(mesh))
        self.solver = NonlinearSolver(
            ufl.derivative(potential, displacement, ufl.TestFunction(space)),
            displacement,
            constraints,
            name="cracked_body",
            fields=MixedFields(space, ("displacement",)),
            # Where a split makes the stiffness jump, whole steps of Newton's method settle which
            # cells are open in a few; shortened ones took tens.
            options={**DIRECT, "snes_linesearch_type": "basic"},
            tolerance=TOLERANCE,
            keep_jacobian=self._linear,
        )
        self.crack = PhaseFieldCrack(
            damage,
            model,
            toughness,
            self.energy_density + degradation(damage) * driving + inside,
            weight,
            damage_constraints,
        )

    def balance(self) -> SolveReport:
        """Balance the forces for the present damage and pressure; collective.

        Raises
        ------
        ConvergenceError
            On every rank alike; the displacement then is as before.
        """
        self.solver.renew_jacobian()
        return self.solver.solve()

    def balance_volume(self, volume: float) -> SolveReport:
        """The same for the pressure at which the cracks hold a volume [um^3], in a plane [um^2].

        Raises
        ------
        ConvergenceError
            As `balance`.
        """
        field = self.displacement.x.array
        self.solver.renew_jacobian()
        reports, fields, volumes = [], [], []
        # forces are linear in displacement and pressure: what lies between two solutions is one
        for pressure in (0.0, float(self.pressure.value) or 1.0):
            self.pressure.value = pressure
            reports.append(self.solver.solve())
            fields.append(field.copy())
            volumes.append(self.volume())
        share = (volume - volumes[0]) / (volumes[1] - volumes[0])
        self.pressure.value = share * pressure
        field[:] = fields[0] + share * (fields[1] - fields[0])
        return SolveReport.of(reports)

    def solve(self) -> AlternationReport:
        """Displacement and damage for the present loads; collective.

        Raises
        ------
        ConvergenceError
            On every rank alike; damage then is as it was accepted last.
        """
        return alternate(self.crack, self.balance, self.energy, self.settings)

    def solve_volume(self, volume: float) -> AlternationReport:
        """The same for cracks that hold a volume [um^3], in a plane [um^2], of what cannot be
        pressed together; the pressure follows.

        Raises
        ------
        InputError
            If the body splits its energy: then it is not linear in the pressure.
        ConvergenceError
            As `solve`.
        """
        if not self._linear:
            raise InputError('crack: a given volume needs split = "none"')
        return alternate(
            self.crack,
            lambda: self.balance_volume(volume),
            # the volume is given: the pressure does no work that could be gained
            lambda: self.energy() + float(self.pressure.value) * volume,
            self.settings,
        )

    def energy(self) -> float:
        """Of body, cracks and loads [pJ], in a plane [pJ/um]; collective."""
        parts = total(self._mesh.comm, self._potential) + total(self._mesh.comm, self._extra)
        return parts + self.crack.surface_energy()

    def volume(self) -> float:
        """Of the cracks [um^3], in a plane [um^2]; collective."""
        return total(self._mesh.comm, self._volume)

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self.solver.destroy()
        self.crack.destroy()
