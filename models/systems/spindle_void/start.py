"""Mesh and problem of a case: of a void at rest, or of one that moves."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.models.moving.tipped import TippedFront
from anodex.models.systems.spindle_void import problem
from anodex.models.systems.spindle_void.case import Case
from anodex.models.systems.spindle_void.moving_mesh import front_of, mesh_around
from anodex.models.systems.spindle_void.moving_void import MovingVoid
from anodex.models.systems.spindle_void.problem import SpindleVoid


def build_mesh(case: Case, comm: MPI.Comm) -> TaggedMesh:
    """Geometry of the case at its start."""
    if case.evolution.moving:
        return mesh_around(case, front_of(case), comm)
    return problem.build_mesh(case, comm)


def problem_of(case: Case, tagged: TaggedMesh) -> SpindleVoid:
    """The problem of a case on its mesh."""
    return (MovingVoid if case.evolution.moving else SpindleVoid)(case, tagged)


def remade(case: Case, comm: MPI.Comm, numbers: Mapping[str, Any]) -> SpindleVoid:
    """The problem on the mesh of a checkpoint with some numbers."""
    if not case.evolution.moving:
        return SpindleVoid(case, build_mesh(case, comm))
    front = TippedFront(np.array(numbers["meshed_front"]), sharp=bool(numbers["meshed_sharp"][0]))
    moved = MovingVoid(case, mesh_around(case, front, comm), front)
    moved.state.take_numbers(numbers)
    moved.place()
    return moved
