"""The differences between DOLFINx 0.9 and 0.11, hidden in one place."""

import os

import numpy as np
import ufl
from dolfinx.fem import FunctionSpace
from dolfinx.mesh import GhostMode, Mesh, MeshTags, create_cell_partitioner
from dolfinx.mesh import create_mesh as dolfinx_create_mesh
from mpi4py import MPI

# Threads of SCOTCH, one for each core unless told otherwise, would spread the same mesh over the
# ranks in another way each time, and compete with the ranks for the cores.
os.environ.setdefault("SCOTCH_PTHREAD_NUMBER", "1")

try:
    from dolfinx.io import gmsh as gmsh_reader  # type: ignore[attr-defined]  # not in 0.9

    _facet_ghosts = create_cell_partitioner(GhostMode.shared_facet, max_facet_to_cell_links=2)
except ImportError:
    from dolfinx.io import gmshio as gmsh_reader

    _facet_ghosts = create_cell_partitioner(GhostMode.shared_facet)


def from_gmsh_model(model, comm: MPI.Comm, rank: int, gdim: int) -> tuple[Mesh, MeshTags, MeshTags]:
    """Mesh, cell tags and facet tags of a Gmsh model that lives on one rank, with ghost cells
    across shared facets.
    """
    return gmsh_reader.model_to_mesh(model, comm, rank, gdim=gdim, partitioner=_facet_ghosts)[:3]


def create_mesh(comm: MPI.Comm, cells: np.ndarray, points: np.ndarray, element) -> Mesh:
    """Mesh from each rank's cells (rows of global nodes) and nodes, with ghost cells across
    shared facets.
    """
    arguments = {"cells": cells, "x": points, "e": ufl.Mesh(element), "partitioner": _facet_ghosts}
    return dolfinx_create_mesh(comm, **arguments)


def geometry_dofmap(mesh: Mesh) -> np.ndarray:
    """Nodes of this rank's cells, ghosts included, shape (cells, nodes of a cell)."""
    geometry = mesh.geometry
    return geometry.dofmaps[0] if hasattr(geometry, "dofmaps") else geometry.dofmap


def interpolation_points(space: FunctionSpace) -> np.ndarray:
    """Points of the reference cell at which a function of the space is evaluated, shape (points,
    dimension).
    """
    points = space.element.interpolation_points
    return points() if callable(points) else points


def node_element(mesh: Mesh):
    """The scalar Lagrange element whose unknowns are the nodes of a cell; its `dim` counts them."""
    return mesh.ufl_domain().ufl_coordinate_element().sub_elements[0]
