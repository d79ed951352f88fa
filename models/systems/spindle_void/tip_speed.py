"""How fast the flanks of a void recede, and its tip runs."""

import numpy as np
import ufl
from dolfinx import fem

from anodex.models.discrete.fields import VertexAverage, assembled
from anodex.models.discrete.surface import SurfaceNodes
from anodex.models.fracture.energy_release import TipEnergyRelease
from anodex.models.laws.constants import FARADAY
from anodex.models.laws.fracture import stress_intensity
from anodex.models.moving.flux import first_order
from anodex.models.moving.tipped import TippedFront
from anodex.models.systems.spindle_void.problem import SpindleVoid


class FlankSpeeds:
    """Speeds of the nodes of a front that the current moves, for the present fields.

    Parameters
    ----------
    problem
        On its mesh.
    nodes
        Of the front.
    """

    def __init__(self, problem: SpindleVoid, nodes: SurfaceNodes):
        self._problem, self._nodes = problem, nodes
        test, measure = ufl.TestFunction(nodes.space)("+"), problem.surface.measure
        self._current = fem.form(problem.surface_current() * test * measure)
        self._unit = fem.form(1.0 * test * measure)

    def __call__(self, front: TippedFront) -> np.ndarray:
        """Outward [um/s], shape (nodes,); collective."""
        evolution, given = self._problem.case.evolution, self._problem.case.evolution.flank_speed
        if given is not None:
            return np.full(len(front.nodes), -given if self._problem.current.value < 0 else given)
        current, length = (
            first_order(front, self._on_nodes(form)) for form in (self._current, self._unit)
        )
        return evolution.molar_volume / FARADAY * current / length

    def _on_nodes(self, form: fem.Form) -> np.ndarray:
        moments = fem.Function(self._nodes.space)
        moments.x.array[:] = assembled(form)
        return self._nodes.gather(moments)


class TipSpeed:
    """Speed of a tip by the law of the case, for the present fields.

    Parameters
    ----------
    problem
        On its mesh, as it was made; a tip that moves later moves along with it.
    energy_release
        Of its tip.
    """

    def __init__(self, problem: SpindleVoid, energy_release: TipEnergyRelease):
        self._comm, self._case = problem.mesh.comm, problem.case
        self._release = energy_release
        self._opening = VertexAverage(problem.stress[1, 1], problem.mesh, problem.matrix_cells)
        points = self._opening.space.tabulate_dof_coordinates()
        owned = self._opening.space.dofmap.index_map.size_local
        distance = np.linalg.norm(points[:owned] - problem.tip, axis=1)
        self._tip_dof = np.flatnonzero(distance < 1e-9 * problem.length)

    def __call__(self) -> float:
        """[um/s]; collective. The subcritical law is v (K/K0)^m of an open tip, that of Charles
        (J. Appl. Phys. 29 (1958) 1549).
        """
        evolution, matrix = self._case.evolution, self._case.matrix
        if evolution.tip == "none":
            return 0.0
        if evolution.tip == "given":
            return evolution.tip_speed
        opening = float(self._opening().x.array[self._tip_dof].sum())
        if self._comm.allreduce(opening) <= 0:
            return 0.0
        intensity = stress_intensity(
            self._release().mean, matrix.young_modulus, matrix.poisson_ratio
        )
        return float(
            evolution.tip_speed * (intensity / evolution.reference_intensity) ** evolution.exponent
        )
