"""Cracks as a field of damage: where it grows for given displacements, and both in turn."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import ufl
from dolfinx import fem

from anodex.models.discrete.fields import MixedFields, total
from anodex.models.errors import ConvergenceError
from anodex.models.laws.damage import DamageModel
from anodex.models.solve.bounds import Bounds
from anodex.models.solve.linear import DIRECT
from anodex.models.solve.nonlinear import NonlinearSolver, SolveReport

log = logging.getLogger("anodex")

TOLERANCE = 1e-8  # of the residual where damage may grow
ROUND_OFF = 1e-12  # of an energy
AT_REST = 2  # passes in a row that change the energy no more


class PhaseFieldCrack:
    """Damage that makes an energy least between what it was and 1: nothing heals.

    For given displacements the energy is quadratic, and the bounds make the problem one of
    obstacles. It knows no elasticity: whoever owns the displacement says what its energy is.

    Parameters
    ----------
    damage
        First-order Lagrange function with the cracks that are there.
    model
        What cracks cost.
    toughness
        Gc [J/m^2 = MPa um], a number or UFL expression of what may change in time; that of the
        mesh, `DamageModel.excess` taken out.
    potential
        Energy density [MPa] beside that of the surface, UFL, a function of `damage`; such as g(d)
        psi+ + psi- with the work of the pressure inside.
    weight
        Thickness or circumference by which densities count.
    constraints
        Dirichlet conditions on the damage, which it must meet from the start.
    name
        Prefix of its PETSc options.

    Attributes
    ----------
    before
        Damage that was accepted last: the lower bound.
    solver
        What solves for the damage.

    Notes
    -----
    Bounds instead of a history of the energy: Amor, Marigo & Maurini, J. Mech. Phys. Solids 57
    (2009) 1209.
    """

    def __init__(
        self,
        damage: fem.Function,
        model: DamageModel,
        toughness: Any,
        potential: Any,
        weight: Any = 1.0,
        constraints: Sequence[fem.DirichletBC] = (),
        name: str = "damage",
    ):
        self.damage, self.model = damage, model
        space = damage.function_space
        self._mesh = mesh = space.mesh
        self.before, self._most = damage.copy(), fem.Function(space)
        self._most.x.array[:] = 1.0
        area, dx = weight * model.surface_density(damage), ufl.dx(mesh)
        self._area, self._surface = fem.form(area * dx), fem.form(toughness * area * dx)
        energy = (toughness * area + weight * potential) * dx
        self.solver = NonlinearSolver(
            ufl.derivative(energy, damage, ufl.TestFunction(space)),
            damage,
            constraints,
            name=name,
            fields=MixedFields(space, ("damage",)),
            options=DIRECT,
            tolerance=TOLERANCE,
            largest_iterations=100,
            keep_jacobian=False,
            bounds=Bounds(self.before, self._most),
        )

    def solve(self) -> SolveReport:
        """Least energy for the present displacement; collective.

        Raises
        ------
        ConvergenceError
            On every rank alike; the damage then is as before.
        """
        return self.solver.solve()

    def cut(self, where: Callable[[np.ndarray], np.ndarray]) -> None:
        """Break a body that is not loaded at the nodes in a place, and let the damage beside it
        follow; collective.

        Parameters
        ----------
        where
            Gets coordinates, shape (3, nodes) [um], and says which nodes break, shape (nodes,).

        Raises
        ------
        ConvergenceError
            As `solve`.
        """
        broken = where(self.damage.function_space.tabulate_dof_coordinates().T)
        for function in (self.damage, self.before):
            function.x.array[broken] = 1.0
        self.solve()
        self.accept()

    def accept(self) -> None:
        """From now on nothing that is damaged now heals."""
        self.before.x.array[:] = self.damage.x.array

    def reject(self) -> None:
        """Back to what was accepted last."""
        self.damage.x.array[:] = self.before.x.array

    def area(self) -> float:
        """Of the cracks [um^2], in a plane their length [um]: integral of gamma(d), larger than the
        true one by `DamageModel.excess`; of the part that is modelled; collective.
        """
        return total(self._mesh.comm, self._area)

    def surface_energy(self) -> float:
        """[pJ], in a plane [pJ/um]; collective."""
        return total(self._mesh.comm, self._surface)

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self.solver.destroy()


@dataclass(frozen=True)
class Alternation:
    """How displacement and damage take turns.

    Attributes
    ----------
    tolerance
        Energy that two passes in a row may still change, over that of the cracks: a large body
        around them does not make it coarser.
    over_relaxation
        How far damage goes beyond where it was led, 1 up to 2: where the energy grew, and at last,
        no farther.
    most
        Passes, after which it has failed.
    least
        Energy of cracks [pJ], in a plane [pJ/um], below which the tolerance becomes no finer.

    Notes
    -----
    Farrell & Maurini, Int. J. Numer. Methods Eng. 109 (2017) 648.
    """

    tolerance: float = 1e-6
    over_relaxation: float = 1.8
    most: int = 2000
    least: float = 0.0


USUAL = Alternation()


@dataclass(frozen=True)
class AlternationReport:
    """What it took: passes, Newton iterations of the displacement, and of the damage; the energy at
    the end [pJ], in a plane [pJ/um].
    """

    passes: int
    balance_iterations: int
    damage_iterations: int
    energy: float


def alternate(
    crack: PhaseFieldCrack,
    balance: Callable[[], SolveReport],
    energy: Callable[[], float],
    settings: Alternation = USUAL,
) -> AlternationReport:
    """Solve for displacement and damage in turn until the energy rests; collective.

    Parameters
    ----------
    crack
        Of which the damage is solved for.
    balance
        Balances the forces for the present damage.
    energy
        All of it, for the present fields: collective, alike on all ranks.

    Raises
    ------
    ConvergenceError
        On every rank alike; damage then is as it was accepted last.
    """
    try:
        return _in_turn(crack, balance, energy, settings)
    except ConvergenceError:
        crack.reject()
        raise


def _in_turn(
    crack: PhaseFieldCrack,
    balance: Callable[[], SolveReport],
    energy: Callable[[], float],
    settings: Alternation,
) -> AlternationReport:
    """The passes of `alternate`."""
    damage, lower = crack.damage.x.array, crack.before.x.array
    of_balance = of_damage = resting = 0
    last = np.inf
    for number in range(1, settings.most + 1):
        of_balance += balance().iterations
        present, start = energy(), damage.copy()
        of_cracks = max(crack.surface_energy(), settings.least)
        limit = settings.tolerance * of_cracks + ROUND_OFF * abs(present)
        resting = resting + 1 if abs(last - present) <= limit else 0
        of_damage += crack.solve().iterations
        if resting == AT_REST:
            of_balance += balance().iterations
            report = AlternationReport(number, of_balance, of_damage, energy())
            log.debug("crack: %s", report)
            return report
        if present <= last:
            beyond = start + settings.over_relaxation * (damage - start)
            damage[:] = np.clip(beyond, lower, 1.0)
        last = present
    raise ConvergenceError(
        f"crack: displacement and damage did not come to rest in {settings.most} passes; try a "
        "smaller step of the load, or control the volume where a load is constant"
    )
