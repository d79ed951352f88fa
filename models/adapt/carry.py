"""Functions carried to another mesh of the same domain by their values at its nodes."""

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.mesh import Mesh

from anodex.models.discrete.fields import total
from anodex.models.discrete.points import LocatedPoints
from anodex.models.moving.transfer import paired_parts


class Carrier:
    """Carries continuous Lagrange functions from one mesh to another of the same straight domain.

    Where both meshes have the same cells, as they have about a front that both were made for,
    nothing changes. The L2 projection of `anodex.models.moving.transfer` keeps every amount, but
    took 10 times as long on 64 thousand triangles, and swung beyond the bounds of a phase field
    where cells change their size. Collective.

    Parameters
    ----------
    old, new
        The meshes, spread over the ranks each in its own way; they rest while this is in use.
    """

    def __init__(self, old: Mesh, new: Mesh):
        self._old, self._new = old, new
        self._nodes: dict[int, tuple[fem.Function, LocatedPoints]] = {}

    def __call__(self, source: fem.Function, target: fem.Function) -> None:
        """Set `target`, a function of the new mesh, from `source`, one of the old mesh with as many
        components: scalar, vector or mixed, continuous, each of order 2 at most.

        Raises
        ------
        ValueError
            For other functions.
        """
        for (space, unknowns), (new_space, new_unknowns) in paired_parts(source, target):
            part = fem.Function(space)
            part.x.array[:] = source.x.array[unknowns]
            values, located = self._on_nodes(new_space.ufl_element().degree)
            owned = values.function_space.dofmap.index_map.size_local
            values.x.array[:owned] = located.values(part)
            values.x.scatter_forward()
            cells = values.function_space.dofmap.list
            target.x.array[new_unknowns[new_space.dofmap.list]] = values.x.array[cells]

    def _on_nodes(self, degree: int) -> tuple[fem.Function, LocatedPoints]:
        """A function of the new mesh, and where in the old mesh its nodes lie."""
        if degree not in self._nodes:
            space = fem.functionspace(self._new, ("Lagrange", degree))
            owned = space.dofmap.index_map.size_local
            points = space.tabulate_dof_coordinates()[:owned]
            self._nodes[degree] = fem.Function(space), LocatedPoints(self._old, points)
        return self._nodes[degree]


def keep_amount(source: fem.Function, target: fem.Function, phase: fem.Function) -> float:
    """Give a function on a new mesh the amount, the integral, that it had on the old one, by a
    change where there is an interface and nowhere else; collective.

    Parameters
    ----------
    source, target
        Scalar, of one space or the other.
    phase
        Phase field xi on the new mesh, of the space of the target, which may be the target: this is
        changed in proportion to xi (1 - xi).

    Returns
    -------
    float
        What was missing.
    """
    slope = phase.copy()
    slope.x.array[:] = np.maximum(phase.x.array * (1 - phase.x.array), 0.0)
    missing, room = amount(source) - amount(target), amount(slope)
    if room > 0:
        target.x.array[:] += missing / room * slope.x.array
    return missing


def amount(function: fem.Function) -> float:
    """Integral of a scalar function; collective."""
    mesh = function.function_space.mesh
    return total(mesh.comm, fem.form(function * ufl.dx(mesh)))
