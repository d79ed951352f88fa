"""Resistance to creep of lithium that hardens: its strain makes it grow, and it stays with the
lithium, which the mesh does not follow.
"""

from collections.abc import Callable, Mapping

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.foil import FoilShape
from anodex.models.discrete.compat import geometry_dofmap
from anodex.models.discrete.fields import MixedFields, constant
from anodex.models.laws.hardening import AnandLaw
from anodex.models.parts.creeping_flow import QUADRATURE_DEGREE
from anodex.models.results.slabs import cell_positions
from anodex.models.solve.linear import DIRECT
from anodex.models.solve.nonlinear import NonlinearSolver
from anodex.models.systems.cell_stack.foil import FoilFlow
from anodex.models.systems.cell_stack.foil_state import FoilState
from anodex.models.time.state import Snapshot

TOLERANCE = 1e-13  # of what is left, over all lithium at the resistance of the start
SMALL = 1e-4  # change of the shape over which the velocity of its nodes is taken


class NoHardening:
    """Lithium with the same law everywhere: same face as `Resistance`, nothing to do."""

    values = np.empty(0)
    numbers: Mapping[str, np.ndarray] = {}
    fields: Mapping[str, fem.Function] = {}

    def begin(self, old: Snapshot) -> np.ndarray:
        """Nothing to begin with."""
        return self.values

    def give(self) -> None:
        """The flow has its law."""

    def advance(self, old: np.ndarray, step: float, now: FoilState, *motion) -> None:
        """Nothing changes."""

    def error(self, difference: Snapshot) -> float:
        """No resistance, no error."""
        return 0.0

    def destroy(self) -> None:
        """Nothing to free."""


class Resistance:
    """One number for each cell, implicit in time and upwind in space.

    Lithium that is plated has the resistance of lithium that has not crept. What folds over at the
    front, from the middle of the column to its sides, takes that of the lithium which it meets: it
    is strained there as much.

    Parameters
    ----------
    flow
        Of the lithium, with a law that may differ from cell to cell.
    law
        Of creep and hardening.

    Attributes
    ----------
    values
        [MPa], of all cells in the order of the mesh generator, alike on all ranks; changed in
        place.
    numbers, fields
        The same by name, for the state and for files of fields.
    """

    def __init__(self, flow: FoilFlow, law: AnandLaw):
        self._flow, self.law = flow, law
        self._mesh, creep = flow.foil.tagged.mesh, flow.creep
        self._positions, count = cell_positions(self._mesh)
        self.values = np.full(count, law.initial_resistance)
        space = fem.functionspace(self._mesh, ("DG", 0))
        self._dofs = space.dofmap.list[:, 0]
        self._field, self._old = (fem.Function(space) for _ in range(2))
        self._field.x.array[:] = law.initial_resistance
        self.numbers, self.fields = {"resistance": self.values}, {"resistance [MPa]": self._field}
        nodes = fem.functionspace(self._mesh, ("Lagrange", 1, (2,)))
        self._moving = fem.Function(nodes)  # velocity of the mesh
        self._step = constant(self._mesh, 1.0)
        test, rate = ufl.TestFunction(space), creep.equivalent_rate
        self._volumes, self._targets, self._powers = (
            fem.form(value * test * creep.weight * creep.inside)
            for value in (1.0, law.saturated(rate), rate ** (1 + law.sensitivity))
        )
        gained = (self._field - self._old) * test * creep.weight * creep.inside
        self._solver = NonlinearSolver(
            gained - self._step * self._gain(test),
            self._field,
            [],
            name="cell_stack_resistance",
            fields=MixedFields(space, ("resistance",)),
            options=DIRECT,
            tolerance=TOLERANCE,
        )
        # A step may change next to nothing.
        self._solver.scales["resistance"] = float(self.values @ self._of_all(self._volumes))

    def _gain(self, test) -> ufl.Form:
        """Of the cells in time, by hardening and by lithium that comes in."""
        creep, tagged, value = self._flow.creep, self._flow.foil.tagged, self._field
        quality = {"quadrature_degree": QUADRATURE_DEGREE}
        within = ufl.dS(self._mesh, metadata=quality)
        outside = ufl.ds(self._mesh, subdomain_data=tagged.facets, metadata=quality)
        through = ufl.dot(creep.velocity - self._moving, ufl.FacetNormal(self._mesh))
        coming = -ufl.min_value(through, 0) * test * creep.weight
        carried = sum(
            coming(own) * (value(other) - value(own)) * within
            for own, other in (("+", "-"), ("-", "+"))
        )
        plated = coming * (self.law.initial_resistance - value) * outside(tagged.tags["pellet"])
        hardening = self.law.growth(value, creep.equivalent_rate)
        return carried + plated + hardening * test * creep.weight * creep.inside

    def begin(self, old: Snapshot) -> np.ndarray:
        """Take the resistances [MPa] from which a stage of a step starts, and return them.

        The second stage starts from where the first one points to. Where that is beyond saturation
        it starts there: strains of a step may be many times what saturates.
        """
        start = old["resistance"]
        targets = self._of_all(self._targets) / self._of_all(self._volumes)
        passed = (start - targets) * (self.values - targets) < 0
        self.values[:] = np.maximum(np.where(passed, targets, start), self.values.min())
        return self.values.copy()

    def give(self) -> None:
        """Let the flow have the present resistances."""
        self._flow.creep.stress.vary(self.law.prefactor(self.values[self._positions]))

    def advance(
        self,
        old: np.ndarray,
        step: float,
        now: FoilState,
        growth: float,
        recession: Callable[[np.ndarray], np.ndarray] | None,
    ) -> None:
        """Take the resistances at the end of a stage of length `step` [s], in the present flow on
        the present mesh.

        Parameters
        ----------
        old
            Those at its start [MPa].
        now
            The flow.
        growth
            Rate of the length of what is pressed out [um/s].
        recession
            That of the tube's radius [um/s] at distances from the pellet [um]; None where it rests.
        """
        self._step.value = step
        self._old.x.array[self._dofs] = old[self._positions]
        self._field.x.array[self._dofs] = self.values[self._positions]
        velocities = self._moving.x.array.reshape(-1, 2)
        nodes = geometry_dofmap(self._mesh)
        velocities[self._moving.function_space.dofmap.list] = self._node_velocities(
            now.rod_velocity, growth, recession
        )[nodes]
        self._solver.solve()
        self.values[:] = self._gathered(self._field.x.array[self._dofs])

    def error(self, difference: Snapshot) -> float:
        """What an error of the resistances [MPa] is of the power that they take, as a share."""
        powers = self._of_all(self._powers)  # of one resistance for all
        return float(powers @ np.abs(difference["resistance"]) / (powers @ self.values))

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self._solver.destroy()

    def _node_velocities(self, thickening: float, growth: float, recession) -> np.ndarray:
        """Of the mesh, whose nodes keep their places in the shape [um/s], shape (nodes, 2)."""
        foil, shape = self._flow.foil, self._flow.foil.shape
        fastest = max(abs(thickening) / shape.thickness, abs(growth) / shape.length)
        soon = SMALL / (fastest or 1.0)
        wall = shape.wall
        if wall is not None and recession is not None:
            wall = _receded(wall, recession, soon)
        ahead = FoilShape(shape.thickness + soon * thickening, shape.length + soon * growth, wall)
        return (foil.places(ahead) - foil.places(shape)) / soon

    def _of_all(self, form: fem.Form) -> np.ndarray:
        """A number for each cell, by a form."""
        return self._gathered(fem.assemble_vector(form).array[self._dofs])

    def _gathered(self, local: np.ndarray) -> np.ndarray:
        """Numbers of all cells from those of each rank."""
        own = self._mesh.topology.index_map(2).size_local
        every = np.zeros(len(self.values))
        every[self._positions[:own]] = local[:own]
        return self._mesh.comm.allreduce(every, op=MPI.SUM)


def resistance_to_creep(flow: FoilFlow, law: AnandLaw | None) -> Resistance | NoHardening:
    """What a law of hardening, or none, needs."""
    return NoHardening() if law is None else Resistance(flow, law)


def _receded(wall, recession, time: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda places: wall(places) + time * recession(places)
