"""What a dendrite run shows of itself, step by step, and what it must remember."""

from collections.abc import Mapping

import numpy as np
from dolfinx import fem
from dolfinx.mesh import Mesh

from anodex.models.systems.dendrite.observables import COLUMNS, Observer
from anodex.models.systems.dendrite.problem import Dendrite


class DendriteView:
    """Rows, fields and checkpoints of a dendrite (`anodex.models.time.march.View`)."""

    columns = COLUMNS

    def __init__(self, problem: Dendrite):
        self.problem, self.observer = problem, Observer(problem)
        self._structure, self._concentration = (fem.Function(problem.space) for _ in range(2))

    def row(self) -> Mapping[str, float]:
        return self.observer.row()

    def note(self, row: Mapping[str, float]) -> str:
        return f"tip at {row['tip_position [um]']:.4g} um"

    def meshes(self) -> Mapping[str, Mesh]:
        return {"fields": self.problem.mesh}

    def fields(self) -> Mapping[str, Mapping[str, fem.Function]]:
        problem = self.problem
        # The paper's coding: 2 lithium, 1 electrolyte, 0 pore filled with lithium, -1 air.
        self._structure.x.array[:] = problem.phase.x.array + problem.pores.x.array
        found = {
            "phase [1]": problem.phase,
            "pores [1]": problem.pores,
            "structure [1]": self._structure,
        }
        if problem.charge is not None:
            found["potential [V]"] = problem.potential
        if problem.front.ions is not None:
            self._concentration.x.array[:] = np.exp(problem.front.concentration.x.array)
            found["concentration_ratio [1]"] = self._concentration
        if problem.mechanics is not None:
            found["displacement [um]"] = problem.mechanics.displacement
            found["hydrostatic_pressure [MPa]"] = problem.mechanics.vertex_pressure()
            found["volume_strain [1]"] = self.observer.volume_strain()
        return {"fields": found}

    def state_functions(self) -> Mapping[str, fem.Function]:
        problem = self.problem
        found = {"phase": problem.phase, "potential": problem.potential}
        if problem.front.ions is not None:
            found |= {
                "log_concentration": problem.front.concentration,
                "content": problem.front.content,
            }
        return found | (
            {"displacement": problem.mechanics.displacement} if problem.mechanics else {}
        )

    def scalars(self) -> Mapping[str, float]:
        charge, entered = self.problem.deposited.tolist()
        overpotential = float(self.problem.charge.left.value) if self.problem.charge else 0.0
        return {
            "deposited": charge,
            "entered": entered,
            "overpotential": overpotential,
            **self._scales(),
        }

    def restore(self, scalars: Mapping[str, float]) -> None:
        problem = self.problem
        problem.deposited[:] = scalars["deposited"], scalars["entered"]
        if problem.charge is not None:
            problem.charge.left.value = scalars["overpotential"]
        for name, solver in problem.solvers().items():
            for field in solver.scales:
                solver.scales[field] = scalars[f"{name}_{field}"]

    def _scales(self) -> dict[str, float]:
        return {
            f"{name}_{field}": scale
            for name, solver in self.problem.solvers().items()
            for field, scale in solver.scales.items()
        }

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self.observer.destroy()
