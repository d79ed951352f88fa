"""The differences between DOLFINx 0.9 and 0.11, hidden in one place."""

import numpy as np
from dolfinx.fem import FunctionSpace
from dolfinx.mesh import GhostMode, Mesh, MeshTags, create_cell_partitioner
from mpi4py import MPI

try:
    from dolfinx.io import gmsh as gmsh_reader

    _facet_ghosts = create_cell_partitioner(GhostMode.shared_facet, max_facet_to_cell_links=2)
except ImportError:
    from dolfinx.io import gmshio as gmsh_reader

    _facet_ghosts = create_cell_partitioner(GhostMode.shared_facet)


def from_gmsh_model(model, comm: MPI.Comm, rank: int, gdim: int) -> tuple[Mesh, MeshTags, MeshTags]:
    """Mesh, cell tags and facet tags of a Gmsh model that lives on one rank, with ghost cells across shared facets."""
    return gmsh_reader.model_to_mesh(model, comm, rank, gdim=gdim, partitioner=_facet_ghosts)[:3]


def interpolation_points(space: FunctionSpace) -> np.ndarray:
    """Points of the reference cell at which a function of the space is evaluated, shape (points, dimension)."""
    points = space.element.interpolation_points
    return points() if callable(points) else points
