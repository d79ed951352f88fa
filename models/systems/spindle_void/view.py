"""What a spindle-void run shows of itself, step by step, and what it must remember."""

from collections.abc import Mapping

from dolfinx import fem
from dolfinx.mesh import Mesh

from anodex.models.systems.spindle_void.observables import COLUMNS, Observer
from anodex.models.systems.spindle_void.problem import SpindleVoid
from anodex.models.time.march import SpentState

UNITS = {
    "displacement": "um",
    "concentration": "mol/m^3",
    "hydrostatic_stress": "MPa",
    "potential": "V",
}


class VoidView:
    """Rows, fields and checkpoints of a spindle void (`anodex.models.time.march.View`)."""

    columns = COLUMNS

    def __init__(self, problem: SpindleVoid):
        self.problem, self.observer = problem, Observer(problem)
        self._fields = {name: fem.Function(space) for name, space in problem.fields.spaces.items()}
        tagged = problem.tagged
        self._parts = fem.Function(fem.functionspace(problem.mesh, ("DG", 0)))  # 1 matrix, 2 void
        self._parts.x.array[tagged.cells.indices] = tagged.cells.values

    def row(self) -> Mapping[str, float]:
        row = self.observer.row()
        if row["lowest_concentration [mol/m^3]"] < 0:
            raise SpentState(
                "the electrolyte is used up: the concentration is "
                f"{row['lowest_concentration [mol/m^3]']:.3g} mol/m^3. "
                "Deposit more slowly or for a shorter time (protocol.steps), or raise "
                "matrix.diffusivity or electrolyte.concentration. "
                "The last good state is in the result folder."
            )
        return row

    def note(self, row: Mapping[str, float]) -> str:
        return f"tip {row['tip_von_mises [MPa]']:.3g} MPa"

    def meshes(self) -> Mapping[str, Mesh]:
        return {"fields": self.problem.mesh}

    def fields(self) -> Mapping[str, Mapping[str, fem.Function]]:
        problem = self.problem
        out = {
            f"{name} [{UNITS[name]}]": problem.fields.extract(
                problem.unknown, name, self._fields[name]
            )
            for name in UNITS
            if name in self._fields
        }
        return {
            "fields": {**out, "von_mises [MPa]": self.observer.von_mises(), "part [1]": self._parts}
        }

    def state_functions(self) -> Mapping[str, fem.Function]:
        return self.problem.state_functions()

    def scalars(self) -> Mapping[str, float]:
        injected, taken, exchanged = self.problem.amounts.tolist()
        scales = {f"scale_{field}": scale for field, scale in self.problem.solver.scales.items()}
        return {"injected": injected, "taken": taken, "exchanged": exchanged, **scales}

    def restore(self, scalars: Mapping[str, float]) -> None:
        problem = self.problem
        problem.amounts[:] = scalars["injected"], scalars["taken"], scalars["exchanged"]
        problem.solver.scales = {
            field: scalars[f"scale_{field}"] for field in problem.solver.scales
        }
