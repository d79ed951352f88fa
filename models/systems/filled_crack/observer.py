"""What a run of a filled crack shows of itself, step by step."""

from collections.abc import Mapping
from functools import cached_property
from math import pi, sqrt

import numpy as np
import ufl
from dolfinx import fem

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.fields import VertexAverage, owned_cells
from anodex.models.discrete.tensors import TensorAverages
from anodex.models.laws.fracture import ROOT_OF_UM
from anodex.models.laws.kinematics import strain
from anodex.models.systems.filled_crack.problem import GrowingCrack
from anodex.models.systems.filled_crack.quantities import QUANTITIES


class CrackObserver:
    """Numbers and fields of a filled crack (`anodex.models.time.march.Observer`).

    Parameters
    ----------
    problem
        The system; it is only read.
    """

    quantities = QUANTITIES
    moving = False

    def __init__(self, problem: GrowingCrack):
        self.problem = problem
        body, cells = problem.body, owned_cells(problem.mesh)
        # the stress of the net pressure: what presses the faces together comes on top
        across = ufl.as_tensor(np.diag([problem.case.loading.closing, 0.0, 0.0]))
        stress = body.stress - across
        position = ufl.SpatialCoordinate(problem.mesh)
        shown = {
            "stress [MPa]": stress,
            "strain [1]": strain(body.displacement, position, problem.case.kinematics),
        }
        self._opening = VertexAverage(stress[0, 0], problem.mesh, cells)
        self._tensors = TensorAverages(shown, problem.mesh, cells)

    def measure(self) -> "CrackNumbers":
        """The present state, for the quantities; collective."""
        return CrackNumbers(self.problem)

    def check(self, row: Mapping[str, float]) -> None:
        """Every row means something."""

    def note(self, row: Mapping[str, float]) -> str:
        """Length and pressure."""
        return f"{row['crack_length [um]']:.3g} um, {row['pressure [MPa]']:.3g} MPa"

    def meshes(self) -> Mapping[str, TaggedMesh]:
        """One file of fields."""
        return {"fields": self.problem.tagged}

    def fields(self) -> Mapping[str, Mapping[str, fem.Function]]:
        """Damage, displacement, stress, that which opens the crack apart, and strain."""
        body = self.problem.body
        return {
            "fields": {
                "damage [1]": body.damage,
                "displacement [um]": body.displacement,
                "opening_stress [MPa]": self._opening(),
                **self._tensors(),
            }
        }


class CrackNumbers:
    """Numbers of the present state, each computed when it is asked for; collective."""

    def __init__(self, problem: GrowingCrack):
        self._problem = problem
        self.pressure = problem.pressure

    @cached_property
    def crack_length(self) -> float:
        return self._problem.crack_length

    @property
    def mean_opening(self) -> float:
        return self._problem.volume / self._problem.area

    @property
    def current_density(self) -> float:
        return self._problem.case.filling.current(self.pressure)

    @property
    def extruded_share(self) -> float:
        plated, out = self._problem.volumes
        return out / plated if plated else 0.0

    @property
    def stress_intensity(self) -> float:
        round_factor = 2 / pi if self._problem.case.crack.shape == "penny" else 1.0
        root = sqrt(pi * self.crack_length) * ROOT_OF_UM
        return round_factor * float(self._problem.net_pressure[0]) * root

    @property
    def volume_balance_error(self) -> float:
        problem = self._problem
        moved = np.abs(problem.volumes).sum()
        if not moved:
            return 0.0
        return abs(problem.held_volume() - problem.volume) / moved
