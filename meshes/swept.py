"""Hexahedra of any order (quadrilaterals in the plane) swept from a planform through levels,
spread over all ranks.
"""

import basix
import basix.ufl
import numpy as np
from dolfinx.mesh import Mesh
from mpi4py import MPI

from anodex.meshes.planform import Planform, refined
from anodex.models.discrete.compat import create_mesh

SHAPES = {1: "interval", 2: "quadrilateral", 3: "hexahedron"}


def swept(plan: Planform, levels: np.ndarray, comm: MPI.Comm) -> Mesh:
    """Mesh over a planform, straight through `levels` [um], which may ascend or descend;
    collective.

    The nodes of the first level have the planform's numbers in `input_global_indices`.
    """
    order, count = plan.order, len(plan.points)
    heights = refined(levels, order)
    points = np.column_stack([np.tile(plan.points, (len(heights), 1)), np.repeat(heights, count)])
    # no cell stands on its head
    upwards = np.arange(order + 1) if levels[-1] > levels[0] else np.arange(order, -1, -1)
    layers = order * np.arange(len(levels) - 1)[:, None] + upwards
    flat = plan.cells.reshape(len(plan.cells), 1, -1, 1)
    cells = layers[:, None, :] * count + flat
    return spread(points, cells.reshape(-1, *plan.cells.shape[1:], order + 1), comm)


def spread(points: np.ndarray, cells: np.ndarray, comm: MPI.Comm) -> Mesh:
    """Mesh of cells of any order; collective.

    Parameters
    ----------
    points
        Nodes, shape (nodes, dimension of the space) [um], the same on all ranks.
    cells
        Nodes of each cell on its lattice, shape (cells, order + 1, ...) with as many of these as
        the cells have dimensions.
    """
    shape, order = SHAPES[cells.ndim - 1], cells.shape[-1] - 1
    scalar = basix.ufl.element(
        "Lagrange", shape, order, lagrange_variant=basix.LagrangeVariant.equispaced
    )
    lattice = np.rint(order * scalar.basix_element.points).astype(int)
    nodes = cells[(slice(None), *lattice.T)].astype(np.int64)
    mine = slice(None) if comm.rank == 0 else slice(0)
    return create_mesh(
        comm, nodes[mine], points[mine], basix.ufl.blocked_element(scalar, shape=(points.shape[1],))
    )
