"""Stress in the electrolyte that opens or closes cracks, from what the lithium does to it."""

from collections.abc import Sequence
from math import pi

import numpy as np
import ufl
from dolfinx import fem

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.compat import interpolation_points
from anodex.models.discrete.points import LocatedPoints
from anodex.models.discrete.surface import SurfaceNodes
from anodex.models.laws.elasticity import bulk_modulus, shear_modulus
from anodex.models.parts.elasticity import Elasticity

ORDER = 2  # of the displacement
DEPTHS = 10  # of each crack at which the stress is taken
YOUNG_MODULUS = 1.0  # MPa; stresses under given loads, between rigid walls, know none


class OpeningStress:
    """Elasticity of the electrolyte under what flowing lithium does to the interface, above the
    stack pressure, and how far that opens cracks which run straight up from its nodes.

    Parameters
    ----------
    tagged
        Mesh of the electrolyte, with the parts "interface", "top" and "side_*".
    nodes
        The nodes on its interface.
    poisson_ratio
        [-].
    lengths
        Of the cracks [um]; they end within the mesh.
    periods
        Lengths of periodic cells; empty between mirror planes.

    Notes
    -----
    A stress sigma at the depth s a of a crack of length a opens it as an even pressure of
    2/pi sigma ds / sqrt(1 - s^2) does (Tada's weight function of a centre crack, as for extrusion).
    """

    def __init__(
        self,
        tagged: TaggedMesh,
        nodes: SurfaceNodes,
        poisson_ratio: float,
        lengths: Sequence[float],
        periods: tuple[float, ...] = (),
    ):
        self._nodes, self._comm = nodes, tagged.mesh.comm
        self._horizontal = horizontal = tagged.mesh.geometry.dim - 1
        self._push = [fem.Function(nodes.space) for _ in range(horizontal + 1)]
        mirrors = {} if periods else {f"side_{axis}": (i,) for i, axis in enumerate("xy")}
        held = {side: axes for side, axes in mirrors.items() if axes[0] < horizontal}
        self._body = Elasticity(
            tagged,
            bulk_modulus(YOUNG_MODULUS, poisson_ratio),
            shear_modulus(YOUNG_MODULUS, poisson_ratio),
            0.0,
            {"top": tuple(range(horizontal + 1)), **held},
            pressed=None,
            period=periods,
            linear_solver="auto",
            name="contoured_interface_opening",
            tractions={"interface": ufl.as_vector(self._push)},
            order=ORDER,
        )
        space = fem.functionspace(tagged.mesh, ("DG", ORDER))
        self._stress = fem.Function(space)
        stress, at = self._body.stress, interpolation_points(space)
        self._parts = {
            (i, j): fem.Expression(stress[i, j], at)
            for i in range(horizontal)
            for j in range(i, horizontal)
        }
        # s = sin(angle) takes out the singularity at the tip
        places, weights = np.polynomial.legendre.leggauss(DEPTHS)
        depths = np.multiply.outer(lengths, np.sin(pi / 4 * (1 + places)))
        self._weights, self._shape = weights / 2, (nodes.count, *depths.shape)
        points = np.broadcast_to(nodes.points[:, None, None], (*self._shape, 3)).copy()
        points[..., horizontal] += depths
        own = np.array_split(points.reshape(-1, 3), self._comm.size)[self._comm.rank]
        self._points = LocatedPoints(tagged.mesh, own)

    def solve(self, push: np.ndarray) -> np.ndarray:
        """Even pressure [MPa] that would open cracks as much, negative where they are closed, shape
        (lengths, nodes).

        A crack takes the upright plane that is opened most; in a plane there is one. Collective.

        Parameters
        ----------
        push
            What the lithium does to the electrolyte [MPa], shape (nodes, dimension).

        Raises
        ------
        ConvergenceError
            On every rank alike.
        """
        for function, values in zip(self._push, push.T, strict=True):
            self._nodes.spread(values, function)
            function.x.scatter_forward()
        self._body.solve()
        weighted = {place: self._weighted(part) for place, part in self._parts.items()}
        if self._horizontal == 1:
            return weighted[0, 0]
        mean, half = ((weighted[0, 0] + sign * weighted[1, 1]) / 2 for sign in (1, -1))
        return mean + np.hypot(half, weighted[0, 1])

    def _weighted(self, part: fem.Expression) -> np.ndarray:
        """One component of the stress as cracks feel it [MPa], shape (lengths, nodes)."""
        self._stress.interpolate(part)
        self._stress.x.scatter_forward()
        everywhere = np.concatenate(self._comm.allgather(self._points.values(self._stress)))
        return (everywhere.reshape(self._shape) @ self._weights).T

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self._body.destroy()
