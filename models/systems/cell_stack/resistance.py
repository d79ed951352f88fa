"""Resistance to creep of lithium that hardens: it grows with the strain and stays with the lithium,
which the mesh does not follow.
"""

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.models.discrete.compat import geometry_dofmap
from anodex.models.discrete.fields import MixedFields, constant
from anodex.models.laws.hardening import AnandLaw
from anodex.models.parts.creeping_flow import QUADRATURE_DEGREE
from anodex.models.results.slabs import cell_positions
from anodex.models.solve.linear import DIRECT
from anodex.models.solve.nonlinear import NonlinearSolver
from anodex.models.systems.cell_stack.foil import FoilFlow


class Resistance:
    """One number for each cell, implicit in time and upwind in space: no lithium gets a resistance
    that its strain or its neighbours do not give it.

    Lithium that is plated has that of lithium that has not crept. What folds over at the front,
    from the middle of the column to its sides, is strained there as much as what it meets, and
    takes its resistance.

    Parameters
    ----------
    flow
        Of the lithium; its law is that at the present resistances once they are given to it.
    law
        Of the hardening.

    Attributes
    ----------
    values
        [MPa], of all cells in the order of the mesh generator, alike on all ranks; changed in
        place.
    """

    def __init__(self, flow: FoilFlow, law: AnandLaw):
        self._flow, self.law = flow, law
        mesh, creep = flow.foil.tagged.mesh, flow.creep
        self._mesh, self._comm = mesh, mesh.comm
        self._positions, count = cell_positions(mesh)
        self.values = np.full(count, law.initial_resistance)
        space = fem.functionspace(mesh, ("DG", 0))
        self.field, self._old = (fem.Function(space, name="resistance") for _ in range(2))
        self._dofs = space.dofmap.list[:, 0]
        self._moving = fem.Function(fem.functionspace(mesh, ("Lagrange", 1, (2,))))
        self._step = constant(mesh, 1.0)
        test = ufl.TestFunction(space)
        cells, inside = test * creep.weight, creep.inside
        strength = creep.equivalent_rate ** (1 + law.sensitivity)
        self._powers = fem.form(strength * cells * inside)  # at one resistance for all
        self._targets = fem.form(law.saturated(creep.equivalent_rate) * cells * inside)
        self._volumes = fem.form(cells * inside)
        self._solver = NonlinearSolver(
            (self.field - self._old) * cells * inside + self._step * self._lost(test),
            self.field,
            [],
            name="cell_stack_resistance",
            fields=MixedFields(space, ("resistance",)),
            options=DIRECT,
        )

    def _lost(self, test) -> ufl.Form:
        """What lithium that comes in and hardening take from the cells in time."""
        mesh, creep, tagged = self._mesh, self._flow.creep, self._flow.foil.tagged
        value, first = self.field, self.law.initial_resistance
        through = ufl.dot(creep.velocity - self._moving, ufl.FacetNormal(mesh))
        quality = {"quadrature_degree": QUADRATURE_DEGREE}
        within = ufl.dS(mesh, metadata=quality)
        outside = ufl.ds(mesh, subdomain_data=tagged.facets, metadata=quality)
        coming = ufl.min_value(through, 0)
        carried = sum(
            (coming * creep.weight * test)(own) * (value(other) - value(own)) * within
            for own, other in (("+", "-"), ("-", "+"))
        )
        plated = coming * (first - value) * test * creep.weight * outside(tagged.tags["pellet"])
        hardening = self.law.growth(value, creep.equivalent_rate)
        return carried + plated - hardening * test * creep.weight * creep.inside

    def give(self) -> None:
        """Let the flow have the present resistances."""
        self._flow.creep.stress.vary(self.law.prefactor(self.values[self._positions]))

    def bounded(self, old: np.ndarray) -> np.ndarray:
        """Resistances from which a stage may start: a scheme of second order reaches ahead, and
        where a step is long past saturation.
        """
        targets = self._of_all(self._targets) / self._of_all(self._volumes)
        passed = (old - targets) * (self.values - targets) < 0
        return np.maximum(np.where(passed, targets, old), self.values.min())

    def after(self, old: np.ndarray, step: float, moving: np.ndarray) -> np.ndarray:
        """Resistances [MPa] a time [s] after some, in the present flow on the present mesh.

        Parameters
        ----------
        moving
            Velocity of the nodes of this rank [um/s], shape (nodes, 2).
        """
        velocities = self._moving.x.array.reshape(-1, 2)
        velocities[self._moving.function_space.dofmap.list] = moving[geometry_dofmap(self._mesh)]
        self._step.value = step
        self._old.x.array[self._dofs] = old[self._positions]
        self.field.x.array[self._dofs] = self.values[self._positions]
        self._solver.solve()
        return self._gathered(self.field.x.array[self._dofs])

    def error(self, difference: np.ndarray) -> float:
        """Share of the power by which the lithium resists that an error of the resistances [MPa]
        is.
        """
        powers = self._of_all(self._powers)
        return float(powers @ np.abs(difference) / (powers @ self.values + 1e-300))

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self._solver.destroy()

    def _of_all(self, form: fem.Form) -> np.ndarray:
        """A number for each cell, by a form."""
        assembled = fem.assemble_vector(form)
        return self._gathered(assembled.array[self._dofs])

    def _gathered(self, local: np.ndarray) -> np.ndarray:
        """Numbers of all cells from those of each rank's."""
        own = self._mesh.topology.index_map(2).size_local
        every = np.zeros(len(self.values))
        every[self._positions[:own]] = local[:own]
        return self._comm.allreduce(every, op=MPI.SUM)
