"""What runs of both models show of lithium, electrolyte and pores."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.mesh import Mesh

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.fields import VertexAverage, assembled, owned_cells
from anodex.models.discrete.tensors import TensorAverages
from anodex.models.laws.elasticity import von_mises
from anodex.models.parts.elasticity import Elasticity
from anodex.models.systems.dendrite.pieces import LithiumPieces
from anodex.models.systems.dendrite.walls import Walls

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
    pieces, walls
        Of the lithium, and what lies along walls of pores.
    averages
        Of what is taken of stress and strain at vertices, `name [unit]` -> average; empty without
        stress.
    """

    def __init__(self, problem):
        self.problem, self.comm, space = problem, problem.comm, problem.space
        self.owned = space.dofmap.index_map.size_local
        self.weights = assembled(fem.form(ufl.TestFunction(space) * ufl.dx))[: self.owned]
        self.volume = self.comm.allreduce(float(self.weights.sum()))
        self.pieces = LithiumPieces(
            problem.phase, self.weights, problem.case.cell_size, problem.period
        )
        self.walls = Walls(problem.composition, self.weights)
        mechanics, mesh = problem.mechanics, problem.mesh
        self.averages = {} if mechanics is None else averages(mechanics, mesh)
        self._tensors = None if mechanics is None else tensors(mechanics, mesh)
        self._structure = fem.Function(space)

    def meshes(self) -> Mapping[str, TaggedMesh]:
        """One file of fields."""
        return {"fields": self.problem.tagged}

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

    def stresses(self) -> dict[str, fem.Function]:
        """Displacement, stress and strain; none without stress."""
        if self._tensors is None:
            return {}
        found = {name: average() for name, average in self.averages.items()}
        displacement = {"displacement [um]": self.problem.mechanics.unknown}
        return displacement | found | self._tensors()

    def branches(self, mean: float) -> float:
        """Number of branches that are longer than the interface is wide, of a front of some mean
        position [um]; collective.
        """
        return float(self.pieces.branches(mean, self.problem.case.interface.width))

    def wall_share(self) -> float:
        """Of the lithium that has come; collective."""
        return self.walls.share(LEAST_DEPOSIT * self.volume)

    def wall_share_if_spread(self) -> float:
        """The same if that lithium minded no walls; collective."""
        return self.walls.share_if_spread(LEAST_DEPOSIT * self.volume)

    def is_early_event(self, states: np.ndarray) -> bool:
        """Whether the last of some states, of each row, differs from the one before, and no more
        have done so than the case wants fields of.
        """
        changed = np.flatnonzero(np.diff(states)) + 1
        most = self.problem.case.output.event_frames
        return 0 < len(changed) <= most and int(changed[-1]) == len(states) - 1


class ShapeNumbers(ABC):
    """Numbers of lithium's shape and stress that both models have, each computed when it is asked
    for, once; collective.
    """

    def __init__(self, observer: Arrangement):
        self._observer, self._comm = observer, observer.comm
        self._section = observer.problem.case.geometry.cross_section

    @property
    @abstractmethod
    def mean_position(self) -> float:
        """Of the front [um]."""

    @cached_property
    def tip_position(self) -> float:
        return self._observer.pieces.tip()

    @cached_property
    def branches(self) -> float:
        return self._observer.branches(self.mean_position)

    @cached_property
    def wall_share(self) -> float:
        return self._observer.wall_share()

    @cached_property
    def wall_share_if_spread(self) -> float:
        return self._observer.wall_share_if_spread()

    @cached_property
    def _pressure(self) -> np.ndarray:
        """At the nodes of this rank [MPa], shape (nodes,); nan without stress."""
        return self._average("hydrostatic_pressure [MPa]")

    def _average(self, name: str) -> np.ndarray:
        """At the nodes of this rank, shape (nodes,); nan without stress."""
        averages, owned = self._observer.averages, self._observer.owned
        return averages[name]().x.array[:owned] if averages else np.full(owned, np.nan)


def averages(mechanics: Elasticity, mesh: Mesh) -> dict[str, VertexAverage]:
    """Of what is taken of stress and strain at vertices, `name [unit]` -> average."""
    cells = owned_cells(mesh)
    shown = {
        "hydrostatic_pressure [MPa]": mechanics.hydrostatic_pressure,
        "von_mises [MPa]": von_mises(mechanics.stress),
        "volume_strain [1]": mechanics.volume_strain,
    }
    return {name: VertexAverage(expression, mesh, cells) for name, expression in shown.items()}


def tensors(mechanics: Elasticity, mesh: Mesh) -> TensorAverages:
    """Stress and strain."""
    shown = {"stress [MPa]": mechanics.stress, "strain [1]": mechanics.strain}
    return TensorAverages(shown, mesh, owned_cells(mesh))
