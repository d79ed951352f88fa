"""What runs of both models show of lithium, electrolyte and pores."""

from collections.abc import Mapping

import ufl
from dolfinx import fem
from dolfinx.mesh import Mesh

from anodex.models.discrete.fields import assembled
from anodex.models.systems.dendrite.pieces import LithiumPieces

# Share of a box full of lithium below which a deposit is as good as none: against less, what the
# solvers leave would look like a loss.
LEAST_DEPOSIT = 1e-6


class Arrangement:
    """What is where in a run of dendrites: what its observers share. Forms are built once.

    Parameters
    ----------
    problem
        The system; it is only read.

    Attributes
    ----------
    owned, weights, volume
        How many nodes this rank has, their volumes, shape (owned,), and that of the box [um^3] (in
        two dimensions [um^2]).
    pieces
        Of the lithium.
    """

    def __init__(self, problem):
        self.problem, self.comm, space = problem, problem.comm, problem.space
        self.owned = space.dofmap.index_map.size_local
        self.weights = assembled(fem.form(ufl.TestFunction(space) * ufl.dx))[: self.owned]
        self.volume = self.comm.allreduce(float(self.weights.sum()))
        self.pieces = LithiumPieces(
            problem.phase, self.weights, problem.case.cell_size, problem.period
        )
        self._structure = fem.Function(space)

    def meshes(self) -> Mapping[str, Mesh]:
        """One file of fields."""
        return {"fields": self.problem.mesh}

    def arrangement(self) -> dict[str, fem.Function]:
        """Lithium and pores, and both at once in the paper's coding: 2 lithium, 1 electrolyte, 0
        pore filled with lithium, -1 air.
        """
        problem = self.problem
        self._structure.x.array[:] = problem.phase.x.array + problem.pores.x.array
        return {
            "phase [1]": problem.phase,
            "pores [1]": problem.pores,
            "structure [1]": self._structure,
        }
