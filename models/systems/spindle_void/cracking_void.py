"""A void whose surface moves while cracks run ahead of its tips, as a field of damage."""

import numpy as np
from mpi4py import MPI

from anodex.meshes.crack_path import CrackPath
from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.points import LocatedPoints
from anodex.models.fracture.energy_release import Release
from anodex.models.laws.damage import CELLS
from anodex.models.moving.tipped import TippedFront
from anodex.models.systems.spindle_void.case import BESIDE, Case
from anodex.models.systems.spindle_void.case_evolution import SLIMMEST
from anodex.models.systems.spindle_void.fracturing_void import (
    MOST_SLOW,
    NEAR_END,
    FracturingVoid,
)
from anodex.models.systems.spindle_void.moving_mesh import front_of, mesh_around
from anodex.models.systems.spindle_void.moving_void import MovingVoid
from anodex.models.time.state import Snapshot, State
from anodex.models.time.stepping import Advance

# length scales by which the faces of a crack dissolve until it is part of the void: half the width
# of the slit as which it conducts, the integral of the square of the damage across it
SLIT = 0.4
WINDOW = 10.0  # length scales ahead of a crack in which cells are small, until the next mesh


class CrackingVoid(MovingVoid, FracturingVoid):
    """The problem of a case on a mesh that follows the void's surface, ahead of which it breaks
    (`anodex.models.time.march.MovingProblem`).

    In a step the surface moves as that of a moving void; then displacement and damage take turns
    on the mesh of its end. The tip of the void follows its crack: what is broken becomes void as
    its faces dissolve. Damage stays where it is while the mesh moves.

    Parameters
    ----------
    case, tagged, front
        As of the moving void; the mesh has small cells along `crack_window`.
    crack
        Place of the tip of the crack for which the mesh was made [um]; that of the front if it is
        left out.

    Attributes
    ----------
    state
        Besides: `meshed_crack`, the place of the crack's tip for which the mesh was made [um].
    """

    def __init__(
        self,
        case: Case,
        tagged: TaggedMesh,
        front: TippedFront | None = None,
        crack: float | None = None,
    ):
        front = front_of(case) if front is None else front
        self._window = crack_window(case, front, crack)
        super().__init__(case, tagged, front)
        # what has not dissolved yet is no surface of the void: its faces give nothing
        self._face_share.value = 0.0
        self._following = 0.0
        self._meshed_crack = np.array([front.tip if crack is None else crack])
        self.state = State(
            fields=self.state.fields,
            numbers=self.state.numbers,
            start_numbers={**self.state.start_numbers, "meshed_crack": self._meshed_crack},
        )

    @property
    def path_ends(self) -> tuple[float, float]:
        """From the tip of the void for which the mesh was made to the end of the small cells."""
        return self.start.tip, self._window.end

    @property
    def reach(self) -> float:
        """Of the crack [um]; collective."""
        return self.crack_tip

    def energy_release(self) -> Release:
        """At the tip of the crack; collective."""
        return FracturingVoid.energy_release(self)

    def error(self, difference: Snapshot) -> float:
        """As of the moving void, of what a stage leaves of the difference."""
        return MovingVoid.error(self, self.damped(difference))

    def tip_speed(self) -> float:
        """At which the tip of the void follows its crack in this step [um/s]."""
        return self._following

    def _advance(self, time: float, length: float) -> Advance:
        way = length * self._subcritical_speed()
        broken = max(self.crack_tip, self.path_ends[0] + self.path.broken_length)
        behind = max(broken - self.front.tip, 0.0)
        flank = max(float(self.flank_speeds(self.front)[-1]), 0.0)
        ratio = min(behind / (SLIT * self.crack_model.length), SLIMMEST)
        self._following = min(ratio * flank, behind / length)
        error, report = super()._advance(time, length)
        if way > 0:
            cracked = max(float(self.path.length[0]), self.crack_tip - self.path_ends[0])
            self.path.extend(cracked + way)
            self._keep_void_whole()
        self.let_grow(time + length, length)
        return Advance(max(error, way / (MOST_SLOW * self.crack_model.length)), report)

    def _move(self, front: TippedFront) -> None:
        """Damage stays where it is, too: nodes take that of the place to which they come."""
        start = self.mesh.geometry.x.copy()
        super()._move(front)
        end = self.mesh.geometry.x.copy()
        places = self.damage.function_space.tabulate_dof_coordinates()
        self.mesh.geometry.x[:] = start
        self._take_damage(self, LocatedPoints(self.mesh, places))
        self.mesh.geometry.x[:] = end

    def _take_damage(self, source: FracturingVoid, points: LocatedPoints) -> None:
        """At this problem's nodes, which are points in the mesh of a source."""
        found = [points.values(function) for function in (source.damage, source.crack.before)]
        for function, values in zip((self.damage, self.crack.before), found, strict=True):
            function.x.array[:] = np.clip(values, 0.0, 1.0)
        self._keep_void_whole()

    def _keep_void_whole(self) -> None:
        for function in (self.damage, self.crack.before):
            function.x.array[self.outside] = 0.0

    def worn(self) -> bool:
        """Also where the crack has come near the end of the small cells."""
        near = self._window.end - NEAR_END * self.crack_model.length
        more_to_come = self._window.end < self.case.crack_end
        return super().worn() or (more_to_come and self.crack_tip > near)

    def on_new_mesh(self, front: TippedFront) -> "CrackingVoid":
        """The problem as it starts, on a mesh for a front and the present crack; collective."""
        return built(self.case, front, self.comm, self._cracked_to)

    @property
    def _cracked_to(self) -> float:
        """Place up to which the crack has grown, also by its law alone [um]; collective."""
        return max(self.crack_tip, float(self.path.tip[0]))

    def carry_more(self, new: MovingVoid) -> None:
        """Damage and the length of the crack; collective."""
        assert isinstance(new, CrackingVoid)
        new._meshed_crack[:] = self._cracked_to
        places = new.damage.function_space.tabulate_dof_coordinates()
        new._take_damage(self, LocatedPoints(self.mesh, places))
        new.path.length[0] = self.path_ends[0] + self.path.length[0] - new.path_ends[0]
        new.path.extend(float(new.path.length[0]))
        new._keep_void_whole()
        new.toughness = self.toughness

    def ended(self) -> bool:
        """Whether the crack has met what stops it, or come to where the case lets it end."""
        return MovingVoid.ended(self) or FracturingVoid.ended(self)


def crack_window(case: Case, front: TippedFront, crack: float | None = None) -> CrackPath:
    """Where the mesh for a front and the tip of its crack [um] has small cells."""
    scale = case.damage.length
    tip = front.tip if crack is None else crack
    end = min(tip + WINDOW * scale, case.crack_end)
    size = scale / CELLS / case.geometry.refinement
    return CrackPath(front.tip - BESIDE * scale, end, BESIDE * scale, size)


def built(
    case: Case, front: TippedFront, comm: MPI.Comm, crack: float | None = None
) -> CrackingVoid:
    """The problem of a case as it starts, on a mesh for a front and the tip of its crack [um]."""
    tagged = mesh_around(case, front, comm, crack_window(case, front, crack))
    return CrackingVoid(case, tagged, front, crack)
