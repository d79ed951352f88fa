"""What a spindle-void run shows of itself, step by step."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, cast

import numpy as np
import ufl
from dolfinx import fem

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.fields import VertexAverage, largest, total
from anodex.models.discrete.tensors import TensorAverages
from anodex.models.fracture.energy_release import Release
from anodex.models.laws.elasticity import von_mises
from anodex.models.laws.fracture import stress_intensity
from anodex.models.systems.spindle_void.columns import quantities_of
from anodex.models.systems.spindle_void.fracture import tip_energy_release
from anodex.models.systems.spindle_void.problem import SpindleVoid
from anodex.models.systems.spindle_void.shape import VoidShape
from anodex.models.time.march import SpentState

if TYPE_CHECKING:  # its splines take longer to load than a void at rest takes
    from anodex.models.systems.spindle_void.moving_void import MovingVoid

# Share of the ions in the electrolyte below which an exchange is as good as none: against less,
# round-off in all that is there would look like a loss.
LEAST_EXCHANGE = 1e-6
UNITS = {
    "displacement": "um",
    "concentration": "mol/m^3",
    "hydrostatic_stress": "MPa",
    "potential": "V",
}


class VoidObserver:
    """Numbers and fields of a spindle void (`anodex.models.time.march.Observer`).

    Forms are built once.

    Parameters
    ----------
    problem
        The system; it is only read.
    """

    def __init__(self, problem: SpindleVoid):
        self.problem = problem
        self.moving = problem.case.evolution.moving
        self.quantities = quantities_of(problem.case)
        self.comm, mesh = problem.mesh.comm, problem.mesh
        self.von_mises = VertexAverage(von_mises(problem.stress), mesh, problem.matrix_cells)
        self.tensors = TensorAverages(
            {"stress [MPa]": problem.stress, "strain [1]": problem.strain},
            mesh,
            problem.matrix_cells,
        )
        self.opening_stress = VertexAverage(problem.stress[1, 1], mesh, problem.matrix_cells)
        # that of a tip that moves belongs to the mesh as it was made
        self.energy_release: Callable[[], Release] = (
            cast("MovingVoid", problem).energy_release
            if self.moving
            else tip_energy_release(problem, problem.tip)
        )
        spaces = problem.fields.spaces
        owned = spaces["concentration"].dofmap.index_map.size_local
        distance = np.linalg.norm(self.points[:owned] - problem.tip, axis=1)
        self._tip_dof = np.flatnonzero(distance < 1e-9 * problem.length)
        self._fields = {name: fem.Function(space) for name, space in spaces.items()}
        self._integrals()

    def _integrals(self) -> None:
        problem = self.problem
        # "Outer": the shell of matrix between one and one and a half half-lengths from the centre.
        position = ufl.SpatialCoordinate(problem.mesh)
        radius, half = ufl.sqrt(ufl.dot(position, position)), problem.half_length
        in_shell = ufl.conditional(
            ufl.And(ufl.ge(radius, half), ufl.le(radius, 1.5 * half)), 1.0, 0.0
        )
        c, weight = problem.concentration, problem.weight
        content = problem.porosity * (c - problem.reference) * weight * problem.in_matrix
        held = problem.porosity * problem.reference * weight * problem.in_matrix
        self.shell = [fem.form(f * in_shell * weight * problem.in_matrix) for f in (c, 1.0)]
        self.inside = self.surface_potential = None
        if problem.in_void is not None:
            content += (c - problem.reference) * weight * problem.in_void
            held += problem.reference * weight * problem.in_void
            self.inside = [fem.form(f * weight * problem.in_void) for f in (c, 1.0)]
            if problem.potential is not None:
                self.surface_potential = fem.form(
                    problem.potential("+") * problem.surface.weight * problem.surface.measure
                )
        self.content = fem.form(content)
        self.least_exchange = LEAST_EXCHANGE * total(self.comm, fem.form(held))

    @property
    def points(self) -> np.ndarray:
        """Of the concentration's dofs [um], shape (dofs, 3)."""
        return self.problem.fields.spaces["concentration"].tabulate_dof_coordinates()

    def measure(self) -> "VoidNumbers":
        """The present state, for the quantities; collective."""
        return VoidNumbers(self)

    def check(self, row: Mapping[str, float]) -> None:
        """Refuse a concentration below zero."""
        lowest = row["lowest_concentration [mol/m^3]"]
        if lowest < 0:
            raise SpentState(
                f"the electrolyte is used up: the concentration is {lowest:.3g} mol/m^3. Deposit "
                "more slowly or for a shorter time (protocol.steps), or raise matrix.diffusivity "
                "or electrolyte.concentration. The last good state is in the result folder."
            )

    def note(self, row: Mapping[str, float]) -> str:
        """The stress at the tip."""
        return f"tip {row['tip_von_mises [MPa]']:.3g} MPa"

    def meshes(self) -> Mapping[str, TaggedMesh]:
        """One file of fields."""
        return {"fields": self.problem.tagged}

    def fields(self) -> Mapping[str, Mapping[str, fem.Function]]:
        """The unknowns, and stress and strain in the matrix."""
        unknowns = {
            f"{name} [{UNITS[name]}]": self.extract(name) for name in UNITS if name in self._fields
        }
        return {"fields": {**unknowns, "von_mises [MPa]": self.von_mises(), **self.tensors()}}

    def extract(self, name: str) -> fem.Function:
        """One unknown as a function of its own space, the same at each call."""
        return self.problem.fields.extract(self.problem.unknown, name, self._fields[name])

    def at_tip(self, function: fem.Function) -> float:
        """Value at the tip of a function on the vertices; collective."""
        return self.comm.allreduce(float(np.sum(function.x.array[self._tip_dof])))

    def mean(self, integrals: list[fem.Form] | None) -> float:
        """Mean from the integrals of a field and of one; nan where there is no such part."""
        if integrals is None:
            return np.nan
        return total(self.comm, integrals[0]) / total(self.comm, integrals[1])


class VoidNumbers:
    """Numbers of the present state, each computed when it is asked for, once; collective.

    nan stands for a number that has no meaning.
    """

    def __init__(self, observer: VoidObserver):
        self._observer, self._problem = observer, observer.problem
        self.current_density = float(observer.problem.current.value)
        self._concentration = observer.extract("concentration")
        self._hydrostatic = observer.extract("hydrostatic_stress")
        self._von_mises = observer.von_mises()
        self.max_von_mises, where = largest(self._von_mises, observer.points)
        self.max_von_mises_distance_to_tip = float(np.linalg.norm(where - observer.problem.tip))

    @cached_property
    def shape(self) -> VoidShape:
        return VoidShape(cast("MovingVoid", self._problem))

    @cached_property
    def crack_length(self) -> float:
        return self.shape.crack_length

    @cached_property
    def reaction_shrinkage(self) -> float:
        reaction = self._problem.reaction
        return 0.0 if reaction is None else -float(reaction.value) / 3

    @cached_property
    def tip_concentration(self) -> float:
        return self._observer.at_tip(self._concentration)

    @cached_property
    def void_concentration(self) -> float:
        return self._observer.mean(self._observer.inside)

    @cached_property
    def outer_concentration(self) -> float:
        return self._observer.mean(self._observer.shell)

    @cached_property
    def lowest_concentration(self) -> float:
        return self._observer.comm.allreduce(float(self._concentration.x.array.min()), op=min)

    @cached_property
    def tip_von_mises(self) -> float:
        return self._observer.at_tip(self._von_mises)

    @cached_property
    def tip_opening_stress(self) -> float:
        return self._observer.at_tip(self._observer.opening_stress())

    @cached_property
    def tip_hydrostatic_stress(self) -> float:
        return self._observer.at_tip(self._hydrostatic)

    @cached_property
    def _release(self) -> Release:
        # The dissipation of creep leaves no elastic energy balance.
        if self._problem.case.matrix.creep != "none":
            return Release(np.nan, np.nan)
        return self._observer.energy_release()

    @cached_property
    def _in_plane(self) -> bool:
        # A crack front; a body of revolution and one in space have a tip like a point.
        return self._problem.dimension == "plane-strain"

    @cached_property
    def energy_release_rate(self) -> float:
        return self._release.mean if self._in_plane else np.nan

    @cached_property
    def energy_release_rate_spread(self) -> float:
        return self._release.spread

    @cached_property
    def tip_driving_force(self) -> float:
        return np.nan if self._in_plane else self._release.mean

    @cached_property
    def stress_intensity(self) -> float:
        matrix = self._problem.case.matrix
        size = stress_intensity(
            self.energy_release_rate, matrix.young_modulus, matrix.poisson_ratio
        )
        return float(np.copysign(size, self.tip_opening_stress))

    @cached_property
    def electrolyte_potential(self) -> float:
        if self._observer.surface_potential is None:
            return np.nan
        return total(self._observer.comm, self._observer.surface_potential) / self._problem.area

    @cached_property
    def species_balance_error(self) -> float:
        """What is missing of the ions given by the surface less those taken by the reservoir.

        Over the sum of both, or the least exchange.
        """
        injected, taken, exchanged = self._problem.state.numbers["amounts"]
        missing = total(self._observer.comm, self._observer.content) - (injected - taken)
        return abs(missing) / max(exchanged, self._observer.least_exchange)

    @cached_property
    def force_balance_error(self) -> float:
        """Sum of the reactions and applied forces over the sum of their magnitudes.

        Of the axes along which the body could drift, the worst.
        """
        problem = self._problem
        reactions = problem.solver.reactions()
        held = problem.held["displacement"]
        axes = 1 if problem.dimension == "axisymmetric" else problem.mesh.geometry.dim
        worst = 0.0
        for axis in range(axes):
            along = problem.displacement_dofs(axis)
            forces = reactions[np.intersect1d(along, held)]
            free = reactions[np.setdiff1d(along, held)]
            sums = np.array([np.sum(free), np.sum(np.abs(forces))])
            unbalanced, size = self._observer.comm.allreduce(sums)
            worst = max(worst, abs(unbalanced) / size if size else 0.0)
        return worst
