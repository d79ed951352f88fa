"""Cells of higher order as straight cells on the same nodes, for programs that know no others."""

import basix
import numpy as np

# basix counts row by row
VTK_CORNERS = {
    "interval": [0, 1],
    "quadrilateral": [0, 1, 3, 2],
    "hexahedron": [0, 1, 3, 2, 4, 5, 7, 6],
}


def subcells(cell: str, degree: int) -> np.ndarray:
    """The straight cells between neighbouring nodes of an interval, quadrilateral or hexahedron of
    some order.

    Returns
    -------
    Corners of each sub-cell in the order of VTK and Gmsh, as places among the nodes of the cell in
    the order of DOLFINx, shape (degree^d, 2^d). At degree 1 that is the cell itself.

    Raises
    ------
    ValueError
        If the cell is of another shape.
    """
    if cell not in VTK_CORNERS:
        raise ValueError(
            f"a {cell} of order {degree} cannot be divided; use {', '.join(VTK_CORNERS)}, or first "
            "or second order"
        )
    kind = basix.CellType[cell]
    element = basix.create_element(
        basix.ElementFamily.P, kind, degree, basix.LagrangeVariant.equispaced
    )
    nodes = np.asarray(element.points)
    node_at = {tuple(place): node for node, place in enumerate(np.rint(degree * nodes).astype(int))}
    corners = np.asarray(basix.geometry(kind)).astype(int)[VTK_CORNERS[cell]]
    return np.array(
        [
            [node_at[tuple(corner)] for corner in origin + corners]
            for origin in np.ndindex(*[degree] * corners.shape[1])
        ]
    )
