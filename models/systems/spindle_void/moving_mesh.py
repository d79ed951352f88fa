"""The surface of a void that moves, and the mesh on both its sides."""

import numpy as np
from mpi4py import MPI

from anodex.meshes.around_front import build_around_front
from anodex.meshes.crack_path import ROW, CrackPath
from anodex.meshes.tagged import TaggedMesh
from anodex.models.errors import ConvergenceError, SetupError
from anodex.models.laws.damage import CELLS
from anodex.models.moving.tipped import Grading, TippedFront
from anodex.models.systems.spindle_void.case import Case

SAMPLES = 201  # of each curve of an outline, so that all make full facets
TIP_FACETS, FLANK_FACETS = 80, 12  # in half a length of the void: as small as at the tip; at most
GROWTH = 0.15  # of facets away from the tip


def front_of(case: Case) -> TippedFront:
    """The void's surface at the start, on nodes for a mesh, the same on all ranks."""
    void = case.geometry.void()
    curves = [curve.points(SAMPLES) for curve in void.outline]
    nodes = np.concatenate([curves[0], *(curve[1:] for curve in curves[1:])])
    nodes[0, 0] = nodes[-1, 1] = 0.0
    return spread(case, TippedFront(nodes, sharp=void.radius == 0))


def spread(case: Case, front: TippedFront) -> TippedFront:
    """The same surface on nodes for a new mesh, what it encloses kept."""
    shares = grading(case, front).shares(front)
    return front.redistributed(shares).enclosing(front.enclosed)


def grading(case: Case, front: TippedFront) -> Grading:
    """How long the facets of a front should be; where a crack runs ahead of it, no shorter at the
    tip than the cells that break: smaller ones fold as the tip moves on among those.
    """
    fine = case.geometry.refinement
    tip = front.tip / TIP_FACETS
    if case.fracture.model != "none":
        tip = max(tip, ROW * case.damage.length / CELLS)
    return Grading(tip / fine, GROWTH / fine, max(front.tip / FLANK_FACETS, tip) / fine)


def mesh_around(
    case: Case, front: TippedFront, comm: MPI.Comm, path: CrackPath | None = None
) -> TaggedMesh:
    """Mesh of void and matrix on both sides of a front, with small cells where a crack may run.

    Raises
    ------
    ConvergenceError
        If there is none, as the front turns too sharply.
    """
    try:
        return build_around_front(front.nodes, case.geometry.half_box, comm, path)
    except SetupError as error:
        raise ConvergenceError(
            f"The void's surface turns too sharply; raise geometry.refinement. {error}"
        ) from error
