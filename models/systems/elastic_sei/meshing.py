"""The surface of a case of the elastic interphase, and the mesh of the electrolyte above it."""

import numpy as np
from mpi4py import MPI

from anodex.meshes.beside_front import Outline, build_beside_front
from anodex.meshes.tagged import TaggedMesh
from anodex.models.errors import ConvergenceError, SetupError
from anodex.models.moving.front import Front, even_front
from anodex.models.systems.elastic_sei.case import Case


def front_of(case: Case) -> Front:
    """The metal's surface at the start, the same on all ranks."""
    profile, width = case.surface.profile, case.surface.width
    return even_front(lambda t: np.column_stack([width * t, profile(width * t)]), case.facets)


def mesh_beside(case: Case, front: Front, comm: MPI.Comm) -> TaggedMesh:
    """Mesh of the electrolyte above a front."""
    width = case.surface.width
    top = front.enclosed / width + case.thickness
    outline = Outline(np.array([[width, top], [0.0, top]]), ("side", "top", "side"))
    return build_beside_front(front.nodes, outline, comm)


def build_mesh(case: Case, comm: MPI.Comm) -> TaggedMesh:
    """Geometry of the case at its start."""
    return mesh_beside(case, front_of(case), comm)


def mesh_again(case: Case, front: Front, comm: MPI.Comm) -> TaggedMesh:
    """Mesh of the electrolyte above a front that has moved.

    Raises
    ------
    ConvergenceError
        If there is none, as the front turns too sharply.
    """
    try:
        return mesh_beside(case, front, comm)
    except SetupError as error:
        x, y = front.nodes[np.argmax(np.abs(front.curvature))]
        raise ConvergenceError(
            f"The surface turns too sharply for its cells at x = {x:.4g} um, y = {y:.4g} um. "
            "Raise numerics.refinement or metal.surface_energy, plate for a shorter time "
            "(protocol.steps), or start from a smoother surface."
        ) from error


def unfolded(front: Front) -> Front:
    """The front, unless it crosses itself.

    Raises
    ------
    ConvergenceError
        With the place.
    """
    place = front.meeting()
    if place is not None:
        raise ConvergenceError(
            f"The surface meets itself at x = {place[0]:.4g} um, y = {place[1]:.4g} um: what "
            "comes then, metal that closes over electrolyte, is not modelled. Plate for a "
            "shorter time (protocol.steps), or start from a smoother surface."
        )
    return front
