"""Mesh, problem and observer of a case: of a void at rest, or of one that moves or cracks.

What moves or cracks is imported where it is used: splines, say, take longer to load than a void at
rest takes.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.models.systems.spindle_void import problem
from anodex.models.systems.spindle_void.case import Case
from anodex.models.systems.spindle_void.observer import VoidObserver
from anodex.models.systems.spindle_void.problem import SpindleVoid

if TYPE_CHECKING:
    from anodex.models.systems.spindle_void.fracturing_void import FracturingVoid


def build_mesh(case: Case, comm: MPI.Comm) -> TaggedMesh:
    """Geometry of the case at its start."""
    if case.evolution.moving:
        from anodex.models.systems.spindle_void.moving_mesh import front_of, mesh_around

        front = front_of(case)
        return mesh_around(case, front, comm, _crack_window(case, front))
    if case.fracture.model != "none":
        from anodex.models.systems.spindle_void import fracturing_void

        return fracturing_void.build_mesh(case, comm)
    return problem.build_mesh(case, comm)


def _crack_window(case: Case, front: Any) -> Any:
    if case.fracture.model == "none":
        return None
    from anodex.models.systems.spindle_void.cracking_void import crack_window

    return crack_window(case, front)


def problem_of(case: Case, tagged: TaggedMesh) -> SpindleVoid:
    """The problem of a case on its mesh."""
    if case.fracture.model != "none" and case.evolution.moving:
        from anodex.models.systems.spindle_void.cracking_void import CrackingVoid

        return CrackingVoid(case, tagged)
    if case.fracture.model != "none":
        from anodex.models.systems.spindle_void.fracturing_void import FracturingVoid

        return FracturingVoid(case, tagged)
    if case.evolution.moving:
        from anodex.models.systems.spindle_void.moving_void import MovingVoid

        return MovingVoid(case, tagged)
    return SpindleVoid(case, tagged)


def remade(case: Case, comm: MPI.Comm, numbers: Mapping[str, Any]) -> SpindleVoid:
    """The problem on the mesh of a checkpoint with some numbers."""
    if not case.evolution.moving:
        return problem_of(case, build_mesh(case, comm))
    from anodex.models.moving.tipped import TippedFront
    from anodex.models.systems.spindle_void.moving_mesh import mesh_around
    from anodex.models.systems.spindle_void.moving_void import MovingVoid

    front = TippedFront(np.array(numbers["meshed_front"]), sharp=bool(numbers["meshed_sharp"][0]))
    if case.fracture.model == "none":
        moved = MovingVoid(case, mesh_around(case, front, comm), front)
    else:
        from anodex.models.systems.spindle_void import cracking_void

        moved = cracking_void.built(case, front, comm, float(numbers["meshed_crack"][0]))
    moved.state.take_numbers(numbers)
    moved.place()
    return moved


def observer_of(problem: SpindleVoid) -> VoidObserver:
    """What shows a problem."""
    if problem.case.fracture.model == "none":
        return VoidObserver(problem)
    from anodex.models.systems.spindle_void.crack_observer import CrackObserver

    return CrackObserver(cast("FracturingVoid", problem))
