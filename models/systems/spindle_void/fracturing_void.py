"""A void from whose tips cracks grow: what drives them, their steps, and where they end."""

import logging
from dataclasses import replace

import numpy as np
import ufl
from dolfinx import default_scalar_type, fem
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.meshes.void_mesh import build_void
from anodex.models.discrete.fields import constant, mark_blocks, total
from anodex.models.errors import ConvergenceError
from anodex.models.fracture.crack_growth import BodyWithTip, PathCrack, TipRelease
from anodex.models.fracture.energy_release import Release
from anodex.models.fracture.phase_field_crack import USUAL, PhaseFieldCrack, alternate
from anodex.models.laws.damage import pressure_work
from anodex.models.laws.fracture import (
    decayed_toughness,
    eigenstrain_release,
    stress_intensity,
    subcritical_speed,
)
from anodex.models.solve.nonlinear import SolveReport
from anodex.models.systems.spindle_void.case import Case
from anodex.models.systems.spindle_void.damaged_void import ON_PLANE, DamagedVoid
from anodex.models.time.state import Snapshot, State
from anodex.models.time.stepping import Advance, implicit_runge_kutta_step

log = logging.getLogger("anodex")

BROKEN = 0.9  # damage from which on a place counts as part of a crack
MOST_GROWN = 2.0  # length scales by which a crack grows in a step that can be made shorter
MOST_SLOW = 0.5  # the same by the law of subcritical growth
FINEST = 1e-3  # of the time in which the load rises: a crack that still runs is let run
RING = 3.0  # length scales about the tip: the damage ahead of it lies within
NEAR_END = 2.0  # length scales from the end of its path: there the damage ahead of a tip ends


def build_mesh(case: Case, comm: MPI.Comm) -> TaggedMesh:
    """Geometry of the case, its cells small where cracks may run."""
    return build_void(replace(case.geometry.void(), path=case.crack_path, tip_cells=6), comm)


class FracturingVoid(DamagedVoid):
    """The problem of a case (`anodex.models.time.march.TimedProblem`).

    In a step ions diffuse at the damage of its start; then displacement and damage take turns, with
    the ions at rest.

    Attributes
    ----------
    crack
        The `PhaseFieldCrack`: its toughness is lower by the mesh's `excess`.
    path
        How long the crack is at least by the law of subcritical growth, from the tip of the void.
    toughness
        At which cracks really grow [J/m^2], as exposure leaves it.
    outside
        Unknowns of the damage where no crack may be.
    state
        Besides: `damage`, `accepted_damage`, and `path_length` [um].
    """

    def __init__(self, case: Case, tagged: TaggedMesh):
        super().__init__(case, tagged)
        self.comm, self.toughness = self.mesh.comm, case.cracks.toughness
        self._energy_of_faces = constant(self.mesh, self.toughness / (1 + self.excess))
        inside = fem.Function(fem.functionspace(self.mesh, ("DG", 0)))
        inside.x.array[self.matrix_cells] = 1.0
        taken, kept = self.energy_parts
        stored = self.left * taken + kept
        pressed = pressure_work(self.void_pressure, self.displacement, self.damage)
        self.crack = PhaseFieldCrack(
            self.damage,
            self.crack_model,
            toughness=self._energy_of_faces,
            potential=stored + pressed,
            weight=inside * self.weight,
            constraints=[self._outside()],
        )
        self._potential = fem.form(self._potential_energy(stored + pressed))
        self._release = self._tip_release(inside, stored)
        start, end = self.path_ends
        self.path = PathCrack(self.crack, np.array([[start, 0.0], [end, 0.0]]), self.row)
        self._stage_start: Snapshot = {}
        self._balanced = np.full_like(self.damage.x.array, np.nan)
        self.state = State(
            fields={
                **self.state.fields,
                "damage": self.damage,
                "accepted_damage": self.crack.before,
            },
            numbers={**self.state.numbers, "path_length": self.path.length},
            start_numbers={
                **self.state.start_numbers,
                "damage_scales": self.crack.solver.scales,
            },
        )
        control = replace(
            self.schedule.control, scheme=lambda problem, time, step: problem.advance(time, step)
        )
        self.schedule = replace(self.schedule, control=control)
        rising = self.schedule.end if self.reaction is None else case.reaction.duration
        self._finest = FINEST * rising

    def _outside(self) -> fem.DirichletBC:
        """No damage where no cell of the matrix is, nor well beyond a path that is given: cells
        there are too large for a crack.
        """
        space, dimension = self.damage.function_space, self.mesh.topology.dim
        touched = fem.Function(space)
        mark_blocks(touched, fem.locate_dofs_topological(space, dimension, self.matrix_cells))
        end = self.path_ends[1]
        beyond = end < self.case.geometry.half_box[0] and (
            space.tabulate_dof_coordinates()[:, 0] > end + NEAR_END * self.crack_model.length
        )
        self.outside = np.flatnonzero((touched.x.array == 0) | beyond).astype(np.int32)
        return fem.dirichletbc(default_scalar_type(0.0), self.outside, space)

    def _potential_energy(self, density) -> ufl.Form:
        """Of body and loads but not of the faces of cracks."""
        surface, displacement = self.surface, self.displacement
        pushed = ufl.dot(surface.normal, surface.side(displacement))
        form = density * self.weight * self.in_matrix
        form += self.void_pressure * pushed * surface.weight * surface.measure
        form -= self.remote_traction * displacement[1] * self.weight * self.on_outer["outer_y"]
        return form

    def _tip_release(self, inside: fem.Function, stored) -> TipRelease:
        body = BodyWithTip(
            damage=self.damage,
            displacement=self.displacement,
            stress=inside * self.balanced_stress,
            energy_density=inside * stored,
            pressure=inside * self.void_pressure,
        )
        strain = self.chemical_volume_strain
        return TipRelease(
            body,
            np.array([1.0, 0.0]),
            images=2,
            resting=lambda way: inside * eigenstrain_release(self.felt_hydrostatic, strain, way),
        )

    def begin(self) -> None:
        """Equilibrium before the first current, with what breaks at once."""
        super().begin()
        self.let_grow(0.0, 0.0)
        self.accept()

    def accept(self) -> None:
        """Nothing heals from now on; new faces take their share of the current."""
        self.crack.accept()
        self.set_current(self.given_current)

    def advance(self, time: float, length: float) -> Advance:
        """Take a step of some length [s] from a time [s].

        Raises
        ------
        ConvergenceError
            If there is no solution, or a crack grows too far in a step that can be made shorter.
        """
        way = length * self._subcritical_speed()
        error, report = implicit_runge_kutta_step(self, time, length)
        if way > 0:
            self.path.extend(max(float(self.path.length[0]), self.tip_crack_length) + way)
        self.let_grow(time + length, length)
        return Advance(max(error, way / (MOST_SLOW * self.crack_model.length)), report)

    def solve_stage(self, time: float, step: float, old: Snapshot) -> SolveReport:
        """As of the damaged void; remembers from where the stage started."""
        self._stage_start = old
        return super().solve_stage(time, step, old)

    def error(self, difference: Snapshot) -> float:
        """As of the void at rest, but of what a stage leaves of the difference."""
        return super().error(self.damped(difference))

    def damped(self, difference: Snapshot) -> Snapshot:
        """What a stage leaves of the difference of the scheme to one of first order; collective.

        Where a crack has just opened, ions mix at once: the scheme damps that, and its difference
        would count it 2.4 times (Hosea & Shampine, Appl. Numer. Math. 20 (1996) 21).
        """
        end, start = self.state.snapshot(), self._stage_start
        moved = {**start, "state": start["state"] + difference["state"]}
        self.solve_stage(float(self.time.value), float(self.stage.value), moved)
        left = {"state": self.unknown.x.array - end["state"]}
        self.state.restore(end)
        return left

    def _subcritical_speed(self) -> float:
        """Of the crack at present [um/s]; collective."""
        fracture, matrix = self.case.cracks, self.case.matrix
        if fracture.subcritical_velocity is None:
            return 0.0
        intensity, reference = (
            stress_intensity(release, matrix.young_modulus, matrix.poisson_ratio)
            for release in (self.energy_release().mean, fracture.toughness)
        )
        return subcritical_speed(
            intensity, fracture.subcritical_velocity, reference, fracture.subcritical_exponent
        )

    def let_grow(self, time: float, length: float) -> None:
        """Displacement and damage at the end of a step of some length [s]."""
        self.toughness = self._toughness_at(time)
        self._energy_of_faces.value = self.toughness / (1 + self.excess)
        start, before = self.state.snapshot(), self.tip_crack_length
        most = MOST_GROWN * self.crack_model.length

        def balance() -> SolveReport:
            if length > self._finest and self.tip_crack_length - before > most:
                raise ConvergenceError("A crack grows too far in one step.")
            changed = not np.array_equal(self._balanced, self.damage.x.array)
            if self.comm.allreduce(changed, op=MPI.LOR):
                self.solver.renew_jacobian()
                self._balanced[:] = self.damage.x.array
            return self.solve_stage(time, 0.0, start)

        least = self.toughness * self.crack_model.length
        alternate(self.crack, balance, self._energy, replace(USUAL, least=least))

    def _toughness_at(self, time: float) -> float:
        """What exposure leaves of it [J/m^2] at a time [s]."""
        fracture = self.case.cracks
        if fracture.exposure_time is None:
            return fracture.toughness
        spent = fracture.exposed_toughness
        return float(decayed_toughness(time, fracture.toughness, spent, fracture.exposure_time))

    def _energy(self) -> float:
        """Of body, cracks and loads, of the part that is modelled [pJ/um]; collective."""
        return total(self.comm, self._potential) + self.crack.surface_energy()

    @property
    def tip_crack_length(self) -> float:
        """Of the crack ahead of one tip [um]; collective."""
        return self.crack_tip - self.length / 2

    @property
    def crack_tip(self) -> float:
        """Place along the axis up to which the matrix is broken [um]; the tip of the void without
        a crack; collective.
        """
        parts = self.comm.allgather(self._on_axis())
        places, damage = np.concatenate(parts).T
        places, first = np.unique(places, return_index=True)
        damage = damage[first]
        whole = np.flatnonzero(damage <= BROKEN)
        last = int(whole[0]) if len(whole) else len(damage)
        if last in (0, len(damage)):
            return float(places[max(last - 1, 0)])
        share = (damage[last - 1] - BROKEN) / (damage[last - 1] - damage[last])
        return float(places[last - 1] + share * (places[last] - places[last - 1]))

    def _on_axis(self) -> np.ndarray:
        """Places [um] and damage of this rank's nodes ahead of the void, shape (nodes, 2)."""
        space = self.damage.function_space
        owned = space.dofmap.index_map.size_local
        points, damage = space.tabulate_dof_coordinates()[:owned], self.damage.x.array[:owned]
        ahead = (points[:, 1] < ON_PLANE) & (points[:, 0] > self.length / 2 - ON_PLANE)
        return np.column_stack([points[ahead, 0], damage[ahead]])

    def energy_release(self) -> Release:
        """At the tip of the crack; without a spread, as there is one ring; collective."""
        tip = np.array([max(self.crack_tip, float(self.path.tip[0])), 0.0])
        return Release(self._release(tip, RING * self.crack_model.length), np.nan)

    @property
    def at_end(self) -> bool:
        """Whether the crack has come to the end of its path; collective."""
        return self.crack_tip > self.case.crack_end - NEAR_END * self.crack_model.length

    def ended(self) -> bool:
        """Whether a crack has come to where the case lets it end."""
        if self.case.cracks.path_length is None or not self.at_end:
            return False
        log.info("the crack ends at %g um: fracture.path_length", self.crack_tip)
        return True

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        super().destroy()
        self.crack.destroy()
