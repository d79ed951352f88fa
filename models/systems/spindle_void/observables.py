"""Numbers from the fields of a spindle-void problem."""

import numpy as np
import ufl
from dolfinx import fem

from anodex.meshes.tagged import TaggedMesh
from anodex.meshes.void import tip
from anodex.models.discrete.fields import VertexAverage, largest, total
from anodex.models.laws.elasticity import von_mises
from anodex.models.results.history import History
from anodex.models.results.observable import Observable
from anodex.models.systems.spindle_void.case import Case
from anodex.models.systems.spindle_void.fracture import TipEnergyRelease
from anodex.models.systems.spindle_void.problem import SpindleVoid

COLUMNS = (
    "current_density [A/m^2]",
    "tip_concentration [mol/m^3]",
    "void_concentration [mol/m^3]",
    "outer_concentration [mol/m^3]",
    "lowest_concentration [mol/m^3]",
    "tip_von_mises [MPa]",
    "tip_opening_stress [MPa]",
    "tip_hydrostatic_stress [MPa]",
    "max_von_mises [MPa]",
    "max_von_mises_distance_to_tip [um]",
    "energy_release_rate [J/m^2]",
    "energy_release_rate_spread [1]",
    "tip_driving_force [uN]",
    "stress_intensity [MPa*m^0.5]",
    "electrolyte_potential [V]",
    "species_balance_error [1]",
    "force_balance_error [1]",
)


class Observer:
    """Everything that the history records, with its forms built once.

    Parameters
    ----------
    problem
        The system; it is only read.
    """

    def __init__(self, problem: SpindleVoid):
        self.problem = problem
        self.comm, mesh = problem.mesh.comm, problem.mesh
        self.tip = np.array(tip(problem.case.geometry.void()))
        self.von_mises = VertexAverage(von_mises(problem.stress), mesh, problem.matrix_cells)
        self.opening_stress = VertexAverage(problem.stress[1, 1], mesh, problem.matrix_cells)
        self.energy_release = TipEnergyRelease(problem, self.tip)
        self._concentration = fem.Function(problem.fields.spaces["concentration"])
        self._hydrostatic = fem.Function(problem.fields.spaces["hydrostatic_stress"])
        self._points = self._concentration.function_space.tabulate_dof_coordinates()
        owned = self._concentration.function_space.dofmap.index_map.size_local
        distance = np.linalg.norm(self._points[:owned] - self.tip, axis=1)
        self._tip_dof = np.flatnonzero(distance < 1e-9 * problem.case.geometry.length)

        # "Outer": the shell of matrix between one and one and a half half-lengths from the centre.
        position = ufl.SpatialCoordinate(mesh)
        radius, half = ufl.sqrt(ufl.dot(position, position)), problem.case.geometry.length / 2
        in_shell = ufl.conditional(
            ufl.And(ufl.ge(radius, half), ufl.le(radius, 1.5 * half)), 1.0, 0.0
        )
        c, weight = problem.concentration, problem.weight
        content = problem.porosity * (c - problem.reference) * weight * problem.in_matrix
        self._shell, self._shell_size = (
            fem.form(f * in_shell * weight * problem.in_matrix) for f in (c, 1.0)
        )
        if problem.in_void is not None:
            content += (c - problem.reference) * weight * problem.in_void
            self._inside, self._inside_size = (
                fem.form(f * weight * problem.in_void) for f in (c, 1.0)
            )
            self._surface_potential = None
            if problem.potential is not None:
                self._surface_potential = fem.form(
                    problem.potential("+") * problem.weight_on_surface * problem.on_surface
                )
        self._content = fem.form(content)

    def row(self) -> dict[str, float]:
        """The present state as a row of the history, keyed by `COLUMNS`; nan where a number has
        no meaning.
        """
        problem = self.problem
        problem.fields.extract(problem.unknown, "concentration", self._concentration)
        problem.fields.extract(problem.unknown, "hydrostatic_stress", self._hydrostatic)
        von_mises_field = self.von_mises()
        peak, where = largest(von_mises_field, self._points)
        opening = self._at_tip(self.opening_stress())
        release, spread, force, intensity = self.energy_release()
        inside = (
            self._mean(self._inside, self._inside_size) if problem.in_void is not None else np.nan
        )
        potential = np.nan
        if problem.potential is not None:
            potential = total(self.comm, self._surface_potential) / problem.area
        values = (
            float(problem.current.value),
            self._at_tip(self._concentration),
            inside,
            self._mean(self._shell, self._shell_size),
            self.comm.allreduce(float(self._concentration.x.array.min()), op=min),
            self._at_tip(von_mises_field),
            opening,
            self._at_tip(self._hydrostatic),
            peak,
            float(np.linalg.norm(where - self.tip)),
            release,
            spread,
            force,
            np.copysign(intensity, opening),
            potential,
            self.species_balance_error(),
            self.force_balance_error(),
        )
        return dict(zip(COLUMNS, values, strict=True))

    def species_balance_error(self) -> float:
        """What is missing of the ions given by the surface less those taken by the reservoir,
        over the sum of both.
        """
        injected, taken, exchanged = self.problem.amounts
        missing = total(self.comm, self._content) - (injected - taken)
        return abs(missing) / exchanged if exchanged else 0.0

    def force_balance_error(self) -> float:
        """Sum of the reactions and applied forces over the sum of their magnitudes, the worst
        axis along which the body could drift.
        """
        problem = self.problem
        reactions = problem.solver.reactions()
        held = problem.held["displacement"]
        axes = 1 if problem.dimension == "axisymmetric" else problem.mesh.geometry.dim
        worst = 0.0
        for axis in range(axes):
            along = problem.displacement_dofs(axis)
            forces = reactions[np.intersect1d(along, held)]
            free = reactions[np.setdiff1d(along, held)]
            unbalanced, size = self.comm.allreduce(np.array([np.sum(free), np.sum(np.abs(forces))]))
            worst = max(worst, abs(unbalanced) / size if size else 0.0)
        return worst

    def _at_tip(self, function: fem.Function) -> float:
        return self.comm.allreduce(float(np.sum(function.x.array[self._tip_dof])))

    def _mean(self, integral: fem.Form, size: fem.Form) -> float:
        return total(self.comm, integral) / total(self.comm, size)


def stress_concentration_factor(case: Case, tagged: TaggedMesh) -> float:
    """Largest principal stress on the void's surface over a remote traction normal to the long
    axis, elastic, no current, free sides.

    On the traction-free surface that principal stress is the hoop stress of the textbooks.
    """
    elastic = case.model_copy(
        update={
            "loading": case.loading.model_copy(
                update={
                    "remote_traction": 1.0,
                    "void_pressure": 0.0,
                    "outer": "free",
                    "reservoir": "none",
                }
            ),
            "kinetics": case.kinetics.model_copy(update={"law": "galvanostatic"}),
            "matrix": case.matrix.model_copy(update={"creep": "none"}),
        }
    )
    problem = SpindleVoid(elastic, tagged)
    problem.solve_stage(0.0, 0.0, problem.get_state())
    stress = VertexAverage(problem.stress, tagged.mesh, problem.matrix_cells)()
    tagged.mesh.topology.create_connectivity(tagged.mesh.topology.dim - 1, tagged.mesh.topology.dim)
    surface = fem.locate_dofs_topological(
        stress.function_space,
        tagged.mesh.topology.dim - 1,
        tagged.facets.find(tagged.tags["void_surface"]),
    )
    tensors = stress.x.array.reshape(-1, 3, 3)[surface]
    highest = np.linalg.eigvalsh(tensors)[:, -1].max(initial=-np.inf)
    problem.solver.destroy()
    return tagged.mesh.comm.allreduce(float(highest), op=max)


def observables(case: Case, history: History, concentration_factor: float) -> dict[str, Observable]:
    """The numbers of the summary, from the history of the whole run."""
    times = history.times

    def peak(column: str, unit: str, name: str) -> dict[str, Observable]:
        values = history.column(column)
        if np.all(np.isnan(values)):
            return {
                f"peak_{name}": Observable(None, unit),
                f"time_of_peak_{name}": Observable(None, "s"),
            }
        best = int(np.nanargmax(values))
        return {
            f"peak_{name}": Observable(float(values[best]), unit),
            f"time_of_peak_{name}": Observable(float(times[best]), "s"),
        }

    stress, release = (
        history.column("tip_von_mises [MPa]"),
        history.column("energy_release_rate [J/m^2]"),
    )
    # a tip under compression stores energy but does not crack
    opens = history.column("tip_opening_stress [MPa]") > 0
    shown = np.isin(times, case.output.times) | (times == times[-1])
    distance = history.column("max_von_mises_distance_to_tip [um]")[shown]
    difference = history.column("void_concentration [mol/m^3]") - history.column(
        "outer_concentration [mol/m^3]"
    )
    return {
        "stress_concentration_factor": Observable(concentration_factor, "1"),
        **peak("tip_von_mises [MPa]", "MPa", "tip_von_mises"),
        **peak("tip_concentration [mol/m^3]", "mol/m^3", "tip_concentration"),
        "max_von_mises_distance_to_tip": Observable(float(distance.max()), "um"),
        **peak("energy_release_rate [J/m^2]", "J/m^2", "energy_release_rate"),
        **peak("tip_driving_force [uN]", "uN", "tip_driving_force"),
        **peak("stress_intensity [MPa*m^0.5]", "MPa*m^0.5", "stress_intensity"),
        "largest_inner_outer_difference": Observable(float(difference.max()), "mol/m^3"),
        "final_inner_outer_difference": Observable(float(difference[-1]), "mol/m^3"),
        "time_to_critical_stress": Observable(
            first_time_above(times, stress, case.fracture.critical_stress), "s"
        ),
        "time_to_toughness": Observable(
            first_time_above(times, np.where(opens, release, 0.0), case.fracture.toughness), "s"
        ),
        "species_balance_error": Observable(
            float(history.column("species_balance_error [1]").max()), "1"
        ),
        "force_balance_error": Observable(
            float(history.column("force_balance_error [1]").max()), "1"
        ),
        "time_steps": Observable(float(len(times) - 1), "1"),
    }


def first_time_above(times: np.ndarray, values: np.ndarray, limit: float) -> float | None:
    """First time at which `values` reach `limit`, by linear interpolation; None if they never
    do.
    """
    above = np.flatnonzero(values >= limit)
    if not above.size:
        return None
    first = int(above[0])
    if first == 0:
        return float(times[0])
    part = (limit - values[first - 1]) / (values[first] - values[first - 1])
    return float(times[first - 1] + part * (times[first] - times[first - 1]))
