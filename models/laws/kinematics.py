"""Kinematics in plane strain, axisymmetry and three dimensions, all as 3 x 3 tensors.

Axes: x is the long axis of the system (the axis of revolution in axisymmetry), y the transverse
direction (the radius in axisymmetry).
"""

import ufl

DIMENSIONS = ("plane-strain", "axisymmetric", "3d")


def strain(displacement, position, dimension):
    """Small strain, 3 x 3.

    Parameters
    ----------
    displacement
        [um], vector of the mesh's dimension.
    position
        `ufl.SpatialCoordinate` of the mesh [um].
    dimension
        "plane-strain", "axisymmetric" (hoop strain in the third place) or "3d".
    """
    gradient = ufl.grad(displacement)
    if dimension == "3d":
        return ufl.sym(gradient)
    plane = ufl.sym(gradient)
    hoop = 0.0 if dimension == "plane-strain" else _hoop_strain(displacement, gradient, position)
    return ufl.as_tensor(
        [[plane[0, 0], plane[0, 1], 0], [plane[0, 1], plane[1, 1], 0], [0, 0, hoop]]
    )


def _hoop_strain(displacement, gradient, position):
    """u_r / r, and its limit du_r/dr where r vanishes on the axis."""
    radius = position[1]
    on_axis = ufl.conditional(ufl.le(radius, 1e-9), 1.0, 0.0)
    return (1 - on_axis) * displacement[1] / (radius + on_axis) + on_axis * gradient[1, 1]


def thickness(position, dimension):
    """Factor that turns the integral over the mesh into a volume integral: 2 pi r in
    axisymmetry, else 1 (per um of depth in a plane).
    """
    return 2 * ufl.pi * position[1] if dimension == "axisymmetric" else 1.0


def deformation_gradient(displacement, position, dimension):
    """Deformation gradient, 3 x 3; out of the plane 1 in plane strain and 1 + u_r/R in axisymmetry.

    Parameters
    ----------
    displacement
        [um], vector of the mesh's dimension.
    position
        `ufl.SpatialCoordinate` of the undeformed mesh [um].
    dimension
        One of `DIMENSIONS`.
    """
    gradient = ufl.grad(displacement)
    if dimension == "3d":
        return ufl.Identity(3) + gradient
    hoop = 0.0 if dimension == "plane-strain" else _hoop_strain(displacement, gradient, position)
    return ufl.as_tensor(
        [
            [1 + gradient[0, 0], gradient[0, 1], 0],
            [gradient[1, 0], 1 + gradient[1, 1], 0],
            [0, 0, 1 + hoop],
        ]
    )
