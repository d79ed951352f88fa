"""How cells are turned and stretched: Jacobian determinants of curved cells."""

import basix
import numpy as np
from dolfinx.mesh import Mesh

from anodex.models.discrete.compat import geometry_dofmap, node_element

DEGREE = 6  # of the quadrature whose points are looked at


def determinants(mesh: Mesh) -> np.ndarray:
    """Jacobian determinants of this rank's cells, ghosts included, at quadrature points and nodes,
    where alone cusps show: shape (cells, points).
    """
    element = node_element(mesh).basix_element
    points = np.concatenate([basix.make_quadrature(element.cell_type, DEGREE)[0], element.points])
    slopes = np.asarray(element.tabulate(1, points))[1:, :, :, 0]  # axis, point, node
    nodes = mesh.geometry.x[geometry_dofmap(mesh)][..., : mesh.topology.dim]
    stretches = np.einsum("apn,cni->iacp", slopes, nodes, optimize=True)
    if len(stretches) == 2:  # many times faster than one by one
        (xs, xt), (ys, yt) = stretches
        return xs * yt - xt * ys
    return np.linalg.det(np.moveaxis(stretches, (0, 1), (2, 3)))
